"""Plain text: paragraphs, bullets, a title where the first line reads like one."""

from __future__ import annotations

from tests.corpus.small_files import assert_offsets, blocks, parse_one


def test_paragraphs_and_bullets() -> None:
    text = "Leg cramps\r\n\r\nThey hurt at\r\nnight.\r\n\r\nTry:\r\n- stretching\r\n  the calf\r\n2) rest\r\n"
    document = parse_one(text, "notes.txt")
    assert_offsets(document)
    assert document.metadata.title == "Leg cramps"
    assert document.text == "Leg cramps\n\nThey hurt at night.\n\nTry:\n\n- stretching the calf\n2) rest"
    assert [kind for _, kind, _ in blocks(document)] == ["paragraph", "paragraph", "list_item", "list_item"]


def test_title_falls_back_to_the_name() -> None:
    document = parse_one("They hurt at night.\n\nRest.", "my notes.txt")
    assert document.metadata.title == "my notes"
    assert document.id.startswith("my-notes-")


def test_guessed_encoding_is_said() -> None:
    text = "Señor Muñoz took 5 µg a day, and the pain (sudden, at night) came back – again and again. " * 5
    document = parse_one(text.encode("cp1252"), "x.txt")
    assert "encoding was guessed" in document.warnings[0]
    assert "Muñoz" in document.text
