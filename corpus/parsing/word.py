"""Parser for Word documents (.docx): headings, paragraphs, lists and tables; deleted and hidden text stays out."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from corpus.document import Document, Metadata
from corpus.errors import UnreadableDocument
from corpus.parsing.html_blocks import table_grid
from corpus.parsing.identifiers import fallback_id
from corpus.parsing.inline_text import subscript, superscript
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block
from corpus.parsing.xml_source import local_name, parse_xml, text_of

_BODY = "word/document.xml"
_STYLES = "word/styles.xml"
_PROPERTIES = "docProps/core.xml"
_LARGEST_PART = 50_000_000
_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SILENT = frozenset(
    {"del", "moveFrom", "instrText", "delText", "pict", "drawing", "object", "footnoteReference"}
)


class WordParser:
    """One document a file. Comments, footnotes, headers and footers are other parts and are not read."""

    name = "Word"
    version = "1"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        if not file.head.startswith(b"PK\x03\x04"):
            return False
        return file.suffix in (".docx", ".docm") or b"word/" in file.head

    def parse(self, file: RawFile) -> Iterator[Document]:
        try:
            archive = zipfile.ZipFile(io.BytesIO(file.stream.read()))
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise UnreadableDocument(file.name, f"The Word file is damaged: {error}.") from error
        with archive:
            body = _part(archive, _BODY, file.name)
            if body is None:
                raise UnreadableDocument(file.name, f"The Word file has no part {_BODY}.")
            properties = _part(archive, _PROPERTIES, file.name)
            headings = _heading_styles(_part(archive, _STYLES, file.name))
        stated = _property(properties, "title")
        paragraphs = [element for element in body.iter(f"{_W}p") if _paragraph_text(element)]
        first = (
            _paragraph_text(paragraphs[0]) if paragraphs and _style(paragraphs[0]).lower() == "title" else ""
        )
        builder = DocumentBuilder(first or stated or file.stem)
        content = body.find(f"{_W}body")
        _write(builder, content if content is not None else body, headings)
        if builder.is_empty:
            raise UnreadableDocument(file.name, "The Word file holds no text.")
        year = _YEAR.search(_property(properties, "created"))
        yield builder.build(
            document_id=fallback_id(file.stem, builder.canonical_text()),
            metadata=Metadata(
                title=builder.title,
                year=int(year.group()) if year else None,
                authors=_property(properties, "creator") or None,
            ),
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        )


def _part(archive: zipfile.ZipFile, part: str, name: str) -> etree._Element | None:
    """Parse one part of the package; ``None`` where the package has none of that name."""
    try:
        size = archive.getinfo(part).file_size
    except KeyError:
        return None
    if size > _LARGEST_PART:
        raise UnreadableDocument(name, f"The part {part} unpacks to more than {_LARGEST_PART / 1e6:.0f} MB.")
    try:
        with archive.open(part) as stream:
            data = stream.read(_LARGEST_PART + 1)  # the stated size may be a lie
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableDocument(name, f"The part {part} cannot be unpacked: {error}.") from error
    if len(data) > _LARGEST_PART:
        raise UnreadableDocument(name, f"The part {part} unpacks to more than {_LARGEST_PART / 1e6:.0f} MB.")
    return parse_xml(RawFile(name=name, head=data[:512], size=len(data), stream=io.BytesIO(data)))


def _property(properties: etree._Element | None, name: str) -> str:
    if properties is None:
        return ""
    return next((text_of(element) for element in properties if local_name(element) == name), "")


def _heading_styles(styles: etree._Element | None) -> dict[str, int]:
    """Map style ids to heading levels by the style's name, which is the same in every language of Word."""
    levels: dict[str, int] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        name = style.find(f"{_W}name")
        match = _HEADING.fullmatch(str(name.get(f"{_W}val") or "")) if name is not None else None
        if match:
            levels[str(style.get(f"{_W}styleId"))] = int(match.group(1))
    return levels


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return str(style.get(f"{_W}val") or "") if style is not None else ""


def _write(builder: DocumentBuilder, container: etree._Element, headings: dict[str, int]) -> None:
    for element in container:
        tag = local_name(element)
        if tag == "p":
            _write_paragraph(builder, element, headings)
        elif tag == "tbl":
            rows = [[cell for cell in row if local_name(cell) == "tc"] for row in element.findall(f"{_W}tr")]
            grid, _ = table_grid([row for row in rows if row], _cell_text)
            for cells in grid[1:] if len(grid) > 1 else grid:
                builder.table_row(grid[0] if len(grid) > 1 else [], cells)
        elif tag in ("sdt", "sdtContent", "ins", "customXml"):
            _write(builder, element, headings)


def _write_paragraph(builder: DocumentBuilder, paragraph: etree._Element, headings: dict[str, int]) -> None:
    text = _paragraph_text(paragraph)
    style = _style(paragraph)
    match = _HEADING.fullmatch(style)
    level = headings.get(style) or (int(match.group(1)) if match else 0)
    if text == builder.title and builder.is_empty:
        return
    if level:
        builder.heading(text, level=level)
    elif paragraph.find(f"{_W}pPr/{_W}numPr") is not None or style.lower().startswith("list"):
        builder.list_item(text)
    else:
        builder.paragraph(text)


def _cell_text(cell: etree._Element) -> str:
    return " ".join(_paragraph_text(paragraph) for paragraph in cell.iter(f"{_W}p"))


def _paragraph_text(paragraph: etree._Element) -> str:
    parts: list[str] = []
    _collect(paragraph, parts)
    return normalise_block("".join(parts))


def _collect(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        tag = local_name(child)
        if tag in _SILENT:
            continue
        if tag == "r":
            _collect_run(child, parts)
        elif tag != "pPr":
            _collect(child, parts)


def _collect_run(run: etree._Element, parts: list[str]) -> None:
    properties = run.find(f"{_W}rPr")
    raised = ""
    if properties is not None:
        if properties.find(f"{_W}vanish") is not None:
            return
        alignment = properties.find(f"{_W}vertAlign")
        raised = str(alignment.get(f"{_W}val")) if alignment is not None else ""
    texts = []
    for child in run:
        tag = local_name(child)
        if tag == "t":
            texts.append(child.text or "")
        elif tag in ("tab", "br", "cr"):
            texts.append(" ")
        elif tag == "noBreakHyphen":
            texts.append("-")
    text = "".join(texts)
    before = "".join(parts[-4:])
    if raised == "superscript":
        text = superscript(before, text)
    elif raised == "subscript":
        text = subscript(before, text)
    parts.append(text)
