"""What the chain emits while it works. The events put together equal the final answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal, Protocol

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from assistant.answer import Answer, Audience, Banner, Frozen, Reference, Statement
from assistant.conversation import Conversation, Person
from assistant.trace import Trace


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
    """Last event of a good run: the whole answer.

    ``trace`` is for whoever keeps the answer; it is not sent on.
    """

    type: Literal["done"] = "done"
    answer: Answer
    trace: SkipJsonSchema[Trace | None] = Field(default=None, exclude=True)


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


@dataclass(frozen=True, slots=True)
class Request:
    """One question in its conversation.

    ``standalone`` is the reader's own edit of "Searched for: ..."; it is searched as it stands. ``about`` is the
    reader's profile: whom questions are about unless they say otherwise.
    """

    question: str
    conversation: Conversation = field(default_factory=Conversation)
    audience: Audience = Audience.PATIENT
    standalone: str | None = None
    conversation_id: str | None = None
    about: tuple[Person, ...] = ()


class AnswerChain(Protocol):
    """Answers a request as a stream of events; the last one is ``DoneEvent`` or ``ErrorEvent``.

    Blocking: callers on an event loop run it in a worker thread.
    """

    def stream_events(self, request: Request) -> Iterator[Event]: ...
