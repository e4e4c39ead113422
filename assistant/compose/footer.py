"""The small lines below an answer: who wrote it, what that cost, and how many sentences are missing."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Audience, ModelUsage, Statement, Withheld
from assistant.spending import tell_amount

BY_A_MODEL = "model:"
"""How a composer's name begins where a chat model wrote; its own name follows."""


def write_footer(
    composer: str, usage: ModelUsage | None, statements: Sequence[Statement], audience: Audience
) -> list[str]:
    """Who wrote the sentences, where there are any, and what the chat model cost, where prices are set."""
    lines = []
    answered = bool(statements)
    if answered and composer.startswith(BY_A_MODEL):
        name = composer.removeprefix(BY_A_MODEL)
        lines.append(
            f"Written by the language model {name} from the sources cited; each sentence was checked against them."
        )
    elif answered and usage is not None:
        lines.append(f"Quoted from the sources; the language model {usage.model} wrote none of it.")
    elif audience is Audience.PATIENT and any(statement.plain for statement in statements):
        lines.append("Quoted from the sources, with plain words put in by rule; no language model.")
    elif answered:
        lines.append("Quoted from the sources, no language model.")
    if usage is not None and usage.cost is not None:
        how = "" if usage.counted == "by the endpoint" else f"; {usage.counted}"
        tokens = f"{usage.input_tokens:,} tokens read, {usage.output_tokens:,} written"
        lines.append(f"Cost of the language model: {tell_amount(usage.cost)} ({tokens}{how}).")
    return lines


def count_withheld(withheld: Sequence[Withheld]) -> str:
    """How many sentences were withheld, as the heading of the reasons."""
    return f"{len(withheld)} sentence{'' if len(withheld) == 1 else 's'} withheld"
