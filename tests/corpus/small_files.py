"""Small files for the parser tests, each made by hand, and one call to parse them."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Sequence
from itertools import pairwise

from corpus.document import BlockKind, Document
from corpus.parsing.registry import parse_bytes

FRONT_MATTER = """\
---
id: small-trial-2020
title: "A small trial of magnesium"
source:
  title: "Magnesium for night cramps"
  journal: "Journal of Examples"
  year: 2020
  kind: trial
  doi: "10.1000/example.1"
  pmid: "12345678"
  url: "https://doi.org/10.1000/example.1"
population: [adults, pregnancy]
strength: null
certainty: "low"
status: current
digest: true
drafted_from: abstract
review_status: pending_human_review
---
"""


def parse_one(data: bytes | str, name: str) -> Document:
    """Parse a file that holds exactly one document."""
    raw = data.encode() if isinstance(data, str) else data
    documents = list(parse_bytes(raw, name=name))
    assert len(documents) == 1
    return documents[0]


def blocks(document: Document) -> list[tuple[str, str, str]]:
    """Every block as (path joined by " > ", kind, text), in reading order."""
    return [
        (" > ".join(section.path), block.kind.value, document.quote(block.span))
        for section in document.sections
        for block in section.blocks
    ]


def texts(document: Document, kind: BlockKind | None = None) -> list[str]:
    return [text for _, found, text in blocks(document) if kind is None or found == kind.value]


def assert_offsets(document: Document) -> None:
    """Blocks lie in order, do not overlap, and each recommendation is a block."""
    spans = [block.span for section in document.sections for block in section.blocks]
    for earlier, later in pairwise(spans):
        assert earlier.end <= later.start
    for span in spans:
        text = document.quote(span)
        assert text
        assert text == text.strip()
        assert "\n" not in text
    assert {item.span for item in document.recommendations} <= set(spans)


def make_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with a text layer: one text line for each string, set in Helvetica."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids: list[bytes] = []
    for lines in pages:
        content = b"BT /F1 11 Tf 14 TL 50 780 Td\n"
        for line in lines:
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            content += b"(" + escaped.encode("cp1252") + b") Tj T*\n"
        content += b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def make_docx(body: str) -> bytes:
    """Return a Word file whose body holds the given WordprocessingML."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>',
        )
        archive.writestr(
            "word/styles.xml",
            f'<w:styles xmlns:w="{namespace}"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
            "</w:styles>",
        )
    return out.getvalue()


def make_ngc(major_recommendations: str, **fields: str) -> str:
    """Return a guideline summary; values are HTML and are escaped here."""
    values = {
        "Guideline Title": "<div>Care of an example condition.</div>",
        "Guideline Status": "<p>This is the current release of the guideline.</p>",
        "Major Recommendations": major_recommendations,
        "Target Population": "<p>Asymptomatic adults without a known diagnosis of diabetes</p>",
        "Date Released": "<p>2001 Dec (revised 2014 Dec)</p>",
        "Guideline Developer(s)": "Example Task Force - Independent Expert Panel",
        **{name.replace("_", " "): value for name, value in fields.items()},
    }
    body = "".join(
        f'<Field Name="{name}"><FieldValue Value="{html.escape(value)}"/></Field>'
        for name, value in values.items()
    )
    return (
        f"<Version><xmlSource>National Guideline Clearinghouse</xmlSource><Section>{body}</Section></Version>"
    )
