"""Cramps of the womb or the belly: what eases a calf does nothing for them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OtherCramps:
    """Cramps that are none of a skeletal muscle, as the question names them, and how a source would speak of them."""

    named: str
    told_by: re.Pattern[str]


_OF_THE_WOMB = re.compile(
    r"\b(?:menstru\w+|dysmenorrh\w+|period (?:pains?|cramps?)|uterine|womb)\b", re.IGNORECASE
)
_OF_THE_BELLY = re.compile(r"\b(?:abdom\w+|stomach|tummy|belly|bowel|intestin\w+)\b", re.IGNORECASE)
_OTHER_CRAMPS = (
    (re.compile(r"\b(?:period|menstrual|uterine|womb) (?:cramp(?:s|ing)?|pains?)\b|\bcramps? (?:on|during|with|from) (?:my |her |a )?periods?\b", re.IGNORECASE), _OF_THE_WOMB),
    (re.compile(r"\b(?:stomach|tummy|belly|abdominal|bowel) cramp(?:s|ing)?\b|\bcramps? in (?:my|his|her|the) (?:stomach|tummy|belly|abdomen|bowels?)\b", re.IGNORECASE), _OF_THE_BELLY),
)  # fmt: skip


def find_other_cramps(question: str) -> OtherCramps | None:
    """The cramps of the womb or the belly that ``question`` asks about; ``None`` where it asks about none."""
    for asked, told_by in _OTHER_CRAMPS:
        if found := asked.search(question):
            return OtherCramps(found.group(), told_by)
    return None
