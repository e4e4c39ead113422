"""Call by its name what a reader tells of without one: a calf that "keeps seizing up" has cramps."""

from __future__ import annotations

import re

from assistant.rewrite.words import name_cramps

_PARTS = r"calf|calves|legs?|foot|feet|toes?|thighs?|hamstrings?|muscles?"
_HOW_OFTEN = r"(?: (?:muscles?|just|always|often|sometimes|suddenly|both|all))*"
_SEIZES_UP = (
    r"(?:(?:keeps?|kept|will|would|is|are|was|were|starts?|started|begins?|began|get|gets|getting) (?:on )?)?"
    r"(?:(?:seiz(?:e|es|ed|ing)|lock(?:s|ed|ing)?|knot(?:s|ted|ting)?|tighten(?:s|ed|ing)?) up"
    r"|(?:go|goes|going|gone|went) into (?:a )?spasms?|(?:all )?(?:in|tied in|into) knots)\b"
)
# Only of a muscle or where muscles hurt: a knee or a jaw that locks up has no cramp.
_MINE = re.compile(rf"\bmy (?:left |right |both )?(?P<part>{_PARTS}){_HOW_OFTEN} {_SEIZES_UP}", re.IGNORECASE)
_ANYBODYS = re.compile(rf"\b(?P<whose>(?:{_PARTS}){_HOW_OFTEN}) {_SEIZES_UP}", re.IGNORECASE)


def name_what_is_told(text: str) -> str:
    """``text`` with names in the place of tellings; the rest stays as it is, and mostly all of it does."""
    text = _MINE.sub(lambda found: f"I get {name_cramps(found['part'])}", text)
    return _ANYBODYS.sub(lambda found: f"{found['whose']} cramps", text)
