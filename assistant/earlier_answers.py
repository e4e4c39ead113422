"""Reads an answer kept as JSON, so that a question can follow on it with what it cited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from assistant.answer import Answer, ReferenceSpan
from assistant.conversation import Conversation, Evidence, Turn
from corpus.document import Document

MOST_BYTES = 16 * 1024 * 1024
"""Of one file; a long answer takes some tens of thousands."""
_LAST_CHARACTER = 2**31


class NotAnAnswer(Exception):  # noqa: N818 - reads as what it reports
    """A file that holds no answer; the message says what is expected."""


class DocumentStore(Protocol):
    """What is asked of the library: a document by its id."""

    def document(self, document_id: str) -> Document: ...


def read_answer(path: Path) -> Answer:
    """Read what ``followup ask --json`` printed. Raises :class:`NotAnAnswer` when ``path`` holds anything else."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotAnAnswer(f"{path}: {error.strerror}.") from error
    if len(body) > MOST_BYTES:
        raise NotAnAnswer(
            f"{path}: too large for an answer. Expected what `followup ask --json` prints for one question."
        )
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise NotAnAnswer(
            f"{path}: {where}: {first['msg']}. Expected what `followup ask --json` prints for one question."
        ) from error


def continue_conversation(conversation: Conversation, question: str, answer: Answer) -> Conversation:
    """The conversation after one more question and its answer."""
    spoken = " ".join(statement.text for statement in answer.statements())
    return Conversation(
        turns=(*conversation.turns, Turn("user", question), Turn("assistant", spoken)),
        evidence=tuple(
            Evidence(reference.document_id, span.start, span.end)
            for reference in answer.references
            for span in reference.spans
        ),
        offered=tuple(answer.suggestions),
    )


def continue_from_file(
    conversation: Conversation, answer: Answer, library: DocumentStore
) -> tuple[Conversation, int]:
    """The conversation after an answer that was read from a file, and how many of its citations no longer hold.

    Where a document says something else now, what was cited in it is left out. What was cited in a document
    that the library doesn't hold stays: that it is gone is said where it is asked about.
    """
    told = continue_conversation(conversation, answer.question, answer)
    holds = [
        Evidence(reference.document_id, span.start, span.end)
        for reference in answer.references
        for span in reference.spans
        if _still_says(library, reference.document_id, span)
    ]
    return replace(told, evidence=tuple(holds)), len(told.evidence) - len(holds)


def _still_says(library: DocumentStore, document_id: str, span: ReferenceSpan) -> bool:
    if not 0 <= span.start < span.end <= _LAST_CHARACTER:
        return False
    try:
        text = library.document(document_id).text
    except KeyError:
        return True
    return text[span.start : span.end] == span.quote
