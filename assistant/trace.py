"""What went into an answer: enough to review how it came about, and to make it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field

from assistant.answer import Audience, Frozen, ModelUsage
from assistant.conversation import Conversation, Evidence, Person, Turn
from index.ports import Hit, SearchQuery

TRACE_VERSION = 1
MOST_PASSAGES = 200
"""Passages kept in a trace; as many as the settings let an answer retrieve."""


class TracedTurn(Frozen):
    role: Literal["user", "assistant"]
    content: str


class TracedSpan(Frozen):
    document_id: str
    start: int
    end: int


class TracedRequest(Frozen):
    """The question with everything it was understood by."""

    question: str
    turns: list[TracedTurn]
    evidence: list[TracedSpan] = Field(description="What the answer before had cited")
    offered: list[str] = Field(description="What the answer before had suggested")
    audience: Audience
    standalone: str | None = Field(description="The reader's own edit of the search")
    about: list[Person]

    def conversation(self) -> Conversation:
        return Conversation(
            turns=tuple(Turn(turn.role, turn.content) for turn in self.turns),
            evidence=tuple(Evidence(span.document_id, span.start, span.end) for span in self.evidence),
            offered=tuple(self.offered),
        )


class TracedSearch(Frozen):
    """What was searched: the fields of :class:`index.ports.SearchQuery`."""

    text: str
    dense_texts: list[str]
    lexical_text: str | None
    term_weights: dict[str, float]
    shown: list[str]

    @classmethod
    def of(cls, query: SearchQuery) -> TracedSearch:
        return cls(
            text=query.text,
            dense_texts=list(query.dense_texts),
            lexical_text=query.lexical_text,
            term_weights={word: round(weight, 4) for word, weight in query.term_weights.items()},
            shown=list(query.shown),
        )


class TracedPassage(Frozen):
    """One passage found, best first."""

    chunk_id: str
    document_id: str
    start: int
    end: int
    score: float = Field(description="What the ranking went by")
    dense: float = Field(description="Cosine")
    lexical: float = Field(description="BM25")


class Trace(Frozen):
    """How one answer came about. What was chosen, said and withheld stands in the answer itself."""

    version: int = TRACE_VERSION
    answer_id: str
    request: TracedRequest
    searched: TracedSearch | None = Field(description="None where the question was stopped before the search")
    found: list[TracedPassage]
    decision: Literal["answer", "partial", "abstain"] | None
    decision_score: float | None
    missing: list[str]
    index_build: str
    embedder: str
    composer: str
    prompt_version: str
    model_endpoint: str | None = Field(description="Where the chat model was asked, without credentials")
    usage: ModelUsage | None = Field(default=None, description="Null where no chat model was asked")
    settings: dict[str, str | int | float] = Field(description="The settings that decide what an answer says")
    software: str


def trace_passages(hits: Sequence[Hit]) -> list[TracedPassage]:
    """The passages as they were ranked."""
    return [
        TracedPassage(
            chunk_id=hit.chunk.id,
            document_id=hit.chunk.document_id,
            start=hit.chunk.span.start,
            end=hit.chunk.span.end,
            score=round(hit.score, 4),
            dense=round(hit.dense, 4),
            lexical=round(hit.lexical, 4),
        )
        for hit in hits[:MOST_PASSAGES]
    ]


def without_credentials(url: str | None) -> str | None:
    """``url`` without a user, a password or a query."""
    if url is None:
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))
