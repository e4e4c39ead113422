"""Call by its name what a reader tells of without one: a calf that "keeps seizing up" has cramps."""

from __future__ import annotations

import re

from assistant.rewrite.words import name_cramps, name_part

LONGEST_CRY = 10
"""Words of what somebody asks in the midst of a cramp; who writes more asks something of their own."""
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


_CRAMP_NOW = re.compile(
    r"(?:^|(?<=[.!?;,]))[^.!?;,]*\b(?:i|he|she|we|my \w+)(?:['’]ve| have|['’]s| is| has|['’]m| am)?(?: got| having| getting| in)*"
    r"(?: an?| terrible| awful| bad| horrible)* (?P<part>leg |calf |foot |toe |thigh |muscle )?cramp(?: in my (?P<in>leg|calf|foot|toe|thigh))?"
    r" (?:right |just )?(?:now|this (?:very )?(?:minute|moment|second)|at the moment)[^.!?;,]*",
    re.IGNORECASE,
)
_WHAT_TO_DO = re.compile(r"\b(?:what|how|help|anything|quick)\b", re.IGNORECASE)


def _ask_what_helps_now(text: str) -> str:
    """ "I have a cramp right now, what can I do?" asks what to do while a cramp lasts; anything else stays."""
    found = _CRAMP_NOW.search(text)
    if found is None:
        return text
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,.!?;")
    if rest and not (_WHAT_TO_DO.search(rest) and len(rest.split()) <= LONGEST_CRY):
        return text
    part = (found["part"] or found["in"] or "").strip().lower()
    return f"What can be done during a {f'{part} ' if part else ''}cramp?"


_LINE = re.compile(
    r"(?:^|(?<=[.;,] )|(?<=\band ))(?P<which>first|second|third|next)[- ]line(?: (?:management|treatment|therapy|options?|choice|agents?|drugs?))?"
    r"(?: in (?:primary care|general practice))?(?= ?\?*$)",
    re.IGNORECASE,
)
"""A clinician's short question, alone or after a short history."""
_KNOT = re.compile(
    r"\b(?:an? )?(?:(?:hard|tight|painful|big|sudden) )*knots? in (?:my|his|her|the) (?:left |right )?(?P<part>calf|leg|foot|thigh|hamstring)\b(?: muscle)?",
    re.IGNORECASE,
)
"""A knot, not a lump: that may be something else."""


def _ask_in_what_order(line: re.Match[str]) -> str:
    if line["which"].lower() == "first":
        return "what treatment comes first"
    return "what can be tried when other treatment has not worked"


_ACHES = re.compile(
    r"\bmy (?:left |right |both )?(?P<part>legs?|calf|calves|foot|feet|toes?|thighs?|hamstrings?)(?: muscles?)?"
    r" (?:(?:really |always |often |both )?(?:hurts?|aches?)|(?:is|are|gets?|feels?) (?:very |so |really )?(?:sore|painful|achy))\b",
    re.IGNORECASE,
)


def name_what_is_told(text: str) -> str:
    """``text`` with names in the place of tellings; the rest stays as it is, and mostly all of it does."""
    text = _ask_what_helps_now(text)
    text = _LINE.sub(_ask_in_what_order, text)
    text = _KNOT.sub(lambda found: name_cramps(found["part"]), text)
    text = _ACHES.sub(lambda found: f"I get {name_part(found['part'])} pain", text)
    text = _MINE.sub(lambda found: f"I get {name_cramps(found['part'])}", text)
    return _ANYBODYS.sub(lambda found: f"{found['whose']} cramps", text)
