"""Cuts a document into chunks of whole sentences that never leave their section.

A recommendation is one chunk, a table is cut between rows, everything else is packed sentence by
sentence up to a target size. The text of a chunk is always the document's own, byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Block, BlockKind, Chunk, ChunkKind, Document, Recommendation, Section, Span
from corpus.sentences import split_sentences

CHUNKER_VERSION = "1"

TARGET_TOKENS = 180
"""About 110 to 130 words of English medical prose in word pieces."""

MAX_CONTEXT_TOKENS = 60
"""How much of the budget title and headings may take; beyond that the context is shortened, not the text."""

SPECIAL_TOKENS = 3
"""[CLS], [SEP] and one for the join of context and text."""

_SMALLEST_BUDGET = 16
_SMALL_TAIL = 30  # tokens; a smaller last chunk joins the one before where that fits
_CLAUSE_END = re.compile(r"[;:,–—]$")

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence, a table row, or a piece of one too long for the budget."""

    span: Span
    tokens: int
    first_of_block: bool = False
    leads_in: bool = False  # ends with a colon: belongs to what follows


def chunk_document(
    document: Document,
    *,
    count_tokens: CountTokens,
    max_tokens: int = 256,
    target_tokens: int = TARGET_TOKENS,
    max_context_tokens: int = MAX_CONTEXT_TOKENS,
    on_cut: Callable[[Span], None] | None = None,
) -> tuple[Chunk, ...]:
    """Return the chunks of ``document`` in reading order.

    ``max_tokens`` is what the embedder reads, special tokens and :meth:`Chunk.context` included
    (the context counted at most as ``max_context_tokens``: see :func:`embedding_text`).
    ``count_tokens`` is called once for each sentence, so it must count ``"a b"`` as ``"a"`` plus ``"b"``
    (word-piece and whitespace counters do). A sentence that alone exceeds the budget is cut at a
    clause or a space, and ``on_cut`` is told its span; nothing is ever dropped.
    Raises ``ValueError`` where ``max_tokens`` leaves no room for text.
    """
    if max_tokens - max_context_tokens - SPECIAL_TOKENS < _SMALLEST_BUDGET:
        raise ValueError(
            f"max_tokens={max_tokens} leaves no room for text beside a context of {max_context_tokens} tokens"
        )
    recommendations = {item.span: item for item in document.recommendations}
    chunks: list[Chunk] = []
    for section in document.sections:
        context = " > ".join(part for part in (document.metadata.title, *section.path) if part)
        context_tokens = min(count_tokens(context), max_context_tokens)
        budget = max_tokens - context_tokens - SPECIAL_TOKENS
        cutter = _Cutter(document.text, count_tokens, budget, on_cut)
        for kind, blocks in _runs(section):
            recommendation = recommendations.get(blocks[0].span) if kind is ChunkKind.RECOMMENDATION else None
            units = [unit for block in blocks for unit in cutter.units(block)]
            limit = budget if recommendation else min(target_tokens, budget)
            for group in _pack(units, target=limit, budget=budget):
                chunks.append(_chunk(document, section, kind, group, recommendation))
    return tuple(chunks)


def embedding_text(
    chunk: Chunk, *, count_tokens: CountTokens, max_context_tokens: int = MAX_CONTEXT_TOKENS
) -> str:
    """Return what the embedder reads: the context, shortened to ``max_context_tokens``, then the text.

    Outer headings go first, then words from the end of the title; the chunk's own text stays whole.
    """
    context = _shorten_context(chunk, count_tokens, max_context_tokens)
    return f"{context}\n{chunk.text}" if context else chunk.text


def chunk_id(document_sha256: str, span: Span) -> str:
    """Return the id of a chunk: a function of the document's text and the span alone."""
    return hashlib.sha256(f"{document_sha256}:{span.start}:{span.end}".encode()).hexdigest()[:16]


def _runs(section: Section) -> Iterator[tuple[ChunkKind, list[Block]]]:
    """Group neighbouring blocks that may share a chunk."""
    run: list[Block] = []
    run_kind = ChunkKind.PASSAGE
    for position, block in enumerate(section.blocks):
        following = section.blocks[position + 1].kind if position + 1 < len(section.blocks) else None
        caption = block.kind is BlockKind.CAPTION
        if block.kind is BlockKind.RECOMMENDATION:
            kind = ChunkKind.RECOMMENDATION
        elif block.kind is BlockKind.TABLE_ROW or (caption and following is BlockKind.TABLE_ROW):
            kind = ChunkKind.TABLE
        else:
            kind = ChunkKind.PASSAGE
        alone = kind is ChunkKind.RECOMMENDATION or caption
        after_caption = (
            bool(run) and run[-1].kind is BlockKind.CAPTION and block.kind is not BlockKind.TABLE_ROW
        )
        if run and (kind is not run_kind or alone or after_caption):
            yield run_kind, run
            run = []
        run.append(block)
        run_kind = kind
    if run:
        yield run_kind, run


