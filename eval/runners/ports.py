"""What the runners need of the product, so that tests can give them something small and real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.conversation import Conversation
from index.ports import SearchQuery


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking: passage ids, best first, with their scores; milliseconds spent in each stage, by the clock on
    the wall (``stages``) and of the processor (``stages_cpu``)."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    stages: Mapping[str, float] = field(default_factory=dict)
    stages_cpu: Mapping[str, float] = field(default_factory=dict)


class PassageSearch(Protocol):
    """Ranks the passages of one corpus for a query."""

    def search(self, query: SearchQuery, *, k: int) -> Found: ...


@dataclass(frozen=True, slots=True)
class Understood:
    """What a rewriter made of a question: the wording, the query, whether it took from history."""

    text: str
    query: SearchQuery
    leans_on_history: bool


class Understanding(Protocol):
    """Makes a query of a question in its conversation."""

    def __call__(self, question: str, conversation: Conversation) -> Understood: ...
