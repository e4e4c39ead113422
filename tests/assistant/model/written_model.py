"""A language model whose replies were written beforehand: for tests that need no wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.language_model import Allowance, LanguageModelError


@dataclass(slots=True)
class WrittenModel:
    """Gives the next reply, piece by piece; fails after it when ``fails`` is set."""

    replies: list[Sequence[str]]
    fails: bool = False
    name: str = "written"
    prompts: list[str] = field(default_factory=list)
    pieces_taken: int = 0

    def stream(self, *, system: str, user: str, allowance: Allowance | None = None) -> Iterator[str]:
        self.prompts.append(user)
        for piece in self.replies.pop(0):
            self.pieces_taken += 1
            yield allowance.take(piece) if allowance else piece
        if self.fails:
            raise LanguageModelError("written to fail")
