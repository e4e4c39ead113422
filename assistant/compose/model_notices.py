"""Says to a reader why a chat model's answer is not all it could be."""

from __future__ import annotations

from assistant.language_model import CostLimitReached, LanguageModelError
from assistant.spending import tell_amount


def notice_of_failure(error: LanguageModelError, *, answered: bool, withheld: bool) -> str:
    """What became of the answer.

    ``answered``: verified sentences of the model are shown already; ``withheld``: it has written others
    that are not shown.
    """
    if not isinstance(error, CostLimitReached):
        if answered:
            return "The language model stopped early; this answer may be incomplete."
        return "The language model did not answer; these are the sources' own sentences."
    limit = f"one answer may cost {tell_amount(error.most)} at most"
    if answered and error.asked:
        return f"The language model was stopped, because {limit}; this answer may be incomplete."
    if answered:
        return (
            "Some of what the language model wrote was not supported by its source and is left out. It was "
            f"not asked to put that right, because {limit}."
        )
    if error.asked:
        done = "was stopped before it had written a supported sentence"
    else:
        done = (
            "wrote nothing that its sources support and was not asked again"
            if withheld
            else "was not asked to write"
        )
    return f"The language model {done}, because {limit}; these are the sources' own sentences."
