"""Parser for the text layer of PDF files: pypdf first, pypdfium2 where pypdf fails or finds little."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdf
import pypdfium2
from pypdf.errors import PyPdfError

from corpus.document import Document, Metadata
from corpus.errors import UnreadableDocument
from corpus.parsing.identifiers import clean_doi, fallback_id
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block

_MOST_PAGES = 2000
_LEAST_LETTERS_PER_PAGE = 20  # fewer on average: the pages are images
_EDGE_LINES = 3  # lines at the top and bottom of a page that may be a running header or footer
_LEAST_PAGES_FOR_HEADERS = 3
_SHARE_OF_PAGES = 0.6

_DIGITS = re.compile(r"\d+")
# A hyphen at the end of a line is dropped only between small letters, and never beside a digit:
# "treat-\nment" is one word, "IL-\n6" and "10-\n20" are not.
_HYPHENATED = re.compile(r"([^\W\d_]{3,})-$")
_HYPHENATED_PREFIXES = frozenset(
    "non self low high long short post pre anti co well mid multi cross inter intra double single first second third"
    " half evidence placebo dose risk age year week day follow meta random".split()
)
_BULLET = re.compile(r"\s*(?:[•‣◦▪●]|[-–](?=\s))\s*(?=\S)")
_NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z][^.]{2,80}$")
_KNOWN_HEADING = re.compile(
    r"(?:abstract|summary|background|introduction|methods|materials and methods|results|discussion|conclusions?|"
    r"recommendations?|safety|limitations|key messages|references)\s*:?$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"(?:references|bibliography|literature cited)\s*:?$", re.IGNORECASE)
_TERMINAL = re.compile(r"[.?!:;][\"”’)\]]*$")
_YEAR = re.compile(r"^D?:?((?:19|20)\d{2})")


class PdfParser:
    """One document a file. Columns, tables and figures are read as the text layer orders them."""

    name = "PDF"
    version = "1"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        return b"%PDF-" in file.head[:1024]

    def parse(self, file: RawFile) -> Iterator[Document]:
        data = file.stream.read()
        pages, metadata, warnings = _read(data, file.name)
        pages = _without_running_lines(pages)
        title = metadata.title or _first_line(pages) or file.stem
        builder = DocumentBuilder(title)
        for warning in warnings:
            builder.warn(warning)
        builder.warn(
            "Read from a PDF: the order of columns and tables is a guess; prefer XML or HTML where there is one."
        )
        _write(builder, pages)
        if builder.is_empty:
            raise UnreadableDocument(
                file.name, "The PDF has no text layer; run it through text recognition (OCR) first."
            )
        yield builder.build(
            document_id=fallback_id(file.stem, builder.canonical_text()),
            metadata=Metadata(
                title=builder.title, year=metadata.year, doi=metadata.doi, authors=metadata.authors
            ),
            media_type="application/pdf",
        )


def _read(data: bytes, name: str) -> tuple[list[str], Metadata, list[str]]:
    """Return the text of each page, the file's own metadata and warnings."""
    metadata = Metadata(title="")
    warnings: list[str] = []
    pages: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(name, "The PDF is encrypted; save it without a password.")
        if len(reader.pages) > _MOST_PAGES:
            raise UnreadableDocument(name, f"The PDF has more than {_MOST_PAGES} pages; split it.")
        metadata = _metadata(reader)
        pages = [page.extract_text() for page in reader.pages]
    except UnreadableDocument:
        raise
    # pypdf raises all kinds of errors on damaged files; PDFium may still read them.
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError,
            NotImplementedError, AssertionError) as error:  # fmt: skip
        warnings.append(f"pypdf could not read the file ({type(error).__name__}); PDFium was used.")
    if _letters(pages) < _LEAST_LETTERS_PER_PAGE * max(len(pages), 1):
        pages = _read_with_pdfium(data, name)
        if _letters(pages) < _LEAST_LETTERS_PER_PAGE * max(len(pages), 1):
            raise UnreadableDocument(
                name,
                "The PDF has no text layer (its pages are images); run it through text recognition (OCR) first.",
            )
        if not warnings:
            warnings.append("pypdf found hardly any text; PDFium was used.")
    return pages, metadata, warnings


def _read_with_pdfium(data: bytes, name: str) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(name, "The PDF is encrypted; save it without a password.") from error
        raise UnreadableDocument(name, f"The PDF is damaged: {error}.") from error
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableDocument(name, f"The PDF has more than {_MOST_PAGES} pages; split it.")
        pages = []
        for index in range(len(document)):
            page = document[index]
            text_page = page.get_textpage()
            # PDFium marks a hyphen at a line's end with U+FFFE or U+0002.
            pages.append(text_page.get_text_bounded().replace("\ufffe", "-\n").replace("\x02", "-\n"))
            text_page.close()
            page.close()
        return pages
    finally:
        document.close()


