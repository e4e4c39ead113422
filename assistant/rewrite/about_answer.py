"""Reads a question about the answer just given: how strong, who says so, how old, is it still current?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Aspect(StrEnum):
    """What is asked about what the answer rested on."""

    STRENGTH = "strength"  # "how strong is that?", "what grade is it?"
    ISSUER = "issuer"  # "who says so?"
    AGE = "age"  # "how old is that recommendation?"
    STANDING = "standing"  # "is that still current?"


@dataclass(frozen=True, slots=True)
class AboutAnswer:
    """A question about the last answer's sources that names no subject of its own.

    ``ordinal`` counts from 0, -1 is the last; ``of_recommendations`` says that only recommendations are counted.
    """

    aspect: Aspect
    ordinal: int | None = None
    of_recommendations: bool = False


_ORDINALS = {"first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "sixth": 5, "6th": 5, "last": -1, "latter": -1}  # fmt: skip
_COUNTED = r"(?:one|point|statement|sentence|claim|item|recommendation|advice)s?"
_THING = (
    r"(?:evidence|recommendations?|advice|guidelines?|guidance|sources?|stud(?:y|ies)|trials?|reviews?|statements?|claims?|answers?|information|"
    r"points?|sentences?|documents?|data)"
)
_THAT = (
    rf"(?P<that>(?:the|that|this) (?:{'|'.join(_ORDINALS)})(?: {_COUNTED})?"
    rf"|(?:that|this|these|those|the|your|all (?:of )?(?:that|this|these|those)) {_THING}"
    r"|all (?:of )?(?:that|this|these|those)|that|this|it|those|these|they|them|so)"
)
_BEHIND = rf"(?: (?:for|behind|of|on|in) {_THAT.replace('?P<that>', '?P<behind>')})?"
_GRADED = r"(?:grade|grading|strength|level|class|certainty|quality|strength of recommendation|(?:level|grade|quality|strength|certainty) of evidence)"
_SOURCE = (
    r"(?:guideline|source|study|review|trial|organi[sz]ation|society|agency|paper|document|body|group)s?"
)

_LONGEST = 160
"""Characters; what says more than "how strong is the evidence for that?" has a subject of its own."""

_LEADS_IN = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|well|then|now|also|hm+|thanks|thank you|i see|right|sorry|please|can you tell me|could you tell me|"
    r"do you know|tell me|i wonder|i'd like to know|out of interest)\b[\s,.:;!-]*)+"
)
_TRAILS_OFF = re.compile(r"(?:[\s,]+(?:then|though|exactly|actually|please|really|anyway|by the way))+$")

_ASPECTS: tuple[tuple[Aspect, re.Pattern[str]], ...] = tuple(
    (aspect, re.compile(f"(?:{pattern})"))
    for aspect, pattern in (
        (Aspect.STRENGTH, rf"(?:just )?how (?:strong(?:ly)?|certain|sure|reliable|solid|good|trustworthy|confident|robust|well[- ]supported|well[- ]founded) (?:is|are|was|were) {_THAT}(?: recommended| supported)?{_BEHIND}"),
        (Aspect.STRENGTH, rf"(?:what|which) {_GRADED}(?: of recommendation)? (?:is|are|was|were|does|do|did) {_THAT}(?: given| have| has| get| carry)?"),
        (Aspect.STRENGTH, rf"what(?:'s| is| was| are) (?:the|its|their) {_GRADED}{_BEHIND}"),
        (Aspect.STRENGTH, rf"how (?:is|are|was|were) {_THAT} graded"),
        (Aspect.STRENGTH, rf"(?:is|are|was) {_THAT} (?:a )?(?:strong|weak|graded|firm|conditional)(?: {_THING})?"),
        (Aspect.STRENGTH, rf"how (?:certain|sure|confident) (?:are|is) (?:you|they|the sources?|the guidelines?)(?: (?:of|about) {_THAT})?"),
        (Aspect.ISSUER, rf"who(?: exactly)? (?:says|said|recommends?|recommended|wrote|published|claims|issued|advises|advised|suggests|suggested|states|made|gives|gave|did|ran|conducted|led|carried out) {_THAT}"),
        (Aspect.ISSUER, r"says who|according to whom|who says|on whose authority|whose (?:advice|recommendation|guideline) (?:is|was) (?P<that>that|this|it)"),
        (Aspect.ISSUER, rf"where (?:does|did|do|is|are) {_THAT} (?:come )?from"),
        (Aspect.ISSUER, rf"(?:which|what) {_SOURCE} (?:says?|said|recommends?|recommended|is|are|was|gives?|states?|advises?) {_THAT}(?: from)?"),
        (Aspect.ISSUER, rf"(?:what|who)(?:'s| is| was| are) (?:the|your|its) (?:source|issuer|author)s?{_BEHIND}"),
        (Aspect.AGE, rf"how (?:old|recent|new|dated) (?:is|are|was|were) {_THAT}"),
        (Aspect.AGE, rf"when (?:was|were|is|did) {_THAT} (?:published|issued|written|made|released|from|last updated|updated|come out|revised)"),
        (Aspect.AGE, rf"(?:what|which) year (?:is|was|are|were) {_THAT}(?: from| published| issued)?|from (?:what|which) year (?:is|are) {_THAT.replace('?P<that>', '?P<behind>')}"),
        (Aspect.STANDING, rf"how (?:current|up[- ]to[- ]date) (?:is|are) {_THAT}"),
        (Aspect.STANDING, rf"(?:is|are) {_THAT} (?:still |now |all )?(?:current|valid|up[- ]to[- ]date|in force|outdated|out[- ]of[- ]date|obsolete|superseded|withdrawn|retracted|replaced|the latest|recommended|standing|the current (?:one|advice|guideline|recommendation|version))"),
        (Aspect.STANDING, rf"(?:has|have) {_THAT} (?:since )?been (?:superseded|replaced|updated|withdrawn|retracted|revised|changed)(?: since)?"),
        (Aspect.STANDING, rf"(?:does|do) {_THAT} still (?:hold|stand|apply|hold true|count)"),
        (Aspect.STANDING, r"(?:is there|have you|do you have|got) (?:anything|something) (?:newer|later|more recent|more up[- ]to[- ]date|more current)(?: (?:than|on) (?P<that>that|this|it))?"),
        (Aspect.STANDING, rf"(?:is|are) there (?:a |an |any )?(?:newer|later|more recent|updated) (?:version|edition|guideline|recommendation)s?{_BEHIND}"),
    )
)  # fmt: skip


# "Has it been withdrawn?", "how good is it?": a medicine may be meant.
_OF_A_REMEDY = re.compile(
    r"\b(?:good|reliable|solid|robust|withdrawn|replaced|recommended|true|strong(?!ly)$|weak|new)\b"
)


def read_about_answer(question: str) -> AboutAnswer | None:
    """What ``question`` asks about the last answer's sources; ``None`` where it names a subject of its own."""
    plain = " ".join(question.casefold().replace("’", "'").split()).strip(" ?!.,;:\"'")
    plain = _TRAILS_OFF.sub("", _LEADS_IN.sub("", plain)).strip(" ?!.,;:")
    if len(plain) > _LONGEST:
        return None
    for aspect, pattern in _ASPECTS:
        if match := pattern.fullmatch(plain):
            groups = match.groupdict()
            # "How strong is the evidence for that?": what is asked about stands last.
            named = groups.get("behind") or groups.get("that") or ""
            if named in ("it", "they", "them") and _OF_A_REMEDY.search(plain):
                return None
            return AboutAnswer(aspect, _ordinal(named), "recommendation" in named or "advice" in named)
    return None


def _ordinal(words: str) -> int | None:
    return next((_ORDINALS[word] for word in words.split() if word in _ORDINALS), None)
