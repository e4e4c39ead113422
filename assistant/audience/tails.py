"""Makes a sentence of its own of what trails behind a clause that is whole without it: a reason, a base, a certainty."""

from __future__ import annotations

import re

from assistant.audience.binding import CONDITION
from assistant.audience.cut import Cut
from assistant.audience.grammar import (
    AUXILIARY,
    CONDITIONAL,
    FINITE,
    GRADE,
    INSET,
    NOUN,
    is_inside,
    point_back,
    stands_alone,
)
from assistant.verify.negation import is_hedge, is_negator

CERTAINTY = rf"(?:GRADE:?\s)?{GRADE} evidence"
_CERTAINTY_LAST = re.compile(rf"(?:\s\((?P<inset>{CERTAINTY})\)|,\s(?P<bare>{CERTAINTY}))$", re.IGNORECASE)
_ANY_CERTAINTY = re.compile(r"\b(?:quality|certainty)\b", re.IGNORECASE)
_JOINS = re.compile(r"[,;]\s(?:and|but|or|while|whereas|although|with|however)\b|;|:\s")
_FIGURES = re.compile(r"\([^()]*\d")
# What a review says of its own methods and evidence: here a trailing reason can belong to nothing else.
_ABOUT_EVIDENCE = re.compile(
    r"^(?:however,\s+|therefore,\s+|overall,\s+|but\s+|for (?:both|all) outcomes,\s+)?(?:we\s|it (?:is|was) (?:not )?(?:possible|difficult|impossible)\b|"
    r"(?:(?:the|this|our|all|most|overall|available|any|these)\s)*(?:(?:quality|certainty|strength|level|confidence|grade)\b|evidence\b|results?\b|data\b|"
    r"findings?\b|conclusions?\b|meta-analys[ei]s\b|quantitative|statistical pooling|pooling|trials? (?:was|were)|(?:this|the) review (?:did|could|does|provides|provided)|studies were|risk of bias))",
    re.IGNORECASE,
)
_ENDS_JUDGED = re.compile(
    r"\b(?:low|limited|uncertain|unclear|moderate|poor|insufficient|inconclusive|evidence|data|meta-analys[ei]s|analys[ei]s|pooled|possible|performed|"
    r"conducted|combined|downgraded|imprecise|levels?|conclusions|low-quality|caution|reliable|weak|difficult|quality|certainty|outcomes?|feasible|"
    r"appropriate|undertaken|bias|hampered|inconsistent|results|estimates?)$",
    re.IGNORECASE,
)
_DOWNGRADED = re.compile(r",\s(?:and\s)?downgraded(?:\s[\w-]+){0,4}$", re.IGNORECASE)
_REASON = re.compile(r",?\s(?P<why>because of|due to|owing to)\s", re.IGNORECASE)
_BASED = re.compile(r",\s(?P<why>based on)\s(?!(?:the )?(?:assum|whether|if)\w*)", re.IGNORECASE)
_OF_THESE = re.compile(
    r",\s(?P<part>(?:(?:all|most|some|none|many|few|both|half|several|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|one|the majority|"
    r"only|(?:\d+|two|three) thirds)\s(?:\([^()]*\)\s)?){0,2})of (?P<pronoun>which|whom)\s",
    re.IGNORECASE,
)
_FOLLOWS = {"resulting in": "resulted in", "leading to": "led to"}
_RESULTING = re.compile(r",\s(?:thus\s|thereby\s)?(?P<verb>resulting in|leading to)\s", re.IGNORECASE)
_SAYS = {
    "suggesting": "suggests",
    "indicating": "indicates",
    "implying": "implies",
    "reflecting": "reflects",
    "highlighting": "highlights",
    "demonstrating": "demonstrates",
}
_SAYING = re.compile(
    rf",\s(?P<verb>{'|'.join(_SAYS)})\s(?!that\b)(?=(?:an?|the|some|no|little|possible|high|low|poor|good|substantial|considerable)\s)"
)
DID = {
    "comparing": "compared",
    "involving": "involved",
    "including": "included",
    "enrolling": "enrolled",
    "recruiting": "recruited",
    "using": "used",
    "investigating": "investigated",
    "evaluating": "evaluated",
    "assessing": "assessed",
    "examining": "examined",
    "testing": "tested",
}
_TRIALS_DOING = re.compile(
    r"(?P<comma>,?)\s(?P<verb>comparing|involving|including|enrolling|recruiting|using|investigating|evaluating|assessing|examining|testing|with)\s"
)
_TRIALS = re.compile(r"\b(?:trials?|stud(?:y|ies)|RCTs?)\b")
_INCLUDED_TRIALS = re.compile(
    r"^(?:(?:this|the|our) (?:[\w-]+ ){0,2}(?:review|update) (?:now )?(?:includes|included)|we (?:also )?included|we identified and included|included (?:were|are))\s"
    r"(?P<what>(?:an? |a total of )?(?:[\w-]+,? ){1,6}?(?P<noun>trials?|stud(?:y|ies)|RCTs?))(?P<inset>\s\([^()]*\))*$",
    re.IGNORECASE,
)

