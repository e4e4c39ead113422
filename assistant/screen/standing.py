"""A danger sign told earlier in a conversation stands until the reader says that it was looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.screen.danger_signs import DangerSign, find_danger_signs

TURNS = 4
"""How many of the reader's earlier messages are looked through."""

_LOOKED_AT = re.compile(
    r"\b(?:ruled (?:it |that |this |a clot |the clot )?out|all clear|"
    r"(?:been|went|gone|got back|back) (?:to|from|at) (?:the |a |my |our )?(?:doctors?|gp|hospital|clinic|er|a&e|emergency(?: room| department)?|surgery|urgent care|casualty)|"
    r"(?:doctors?|gp|hospital|nurse|consultant|paramedics?) (?:has |have |had |already |just |then |now )*(?:looked|examined|checked|saw|seen|tested|scanned|ruled|found|sent me home|(?:said|says|told me) (?:it|this|that|there)(?:'?s)?)|"
    r"(?:scan|ultrasound|doppler|ecg|ekg|x-?ray|blood tests?|d-?dimer|tests?|results?) (?:was|were|is|are|came|come|showed?|shows|all)|"
    r"(?:had|did|done|got) (?:a |an |the |my )?(?:scan|ultrasound|doppler|ecg|ekg|x-?ray|blood tests?|d-?dimer)|"
    r"(?:saw|seen|spoke to|spoken to|called|rang|phoned) (?:a |the |my |our )?(?:doctor|gp|nurse|ambulance|paramedics?|111|999|911|112|emergency)|"
    r"(?:it|that|this) (?:was|is|turned out to be) (?:just |only |not |n't )+(?:a |an )?\w+)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:if|should|when|until|before|unless|whether|do|does|did|can|could|would|will|need|what|how)\b[^.!?;,]*$|"
    r"(?:^|[.!?;,])\W*(?:has|have|had|is|are|was|were)\b[^.!?;,]*$",
    re.IGNORECASE,
)


def find_standing_signs(question: str, earlier: Sequence[str]) -> list[DangerSign]:
    """The signs of the latest of the last ``TURNS`` messages that has any; none once one was looked at.

    ``earlier`` holds the reader's messages before ``question``, oldest first. "The doctor has looked at it", in
    the question or in a message after the sign, ends it; "should I see a doctor?" does not.
    """
    if tells_it_was_looked_at(question):
        return []
    start = max(0, len(earlier) - TURNS)
    for position in range(len(earlier) - 1, start - 1, -1):
        message = earlier[position]
        if tells_it_was_looked_at(message):
            return []
        if signs := find_danger_signs(message, earlier=earlier[position - 1] if position else ""):
            return signs
    return []


def tells_it_was_looked_at(message: str) -> bool:
    """Whether ``message`` says that someone has examined what it is about."""
    return any(not _ASKED.search(message[: found.start()]) for found in _LOOKED_AT.finditer(message))
