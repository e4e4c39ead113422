"""Parser for the question-and-answer files of the National Institutes of Health (MedQuAD's layout)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.document import Document, Metadata, SourceKind
from corpus.errors import UnreadableDocument
from corpus.parsing.identifiers import fallback_id, slug
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block
from corpus.parsing.xml_source import parse_xml, root_name, text_of

_ISSUERS = {
    "NIDDK": "National Institute of Diabetes and Digestive and Kidney Diseases",
    "NINDS": "National Institute of Neurological Disorders and Stroke",
    "NHLBI": "National Heart, Lung, and Blood Institute",
    "CDC": "Centers for Disease Control and Prevention",
    "GHR": "Genetics Home Reference",
    "GARD": "Genetic and Rare Diseases Information Center",
    "NIHSENIORHEALTH": "NIH SeniorHealth",
    "CANCERGOV": "National Cancer Institute",
}
_ROOTS = frozenset({"Document", "DiseaseFile", "doc"})
_BLANK_LINES = re.compile(r"\n\s*\n")
_BULLET = re.compile(r"^\s*[-•*]\s+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([?.!])(?:\s*\?)?$")
_LONGEST_HEADING_WORDS = 8
_LINK_REMNANTS = frozenset({"Espaol", "Español", "En Español"})  # what is left of a link to the Spanish page


class NihQuestionsParser:
    """One topic a file: its questions become headings, its answers the text below them.

    The collection spells its elements in three ways (``Document``, ``DiseaseFile``, ``doc``); all are read.
    """

    name = "NIH question-answer XML"
    version = "1"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        return root_name(file.head) in _ROOTS and any(
            mark in file.head for mark in (b"<QAPair", b"<qaPairs", b"<Focus>")
        )

    def parse(self, file: RawFile) -> Iterator[Document]:
        root = parse_xml(file)
        source = (root.get("source") or root.get("corpus") or "").strip()
        number = slug(root.get("id") or root.get("fid") or root.get("docid") or "")
        url = _url(root)
        title = _text(root, "Focus", "doctitle-focus") or _title_from_address(url)
        if not title:
            raise UnreadableDocument(file.name, "The file names no topic (element <Focus>).")
        builder = DocumentBuilder(title)
        if not _text(root, "Focus", "doctitle-focus"):
            builder.warn("The file names no topic; the title was taken from its web address.")
        for pair in root.iter("QAPair", "pair"):
            question = _SPACE_BEFORE_MARK.sub(r"\1", _text(pair, "Question", "question"))
            answer = _child(pair, "Answer", "answer")
            builder.heading(question[:1].upper() + question[1:], level=1)
            _add_answer(
                builder, "".join(str(part) for part in answer.itertext()) if answer is not None else ""
            )
        if builder.is_empty:
            raise UnreadableDocument(
                file.name,
                "The file holds questions but no answers; their text was left out by its publisher.",
            )
        yield builder.build(
            document_id=f"nih-{slug(source)}-{number}"
            if source and number
            else fallback_id(file.stem, builder.canonical_text()),
            metadata=Metadata(
                title=builder.title,
                kind=SourceKind.CONSUMER_TEXT,
                issuer=_ISSUERS.get(source.upper(), source or None),
                url=url,
            ),
            media_type="application/xml",
        )


def _child(element: etree._Element, *names: str) -> etree._Element | None:
    return next((child for name in names if (child := element.find(name)) is not None), None)


def _text(element: etree._Element, *names: str) -> str:
    return text_of(_child(element, *names))


def _title_from_address(url: str | None) -> str:
    """``.../visa_vrsa.html`` names its topic as well as a missing title can be named."""
    if url is None:
        return ""
    last = url.rstrip("/").rpartition("/")[2]
    return re.sub(r"[-_+]+", " ", re.sub(r"\.\w{2,5}$", "", last)).strip()


def _url(root: etree._Element) -> str | None:
    url = (root.get("url") or "").strip()
    return url if re.match(r"https?://\S+$", url) else None


def _add_answer(builder: DocumentBuilder, answer: str) -> None:
    """Add one answer: paragraphs between blank lines, bulleted lines as list items.

    The publisher's export lost the marks of headings and bullets, but not their lines: a short line
    before a full paragraph was a heading ("Overview"), several short lines in a row were a list.
    """
    paragraphs = [part for part in _BLANK_LINES.split(answer) if normalise_block(part)]
    short = [_is_short(normalise_block(part)) for part in paragraphs]
    for position, paragraph in enumerate(paragraphs):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        text = normalise_block(paragraph)
        after_short = position > 0 and short[position - 1]
        before_full = position + 1 < len(paragraphs) and not short[position + 1]
        if text in _LINK_REMNANTS:
            continue
        if any(_BULLET.match(line) for line in lines):
            _add_lines(builder, lines)
        elif short[position] and before_full and not after_short:
            builder.heading(text, level=2)
        elif short[position] and (after_short or not before_full):
            builder.list_item(text)
        else:
            builder.paragraph(text)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _LONGEST_HEADING_WORDS and text[0].isupper() and text[-1].isalnum()


def _add_lines(builder: DocumentBuilder, lines: list[str]) -> None:
    gathered: list[str] = []
    is_item = False
    for line in [*lines, ""]:
        bullet = _BULLET.match(line)
        if bullet or not line:
            text = " ".join(gathered)
            if is_item:
                builder.list_item(text)
            else:
                builder.paragraph(text)
            gathered, is_item = [line[bullet.end() :]] if bullet else [], bool(bullet)
        else:
            gathered.append(line)
