"""Runs the chain for conversations: one question at a time in each, every event stored before it is shown."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from assistant.answer import Answer, Audience
from assistant.conversation import Person
from assistant.events import AnswerChain, DoneEvent, ErrorEvent, Event, MetaEvent, Request
from assistant.storage.errors import RunEnded
from assistant.storage.repository import ConversationRepository

logger = logging.getLogger(__name__)

Numbered = tuple[int, Event]
"""An event with its place in the stream, counted from 1."""


class ServiceOverloaded(Exception):  # noqa: N818 - reads as what it reports
    """As many questions as allowed are being answered, or the service is closing."""


class Run:
    """One question on its way to an answer. It goes on whether or not anyone listens.

    Any number of readers may follow it, from any thread and from any point.
    """

    def __init__(self, request: Request, *, article_key: str | None = None) -> None:
        self.request = request
        self.article_key = article_key
        self._events: list[Event] = []
        self._changed = threading.Condition()
        self._listeners: list[Callable[[], None]] = []

    @property
    def conversation_id(self) -> str | None:
        return self.request.conversation_id

    @property
    def answer_id(self) -> str | None:
        """Known from the first event on."""
        with self._changed:
            first = self._events[0] if self._events else None
        return first.answer_id if isinstance(first, MetaEvent) else None

    def publish(self, event: Event) -> None:
        """Add an event. Nothing is added after the last one."""
        with self._changed:
            if self._finished():
                return
            self._events.append(event)
            self._changed.notify_all()
            listeners = tuple(self._listeners)
        for wake in listeners:
            wake()

    def since(self, after: int) -> tuple[list[Numbered], bool]:
        """Return the events with number > ``after`` that there are by now, and whether more may come."""
        with self._changed:
            new = list(enumerate(self._events[after:], start=after + 1))
            return new, not self._finished()

    def follow(self, *, after: int = 0) -> Iterator[Numbered]:
        """Yield the events with number > ``after`` as they come; blocks until the last one."""
        open_ended = True
        while open_ended:
            new, open_ended = self.since(after)
            yield from new
            after += len(new)
            if open_ended:
                with self._changed:
                    while len(self._events) <= after and not self._finished():
                        self._changed.wait()

    def __iter__(self) -> Iterator[Numbered]:
        return self.follow()

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call ``wake`` after each event, on the run's thread; it must return at once."""
        with self._changed:
            self._listeners.append(wake)
        try:
            yield
        finally:
            with self._changed:
                self._listeners.remove(wake)

    def wait(self, timeout_s: float | None = None) -> DoneEvent | ErrorEvent | None:
        """Return the last event, or ``None`` when it has not come within ``timeout_s`` seconds."""
        with self._changed:
            self._changed.wait_for(self._finished, timeout_s)
            last = self._events[-1] if self._events else None
        return last if isinstance(last, DoneEvent | ErrorEvent) else None

    def _finished(self) -> bool:
        return bool(self._events) and isinstance(self._events[-1], DoneEvent | ErrorEvent)


