"""The chain as a LangChain ``Runnable``: it can be invoked, streamed, batched, and piped to other parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answer import Answer
from assistant.events import AnswerChain, DoneEvent, ErrorEvent, Event, Request


class ChainError(Exception):
    """The chain could not answer; the message says what to do."""


def complete(chain: AnswerChain, request: Request) -> DoneEvent:
    """Run ``chain`` to its end. Raises :class:`ChainError` when the question is refused as malformed."""
    for event in chain.stream_events(request):
        if isinstance(event, DoneEvent):
            return event
        if isinstance(event, ErrorEvent):
            raise ChainError(event.message)
    raise ChainError("the chain ended without an answer")


class FollowUpRunnable(Runnable[Request | str, Answer | Event]):
    """``invoke`` returns the :class:`Answer`; ``stream`` yields the chain's events, the answer in the last.

    A plain string is a first question without history.
    """

    def __init__(self, chain: AnswerChain) -> None:
        self.name = "followup"
        self._chain = chain

    # The names and the unused arguments below are LangChain's signature.
    def invoke(self, input: Request | str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:  # noqa: A002, ARG002
        """Answer one request. Raises :class:`ChainError` when the question is refused as malformed."""
        answer = self._call_with_config(self._answer, input, config, run_type="chain")
        if not isinstance(answer, Answer):  # pragma: no cover - `_answer` returns nothing else
            raise ChainError("the chain ended without an answer")
        return answer

    def stream(
        self,
        input: Request | str,  # noqa: A002
        config: RunnableConfig | None = None,  # noqa: ARG002
        **kwargs: Any | None,  # noqa: ARG002
    ) -> Iterator[Answer | Event]:
        """Yield events as they become true."""
        yield from self._chain.stream_events(_request(input))

    def _answer(self, given: Request | str) -> Answer:
        return complete(self._chain, _request(given)).answer


def _request(given: Request | str) -> Request:
    return given if isinstance(given, Request) else Request(given)
