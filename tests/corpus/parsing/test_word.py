"""Word files: structure by style, deleted and hidden text out."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.errors import UnreadableDocument
from tests.corpus.small_files import assert_offsets, blocks, make_docx, parse_one

BODY = """
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Care of cramps</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Dose</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Give 10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>3</w:t></w:r>
<w:r><w:t xml:space="preserve"> mg</w:t></w:r><w:del><w:r><w:delText> twice</w:delText></w:r></w:del>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r><w:ins><w:r><w:t> daily.</w:t></w:r></w:ins></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>with food</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Arm</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>n</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Mg</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>30</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
"""


def test_structure() -> None:
    document = parse_one(make_docx(BODY), "care.docx")
    assert_offsets(document)
    assert document.metadata.title == "Care of cramps"
    assert blocks(document) == [
        ("Dose", "paragraph", "Give 10^3 mg daily."),
        ("Dose", "list_item", "with food"),
        ("Dose", "table_row", "Arm: Mg; n: 30"),
    ]


def test_empty_and_damaged_files_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match="holds no text"):
        parse_one(make_docx("<w:p/>"), "x.docx")
    with pytest.raises(UnreadableDocument, match="damaged"):
        parse_one(make_docx(BODY)[:200], "x.docx")


def test_archive_that_is_no_word_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnreadableDocument, match="ZIP archive"):
        parse_one(out.getvalue(), "sheet.xlsx")


def test_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    with pytest.raises(UnreadableDocument, match="unpacks to more than"):
        parse_one(out.getvalue(), "bomb.docx")
