"""Keeps conversations, answers and the events of each answer. One transaction per step."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, delete, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from assistant.answer import Answer
from assistant.conversation import Conversation, Evidence, Turn
from assistant.events import DoneEvent, ErrorEvent, Event, MetaEvent
from assistant.storage.database import open_database
from assistant.storage.errors import (
    AnswerNotFound,
    ConversationBusy,
    ConversationNotFound,
    RunEnded,
    TraceNotFound,
    UnreadableRecord,
)
from assistant.storage.models import AnswerRow, ConversationRow, EventRow, MessageRow, TraceRow
from assistant.storage.records import (
    AnswerRecord,
    ConversationRecord,
    ConversationSummary,
    MessageRecord,
)
from assistant.trace import Trace

RUN_LEASE = timedelta(minutes=2)
"""A run that has recorded no event for this long is taken for dead, and its conversation is free again."""

TITLE_CHARS = 120
TURNS_REMEMBERED = 40
"""The chain sees at most this many turns of a conversation, the latest ones."""

_EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


def _now() -> datetime:
    return datetime.now(UTC)


class ConversationRepository:
    """Reads and writes conversations. Safe for use from many threads, and by several processes."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = _now) -> None:
        """``engine`` comes from ``open_database``; ``clock`` returns aware moments."""
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._clock = clock

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at ``url``, tables up to date; raises ``DatabaseRefused``."""
        return cls(open_database(url))

    def close(self) -> None:
        self._engine.dispose()

    # -- conversations --------------------------------------------------------------------------

    def create_conversation(self, *, article: str | None = None, seed: Answer | None = None) -> str:
        """Start a conversation and return its id, which cannot be guessed.

        ``seed`` is a stored answer (an article's) that the conversation follows on: its question and
        its sentences become the first two turns.
        """
        now = self._clock()
        conversation_id = secrets.token_urlsafe(18)
        with self._write() as session:
            session.add(
                ConversationRow(id=conversation_id, title="", article=article, created_at=now, updated_at=now)
            )
            session.flush()
            if seed is not None:
                session.add_all(
                    [
                        MessageRow(
                            conversation_id=conversation_id, role="user", content=seed.question, position=0
                        ),
                        MessageRow(
                            conversation_id=conversation_id,
                            role="assistant",
                            content=_spoken(seed),
                            position=1,
                            answer_id=seed.id,
                        ),
                    ]
                )
        return conversation_id

    def conversation(self, conversation_id: str) -> ConversationRecord:
        """Return the conversation with its messages; raises ``ConversationNotFound``."""
        with self._read() as session:
            row = session.get(
                ConversationRow,
                conversation_id,
                options=[selectinload(ConversationRow.messages).selectinload(MessageRow.answer)],
            )
            if row is None:
                raise ConversationNotFound(conversation_id)
            messages = tuple(
                MessageRecord(
                    position=message.position,
                    role="user" if message.role == "user" else "assistant",
                    content=message.content,
                    answer=None if message.answer is None else _answer_record(session, message.answer),
                )
                for message in row.messages
            )
            return ConversationRecord(summary=_summary(row), messages=messages)

    def recent_conversations(self, *, limit: int = 20) -> list[ConversationSummary]:
        """Return the conversations in which something was asked, the latest first."""
        query = (
            select(ConversationRow)
            .where(ConversationRow.title != "")
            .order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
            .limit(limit)
        )
        with self._read() as session:
            return [_summary(row) for row in session.scalars(query)]

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete it with its messages, answers and events; raises ``ConversationNotFound``.

        An article's answer that it followed on is not its own, and stays.
        """
        with self._write() as session:
            gone = session.execute(
                delete(ConversationRow)
                .where(ConversationRow.id == conversation_id)
                .returning(ConversationRow.id)
            ).first()
            if gone is None:
                raise ConversationNotFound(conversation_id)

    def history(self, conversation_id: str) -> Conversation:
        """Return the conversation as the chain sees it; raises ``ConversationNotFound``.

        A question whose run failed or still runs is left out: it has no answer to follow on.
        """
        record = self.conversation(conversation_id)
        turns: list[Turn] = []
        last: Answer | None = None
        asked: str | None = None
        for message in record.messages:
            if message.role == "user":
                asked = message.content
            elif asked is not None and message.answer is not None and message.answer.answer is not None:
                turns += [Turn("user", asked), Turn("assistant", message.content)]
                last, asked = message.answer.answer, None
        if last is None:
            return Conversation()
        evidence = dict.fromkeys(
            Evidence(reference.document_id, span.start, span.end)
            for reference in last.references
            for span in reference.spans
        )
        return Conversation(
            turns=tuple(turns[-TURNS_REMEMBERED:]),
            evidence=tuple(evidence),
            offered=tuple(last.suggestions),
        )

    # -- runs -----------------------------------------------------------------------------------

    def claim(self, conversation_id: str, question: str) -> None:
        """Take the conversation for one question and store the question as its next turn.

        Raises ``ConversationNotFound``, or ``ConversationBusy`` while another run holds it. A run that
        died holds it no longer than ``RUN_LEASE``.
        """
        now = self._clock()
        with self._write() as session:
            claimed = session.execute(
                update(ConversationRow)
                .where(
                    ConversationRow.id == conversation_id,
                    or_(ConversationRow.claimed_at.is_(None), ConversationRow.claimed_at < now - RUN_LEASE),
                )
                .values(claimed_at=now, updated_at=now)
                .returning(ConversationRow.title)
            ).first()
            if claimed is None:
                if session.get(ConversationRow, conversation_id) is None:
                    raise ConversationNotFound(conversation_id)
                raise ConversationBusy(conversation_id)
            if not claimed.title:
                session.execute(
                    update(ConversationRow)
                    .where(ConversationRow.id == conversation_id)
                    .values(title=_title(question))
                )
            self._append_message(session, conversation_id, role="user", content=question)

    def release(self, conversation_id: str) -> None:
        """Free a conversation whose run ended before its first event was stored."""
        with self._write() as session:
            self._free(session, conversation_id)

    def begin_answer(self, meta: MetaEvent, *, article_key: str | None = None) -> None:
        """Store the answer's first event (``seq`` 1) and its place in the conversation.

        Raises ``RunEnded`` when the conversation is gone.
        """
        now = self._clock()
        with self._write() as session:
            if meta.conversation_id is not None:
                self._renew(session, meta.conversation_id, meta.answer_id, now)
            session.add(
                AnswerRow(
                    id=meta.answer_id,
                    conversation_id=meta.conversation_id,
                    article_key=article_key,
                    question=meta.question,
                    status="running",
                    created_at=now,
                    updated_at=now,
                )
            )
            session.flush()
            session.add(EventRow(answer_id=meta.answer_id, seq=1, body=meta.model_dump_json()))
            if meta.conversation_id is not None:
                self._append_message(
                    session, meta.conversation_id, role="assistant", content="", answer_id=meta.answer_id
                )

    def record_event(self, answer_id: str, seq: int, event: Event) -> None:
        """Store the next event. ``DoneEvent`` and ``ErrorEvent`` also end the run, in the same step.

        Raises ``RunEnded`` when the run was closed meanwhile or its conversation deleted.
        """
        now = self._clock()
        with self._write() as session:
            answer = session.get(AnswerRow, answer_id)
            if answer is None or answer.status != "running":
                raise RunEnded(answer_id)
            self._end_or_continue(session, answer, seq, event, now)

    def close_stale_runs(self) -> int:
        """End the runs that died without saying so; return how many."""
        now = self._clock()
        error = ErrorEvent(
            code="interrupted",
            message="The server stopped while it was answering. Ask the question again.",
        )
        query = select(AnswerRow).where(AnswerRow.status == "running", AnswerRow.updated_at < now - RUN_LEASE)
        with self._write() as session:
            stale = session.scalars(query).all()
            for answer in stale:
                last = session.scalar(select(func.max(EventRow.seq)).where(EventRow.answer_id == answer.id))
                self._end_or_continue(session, answer, (last or 0) + 1, error, now)
            return len(stale)

    # -- answers --------------------------------------------------------------------------------

    def answer(self, answer_id: str) -> AnswerRecord:
        """Return the answer as far as it got; raises ``AnswerNotFound``, ``UnreadableRecord``."""
        with self._read() as session:
            row = session.get(AnswerRow, answer_id)
            if row is None:
                raise AnswerNotFound(answer_id)
            return _answer_record(session, row)

    def article_answer(self, article_key: str) -> Answer | None:
        """Return the latest finished answer stored under ``article_key``; an unreadable one counts as none."""
        query = (
            select(AnswerRow)
            .where(AnswerRow.article_key == article_key, AnswerRow.status == "done")
            .order_by(AnswerRow.created_at.desc())
            .limit(1)
        )
        with self._read() as session:
            row = session.scalar(query)
            if row is None:
                return None
            try:
                return _read_answer(row)
            except UnreadableRecord:
                return None

    def events(self, answer_id: str, *, after: int = 0) -> list[tuple[int, Event]]:
        """Return the stored events with ``seq > after``; raises ``AnswerNotFound``, ``UnreadableRecord``."""
        query = (
            select(EventRow)
            .where(EventRow.answer_id == answer_id, EventRow.seq > after)
            .order_by(EventRow.seq)
        )
        with self._read() as session:
            rows: Sequence[EventRow] = session.scalars(query).all()
            if not rows and session.get(AnswerRow, answer_id) is None:
                raise AnswerNotFound(answer_id)
            return [(row.seq, _read_event(row)) for row in rows]

    def trace(self, answer_id: str) -> Trace:
        """Return how the answer came about; raises ``AnswerNotFound``, ``TraceNotFound``, ``UnreadableRecord``."""
        with self._read() as session:
            if session.get(AnswerRow, answer_id) is None:
                raise AnswerNotFound(answer_id)
            row = session.get(TraceRow, answer_id)
            if row is None:
                raise TraceNotFound(answer_id)
            try:
                return Trace.model_validate_json(row.body)
            except ValidationError as error:
                raise UnreadableRecord(f"The trace of answer {answer_id}") from error

    def keep_answer(self, done: DoneEvent) -> None:
        """Keep a finished answer that belongs to no conversation here, with its trace."""
        now, answer = self._clock(), done.answer
        with self._write() as session:
            session.add(
                AnswerRow(
                    id=answer.id,
                    question=answer.question,
                    status="done",
                    abstained=answer.abstained,
                    build=answer.provenance.index_build,
                    body=answer.model_dump_json(),
                    created_at=now,
                    updated_at=now,
                )
            )
            session.flush()
            _keep_trace(session, done)

    # -- steps inside a transaction -------------------------------------------------------------

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        with Session(self._writer) as session, session.begin():
            yield session

    def _append_message(
        self, session: Session, conversation_id: str, *, role: str, content: str, answer_id: str | None = None
    ) -> None:
        last = session.scalar(
            select(func.max(MessageRow.position)).where(MessageRow.conversation_id == conversation_id)
        )
        position = 0 if last is None else last + 1
        session.add(
            MessageRow(
                conversation_id=conversation_id,
                role=role,
                content=content,
                position=position,
                answer_id=answer_id,
            )
        )

    def _end_or_continue(
        self, session: Session, answer: AnswerRow, seq: int, event: Event, now: datetime
    ) -> None:
        session.add(EventRow(answer_id=answer.id, seq=seq, body=event.model_dump_json()))
        answer.updated_at = now
        if isinstance(event, DoneEvent):
            answer.status = "done"
            answer.abstained = event.answer.abstained
            answer.build = event.answer.provenance.index_build
            answer.body = event.answer.model_dump_json()
            _keep_trace(session, event)
            session.execute(
                update(MessageRow)
                .where(MessageRow.answer_id == answer.id, MessageRow.role == "assistant")
                .values(content=_spoken(event.answer))
            )
        elif isinstance(event, ErrorEvent):
            answer.status = "failed"
        elif answer.conversation_id is not None:
            self._renew(session, answer.conversation_id, answer.id, now)
            return
        if answer.conversation_id is not None and answer.status != "running":
            self._free(session, answer.conversation_id)

    def _renew(self, session: Session, conversation_id: str, answer_id: str, now: datetime) -> None:
        renewed = session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == conversation_id)
            .values(claimed_at=now, updated_at=now)
            .returning(ConversationRow.id)
        ).first()
        if renewed is None:
            raise RunEnded(answer_id)

    def _free(self, session: Session, conversation_id: str) -> None:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == conversation_id)
            .values(claimed_at=None, updated_at=self._clock())
        )


