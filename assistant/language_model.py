"""The one adapter to a chat model: any OpenAI-compatible endpoint, through langchain-openai."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.settings import Settings
from assistant.spending import Prices, Spending, tell_amount

if TYPE_CHECKING:
    import socket

    from httpx import Response

logger = logging.getLogger(__name__)

CHARACTERS_PER_TOKEN = 6
"""Above the 4 to 5 of English prose: the cap stops a runaway reply, not an ordinary one."""
MAX_ERROR_CHARS = 300


class LanguageModelError(Exception):
    """The endpoint failed, timed out or answered nonsense; the extractive answer takes over."""


class CostLimitReached(LanguageModelError):  # noqa: N818 - reads as what it reports
    """The model was not asked, or was stopped, because the answer could have cost more than it may."""

    def __init__(self, most: float, *, asked: bool) -> None:
        done = "the reply was stopped" if asked else "the model was not asked"
        super().__init__(f"{done}: one answer may cost {tell_amount(most)} at most")
        self.most, self.asked = most, asked


class Allowance:
    """What may still be spent on the chat model: wall-clock seconds, characters of reply, and money.

    The clock starts when the allowance is made. One allowance serves all calls for one answer, so that
    a repair can't use more than the first attempt left. For one thread at a time.
    """

    def __init__(
        self,
        *,
        seconds: float,
        characters: int,
        clock: Callable[[], float] = time.monotonic,
        spending: Spending | None = None,
    ) -> None:
        self._clock = clock
        self.spending = spending or Spending()
        self._deadline = clock() + seconds
        self.characters_left = characters

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._deadline - self._clock())

    @property
    def is_spent(self) -> bool:
        return self.characters_left <= 0 or self.seconds_left <= 0

    def take(self, text: str) -> str:
        """As much of ``text`` as is still allowed; it counts as spent."""
        taken = text[: max(0, self.characters_left)]
        self.characters_left -= len(taken)
        return taken

    def at_most(self, *, seconds: float, characters: int) -> Allowance:
        """A smaller allowance that ends no later than this one."""
        return Allowance(
            seconds=min(seconds, self.seconds_left),
            characters=min(characters, self.characters_left),
            clock=self._clock,
            spending=self.spending,
        )


class LanguageModel(Protocol):
    """Writes text for a prompt, in pieces as they come."""

    @property
    def name(self) -> str: ...

    def stream(self, *, system: str, user: str, allowance: Allowance | None = None) -> Iterator[str]:
        """Yield pieces of text, no more than ``allowance`` holds, and count them as spent.

        Ends early when the characters are spent; raises :class:`LanguageModelError` when the time is, and
        :class:`CostLimitReached` when the call could cost, or has cost, more than is left.
        """


class OpenAICompatibleModel:
    """Streams from an OpenAI-compatible chat endpoint (OpenAI, vLLM, Ollama, llama.cpp ...).

    Thread-safe: each reply has its own connection. ``timeout_s`` bounds a whole reply, not the pause
    between two pieces; ``max_tokens`` bounds its length, whether or not the endpoint honours it.
    """

    def __init__(
        self, *, base_url: str | None, api_key: str, model: str, timeout_s: float, max_tokens: int
    ) -> None:
        # The client takes seconds to import and few installations use it; the first question shouldn't wait.
        import httpx  # noqa: PLC0415
        import langchain_openai  # noqa: F401, PLC0415

        self.name = model
        self._base_url, self._api_key = base_url, api_key
        self._timeout_s, self._max_tokens = timeout_s, max_tokens
        self._certificates = httpx.create_ssl_context()  # 50 ms to load: once, not for every reply
        self._reports_usage = True  # until the endpoint refuses to be asked for it

    def stream(self, *, system: str, user: str, allowance: Allowance | None = None) -> Iterator[str]:
        """Yield the reply piece by piece; any failure of the endpoint is a :class:`LanguageModelError`."""
        if allowance is None:
            allowance = Allowance(seconds=self._timeout_s, characters=characters_for(self._max_tokens))
        if allowance.is_spent:
            raise LanguageModelError("the time or length allowed for this answer is used up")
        # The client's timeout bounds each read, so a drip of bytes could go on for ever. Another thread
        # reads; this one waits no longer than the allowance and then cuts the line.
        seconds, characters = allowance.seconds_left, allowance.characters_left
        call = allowance.spending.open_call(self.name, system, user)
        if call is None:
            raise CostLimitReached(allowance.spending.most or 0.0, asked=False)
        tokens = max(1, min(self._max_tokens, characters // CHARACTERS_PER_TOKEN))
        stopped_by_cost = call.reply_limit is not None and call.reply_limit < tokens
        if call.reply_limit is not None:
            tokens = min(tokens, call.reply_limit)
        received: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        line, ending = _Line(), _Ending()

        def read() -> None:
            unread = characters
            try:
                for piece in self._read(system, user, seconds, tokens, line, ending):
                    received.put(piece)
                    unread -= len(piece)
                    if unread <= 0:
                        break
                received.put(None)
            except Exception as error:  # the client lets through what it pleases on malformed replies
                received.put(error)

        threading.Thread(target=read, name="chat-model", daemon=True).start()
        try:
            while (piece := self._next(received, allowance, seconds)) is not None:
                call.take(piece)
                if call.is_over:
                    raise CostLimitReached(allowance.spending.most or 0.0, asked=True)
                yield allowance.take(piece)
                if allowance.characters_left <= 0:
                    logger.info("%s: reply cut off after %d characters", self.name, characters)
                    return
            call.count(ending.read, ending.written)
            if ending.is_cut and stopped_by_cost:
                raise CostLimitReached(allowance.spending.most or 0.0, asked=True)
        except LanguageModelError as error:
            if call.written_bytes == 0 and _was_refused(error.__cause__):
                allowance.spending.forget(call)
            raise
        finally:
            line.cut()

    @staticmethod
    def _next(
        received: queue.SimpleQueue[str | Exception | None], allowance: Allowance, seconds: float
    ) -> str | None:
        try:
            piece = received.get(timeout=allowance.seconds_left)
        except queue.Empty:
            raise LanguageModelError(f"no complete reply within {seconds:.1f} s") from None
        if isinstance(piece, Exception):
            message = " ".join(f"{type(piece).__name__}: {piece}".split())[:MAX_ERROR_CHARS]
            raise LanguageModelError(message) from piece
        return piece

    def _read(
        self, system: str, user: str, seconds: float, tokens: int, line: _Line, ending: _Ending
    ) -> Iterator[str]:
        """The pieces of one reply; ``ending`` is filled in once it is over."""
        from openai import BadRequestError, UnprocessableEntityError  # noqa: PLC0415

        try:
            yield from self._read_once(system, user, seconds, tokens, line, ending)
        except (BadRequestError, UnprocessableEntityError) as error:
            # Some servers know no `stream_options`. They refuse before a word is written.
            if not self._reports_usage or "stream_options" not in str(error):
                raise
            self._reports_usage = False
            logger.info("%s: the endpoint can't be asked for its usage; tokens are estimated", self.name)
            yield from self._read_once(system, user, seconds, tokens, line, ending)

    def _read_once(
        self, system: str, user: str, seconds: float, tokens: int, line: _Line, ending: _Ending
    ) -> Iterator[str]:
        """The pieces of one reply, on a connection of its own."""
        from langchain_core.messages import AIMessageChunk  # noqa: PLC0415
        from langchain_openai import ChatOpenAI  # noqa: PLC0415
        from openai import DefaultHttpxClient  # noqa: PLC0415
        from pydantic import SecretStr  # noqa: PLC0415

        with DefaultHttpxClient(
            timeout=seconds, verify=self._certificates, event_hooks={"response": [line.attach]}
        ) as connection:
            client = ChatOpenAI(
                model=self.name,
                base_url=self._base_url,
                api_key=SecretStr(self._api_key),
                http_client=connection,
                timeout=seconds,
                max_retries=0,
                temperature=0.0,
                max_completion_tokens=tokens,
                stream_usage=self._reports_usage,
                use_responses_api=False,
            )
            for piece in client.stream([("system", system), ("human", user)]):
                if isinstance(piece, AIMessageChunk) and piece.usage_metadata is not None:
                    ending.read = piece.usage_metadata["input_tokens"]
                    ending.written = piece.usage_metadata["output_tokens"]
                if piece.response_metadata.get("finish_reason") == "length":
                    ending.is_cut = True
                if text := str(piece.text):
                    yield text


@dataclass(slots=True)
class _Ending:
    """What the endpoint says of a reply besides its text. Written by the reading thread, read after it."""

    read: object = None
    written: object = None
    is_cut: bool = False


def _was_refused(error: BaseException | None) -> bool:
    """Whether the endpoint turned the request down, or was not reached: nothing was read, nothing is paid."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415

    return isinstance(error, APIStatusError | APIConnectionError) and not isinstance(error, APITimeoutError)