class _Cutter:
    """Turns blocks into units that fit the budget."""

    def __init__(
        self, text: str, count_tokens: CountTokens, budget: int, on_cut: Callable[[Span], None] | None
    ) -> None:
        self._text = text
        self._count = count_tokens
        self._budget = budget
        self._on_cut = on_cut

    def units(self, block: Block) -> Iterator[_Unit]:
        text = self._text[block.span.start : block.span.end]
        if block.kind is BlockKind.TABLE_ROW:
            spans: tuple[Span, ...] = (block.span,)
        else:
            spans = split_sentences(text, offset=block.span.start)
        for position, span in enumerate(spans):
            tokens = self._count(self._text[span.start : span.end])
            first = position == 0
            if tokens <= self._budget:
                yield _Unit(span, tokens, first_of_block=first, leads_in=self._text[span.end - 1] == ":")
                continue
            if self._on_cut is not None:
                self._on_cut(span)
            for piece, size in self._pieces(span):
                yield _Unit(piece, size, first_of_block=first)
                first = False

    def _pieces(self, span: Span) -> Iterator[tuple[Span, int]]:
        """Cut one sentence at the last clause end that fits, else at the last space."""
        words = list(self._words(span))
        start = 0
        while start < len(words):
            size, end, clause, clause_size = 0, start, 0, 0
            while end < len(words) and size + words[end][1] <= self._budget:
                size += words[end][1]
                end += 1
                if _CLAUSE_END.search(self._text[words[end - 1][0].start : words[end - 1][0].end]):
                    clause, clause_size = end, size
            if end < len(words) and clause_size > self._budget // 2:
                end, size = clause, clause_size
            yield Span(words[start][0].start, words[end - 1][0].end), size
            start = end

    def _words(self, span: Span) -> Iterator[tuple[Span, int]]:
        for match in re.finditer(r"\S+", self._text[span.start : span.end]):
            start, end = span.start + match.start(), span.start + match.end()
            while start < end:
                cut = self._longest_prefix(start, end)
                yield Span(start, cut), self._count(self._text[start:cut])
                start = cut

    def _longest_prefix(self, start: int, end: int) -> int:
        """End of the longest piece of one unbroken word that fits the budget."""
        if self._count(self._text[start:end]) <= self._budget:
            return end
        low, high = start + 1, end  # low fits, or is the least there is
        while high - low > 1:
            middle = (low + high) // 2
            if self._count(self._text[start:middle]) <= self._budget:
                low = middle
            else:
                high = middle
        return low


def _pack(units: Sequence[_Unit], *, target: int, budget: int) -> list[list[_Unit]]:
    """Fill groups up to ``target`` tokens, breaking between blocks where one ends near the target."""
    block_sizes = _block_sizes(units)
    groups: list[list[_Unit]] = []
    group: list[_Unit] = []
    size = 0
    for position, unit in enumerate(units):
        full = size + unit.tokens > target
        next_block_wont_fit = (
            unit.first_of_block and size >= target // 2 and size + block_sizes[position] > target
        )
        if group and (full or next_block_wont_fit):
            carried = group.pop() if len(group) > 1 and group[-1].leads_in else None
            if carried is not None and carried.tokens + unit.tokens > budget:
                group.append(carried)
                carried = None
            groups.append(group)
            group = [carried] if carried is not None else []
            size = carried.tokens if carried is not None else 0
        group.append(unit)
        size += unit.tokens
    if group:
        groups.append(group)
    if len(groups) > 1:
        tail = sum(unit.tokens for unit in groups[-1])
        before = sum(unit.tokens for unit in groups[-2])
        if tail < _SMALL_TAIL and before + tail <= budget:
            groups[-2].extend(groups.pop())
    return groups


def _block_sizes(units: Sequence[_Unit]) -> dict[int, int]:
    """Tokens of each whole block, keyed by the position of its first unit."""
    sizes: dict[int, int] = {}
    first = 0
    for position, unit in enumerate(units):
        if unit.first_of_block:
            first = position
        sizes[first] = sizes.get(first, 0) + unit.tokens
    return sizes


def _chunk(
    document: Document,
    section: Section,
    kind: ChunkKind,
    group: Sequence[_Unit],
    recommendation: Recommendation | None,
) -> Chunk:
    span = Span(group[0].span.start, group[-1].span.end)
    return Chunk(
        id=chunk_id(document.sha256, span),
        document_id=document.id,
        document_sha256=document.sha256,
        span=span,
        text=document.text[span.start : span.end],
        kind=kind,
        title=document.metadata.title,
        heading_path=section.path,
        sentences=tuple(unit.span for unit in group),
        strength=recommendation.strength if recommendation else None,
        certainty=recommendation.certainty if recommendation else None,
        populations=(recommendation.populations if recommendation else ()) or document.metadata.populations,
    )


def _shorten_context(chunk: Chunk, count_tokens: CountTokens, limit: int) -> str:
    context = chunk.context()
    if count_tokens(context) <= limit:
        return context
    parts = [part for part in (chunk.title, *chunk.heading_path) if part]
    while len(parts) > 2:
        del parts[1]
        context = " > ".join(parts)
        if count_tokens(context) <= limit:
            return context
    share = limit // len(parts)
    context = " > ".join(_first_words(part, count_tokens, share) for part in parts)
    return _first_words(context, count_tokens, limit)


def _first_words(text: str, count_tokens: CountTokens, limit: int) -> str:
    words = text.split()
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(" ".join(words[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    return " ".join(words[:low])
