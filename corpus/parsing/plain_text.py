"""Parser for plain text: paragraphs between blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.document import Document, Metadata
from corpus.errors import UnreadableDocument
from corpus.parsing.encoding import decode, is_binary
from corpus.parsing.identifiers import fallback_id
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, join_lines, normalise_block
from corpus.parsing.xml_source import is_xml

_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_BULLET = re.compile(r"[ \t]*(?:[-*•‣◦]|(\d{1,3}[.)]))[ \t]+(?=\S)")
_LONGEST_TITLE = 200
# Text that is data or a program: as passages to quote, it would only be noise.
_DATA_SUFFIXES = frozenset(
    ".json .jsonl .ndjson .csv .tsv .yaml .yml .toml .ini .cfg .log .sql .py .js .ts .css .sh .xml .xsl .xsd .svg .bib .ris".split()
)


class PlainTextParser:
    """The fallback: takes any text that nothing else claims. The first line is the title if it reads like one."""

    name = "plain text"
    version = "1"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        return not (is_binary(file.head) or is_xml(file.head) or file.suffix in _DATA_SUFFIXES)

    def parse(self, file: RawFile) -> Iterator[Document]:
        text, warning = decode(file.stream.read(), name=file.name)
        paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n"))
        paragraphs = [paragraph for paragraph in paragraphs if paragraph.strip()]
        first = normalise_block(paragraphs[0]) if paragraphs else ""
        title = file.stem
        if len(paragraphs) > 1 and len(first) <= _LONGEST_TITLE and first[-1:] not in ".!?;:,":
            title = first
            paragraphs = paragraphs[1:]
        builder = DocumentBuilder(title)
        if warning:
            builder.warn(warning)
        for paragraph in paragraphs:
            _add_paragraph(builder, paragraph)
        if builder.is_empty:
            raise UnreadableDocument(file.name, "The file holds no text.")
        yield builder.build(
            document_id=fallback_id(file.stem, builder.canonical_text()),
            metadata=Metadata(title=builder.title),
            media_type="text/plain",
        )


def _add_paragraph(builder: DocumentBuilder, paragraph: str) -> None:
    """Add one run of lines: a list where its lines are bulleted, else one paragraph."""
    lines: list[str] = []
    marker = ""

    def flush() -> None:
        if marker:
            builder.list_item(join_lines(lines), marker=marker)
        else:
            builder.paragraph(join_lines(lines))

    for line in paragraph.split("\n"):
        bullet = _BULLET.match(line)
        if bullet:
            flush()
            marker, lines = bullet.group(1) or "-", [line[bullet.end() :]]
        else:
            lines.append(line)
    flush()
