"""Says whether two halves of a sentence are bound: by people, a comparison, a condition or figures that hold for both."""

from __future__ import annotations

import re

from assistant.audience.grammar import NOUN
from assistant.verify.direction import DOWN, UP
from assistant.verify.words import normalize, split_words

# What stands at the end of the second half may hold for the first half too.
_TRAILING = re.compile(
    r",\s+(?:compared|in|for|among|at|during|after|before|with|without|when|if|unless|but|although|though|especially|particularly|respectively|relative|"
    r"versus|regardless|irrespective|depending|provided|except|using|based|according|even|as|while|whereas|because|since|where)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|until|provided|except|excluding|regardless|irrespective|in that order|respectively|former|latter|"
    r"depending|vice versa|otherwise|likewise|too|either|neither|nor|both|same)\b",
    re.IGNORECASE,
)
LIMIT = re.compile(
    rf"\b(?:in|for|among|amongst|to|by|from)\s+(?:[\w-]+\s+){{0,4}}?{NOUN}\b|\b(?:subgroups?|aged|pregnan\w+)\b",
    re.IGNORECASE,
)
COMPARES = re.compile(
    r"\b(?:than|compared|comparison|versus|vs|relative to|over (?:placebo|control))\b", re.I
)
_SAYS_EFFECT = re.compile(
    r"\b(?:differ\w*|similar\w*|effects?|effective\w*|change\w*|benefit\w*|same|equal\w*)\b", re.I
)
_WHO = re.compile(
    r"\b(?:children|infants|babies|neonates|newborns|women|men|boys|girls|adults|adolescents|smokers|elderly|older|younger|mothers)\b",
    re.I,
)
_FIGURES_LAST = re.compile(
    r"[(\[](?=[^()]*(?:[A-Z]{2}|=|[<>]|trial|stud|participant|women|patients))[^()]*(?:\([^()]*\)[^()]*)*\d[^()]*[)\]]\s*[.]?$"
)

_ABOUT_TRIALS = re.compile(
    r"(?:(?:the|this|these|our|all|most|overall|included|available|other)\s)*(?:quality|certainty|strength|evidence|trials?|stud(?:y|ies)|RCTs?|data|"
    r"further (?:research|stud|trials)|more (?:research|evidence|stud|trials)|we|follow-up|(?:mean|study) duration)\b|"
    r"there (?:is|are|was|were) (?:no|few|only|little|insufficient) (?:evidence|data|stud|trials|RCTs)|it (?:is|was) (?:not (?:possible|clear)|unclear|impossible)\b",
    re.IGNORECASE,
)


def bind_nothing_together(before: str, after: str, *, contrast: bool = False) -> bool:
    """No people, comparison or condition stands in one half that may hold for the other as well.

    People named first are still meant when the second half is about the trials alone ("but the evidence is weak"); people
    named last belong to the second half alone where it is set against the first (``contrast``).
    """
    if _TRAILING.search(after) or CONDITION.search(before) or CONDITION.search(after):
        return False
    limited = bool(LIMIT.search(before)), bool(LIMIT.search(after))
    if limited == (True, False) and (says_effect(after) or not _ABOUT_TRIALS.match(after)):
        return False
    if limited == (False, True) and (not contrast or says_effect(before)):
        return False
    if {item.lower() for item in _WHO.findall(before)} - {
        item.lower() for item in _WHO.findall(after)
    } and says_effect(after):
        return False
    if _FIGURES_LAST.search(after) and not says_effect(after):
        return False  # the figures of the first half
    compares = bool(COMPARES.search(before)), bool(COMPARES.search(after))
    if compares[0] == compares[1]:
        return True
    return not says_effect(after if compares[0] else before)


def says_effect(clause: str) -> bool:
    return bool(_SAYS_EFFECT.search(clause)) or any(
        word.stem in UP or word.stem in DOWN for word in split_words(normalize(clause))
    )