# People, another clause or a weight on the reason ("mainly because of").
_UNFIT_JUDGEMENT = re.compile(
    rf"\b{NOUN}\b|\b(?:that|which|whether|who|if|when|mainly|mostly|largely|primarily|partly|partially|probably|possibly|likely|only|often|"
    r"perhaps|either|both|most|some|sometimes|usually|than|because|since|as (?!of|moderate|low|very|high|unclear))\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|\w+ed|found|had|did|could)\b")
_PRESENT = re.compile(r"\b(?:is|are|remains|should|can|cannot|may|must)\b")
# The reason why a review could not do a thing: "because of" belongs to the verb, as "due to" need not.
_COULD_NOT = re.compile(
    r"\b(?:unable to|could not|cannot|not possible|(?:did|does) not (?:provide|give|perform|pool|include))\b"
)


def find_tail(text: str) -> list[Cut]:
    """The cut before the tail of ``text``, one sentence that stands alone and has no full stop; empty where in doubt."""
    for finder in (_cut_certainty, _cut_reason, _cut_base, _cut_share, _cut_participle, _cut_trials):
        found = finder(text)
        if found:
            return found
    return []


def may_label(before: str, *, figures: int = 0) -> bool:
    """Whether a certainty behind ``before`` holds for all of it: one clause, no other label, at most so many brackets of figures."""
    return (
        len(before.split()) >= 6
        and before.count("(") == before.count(")")
        and before.rstrip()[-1:] not in {",", ":", ";"}
        and _is_whole(before)
        and not _ANY_CERTAINTY.search(before)
        and not _JOINS.search(INSET.sub("", before))
        and len(_FIGURES.findall(before)) <= figures
    )


def _cut_certainty(text: str) -> list[Cut]:
    """ "A was lower (low-quality evidence)": not where another certainty or figures may share the label out."""
    found = _CERTAINTY_LAST.search(text)
    if not found or not may_label(text[: found.start()], figures=1):
        return []
    before = text[: found.start()]
    if found["bare"] and (not before.endswith(")") or re.search(r"\b(?:and|or)\b", before)):
        return []
    label = found["inset"] or found["bare"]
    return [Cut(found.start(), found.end(), f". This is {label}", False)]


def _cut_reason(text: str) -> list[Cut]:
    """ "We downgraded the evidence because of X", not "fewer people left because of X"."""
    found = None
    for found in _REASON.finditer(text):
        if not is_inside(text, found.start()):
            break
    else:
        return []
    before, after = text[: found.start()], text[found.end() :]
    plain = INSET.sub("", before)
    if not (_is_free(before) and _ABOUT_EVIDENCE.match(before)):
        return []
    if not _ENDS_JUDGED.search(plain) and not (found["why"] == "because of" and _COULD_NOT.search(plain)):
        return []
    if _UNFIT_JUDGEMENT.search(plain) or _DOWNGRADED.search(plain) or not _is_phrase(after):
        return []
    tense = "was" if _PAST.search(plain) and not _PRESENT.search(plain) else "is"
    return [Cut(found.start(), found.end(), f". This {tense} {found['why']} ", False)]


def _cut_base(text: str) -> list[Cut]:
    """ "X may be lower, based on two trials"."""
    found = _last(_BASED, text)
    if not found or not _is_free(text[: found.start()]) or not _is_phrase(text[found.end() :]):
        return []
    if re.search(r"\b(?:and|but|while|whereas|if|whether|or)\b|;|, [^,]*$", text[: found.start()]):
        return []
    return [Cut(found.start(), found.end(), f". This is {found['why']} ", False)]


def _cut_share(text: str) -> list[Cut]:
    """ "Twelve trials were found, four of which were small": the four are of these twelve."""
    found = _last(_OF_THESE, text)
    if not found:
        return []
    before, after = text[: found.start()], text[found.end() :]
    plain = INSET.sub("", before)
    last = re.search(r"([\w-]+)$", plain)
    if (
        not last
        or not last[1].endswith(("s", "en", "people", "data", "RCTs"))
        or not _is_free(before)
        or len(plain.split()) < 3
    ):
        return []
    if re.search(r"[,;]\s", plain) and re.search(r"[,;]\s[^,;]*\b(?:and|or)\b[^,;]*$|;", plain):
        return []
    clause = re.split(r"[,;]\s", after)[0]
    if found["part"]:
        if not re.match(
            rf"(?:\([^()]*\)\s)?(?:also\s|only\s|\w+ly\s)?(?:{AUXILIARY}|compared|used|reported|included|provided|found|showed|assessed|evaluated|involved|contributed|took|met|came)\b",
            after,
        ):
            return []
        shown = f". {found['part'][0].upper()}{found['part'][1:]}of these "
    else:
        if not FINITE.search(clause) and not re.search(r"\b\w+ed\b", clause):
            return []
        shown = ". Of these, "
    if re.search(rf",\s(?:{AUXILIARY}|met|reported|found|showed|compared|included)\b", after):
        return []  # the sentence goes on behind the clause
    return [Cut(found.start(), found.end(), shown, False)]


