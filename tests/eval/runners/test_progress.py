"""Interrupted runs go on where they stopped, and only where nothing has changed."""

import pytest

from eval.runners.progress import PartialResults, hash_configuration


def test_finished_items_are_found_again(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a", "value": 1})
    with PartialResults(path, "c1") as partial:
        assert partial.finished == {"a": {"id": "a", "value": 1}}
        partial.add({"id": "b", "value": 2})
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a", "b"}
        partial.discard()
    assert not path.exists()


def test_another_configuration_begins_anew(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    with PartialResults(path, "c2") as partial:
        assert partial.finished == {}


def test_a_line_cut_short_is_dropped(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    path.write_text(path.read_text() + '{"id": "b", "val', encoding="utf-8")
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a"}


def test_a_line_cut_in_the_middle_of_a_letter_is_dropped_alone(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    path.write_bytes(path.read_bytes() + '{"id": "b", "text": "\u03bc'.encode()[:-1])
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a"}
        partial.add({"id": "c"})
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a", "c"}


@pytest.mark.parametrize("character", ["\u2028", "\x0b", "\x85", "\r"])
def test_characters_that_look_like_line_ends_do_not_end_a_line(tmp_path, character):
    path = tmp_path / "run.partial.jsonl"
    rows = {name: {"id": name, "text": f"one{character}two"} for name in "ab"}
    with PartialResults(path, "c1") as partial:
        for row in rows.values():
            partial.add(row)
    with PartialResults(path, "c1") as partial:
        assert partial.finished == rows


def test_opening_again_keeps_what_was_finished_without_writing_it_anew(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    before = path.stat().st_ino, path.read_bytes()
    with PartialResults(path, "c1"):
        assert (path.stat().st_ino, path.read_bytes()) == before  # a kill here would lose nothing


def test_without_a_path_nothing_is_written(tmp_path):
    with PartialResults.nowhere() as partial:
        partial.add({"id": "a"})
        assert set(partial.finished) == {"a"}
        partial.discard()
    assert list(tmp_path.iterdir()) == []


def test_the_hash_depends_on_values_not_on_order():
    assert hash_configuration({"a": 1, "b": 2}) == hash_configuration({"b": 2, "a": 1})
    assert hash_configuration({"a": 1}) != hash_configuration({"a": 2})