class AssistantService:
    """Answers questions in stored conversations.

    Each run has a thread of its own: the chain blocks, and must come to its end when the reader leaves.
    """

    def __init__(self, chain: AnswerChain, repository: ConversationRepository, *, max_runs: int = 16) -> None:
        """``max_runs`` questions are answered at the same time; more are refused."""
        self._chain = chain
        self._repository = repository
        self._slots = threading.BoundedSemaphore(max_runs)
        self._lock = threading.Lock()
        self._runs: dict[Run, threading.Thread] = {}
        self._closing = False

    def start_conversation(self, *, article: str | None = None, seed: Answer | None = None) -> str:
        """Start a conversation, following on ``seed`` where given; return its id."""
        return self._repository.create_conversation(article=article, seed=seed)

    def ask(
        self,
        conversation_id: str | None,
        question: str,
        audience: Audience = Audience.PATIENT,
        standalone: str | None = None,
        about: tuple[Person, ...] = (),
    ) -> Run:
        """Begin to answer ``question``; iterate over the run for its ``(number, event)`` pairs.

        Without ``conversation_id`` a conversation is started. ``standalone`` is searched as it stands.
        ``about`` is the reader's profile.
        Raises ``ConversationNotFound``; ``ConversationBusy`` while the conversation's last question is
        being answered; ``ServiceOverloaded``.
        """
        self._take_slot()
        try:
            if conversation_id is None:
                conversation_id = self.start_conversation()
            self._repository.claim(conversation_id, question)
            try:
                conversation = self._repository.history(conversation_id)
            except BaseException:
                self._repository.release(conversation_id)
                raise
        except BaseException:
            self._slots.release()
            raise
        request = Request(
            question=question,
            conversation=conversation,
            audience=audience,
            standalone=standalone,
            conversation_id=conversation_id,
            about=about,
        )
        return self._start(Run(request))

    def produce_article(self, question: str, *, article_key: str) -> Run:
        """Begin to answer an article's question, outside any conversation; raises ``ServiceOverloaded``.

        The answer is stored under ``article_key``.
        """
        self._take_slot()
        return self._start(Run(Request(question=question), article_key=article_key))

    def live_run(self, answer_id: str) -> Run | None:
        """Return the run that is writing ``answer_id`` in this process, if there is one."""
        with self._lock:
            runs = tuple(self._runs)
        return next((run for run in runs if run.answer_id == answer_id), None)

    def close(self, *, timeout_s: float = 10.0) -> None:
        """Take no more questions, and give those being answered ``timeout_s`` seconds in all to finish.

        A run that does not is stored as interrupted; its thread is abandoned.
        """
        with self._lock:
            self._closing = True
            runs = tuple(self._runs.items())
        deadline = monotonic() + timeout_s
        for run, thread in runs:
            thread.join(max(0.0, deadline - monotonic()))
            if thread.is_alive():
                self._fail(
                    run,
                    ErrorEvent(
                        code="interrupted",
                        message="The server stopped while it was answering. Ask the question again.",
                    ),
                )

    # -- one run --------------------------------------------------------------------------------

    def _take_slot(self) -> None:
        if self._closing or not self._slots.acquire(blocking=False):
            raise ServiceOverloaded("Too many questions are being answered just now. Try again in a moment.")

    def _start(self, run: Run) -> Run:
        thread = threading.Thread(target=self._work, args=(run,), name="answer", daemon=True)
        with self._lock:
            self._runs[run] = thread
        thread.start()
        return run

    def _work(self, run: Run) -> None:
        try:
            self._drive(run)
        except RunEnded:
            run.publish(
                ErrorEvent(
                    code="run_ended", message="The conversation was deleted while it was being answered."
                )
            )
        except Exception:
            logger.exception("answering failed")
            self._fail(
                run,
                ErrorEvent(
                    code="internal_error",
                    message="Something went wrong while answering. Ask again; the server's log has the cause.",
                ),
            )
        finally:
            with self._lock:
                del self._runs[run]
            self._slots.release()

    def _drive(self, run: Run) -> None:
        answer_id: str | None = None
        for event in self._chain.stream_events(run.request):
            if answer_id is None and isinstance(event, MetaEvent):
                answer_id = self._begin(run, event)
                continue
            if answer_id is None and isinstance(event, ErrorEvent):
                # The chain gave up before it named an answer; the reader is told what it said.
                answer_id = self._begin(run, _nameless(run.request))
            if answer_id is None or isinstance(event, MetaEvent):
                raise TypeError(f"the chain sent {event.type} out of turn: meta comes first, and once")
            if isinstance(event, DoneEvent) and event.answer.id != answer_id:
                raise ValueError(f"the chain began answer {answer_id} and ended {event.answer.id}")
            self._add(run, answer_id, event)
            if isinstance(event, DoneEvent | ErrorEvent):
                return
        raise RuntimeError("the chain ended without done or error")

    def _begin(self, run: Run, meta: MetaEvent) -> str:
        meta = meta.model_copy(update={"conversation_id": run.conversation_id})
        self._repository.begin_answer(meta, article_key=run.article_key)
        run.publish(meta)
        return meta.answer_id

    def _add(self, run: Run, answer_id: str, event: Event) -> None:
        """Store, then show: what a reader has seen is never lost."""
        sent, _ = run.since(0)
        self._repository.record_event(answer_id, len(sent) + 1, event)
        run.publish(event)

    def _fail(self, run: Run, error: ErrorEvent) -> None:
        """End the run with ``error``; where it cannot be stored, show it all the same."""
        try:
            answer_id = run.answer_id or self._begin(run, _nameless(run.request))
            self._add(run, answer_id, error)
        except Exception:
            logger.exception("the failure of an answer could not be stored")
            run.publish(error)


def _nameless(request: Request) -> MetaEvent:
    """The first event of a run that fails before the chain has sent its own."""
    return MetaEvent(
        answer_id=uuid.uuid4().hex,
        question=request.question,
        standalone_question=request.standalone or request.question,
    )
