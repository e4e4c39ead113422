"""Reads an HTML tree as a sequence of visible headings, paragraphs, list items and table rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import TypeVar

from lxml import etree, html

from corpus.errors import UnreadableDocument
from corpus.parsing.inline_text import NEVER_TEXT, subscript, superscript
from corpus.parsing.text_builder import normalise_block

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figure", "footer", "header", "hgroup", "html", "legend", "main", "nav", "p", "pre", "section", "summary",
    "tbody", "tfoot", "thead", "tr", "td", "th", "menu",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "menu"})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.I
)
_UNDERLINE_STYLE = re.compile(r"underline", re.I)
_HIDDEN_CLASSES = frozenset({
    "hidden", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "d-none", "offscreen",
})  # fmt: skip
_WIDEST_TABLE = 200
_TALLEST_SPAN = 2000
_DEEPEST = 400


Element = TypeVar("Element", bound=etree._Element)


class BlockShape(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"


class Typeface(Flag):
    """How the whole of a block is set; issuers set headings as bold, underlined or italic paragraphs."""

    PLAIN = 0
    ITALIC = auto()
    UNDERLINED = auto()
    BOLD = auto()


_FACES = {
    "b": Typeface.BOLD,
    "strong": Typeface.BOLD,
    "u": Typeface.UNDERLINED,
    "em": Typeface.ITALIC,
    "i": Typeface.ITALIC,
}


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """One visible run of text. ``level`` is a heading's rank or a list item's depth, from 1.

    ``cells`` and ``headers`` belong to table rows and are equally long. ``lead`` is the part of the
    text, from its beginning, that is set bold or underlined.
    """

    shape: BlockShape
    text: str
    level: int = 0
    marker: str = ""
    typeface: Typeface = Typeface.PLAIN
    lead: str = ""
    headers: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def parse_html(source: str, *, name: str) -> html.HtmlElement:
    """Parse a page or a fragment; raises ``UnreadableDocument`` where there is nothing in it."""
    if not source.strip():
        raise UnreadableDocument(name, "The file holds no HTML.")
    parser = html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    try:
        # Bytes with a stated encoding: lxml refuses text that declares another one.
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableDocument(name, f"The HTML cannot be read: {error}.") from error
    return root


def is_hidden(element: html.HtmlElement) -> bool:
    """True where a reader of the page does not see the element."""
    if element.tag in NEVER_TEXT:
        return True
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    if _HIDDEN_STYLE.search(attributes.get("style", "")):
        return True
    return bool(_HIDDEN_CLASSES.intersection(attributes.get("class", "").lower().split()))


class HtmlBlocks:
    """Walks a tree once. Text that stands in no paragraph of its own is gathered up to the next block."""

    def __init__(
        self, *, skip: frozenset[str] = frozenset(), skipped: Sequence[html.HtmlElement] = ()
    ) -> None:
        self._skip_tags = skip
        self._skipped = {id(element) for element in skipped}
        self._kept = skipped  # held, so that no other object takes an id of theirs
        self._blocks: list[HtmlBlock] = []
        self._runs: list[tuple[str, Typeface]] = []
        self._shape = BlockShape.PARAGRAPH
        self._level = 0
        self._marker = ""

    def read(self, root: html.HtmlElement) -> list[HtmlBlock]:
        """Return the visible blocks below ``root`` in reading order."""
        self._walk(root, Typeface.PLAIN, 0, ())
        self._flush()
        return self._blocks

    def _walk(self, element: html.HtmlElement, face: Typeface, depth: int, lists: tuple[str, ...]) -> None:
        tag = element.tag
        if depth > _DEEPEST:
            self._runs.append((" ".join(element.itertext()), face))
            return
        if not isinstance(tag, str) or self._is_skipped(element):
            return
        if tag == "br":
            self._line_break()
        elif tag == "hr":
            self._flush()
        elif tag == "table":
            self._table(element)
        elif tag in ("sup", "sub"):
            self._raised(element, face)
        elif tag in _HEADINGS:
            self._flush()
            self._children(element, face, depth, lists)
            self._flush(BlockShape.HEADING, level=int(tag[1]))
        elif tag in ("caption", "figcaption"):
            self._flush()
            self._children(element, face, depth, lists)
            self._flush(BlockShape.CAPTION)
        elif tag in _LISTS:
            self._list(element, face, depth, lists)
        elif tag == "li":  # a stray item outside of any list
            self._item(element, face, depth, (*lists, "-"))
        elif tag in _BLOCKS:
            self._flush()
            self._children(element, face, depth, lists)
            self._flush()
        else:
            self._children(element, _typeface(element, face), depth, lists)

    def _children(
        self, element: html.HtmlElement, face: Typeface, depth: int, lists: tuple[str, ...]
    ) -> None:
        if element.text:
            self._runs.append((element.text, face))
        for child in element:
            self._walk(child, face, depth + 1, lists)
            if child.tail:
                self._runs.append((child.tail, face))

    def _is_skipped(self, element: html.HtmlElement) -> bool:
        return element.tag in self._skip_tags or id(element) in self._skipped or is_hidden(element)

    def _list(self, element: html.HtmlElement, face: Typeface, depth: int, lists: tuple[str, ...]) -> None:
        self._flush()
        number = _positive(element.get("start")) if element.tag == "ol" else 0
        for child in element:
            if child.tag == "li":
                marker = f"{number}." if number else "-"
                self._item(child, face, depth + 1, (*lists, marker))
                number += 1 if number else 0
            else:
                self._walk(child, face, depth + 1, lists)
            if child.tail and child.tail.strip():
                self._runs.append((child.tail, face))
        self._flush()

    def _item(self, element: html.HtmlElement, face: Typeface, depth: int, lists: tuple[str, ...]) -> None:
        self._flush()
        outer = (self._shape, self._level, self._marker)
        self._shape, self._level, self._marker = BlockShape.LIST_ITEM, len(lists), lists[-1]
        if not self._is_skipped(element):
            self._children(element, face, depth, lists)
        self._flush()
        self._shape, self._level, self._marker = outer

    def _raised(self, element: html.HtmlElement, face: Typeface) -> None:
        raised = normalise_block("".join(_visible_text(element)))
        before = "".join(text for text, _ in self._runs[-3:])
        # Indentation that a pretty-printer put before the tag is no space of the text.
        if "\n" in before[len(before.rstrip()) :] and self._runs:
            self._runs[-1] = (self._runs[-1][0].rstrip(), self._runs[-1][1])
            before = before.rstrip()
        self._runs.append(((superscript if element.tag == "sup" else subscript)(before, raised), face))

    def _line_break(self) -> None:
        """Two line breaks in a row end a paragraph; one is a space."""
        if self._runs and self._runs[-1][0] == "\n\n":
            self._flush()
        else:
            self._runs.append(("\n\n", Typeface.PLAIN))

    def _flush(self, shape: BlockShape | None = None, *, level: int | None = None) -> None:
        runs, self._runs = self._runs, []
        text = normalise_block("".join(part for part, _ in runs))
        if not text:
            return
        self._blocks.append(
            HtmlBlock(
                shape=shape or self._shape,
                text=text,
                level=self._level if level is None else level,
                marker=self._marker,
                typeface=_whole_typeface(runs),
                lead=_lead(runs),
            )
        )
        self._marker = ""  # a second paragraph of a list item has no marker of its own

    def _table(self, element: html.HtmlElement) -> None:
        self._flush()
        rows = _own_rows(element)
        if _is_layout(element, rows):
            for row in rows:
                for cell in row:
                    self._walk_cell(cell)
            return
        for caption in element.iterchildren("caption"):
            self._runs.append((" ".join(_visible_text(caption)), Typeface.PLAIN))
            self._flush(BlockShape.CAPTION)
        grid, headers = table_grid(rows, lambda cell: " ".join(_visible_text(cell)))
        for cells in grid:
            if any(cells):
                self._blocks.append(
                    HtmlBlock(
                        shape=BlockShape.TABLE_ROW,
                        text="; ".join(filter(None, cells)),
                        headers=tuple(headers),
                        cells=tuple(cells),
                    )
                )

    def _walk_cell(self, cell: html.HtmlElement) -> None:
        self._flush()
        self._children(cell, Typeface.PLAIN, 1, ())
        self._flush()


def table_grid(
    rows: Sequence[Sequence[Element]], cell_text: Callable[[Element], str]
) -> tuple[list[list[str]], list[str]]:
    """Return the data rows of a table with spans filled in, and one header for each column.

    A cell that spans rows is repeated in each of them; a header that spans columns stands over each.
    The headers of several header rows are joined: "Week 4 – Placebo".
    """
    grid: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}  # column -> rows left, text
    header_rows = 0
    in_header = True
    spanned_until = 0  # rows that a header cell of the first row reaches into
    for number, row in enumerate(rows):
        cells: list[str] = []
        # Some issuers set every cell as <th>; then only the first row, and those its spans reach, are headers.
        is_header = any(parent.tag == "thead" for parent in row[0].iterancestors()) or (
            all(cell.tag == "th" for cell in row) and number <= spanned_until
        )
        is_header = is_header and any(
            cell.get("scope", "").lower() not in ("row", "rowgroup") for cell in row
        )
        if (
            number == 0
            and is_header
            and any(_positive(cell.get("colspan")) > 1 for cell in row)
            and len(row) > 1
        ):
            spanned_until = 1
        for cell in row:
            _fill_spanned(cells, pending)
            text = normalise_block(cell_text(cell))
            width = min(_positive(cell.get("colspan")), _WIDEST_TABLE)
            height = min(_positive(cell.get("rowspan")), _TALLEST_SPAN)
            for step in range(width):
                if len(cells) >= _WIDEST_TABLE:
                    break
                filler = text if step == 0 or is_header else ""
                if height > 1:
                    pending[len(cells)] = (height - 1, filler)
                cells.append(filler)
        _fill_spanned(cells, pending)
        if in_header and is_header:
            header_rows += 1
        else:
            in_header = False
        grid.append(cells)
    if header_rows == len(grid):  # nothing but header cells: then they are the data
        header_rows = 0 if len(grid) == 1 else 1
    width = max((len(row) for row in grid), default=0)
    headers = [
        " – ".join(
            dict.fromkeys(row[column] for row in grid[:header_rows] if column < len(row) and row[column])
        )
        for column in range(width)
    ]
    return [row + [""] * (width - len(row)) for row in grid[header_rows:]], headers


def _fill_spanned(cells: list[str], pending: dict[int, tuple[int, str]]) -> None:
    while len(cells) in pending and len(cells) < _WIDEST_TABLE:
        left, text = pending.pop(len(cells))
        if left > 1:
            pending[len(cells)] = (left - 1, text)
        cells.append(text)


def _own_rows(table: html.HtmlElement) -> list[list[html.HtmlElement]]:
    """Rows of this table, not of tables inside it."""
    rows = []
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if child.tag == "tr":
            rows.append(list(child.iterchildren("td", "th")))
        else:
            rows.extend(list(row.iterchildren("td", "th")) for row in child.iterchildren("tr"))
    return [row for row in rows if row]


def _is_layout(table: html.HtmlElement, rows: Sequence[Sequence[html.HtmlElement]]) -> bool:
    """A table of one column, or one that holds tables, only arranges the page."""
    if any(True for _ in table.iterdescendants("table")):
        return True
    return all(len(row) == 1 for row in rows) and not any(cell.tag == "th" for row in rows for cell in row)


def _visible_text(element: html.HtmlElement) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and not is_hidden(child):
            if child.tag in ("sup", "sub"):
                raised = normalise_block("".join(_visible_text(child)))
                previous = child.getprevious()
                before = (previous.tail if previous is not None else element.text) or "x"
                yield (superscript if child.tag == "sup" else subscript)(before, raised)
            else:
                block = child.tag in _BLOCKS or child.tag in ("br", "li", "ul", "ol")
                if block:
                    yield " "
                yield from _visible_text(child)
                if block:
                    yield " "
        if child.tail:
            yield child.tail


def _typeface(element: html.HtmlElement, face: Typeface) -> Typeface:
    if element.attrib and _UNDERLINE_STYLE.search(element.get("style", "")):
        face |= Typeface.UNDERLINED
    return face | _FACES.get(element.tag, Typeface.PLAIN)


def _whole_typeface(runs: Sequence[tuple[str, Typeface]]) -> Typeface:
    whole = Typeface.BOLD | Typeface.UNDERLINED | Typeface.ITALIC
    lettered = False
    for text, face in runs:
        if any(letter.isalnum() for letter in text):
            whole &= face
            lettered = True
    return whole if lettered else Typeface.PLAIN


def _lead(runs: Sequence[tuple[str, Typeface]]) -> str:
    lead: list[str] = []
    for text, face in runs:
        if not face & (Typeface.BOLD | Typeface.UNDERLINED) and text.strip():
            break
        lead.append(text)
    return normalise_block("".join(lead))


def _positive(text: str | None) -> int:
    """Read a span or a list's start; anything that is no positive number counts as 1."""
    return int(text) if text and text.isdecimal() and len(text) < 6 and int(text) > 0 else 1
