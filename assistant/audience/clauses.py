"""Finds where a sentence may be cut so that every part stands alone and says what it said; in doubt, nowhere."""

from __future__ import annotations

import re

from assistant.audience.binding import CONDITION, bind_nothing_together
from assistant.audience.cut import Cut
from assistant.audience.grammar import (
    AUXILIARY,
    FRONTED,
    INSET,
    LINKING,
    NOUN,
    is_clause,
    is_inside,
    is_study_clause,
    name_antecedent,
    stands_alone,
)

_BORDER = re.compile(
    r"\s?(?P<heading>:)\s{1,3}(?=(?-i:[A-Z])[a-z]*\s)"
    r"|(?P<semicolon>[;:])\s{1,3}(?:(?P<after>and|but|however|therefore|whereas|while),?\s{1,3})?"
    r"|,\s{1,3}(?P<joint>and|but|so|although|though|whereas|while|whilst|because|as|since|yet|however)(?P<comma>,?)\s{1,3}(?:(?P<then>therefore|thus|hence|so|consequently),?\s{1,3})?(?!that\b)"
    r"|\s{1,3}(?P<bare>and|but|although|though|whereas|because)\s{1,3}(?=(?:there|we|it|they|this|these|the|no|none|most|all|many|some|several|few|their|its|only|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|\d+|data|results|participants|studies|trials)\s)"
    r"|,\s{1,3}(?P<tail>suggesting|indicating|implying|showing)\s{1,3}that\s{1,3}"
    r"|,\s{1,3}which\s{1,3}(?=(?P<verb>is|are|was|were|has|have|had)\s)"
    r"|,\s{1,3}(?=(?P<study>(?:one|two|three|four|five|another)\s{1,3}(?:stud(?:y|ies)|trials?|RCTs?|looked|reported|compared|used|showed|found|had|was|were|assessed|evaluated|tested)\b))",
    re.IGNORECASE,
)
_OPENING = {
    "but": "But ",
    "so": "So ",
    "yet": "Yet ",
    "although": "But ",
    "though": "But ",
    "whereas": "But ",
    "while": "But ",
    "whilst": "But ",
    "as": "This is because ",
    "since": "This is because ",
    "because": "This is because ",
    "however": "However, ",
    "therefore": "Therefore, ",
}
_TAIL = {"suggesting": "suggests", "indicating": "indicates", "implying": "implies", "showing": "shows"}
# "We found the drug and the placebo were alike": one thing is found, not two are said.
_NAMES_WHAT = re.compile(
    r"\b(?:found|find|finds|show\w*|report\w*|indicat\w+|confirm\w*|mean[st]?|ensur\w+|know\w*|judged|considered|assumed|felt|said|stat(?:e|es|ed)|between|of both)\b",
    re.IGNORECASE,
)
# "It was not stopped because it hurt" may deny the reason alone.
_TURNS_REASON = re.compile(
    r"\b(?:not|no|never|none|neither|cannot|only|just|mainly|mostly|partly|largely|probably|possibly|may|might|could|perhaps|likely|whether|simply|especially|\w+n't)\b",
    re.IGNORECASE,
)
_ENDS_IN_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:[^\W\d]{1,6}|%)?$")
# "And 70% were women": of whom, the first half says.
_BARE_SHARE = re.compile(
    rf"^(?:[\d.]+\s*%|[\d.]+ per ?cent|half|a (?:third|quarter))\s+(?:\([^()]*\)\s+)?{AUXILIARY}\b",
    re.IGNORECASE,
)


