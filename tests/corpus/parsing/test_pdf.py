"""PDF: lines become paragraphs, running lines go, and numbers are never joined."""

from __future__ import annotations

import io

import pypdf
import pytest

from corpus.errors import UnreadableDocument
from corpus.parsing.pdf import join_line
from tests.corpus.small_files import assert_offsets, blocks, make_pdf, parse_one

LINE = "This line of the page is long enough to count as a full line of a paragraph in the text"


def test_headings_paragraphs_and_running_lines() -> None:
    pages = [
        [
            "Journal of Examples 2020",
            LINE,
            "and goes on to the next page without a full stop",
            f"Page {number}",
        ]
        for number in range(1, 5)
    ]
    pages[0][1:1] = ["Magnesium for cramps", "Methods"]
    document = parse_one(make_pdf(pages), "trial.pdf")
    assert_offsets(document)
    assert "Journal of Examples 2020" not in [text for _, _, text in blocks(document)]
    assert not any("Page 2" in text for _, _, text in blocks(document))
    assert blocks(document)[-1][0] == "Methods"
    assert any("Read from a PDF" in warning for warning in document.warnings)
    assert document.media_type == "application/pdf"


def test_words_are_joined_and_numbers_are_not() -> None:
    document = parse_one(
        make_pdf(
            [
                [
                    "A title",
                    "The treat-",
                    "ment took 10-",
                    "20 mg of long-",
                    "term magnesium in IL-",
                    "6 assays.",
                ]
            ]
        ),
        "x.pdf",
    )
    assert blocks(document)[-1][2].endswith(
        "The treatment took 10-20 mg of long-term magnesium in IL-6 assays."
    )


@pytest.mark.parametrize(
    ("text", "line", "joined"),
    [
        ("a treat-", "ment", "a treatment"),
        ("doses of 5-", "10 mg", "doses of 5-10 mg"),
        ("a placebo-", "controlled", "a placebo-controlled"),
        ("the non-", "pregnant", "the non-pregnant"),
        ("alpha-", "Blocker", "alpha-Blocker"),
        ("0.5", "mg", "0.5 mg"),
    ],
)
def test_join_line(text: str, line: str, joined: str) -> None:
    assert join_line(text, line) == joined


def test_pdf_without_text_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="no text layer"):
        parse_one(make_pdf([[], []]), "scan.pdf")


def test_encrypted_pdf_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf([[LINE]])))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableDocument, match="encrypted"):
        parse_one(out.getvalue(), "locked.pdf")


def test_damaged_pdf_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"damaged|no text layer"):
        parse_one(b"%PDF-1.4\nnothing more", "broken.pdf")
