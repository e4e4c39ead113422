"""What the chat model was given and wrote for one answer, what that cost, and how much it may."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assistant.answer import ModelUsage, TokenCount

BYTES_PER_TOKEN = 3
"""Below the 4 to 5 of English prose: where nobody counts, rather too dear than too cheap. A llama.cpp server counted
496 and 590 tokens in prompts that this takes for 691 and 798."""
FRAME_TOKENS = 16
"""What a chat template puts around the messages of one call."""
LEAST_REPLY_TOKENS = 48
"""A reply of fewer tokens, about one sentence with its citation, is not worth its prompt."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any one currency."""

    read: float
    written: float

    def cost(self, *, read: float, written: float) -> float:
        """The cost of so many tokens read and written."""
        return (read * self.read + written * self.written) / 1e6


@dataclass(slots=True)
class Call:
    """One call of the model: estimated while it runs, counted once the endpoint says what it used.

    ``reply_limit`` is how many tokens of reply there is money for; ``None`` without a limit.
    """

    read: int
    reply_limit: int | None = None
    written_bytes: int = 0
    counted: tuple[int, int] | None = None

    def take(self, text: str) -> None:
        """Note a piece of the reply."""
        self.written_bytes += len(text.encode("utf-8", "replace"))

    def count(self, read: object, written: object) -> None:
        """Take the endpoint's own count in the place of the estimate, where it is one."""
        if isinstance(read, int) and isinstance(written, int) and read > 0 and written >= 0:
            self.counted = (read, written)

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens read and written, as counted or else as estimated."""
        return self.counted or (self.read, math.ceil(self.written_bytes / BYTES_PER_TOKEN))

    @property
    def is_over(self) -> bool:
        """Whether the reply is, as estimated, longer than there is money for."""
        return self.reply_limit is not None and self.tokens[1] > self.reply_limit


class Spending:
    """The calls of the chat model for one answer. For one thread at a time.

    With ``prices`` it knows what they cost, with ``most`` how much of that is allowed.
    """

    def __init__(self, *, prices: Prices | None = None, most: float | None = None) -> None:
        """Raises ``ValueError`` for a limit without prices."""
        if most is not None and prices is None:
            raise ValueError("what an answer may cost can't be held without prices")
        self.prices, self.most = prices, most
        self._calls: list[Call] = []
        self._model = ""

    @property
    def cost(self) -> float | None:
        """What the calls cost so far; ``None`` without prices."""
        if self.prices is None:
            return None
        return math.fsum(
            self.prices.cost(read=read, written=written)
            for read, written in (call.tokens for call in self._calls)
        )

    def open_call(self, model: str, *prompts: str) -> Call | None:
        """Begin a call that reads ``prompts``; ``None`` where it could cost more than is left."""
        read = sum(estimate_tokens(prompt) for prompt in prompts) + FRAME_TOKENS
        limit = self._affordable_reply(read)
        if limit is not None and limit < LEAST_REPLY_TOKENS:
            return None
        call = Call(read, limit)
        self._model = model
        self._calls.append(call)
        return call

    def forget(self, call: Call) -> None:
        """The endpoint refused ``call`` before it read anything: nothing was spent on it."""
        self._calls.remove(call)

    def usage(self) -> ModelUsage | None:
        """The calls together; ``None`` where the model was not asked."""
        if not self._calls:
            return None
        tokens = [call.tokens for call in self._calls]
        by_endpoint = [call.counted is not None for call in self._calls]
        counted: TokenCount = "partly estimated" if any(by_endpoint) else "estimated"
        cost = self.cost
        return ModelUsage(
            model=self._model,
            calls=len(self._calls),
            input_tokens=sum(read for read, _ in tokens),
            output_tokens=sum(written for _, written in tokens),
            counted="by the endpoint" if all(by_endpoint) else counted,
            cost=None if cost is None else round(cost, 8),
        )

    def _affordable_reply(self, read: int) -> int | None:
        """How many tokens of reply there is money for after ``read`` tokens; ``None`` without a limit."""
        if self.prices is None or self.most is None:
            return None
        left = self.most - (self.cost or 0.0) - self.prices.cost(read=read, written=0)
        if left < 0:
            return 0
        return int(left * 1e6 / self.prices.written) if self.prices.written else None


def tell_amount(amount: float) -> str:
    """``amount`` of money for a reader: six decimals at most, never in powers of ten."""
    if 0 < amount < 1e-6:
        return "less than 0.000001"
    return f"{amount:,.6f}".rstrip("0").rstrip(".")


def estimate_tokens(text: str) -> int:
    """One token for every three bytes of UTF-8, begun ones included; more than most tokenizers make of prose."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)