def find_cuts(text: str) -> list[Cut]:
    """Borders of clauses in ``text``, in reading order, at which a full stop keeps the meaning.

    Refused where a condition, a population, a comparison, a hedge set before the sentence or a reporting
    verb ("suggests that") may hold for both halves, and where a half has no subject and verb of its own.
    """
    cuts: list[Cut] = []
    start = stopped = 0
    for found in _BORDER.finditer(text):
        opened = max((text.rfind(mark, 0, found.start()) + 2 for mark in (". ", "! ", "? ")), default=0)
        opened = opened if opened >= 2 else 0
        start = max(start, opened)
        if stopped > start or is_inside(text, found.start()):
            continue
        before = text[start : found.start()].strip()
        after = re.split(r"(?<=[.!?])\s|;\s", text[found.end() :], maxsplit=1)[0]
        cut = _cut_at(found, before, after)
        if cut is None:
            if is_clause(after):
                stopped = found.end()
            continue
        cuts.append(cut)
        start = found.end()
    return cuts


def _cut_at(found: re.Match[str], before: str, after: str) -> Cut | None:
    start, end = found.span()
    if found["heading"] and _is_heading(before) and _REPORTS_TRIALS.match(after):
        return Cut(start, end, ". ", False)
    if (
        len(before.split()) < 4
        or len(after.split()) < 4
        or not stands_alone(before, relatives=not found["bare"])
    ):
        return None
    if _BARE_SHARE.match(after):
        return None
    if found["tail"]:
        plural = "" if not CONDITION.search(after) else None
        return (
            None if plural is None else Cut(start, end, f". This {_TAIL[found['tail'].lower()]} that ", False)
        )
    if found["verb"]:
        named = name_antecedent(before, found["verb"])
        return None if named is None or CONDITION.search(after) else Cut(start, end, f". {named} ", False)
    if found["study"] and not (is_study_clause(before) and is_study_clause(after)):
        return None
    joint = (found["joint"] or found["after"] or found["bare"] or "").lower()
    if joint in {"as", "since"} and not re.match(
        r"(?:there|the|it|they|we|most|only|all|no|none|this|these)\b", after
    ):
        return None
    contrast = not found["bare"] and (joint not in {"and", "so"} or bool(found["semicolon"]))
    if not is_clause(after, behind_comma=not found["bare"]) or not bind_nothing_together(
        before, after, contrast=contrast
    ):
        return None
    if found["bare"] and (
        _NAMES_WHAT.search(before) or (joint == "because" and _TURNS_REASON.search(before))
    ):
        return None
    if joint == "and" and "," in INSET.sub("", LINKING.sub("", before)):
        return None  # it may end a list
    if joint == "and" and _ENDS_IN_AMOUNT.search(before) and after[:1].isdigit():
        return None  # "lower than 5 mg and 300 mg" may be one range
    if joint == "however" and found["joint"] and not found["comma"]:
        return None
    opening = "So " if found["then"] else _OPENING.get(joint, "")
    return Cut(start, end, f". {opening}", not opening)


# Behind a heading only what trials found is a sentence of its own; what holds for the heading alone ("Adults: ...") is not.
_REPORTS_TRIALS = re.compile(
    r"(?:we|(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|all|most|no|none of the|the (?:included )?)\s?(?:[\w-]+\s){0,2}?(?:trials?|stud(?:y|ies)|RCTs?))\s"
    r"(?:(?:that|which)\s)?(?:\([^()]*\)\s)?(?:included|found|showed|reported|assessed|compared|looked|had|was|were|identified|evaluated|measured|did)\b",
    re.IGNORECASE,
)
_PEOPLE_OR_DOSE = re.compile(
    rf"\b{NOUN}\b|\b(?:pregnan\w+|breast-?feed\w*|lactat\w+|elderly|dos(?:e|es|ing|age)|warning|caution|if|when|unless|not|no|only|failure|years?|months?)\b|\d",
    re.IGNORECASE,
)


def _is_heading(before: str) -> bool:
    """Whether ``before`` only names the comparison or outcome behind the colon: no people, no dose, no condition."""
    return (
        len(before.split()) <= 12
        and not FRONTED.match(before)
        and not _PEOPLE_OR_DOSE.search(before)
        and not re.search(
            r"[.,;]\s|\b(?:is|are|was|were|has|have|that|may|include[sd]?|follow\w*)\b|^-", before
        )
    )