def _letters(pages: Sequence[str]) -> int:
    return sum(letter.isalnum() for page in pages for letter in page)


def _metadata(reader: pypdf.PdfReader) -> Metadata:
    information = reader.metadata
    if information is None:
        return Metadata(title="")
    title = normalise_block(str(information.get("/Title") or ""))
    if re.search(r"\.(?:docx?|pdf|indd|tex|dvi)$|^(?:untitled|microsoft word)", title, re.IGNORECASE):
        title = ""  # the name of a working file
    year = _YEAR.match(str(information.get("/CreationDate") or ""))
    return Metadata(
        title=title,
        year=int(year.group(1)) if year else None,
        doi=clean_doi(str(information.get("/doi") or information.get("/DOI") or "")),
        authors=normalise_block(str(information.get("/Author") or "")) or None,
    )


def _first_line(pages: Sequence[str]) -> str:
    for page in pages[:1]:
        for line in page.splitlines():
            text = normalise_block(line)
            if len(text) > 3:
                return text[:200]
    return ""


def _without_running_lines(pages: Sequence[str]) -> list[str]:
    """Drop headers and footers: lines at a page's edge that come back on most pages, page numbers aside."""
    split = [[line for line in page.splitlines() if line.strip()] for page in pages]
    if len(split) < _LEAST_PAGES_FOR_HEADERS:
        return ["\n".join(lines) for lines in split]
    counts: Counter[str] = Counter()
    for lines in split:
        depth = _edge_depth(lines)
        counts.update({_edge_key(line) for line in (*lines[:depth], *lines[len(lines) - depth :])})
    running = {key for key, count in counts.items() if count >= max(3, _SHARE_OF_PAGES * len(split))}
    kept = []
    for lines in split:
        depth = _edge_depth(lines)
        kept.append(
            "\n".join(
                line
                for position, line in enumerate(lines)
                if not ((position < depth or position >= len(lines) - depth) and _edge_key(line) in running)
            )
        )
    return kept


def _edge_depth(lines: Sequence[str]) -> int:
    """How many lines count as a page's edge; on a short page fewer, so that its text is no edge."""
    return min(_EDGE_LINES, max(1, len(lines) // 4)) if lines else 0


def _edge_key(line: str) -> str:
    return _DIGITS.sub("#", normalise_block(line).lower())


def _write(builder: DocumentBuilder, pages: Sequence[str]) -> None:
    """Put lines together into paragraphs; a blank line, a bullet, a heading or a short last line ends one."""
    lines = [line for page in pages for line in page.splitlines()]
    longest = sorted((len(line) for line in lines if line.strip()), reverse=True)
    full = longest[len(longest) // 10] if longest else 0
    paragraph = _Paragraph(builder)
    for line in lines:
        text = normalise_block(line)
        if _REFERENCES.match(text):
            break  # the reference list closes the article
        if not text or text == builder.title:
            paragraph.end()
        elif _KNOWN_HEADING.match(text) or (_NUMBERED_HEADING.match(text) and len(text) < 0.8 * full):
            paragraph.end()
            builder.heading(text.rstrip(":"), level=2 if _NUMBERED_HEADING.match(text) else 1)
        elif bullet := _BULLET.match(line):
            paragraph.end()
            paragraph.begin_item(normalise_block(line[bullet.end() :]))
        else:
            paragraph.add(text)
            if _TERMINAL.search(text) and len(text) < 0.75 * full:
                paragraph.end()
    paragraph.end()


class _Paragraph:
    """The lines of the block being read."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._text = ""
        self._is_item = False

    def begin_item(self, text: str) -> None:
        self._text, self._is_item = text, True

    def add(self, line: str) -> None:
        self._text = join_line(self._text, line)

    def end(self) -> None:
        if self._is_item:
            self._builder.list_item(self._text)
        else:
            self._builder.paragraph(self._text)
        self._text, self._is_item = "", False


def join_line(text: str, line: str) -> str:
    """Append a line; a word broken by a hyphen is joined only where that is safe."""
    if not text:
        return line
    broken = _HYPHENATED.search(text)
    if (
        text.endswith("-")
        and line[:1].islower()
        and broken
        and broken.group(1).lower() not in _HYPHENATED_PREFIXES
    ):
        return text[:-1] + line
    if text.endswith("-"):
        return text + line  # a hyphen that belongs to the word, or to a range of numbers
    return f"{text} {line}"
