"""Call by its name what a reader tells of without one: a calf that "keeps seizing up" has cramps."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Telling:
    """``pattern`` finds what is told; its group ``told`` is replaced by ``name``."""

    pattern: re.Pattern[str]
    name: str


_CRAMPING = Telling(
    # Only of a muscle or where muscles hurt: a knee or a jaw that locks up has no cramp.
    re.compile(
        r"\b(?:calf|calves|legs?|foot|feet|toes?|thighs?|hamstrings?|muscles?)"
        r"(?: (?:muscles?|just|always|often|sometimes|suddenly|both|all))*"
        r" (?P<told>(?:(?:keeps?|kept|will|would|is|are|was|were|starts?|started|begins?|began|get|gets|getting) (?:on )?)?"
        r"(?:(?:seiz(?:e|es|ed|ing)|lock(?:s|ed|ing)?|knot(?:s|ted|ting)?|tighten(?:s|ed|ing)?) up"
        r"|(?:go|goes|going|gone|went) into (?:a )?spasms?|(?:all )?(?:in|tied in|into) knots))\b",
        re.IGNORECASE,
    ),
    "cramps",
)
TELLINGS = (_CRAMPING,)


def name_what_is_told(text: str) -> str:
    """``text`` with names in the place of tellings; the rest stays as it is, and mostly all of it does."""
    for telling in TELLINGS:
        for found in reversed(list(telling.pattern.finditer(text))):
            text = text[: found.start("told")] + telling.name + text[found.end("told") :]
    return text
