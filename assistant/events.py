"""What the chain emits while it works. The events put together equal the final answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assistant.answer import Answer, Banner, Frozen, Reference, Statement


class MetaEvent(Frozen):
    """First event: names the answer and shows what is searched for."""

    type: Literal["meta"] = "meta"
    answer_id: str
    question: str
    standalone_question: str
    conversation_id: str | None = None


class BannerEvent(Frozen):
    type: Literal["banner"] = "banner"
    banner: Banner


class RetrievedPassage(Frozen):
    document_id: str
    title: str
    section: str
    score: float


class RetrievalEvent(Frozen):
    type: Literal["retrieval"] = "retrieval"
    passages: list[RetrievedPassage]


class StatementEvent(Frozen):
    """One verified statement; never sent before verification."""

    type: Literal["statement"] = "statement"
    heading: str
    statement: Statement


class ReferencesEvent(Frozen):
    type: Literal["references"] = "references"
    references: list[Reference]


class SuggestionsEvent(Frozen):
    type: Literal["suggestions"] = "suggestions"
    suggestions: list[str]


class DoneEvent(Frozen):
    """Last event of a good run: the whole answer."""

    type: Literal["done"] = "done"
    answer: Answer


class ErrorEvent(Frozen):
    """Last event of a failed run: says what happened and what to do."""

    type: Literal["error"] = "error"
    code: str
    message: str


Event = Annotated[
    MetaEvent
    | BannerEvent
    | RetrievalEvent
    | StatementEvent
    | ReferencesEvent
    | SuggestionsEvent
    | DoneEvent
    | ErrorEvent,
    Field(discriminator="type"),
]