class _Line:
    """The connection of one reply, so that another thread can cut it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def attach(self, response: Response) -> None:
        """Called by the client when the head of the response has come."""
        stream = response.extensions.get("network_stream")
        with self._lock:
            self._socket = stream.get_extra_info("socket") if stream else None
            if self._is_cut:
                self._shut()

    def cut(self) -> None:
        """End the reading thread's wait at once; nothing happens when the reply is already over."""
        with self._lock:
            self._is_cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # already closed
                self._socket.shutdown(2)  # both ways; closing would not wake a blocked read


def characters_for(max_tokens: int) -> int:
    """The longest reply, in characters, that ``max_tokens`` tokens can be taken to make."""
    return max_tokens * CHARACTERS_PER_TOKEN


def open_allowance(settings: Settings) -> Allowance:
    """What one whole answer may spend on the model: rewriting, writing and repair together."""
    prices = None
    if settings.model_price_in is not None and settings.model_price_out is not None:
        prices = Prices(read=settings.model_price_in, written=settings.model_price_out)
    return Allowance(
        seconds=settings.model_timeout_s,
        characters=characters_for(settings.model_max_tokens),
        spending=Spending(prices=prices, most=settings.model_max_cost),
    )


def open_language_model(settings: Settings) -> LanguageModel | None:
    """The configured chat model, or ``None`` when no model is named."""
    if not settings.openai_model:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return OpenAICompatibleModel(
        base_url=settings.openai_base_url,
        api_key=key,
        model=settings.openai_model,
        timeout_s=settings.model_timeout_s,
        max_tokens=settings.model_max_tokens,
    )
