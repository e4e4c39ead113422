"""Chooses the parser for a file by what the file contains."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.parsing.encoding import is_binary
from corpus.parsing.html_page import HtmlParser
from corpus.parsing.jats import JatsParser
from corpus.parsing.markdown import MarkdownParser
from corpus.parsing.ngc import NgcParser
from corpus.parsing.nih_questions import NihQuestionsParser
from corpus.parsing.pdf import PdfParser
from corpus.parsing.plain_text import PlainTextParser
from corpus.parsing.port import HEAD_BYTES, Parser, RawFile
from corpus.parsing.pubmed import PubmedParser
from corpus.parsing.word import WordParser
from corpus.parsing.xml_source import is_xml, root_name

PARSERS: tuple[Parser, ...] = (
    PdfParser(),
    WordParser(),
    JatsParser(),
    PubmedParser(),
    NgcParser(),
    NihQuestionsParser(),
    MarkdownParser(),
    HtmlParser(),
    PlainTextParser(),
)
"""Tried in this order; the first whose ``matches`` says yes reads the file."""

PARSER_VERSIONS: Mapping[str, str] = MappingProxyType({parser.name: parser.version for parser in PARSERS})

_KNOWN_BINARIES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet; unpack it, or save it as HTML or Markdown"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save it as PDF, HTML or Markdown"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)


def parse_file(path: Path) -> Iterator[Document]:
    """Yield every document in the file; raises ``UnreadableDocument`` with a sentence that says why not."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            yield from parse_stream(stream, name=path.name, size=size)
    except OSError as error:
        raise UnreadableDocument(
            path.name, f"The file cannot be opened: {error.strerror or error}."
        ) from error


def parse_bytes(data: bytes, *, name: str) -> Iterator[Document]:
    """Yield every document in ``data``; ``name`` is the file name it came with."""
    yield from parse_stream(io.BytesIO(data), name=name, size=len(data))


def parse_stream(stream: IO[bytes], *, name: str, size: int) -> Iterator[Document]:
    """Yield every document in a seekable binary stream of ``size`` bytes."""
    if size == 0:
        raise UnreadableDocument(name, "The file is empty.")
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    file = RawFile(name=name, head=head, size=size, stream=stream)
    parser = choose_parser(file)
    if size > parser.size_limit:
        raise UnreadableDocument(
            name,
            f"The file has {size / 1e6:.0f} MB; {parser.name} is read up to {parser.size_limit / 1e6:.0f} MB. "
            "Split it into smaller files.",
        )
    yield from parser.parse(file)


def choose_parser(file: RawFile) -> Parser:
    """Return the first parser that claims the file; raises ``UnreadableDocument`` where none does."""
    if not file.head.strip():
        raise UnreadableDocument(file.name, "The file holds nothing but white space.")
    for parser in PARSERS:
        if parser.matches(file):
            return parser
    for magic, what in _KNOWN_BINARIES:
        if file.head.startswith(magic):
            raise UnreadableDocument(file.name, f"The file is {what}.")
    if is_xml(file.head):
        raise UnreadableDocument(
            file.name,
            f"The file is XML of an unknown kind (root element <{root_name(file.head) or '?'}>); "
            "known are JATS, PubMed, NGC and NIH question-answer files.",
        )
    if is_binary(file.head):
        raise UnreadableDocument(file.name, "The file holds binary data of no known format.")
    raise UnreadableDocument(
        file.name, f"The file is data or a program ({file.suffix or 'no suffix'}), not a text to quote from."
    )