def _cut_participle(text: str) -> list[Cut]:
    """ "..., resulting in X" and "..., indicating a need": not below a hedge, a negation or a condition."""
    found = _last(_RESULTING, text)
    if found:
        before, after = text[: found.start()], text[found.end() :]
        words = re.findall(r"[\w'’]+", before.lower())
        past = re.search(r"\b(?:was|were|had|did|reduced|increased|improved|found|showed)\b", before)
        if (
            past
            and stands_alone(before, relatives=True)
            and _is_phrase(after)
            and not any(is_hedge(word) or is_negator(word) for word in words)
            and not re.search(r"\b(?:and|but|or|that|whether|to)\b", before)
        ):
            return [Cut(found.start(), found.end(), f". This {_FOLLOWS[found['verb'].lower()]} ", False)]
        return []
    found = _last(_SAYING, text)
    if (
        found
        and stands_alone(text[: found.start()], relatives=True)
        and not re.search(r",\s", INSET.sub("", text[: found.start()]))
    ):
        if re.search(r",\s", INSET.sub("", text[found.end() :])) or CONDITION.search(text[found.end() :]):
            return []
        return [Cut(found.start(), found.end(), f". This {_SAYS[found['verb']]} ", False)]
    return []


def _cut_trials(text: str) -> list[Cut]:
    """ "We included four trials, comparing A with B", "... four trials with 300 women": they are all it included."""
    for found in _TRIALS_DOING.finditer(text):
        if is_inside(text, found.start()):
            continue
        before, after = text[: found.start()], text[found.end() :]
        included = _INCLUDED_TRIALS.match(before)
        if not included:
            if len(_TRIALS.findall(before)):
                return []
            continue
        counts = re.match(
            rf"(?:a total of |in total |over |about |approximately )?(?:\d[\d,]*|[a-z]+(?:-\w+)?)\s(?:[\w-]+\s){{0,3}}(?:{NOUN}|infants|eyes)\b",
            after,
        )
        verb = found["verb"]
        if (
            re.search(r"\b(?:no|not|only|any|other|more|further|additional|new)\b", included["what"], re.I)
            or re.search(r"\b(?:and|or)\b", included["what"])
            or not (
                (counts and re.search(r"\d|\b(?:total)\b", counts.group()))
                or (found["comma"] and verb != "with")
            )
            or (verb in {"including", "using"} and not counts)
            or re.search(
                r"[;:]|\b(?:that|which|whether|in (?:the|this|our|an?) (?:qualitative |quantitative )?(?:synthesis|review|update|meta-analys[ei]s|analys[ei]s))\b|\band \w+ing\b",
                after,
            )
        ):
            return []
        return [
            Cut(
                found.start(), found.end(), f". {point_back(included['noun'])} {DID.get(verb, 'had')} ", False
            )
        ]
    return []


def _is_free(before: str) -> bool:
    """Whether it is whole and nothing stands before it that would hold for its tail as well."""
    return _is_whole(before) and not CONDITIONAL.match(before)


def _is_whole(before: str) -> bool:
    """Whether it has a finite verb and no clause is left open at its end."""
    plain = INSET.sub("", before)
    return (
        FINITE.search(plain) is not None or re.search(r"\b(?:\w+ed|includes?|met|found)\b", plain) is not None
    ) and not re.search(r"\b(?:if|when|unless|whether|and|or|that|which|not|than|of|in|for|with)$", plain)


def _is_phrase(after: str) -> bool:
    """Whether it holds no clause that could go on for the whole sentence."""
    plain = INSET.sub("", after)
    return not (
        re.search(
            r"[;:]|\b(?:but|while|whereas|although|so|therefore|if|when|unless|respectively)\b", plain, re.I
        )
        or re.search(
            r"\bto be\b|,?\s(?:and|or)\s(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|the other\w*|the remaining|most|some|others)\b",
            plain,
        )
        or (FINITE.search(plain) and not re.search(r"\b(?:that|which|who|where)\b", plain))
        or re.search(rf"(?:,|\band)\s(?:{AUXILIARY}|we|it|they|there|\w+ed\s(?:the|a|an)\b)", plain)
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last match outside brackets."""
    found = [item for item in pattern.finditer(text) if not is_inside(text, item.start())]
    return found[-1] if found else None