def _keep_trace(session: Session, done: DoneEvent) -> None:
    if done.trace is not None:
        session.add(TraceRow(answer_id=done.answer.id, body=done.trace.model_dump_json()))


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"


def _spoken(answer: Answer) -> str:
    return " ".join(statement.text for statement in answer.statements())


def _summary(row: ConversationRow) -> ConversationSummary:
    return ConversationSummary(
        id=row.id, title=row.title, article=row.article, created_at=row.created_at, updated_at=row.updated_at
    )


def _read_answer(row: AnswerRow) -> Answer:
    try:
        return Answer.model_validate_json(row.body or "")
    except ValidationError as error:
        raise UnreadableRecord(f"Answer {row.id}") from error


def _read_event(row: EventRow) -> Event:
    try:
        return _EVENTS.validate_json(row.body)
    except ValidationError as error:
        raise UnreadableRecord(f"Event {row.seq} of answer {row.answer_id}") from error


def _answer_record(session: Session, row: AnswerRow) -> AnswerRecord:
    answer = error = None
    if row.status == "done":
        answer = _read_answer(row)
    elif row.status == "failed":
        query = select(EventRow).where(EventRow.answer_id == row.id).order_by(EventRow.seq.desc()).limit(1)
        last = session.scalar(query)
        event = None if last is None else _read_event(last)
        error = event if isinstance(event, ErrorEvent) else None
    return AnswerRecord(
        id=row.id,
        conversation_id=row.conversation_id,
        question=row.question,
        status="done" if row.status == "done" else "failed" if row.status == "failed" else "running",
        created_at=row.created_at,
        answer=answer,
        error=error,
    )
