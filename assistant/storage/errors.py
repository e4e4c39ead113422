"""Errors of the storage package.

StorageError
├── DatabaseRefused        the database cannot be used by this version; the message says what to do
├── ConversationNotFound   no conversation has that id
├── AnswerNotFound         no answer has that id
├── TraceNotFound          the answer was made before traces were kept, or never finished
├── ConversationBusy       the conversation's last question is still being answered
├── RunEnded               the answer's run was already closed, or its conversation deleted
└── UnreadableRecord       a stored answer or event does not fit this version's data types
"""

from __future__ import annotations


class StorageError(Exception):
    """Base of all errors this package raises on purpose."""


class DatabaseRefused(StorageError):  # noqa: N818 - reads as what it reports
    """The database cannot be used as it is."""


class ConversationNotFound(StorageError):  # noqa: N818
    def __init__(self, conversation_id: str) -> None:
        super().__init__("There is no such conversation. It may have been deleted; start a new one.")
        self.conversation_id = conversation_id


class AnswerNotFound(StorageError):  # noqa: N818
    def __init__(self, answer_id: str) -> None:
        super().__init__("There is no such answer. Its conversation may have been deleted.")
        self.answer_id = answer_id


class TraceNotFound(StorageError):  # noqa: N818
    def __init__(self, answer_id: str) -> None:
        super().__init__(
            "No trace is kept of that answer: it never finished, or was made before traces were kept."
        )
        self.answer_id = answer_id


class ConversationBusy(StorageError):  # noqa: N818
    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            "The last question of this conversation is still being answered. Wait for it, then ask again."
        )
        self.conversation_id = conversation_id


class RunEnded(StorageError):  # noqa: N818
    def __init__(self, answer_id: str) -> None:
        super().__init__(f"answer {answer_id} takes no more events")
        self.answer_id = answer_id


class UnreadableRecord(StorageError):  # noqa: N818
    """``what`` names the record; the stored text stays untouched."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was stored by another version of the software and cannot be read by this one."
        )
