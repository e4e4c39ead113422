"""What the repository hands out: plain records, detached from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.answer import Answer
from assistant.conversation import Role
from assistant.events import ErrorEvent

AnswerStatus = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer and how far it got.

    ``answer`` is set once ``status`` is ``done``; ``error`` once it is ``failed``.
    """

    id: str
    conversation_id: str | None
    question: str
    status: AnswerStatus
    created_at: datetime
    answer: Answer | None = None
    error: ErrorEvent | None = None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One turn. A user's turn has no ``answer``; neither has a turn whose run never began."""

    position: int
    role: Role
    content: str
    answer: AnswerRecord | None = None


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    id: str
    title: str
    article: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """A conversation with all its messages, oldest first."""

    summary: ConversationSummary
    messages: tuple[MessageRecord, ...]
