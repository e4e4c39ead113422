"""The one place where canonical text, sections, blocks and recommendations are put together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from corpus.document import Block, BlockKind, Document, Metadata, Recommendation, Section, Span

# Invisible characters: soft hyphen, zero-width characters, byte-order mark, bidirectional controls.
# They change how a text looks or matches without being part of what it says.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def normalise_block(text: str) -> str:
    """Return ``text`` as one line of canonical text.

    Unicode NFC; every run of whitespace becomes one space; invisible and control characters go.
    Digits, signs, units and words are never altered (NFC, not NFKC, keeps µ, ², ½ and ≥ as they are).
    """
    text = _CONTROL.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text)))
    return " ".join(text.split())


def table_row_text(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Join one row as ``Header: value; Header: value``; empty cells are left out.

    A cell without a header, or equal to its header, stands alone.
    """
    parts: list[str] = []
    for column, raw in enumerate(cells):
        cell = normalise_block(raw)
        if not cell:
            continue
        header = normalise_block(headers[column]).rstrip(":") if column < len(headers) else ""
        parts.append(f"{header}: {cell}" if header and header != cell else cell)
    return "; ".join(parts)


class DocumentBuilder:
    """Collects the parts of one document in reading order and computes every offset.

    The text begins with the title's line. A heading is written once the first block below it comes,
    so a heading without text leaves no trace. ``level`` counts from 1, the outermost.
    """

    def __init__(self, title: str) -> None:
        self._title = normalise_block(title)
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[tuple[int, str, bool]] = []  # level, heading, already written
        self._sections: list[tuple[tuple[str, ...], list[Block]]] = []
        self._section_open = False
        self._recommendations: list[Recommendation] = []
        self._warnings: list[str] = []
        self._last_kind: BlockKind | None = None
        if self._title:
            self._write(self._title)

    @property
    def title(self) -> str:
        return self._title

    @property
    def path(self) -> tuple[str, ...]:
        """The headings that the next block would lie under."""
        return tuple(heading for _, heading, _ in self._headings)

    @property
    def is_empty(self) -> bool:
        """True while no block has been added."""
        return not self._sections

    def heading(self, text: str, *, level: int = 1) -> None:
        """Open a section. Closes every open section of the same or a deeper level."""
        heading = normalise_block(text)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if heading:
            self._headings.append((level, heading, False))
        self._section_open = False

    def close_sections(self, *, level: int = 1) -> None:
        """Return to the section above ``level``, so that the next block lies outside of it."""
        self.heading("", level=level)

    def paragraph(self, text: str) -> Span | None:
        return self._block(BlockKind.PARAGRAPH, text)

    def list_item(self, text: str, *, marker: str = "-") -> Span | None:
        """Add a list item. The marker lies in the text but outside the block."""
        return self._block(BlockKind.LIST_ITEM, text, marker=marker)

    def caption(self, text: str) -> Span | None:
        return self._block(BlockKind.CAPTION, text)

    def table_row(self, headers: Sequence[str], cells: Sequence[str]) -> Span | None:
        return self._block(BlockKind.TABLE_ROW, table_row_text(headers, cells))

    def recommendation(
        self,
        text: str,
        *,
        strength: str | None = None,
        certainty: str | None = None,
        populations: Sequence[str] = (),
        marker: str = "",
    ) -> Span | None:
        """Add one recommendation with its grade in its issuer's own words."""
        span = self._block(BlockKind.RECOMMENDATION, text, marker=marker)
        if span is not None:
            self._recommendations.append(
                Recommendation(
                    span=span,
                    strength=strength or None,
                    certainty=certainty or None,
                    populations=tuple(populations),
                )
            )
        return span

    def warn(self, sentence: str) -> None:
        """Note something a maintainer should know about how well this file could be read."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def build(self, *, document_id: str, metadata: Metadata, media_type: str) -> Document:
        return Document(
            id=document_id,
            text="".join(self._parts),
            metadata=metadata,
            sections=tuple(Section(path=path, blocks=tuple(blocks)) for path, blocks in self._sections),
            recommendations=tuple(self._recommendations),
            media_type=media_type,
            warnings=tuple(self._warnings),
        )

    def canonical_text(self) -> str:
        """The text assembled so far."""
        return "".join(self._parts)

    def _block(self, kind: BlockKind, raw: str, *, marker: str = "") -> Span | None:
        text = normalise_block(raw)
        if not text:
            return None
        self._write_pending_headings()
        run = kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW) and kind is self._last_kind
        run = run or (kind is BlockKind.RECOMMENDATION and bool(marker) and kind is self._last_kind)
        self._separate("\n" if run else "\n\n")
        if marker:
            self._write(f"{marker} ")
        start = self._length
        self._write(text)
        span = Span(start, self._length)
        if not self._section_open:
            self._sections.append((self.path, []))
            self._section_open = True
        self._sections[-1][1].append(Block(kind=kind, span=span))
        self._last_kind = kind
        return span

    def _write_pending_headings(self) -> None:
        for position, (level, heading, written) in enumerate(self._headings):
            if not written:
                self._separate("\n\n")
                self._write(heading)
                self._headings[position] = (level, heading, True)
                self._last_kind = None

    def _separate(self, gap: str) -> None:
        if self._length:
            self._write(gap)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def join_lines(lines: Iterable[str]) -> str:
    """Join lines of one paragraph with single spaces."""
    return normalise_block(" ".join(lines))
