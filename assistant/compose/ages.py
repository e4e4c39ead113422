"""Ages: whether what is said of "women aged 50 to 74 years" holds for somebody of 45."""

from __future__ import annotations

import re

OLDEST = 130

_ASKED = re.compile(
    r"\b(?:aged?|age of|(?:i am|i['’]?m|is|he['’]?s|she['’]?s))\s+(?P<age>\d{1,3})\b(?! ?(?:mg|kg|%|to\b|-|–|weeks?|months?|or (?:older|over|above|younger)))|"
    r"\b(?P<old>\d{1,3})[- ]years?[- ]old\b|\bat (?P<at>\d{2})\b(?! ?(?:mg|kg|%|weeks?|months?))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\bage[sd]?\s+(?P<low>\d{1,3})\s*(?:years\s*)?(?:to|through|-|–|and)\s*(?P<high>\d{1,3})\s*years?\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:aged?\s+)?(?P<low>\d{1,3})\s+years?\s+(?:of age\s+)?(?:or|and)\s+(?:older|over|above)\b|\bolder than (?:age )?(?P<over>\d{1,3})\b",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:younger than|under|before|prior to)\s+(?:the )?(?:age\s+(?:of\s+)?)?(?P<high>\d{1,3})\s+years?\b",
    re.IGNORECASE,
)


def read_age(question: str) -> int | None:
    """The one age in years that ``question`` is about; ``None`` where it names none or several."""
    found = {int(match[match.lastgroup or 0]) for match in _ASKED.finditer(question)}
    return found.pop() if len(found) == 1 else None


def holds_at(age: int, text: str) -> bool | None:
    """Whether ``text`` speaks of people of ``age``: ``None`` where it names no range of ages."""
    ranges = [(int(found["low"]), int(found["high"])) for found in _BETWEEN.finditer(text)]
    ranges += [(int(found["low"] or found["over"]), OLDEST) for found in _FROM.finditer(text)]
    ranges += [(0, int(found["high"]) - 1) for found in _UNDER.finditer(text)]
    if not ranges:
        return None
    return any(low <= age <= high for low, high in ranges)
