"""Says a shared subject again: "X reduced A and increased B" is "X reduced A. X increased B."."""

from __future__ import annotations

import re

from assistant.audience.binding import COMPARES, bind_nothing_together, says_effect
from assistant.audience.cut import Cut
from assistant.audience.grammar import FINITE, INSET, LINKING, NOUN, is_inside, point_back
from assistant.verify.direction import DOWN, UP
from assistant.verify.negation import is_certainty, is_hedge, is_negator
from assistant.verify.words import normalize, split_words

_BE = r"(?:is|are|was|were)"
_MODAL = r"(?:may|might|can|could|should|will|would|must)"
# Past forms that no reader takes for an adjective ("reduced pain") or for a participle below an earlier "was".
_PAST = (
    r"(?:found|showed|took|gave|had|did|made|led|met|began|came|became|saw|fell|rose|used|compared|included|reported|assessed|evaluated|examined|"
    r"investigated|measured|recruited|enrolled|provided|considered|searched|rated|judged|graded|downgraded|identified|extracted|contacted|concluded|"
    r"lasted|excluded|received|followed|focused|addressed|lacked|pooled|planned|presented|described)"
)
_CHANGED = (
    r"(?:reduced|increased|improved|decreased|lowered|raised|prevented|shortened|prolonged|delayed|relieved)"
)
_CHANGES = r"(?:reduces|increases|improves|decreases|lowers|raises|prevents|shortens|prolongs|delays|relieves|causes|has|does|is|provides|includes|appears|seems|remains)"
_GROUPS = {
    "be": _BE,
    "modal": rf"{_MODAL}(?:\snot)?(?:\s\w+ly)?\s(?:be|have|\w+)",
    "past": _PAST,
    "changed": _CHANGED,
    "present": _CHANGES,
}
_STUDIES = r"(?:stud(?:y|ies)|trials?|RCTs?|reviews?|authors)"
_SUBJECT = re.compile(
    rf"^(?:(?P<we>we|they|it)|(?P<group>(?:the|this|these|both|all|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an?|another|\d+)\s(?:[\w-]+\s){{0,4}}?"
    rf"(?P<noun>{_STUDIES})(?:\s\([^()]*\))?)|(?P<name>(?:the\s|this\s|these\s)?(?:[\w-]+\s){{0,3}}?[\w-]+))\s(?:also\s)?"
    rf"(?=(?P<verb>{_BE}|{_MODAL}|{_PAST}|{_CHANGED}|{_CHANGES})\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r",?\s(?P<joint>and|but)\s(?:then\s)?(?=(?P<verb>(?:also\s|did\snot\s|does\snot\s)?[\w'’]+)\b)"
)
_UNFIT_NAME = re.compile(
    r"\b(?:there|that|which|who|what|no|not|none|nor|neither|either|only|most|few|many|some|any|each|every|other|others|more|less|of|in|for|with|to|by|from|"
    r"on|at|and|or|but|if|when|while|as|because|than|although|after|before|during|it|this|these|those|here|however|study|trial|\d[\d.,]*|we|they|he|she|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|all|both|groups?|arms?|results?|difference|differences)\b",
    re.IGNORECASE,
)
_REACHES = re.compile(
    r"\b(?:compared|than|versus|at \d|at (?:one|two|three|four|five|six|twelve|long|short|the end|follow)|after|during|within|for (?:up to|\d|at least)|over \d|respectively|"
    r"when|if|unless|until|while|whereas|because|since|although|in order|to (?:determine|assess|evaluate|reduce|improve)|both|either|neither|overall|in that order)\b",
    re.IGNORECASE,
)
_INNER = re.compile(
    r"\b(?:that|whether|which|who|whom|whose|if|when|because|how|what|where|as well as|between|both|either|neither|not only)\b|[;:]|,",
    re.IGNORECASE,
)


def find_shared_subject(text: str) -> list[Cut]:
    """The cut between two verbs of one subject in ``text``, one sentence that stands alone; empty where in doubt."""
    linking = LINKING.match(text)
    offset = linking.end() if linking else 0
    subject = _SUBJECT.match(text[offset:])
    if not subject:
        return []
    named = _name(subject)
    group = _group_of(text[offset + subject.end("verb") - len(subject["verb"]) :])
    if not named or not group:
        return []
    joints = [
        item for item in _JOINT.finditer(text, offset + subject.end()) if not is_inside(text, item.start())
    ]
    for found in joints:
        after = text[found.start("verb") :]
        if not _is_same_group(group, after):
            continue
        told = text[offset + subject.end() + len(subject["verb"]) : found.start()]
        return _cut(found, text[offset : found.start()], told, after, named)
    return []


def _cut(found: re.Match[str], before: str, told: str, after: str, named: str) -> list[Cut]:
    plain, plain_after = INSET.sub("", before), INSET.sub("", after)
    if len(plain.split()) < (5 if re.match(_BE, after) else 4) or len(plain_after.split()) < 3:
        return []
    if (
        len(FINITE.findall(plain)) > 1
        or _INNER.search(plain.split(" ", 2)[-1])
        or re.search(r"\b(?:and|or|but)\b|[;:]", plain)
    ):
        return []
    if re.search(r",\s|[;:]|\b(?:that|whether)\b.*\band\b", plain_after) or not bind_nothing_together(
        before, after
    ):
        return []
    reaches = bool(_REACHES.search(INSET.sub("", told))), bool(_REACHES.search(plain_after))
    if reaches[1] or (reaches[0] and (says_effect(after) or COMPARES.search(told))):
        return []
    again, shown = named.startswith("="), named.lstrip("=")
    if found["joint"] == "but":
        shown = f"But {shown if shown[:2].isupper() else shown[0].lower() + shown[1:]}"
    return [Cut(found.start(), found.start("verb"), f". {shown} ", False, "repeat" if again else "cut")]


def _name(subject: re.Match[str]) -> str:
    """What stands for the subject in a second sentence; with "=" before words that are said again. Empty: nothing does."""
    if subject["we"]:
        return subject["we"].capitalize()
    if subject["group"]:
        first, noun = subject["group"].split()[0].lower(), subject["noun"]
        if first == "the":
            return f"The {noun}" if subject["group"].lower() == f"the {noun.lower()}" else ""
        return point_back(noun)
    name = subject["name"]
    words = split_words(normalize(name))
    article = re.sub(r"^(?:the|this|these)\s", "", name, flags=re.IGNORECASE)
    if (
        _UNFIT_NAME.search(article)
        or re.search(r"^an?\s|^\W|\d|\s-\s", article, re.IGNORECASE)
        or re.search(rf"\b{NOUN}$", article, re.IGNORECASE)
        or re.search(r"(?:ed|ing|ly)$", name)
        or any(
            is_hedge(word.text)
            or is_negator(word.text)
            or is_certainty(word.text)
            or word.stem in UP
            or word.stem in DOWN
            for word in words
        )
    ):
        return ""
    return f"={name[0].upper()}{name[1:]}"


def _group_of(text: str) -> str:
    """Which kind of verb begins ``text``."""
    for name, pattern in _GROUPS.items():
        if re.match(rf"{pattern}\b", text, re.IGNORECASE):
            return name
    return ""


def _is_same_group(group: str, after: str) -> bool:
    """Whether the verb behind "and" can only go with the subject: not "used pain scores and reported values"."""
    after = re.sub(r"^(?:also|did not|does not)\s", "", after)
    found = _group_of(after)
    if group == "be":
        return found == "be"
    if group == "modal":
        return found == "modal"
    if group == "changed":
        return found == "changed" or bool(re.match(r"(?:had|did|was|were|may|might)\b", after))
    if group == "present":
        return found == "present" or bool(re.match(r"(?:may|might|can|is)\b", after))
    return found == "past" or bool(re.match(r"(?:was|were|did)\b", after))
