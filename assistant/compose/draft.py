"""What a composer hands to the verifier: statements that nobody has seen yet."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Chunk, Metadata, Span


@dataclass(frozen=True, slots=True)
class Citation:
    """The span a statement rests on: ``document.text[span.start:span.end]`` of ``chunk``'s document."""

    chunk: Chunk
    span: Span
    metadata: Metadata

    @property
    def quote(self) -> str:
        offset = self.chunk.span.start
        return self.chunk.text[self.span.start - offset : self.span.end - offset]


@dataclass(frozen=True, slots=True)
class Draft:
    """An unverified statement. ``note`` is shown beside it ("about older adults, not pregnancy")."""

    heading: str
    text: str
    citations: tuple[Citation, ...]
    populations: tuple[str, ...] = ()
    note: str | None = None
