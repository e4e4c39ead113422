"""The builder: canonical text and offsets that always agree."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import BlockKind, Document, Metadata
from corpus.parsing.text_builder import DocumentBuilder, normalise_block, table_row_text
from tests.corpus.small_files import assert_offsets, blocks

ANY_TEXT = st.text(max_size=60)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("heading"), ANY_TEXT, st.integers(1, 6)),
        st.tuples(
            st.sampled_from(["paragraph", "list_item", "caption", "recommendation"]), ANY_TEXT, st.just(0)
        ),
        st.tuples(st.just("table_row"), ANY_TEXT, st.just(0)),
    ),
    max_size=25,
)


def build(steps: list[tuple[str, str, int]], title: str = "Title") -> Document:
    builder = DocumentBuilder(title)
    for step, text, level in steps:
        if step == "heading":
            builder.heading(text, level=level)
        elif step == "table_row":
            builder.table_row(["Arm", "Cramps"], [text, "3"])
        else:
            getattr(builder, step)(text)
    return builder.build(document_id="x", metadata=Metadata(title=title), media_type="text/plain")


@given(steps=STEPS, title=ANY_TEXT)
def test_every_block_is_found_at_its_offset(steps: list[tuple[str, str, int]], title: str) -> None:
    document = build(steps, title)
    assert_offsets(document)
    expected = [
        table_row_text(["Arm", "Cramps"], [text, "3"]) if step == "table_row" else normalise_block(text)
        for step, text, _ in steps
        if step != "heading"
    ]
    assert [text for _, _, text in blocks(document)] == [text for text in expected if text]
    document.text.encode("utf-8")


@given(text=ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_block(text)
    assert normalise_block(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("take  0.5\n mg\t(not 5 mg)", "take 0.5 mg (not 5 mg)"),
        ("eGFR ≥ 30 mL/min/1.73 m²", "eGFR ≥ 30 mL/min/1.73 m²"),
        ("5 µg–10 µg", "5 µg–10 µg"),
        ("10\u00a0000\u2009mg", "10 000 mg"),
        ("treat\u00adment \u200bis\ufeff safe", "treatment is safe"),
        ("re\u0301sume\u0301", "résumé"),
        ("ignore \u202ethis\u202c", "ignore this"),
        ("bell\x07 and null\x00", "bell and null"),
    ],
)
def test_normalising_keeps_what_is_said(raw: str, expected: str) -> None:
    assert normalise_block(raw) == expected


def test_headings_nest_and_empty_ones_leave_no_trace() -> None:
    document = build(
        [
            ("heading", "Empty", 1),
            ("heading", "Dose", 1),
            ("heading", "Adults", 2),
            ("paragraph", "One tablet.", 0),
            ("heading", "Children", 2),
            ("heading", "Safety", 1),
            ("paragraph", "None known.", 0),
        ]
    )
    assert [(path, text) for path, _, text in blocks(document)] == [
        ("Dose > Adults", "One tablet."),
        ("Safety", "None known."),
    ]
    assert document.text == "Title\n\nDose\n\nAdults\n\nOne tablet.\n\nSafety\n\nNone known."


def test_list_marker_lies_outside_the_block() -> None:
    builder = DocumentBuilder("T")
    builder.list_item("first", marker="1.")
    builder.recommendation("Do it.", strength="Grade B", populations=["adults"], marker="2.")
    document = builder.build(document_id="x", metadata=Metadata(title="T"), media_type="text/plain")
    assert document.text == "T\n\n1. first\n\n2. Do it."
    (recommendation,) = document.recommendations
    assert document.quote(recommendation.span) == "Do it."
    assert (recommendation.strength, recommendation.certainty) == ("Grade B", None)
    assert recommendation.populations == ("adults",)


def test_table_row_reads_as_header_and_value() -> None:
    assert table_row_text(["", "Magnesium (n = 30)", "Placebo:"], ["Cramps", "3.1", "", "extra"]) == (
        "Cramps; Magnesium (n = 30): 3.1; extra"
    )


def test_closing_a_section_returns_to_the_one_above() -> None:
    builder = DocumentBuilder("T")
    builder.heading("A", level=1)
    builder.heading("B", level=2)
    builder.paragraph("in b")
    builder.close_sections(level=2)
    builder.paragraph("in a")
    document = builder.build(document_id="x", metadata=Metadata(title="T"), media_type="text/plain")
    assert [(section.path, section.blocks[0].kind) for section in document.sections] == [
        (("A", "B"), BlockKind.PARAGRAPH),
        (("A",), BlockKind.PARAGRAPH),
    ]
