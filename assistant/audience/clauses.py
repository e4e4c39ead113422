"""Finds where a sentence may be cut so that every part stands alone and says what it said; in doubt, nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verify.direction import DOWN, UP
from assistant.verify.words import normalize, split_words

_NOUN = r"(?:people|persons|patients|participants|adults?|children|infants|babies|neonates|women|woman|men|man|boys|girls|adolescents|smokers|workers|carers|survivors|users|individuals|those|mothers|volunteers|athletes)"
_AUXILIARY = r"(?:is|are|was|were|has|have|had|do|does|did|may|might|can|could|should|will|would|must|cannot)"
_BORDER = re.compile(
    r"(?P<semicolon>;)\s{1,3}(?:(?P<after>and|but|however|therefore|whereas),?\s{1,3})?"
    r"|,\s{1,3}(?P<joint>and|but|so|although|though|whereas|because|yet|however)(?P<comma>,?)\s{1,3}(?:(?P<then>therefore|thus|hence|so|consequently),?\s{1,3})?(?!that\b)"
    r"|\s{1,3}(?P<bare>and|but|although|though|whereas|because)\s{1,3}(?=(?:there|we|it|they|this|these|the|no|none|most|all|many|some|several|few|their|its|only|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|\d+|data|results|participants|studies|trials)\s)"
    r"|,\s{1,3}(?P<tail>suggesting|indicating|implying|showing)\s{1,3}that\s{1,3}"
    r"|,\s{1,3}which\s{1,3}(?=(?P<verb>is|are|was|were|has|have|had)\s)"
    r"|,\s{1,3}(?=(?P<study>(?:one|two|three|four|five|another)\s{1,3}(?:stud(?:y|ies)|trials?|RCTs?)\b))",
    re.IGNORECASE,
)
_OPENING = {
    "but": "But ",
    "so": "So ",
    "yet": "Yet ",
    "although": "But ",
    "though": "But ",
    "whereas": "But ",
    "because": "This is because ",
    "however": "However, ",
    "therefore": "Therefore, ",
}
_TAIL = {"suggesting": "suggests", "indicating": "indicates", "implying": "implies", "showing": "shows"}
_FINITE = re.compile(
    rf"\b(?:{_AUXILIARY}|found|showed|shows|show|reported|reduced|reduces|increased|increases|improved|improves|remains?|remained|resulted|yielded|favoured|failed)\b"
)
_STUDY_CLAUSE = re.compile(
    r"^(?:and\s+)?(?:(?:\d+|an?|the|this|another|(?:one|two|three|four|five|six|seven|eight|nine|ten|[a-z]+(?:teen|ty(?:-\w+)?)|eleven|twelve))\s+(?:\w+\s+)?"
    r"(?:stud(?:y|ies)|trials?|RCTs?|reviews?|update)\s+(?:\([^()]*\)\s+)?(?:compared|evaluated|investigated|assessed|examined|used|tested|studied|looked|included|"
    r"reported|found|showed|did|had|was|were|adds|includes)|we\s+(?:also\s+)?(?:included|identified|found|assessed|analy[sz]ed|judged|rated|pooled))\b",
    re.IGNORECASE,
)
# A clause under one of these hands its meaning on past the border; so may words set before the sentence.
_SUBORDINATE = re.compile(
    r"\b(?:that|whether|if|unless|because|since|although|though|while|whereas|when|whenever|where|which|who|whom|whose|what|how|why|as|until|once|so|"
    r"either|neither|nor|both|between|not only|rather than|provided|depending)\b|[:?]",
    re.IGNORECASE,
)
# "Participants who took it had fewer cramps": the clause ends before the verb of the sentence.
_ABOUT_SUBJECT = re.compile(
    rf"^(?:\S+\s+){{0,5}}?(?:{_NOUN}|stud(?:y|ies)|trials?|RCTs?|reviews?)\s+(?:that|who|which)\s",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\b(?:(?:suggest|conclude|believe|think|assume|seem|appear|speculate|hypothesi[sz]e|claim|argue)(?:s|d|ed)?|thought|impl(?:y|ies|ied))\b|"
    rf"\b(?:(?:indicate|show|find|report)(?:s|d|ed)?|found)\b[^,;]*\b(?:{_AUXILIARY}|(?:reduce|increase|improve|remain|help|prevent|cause)(?:s|d|ed))\b",
    re.IGNORECASE,
)
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
_INSET = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
_LINKING = re.compile(
    r"^(?:however|furthermore|moreover|additionally|in addition|in conclusion|in summary|therefore|thus|finally|similarly|also),?\s+",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"^(?:in|for|among|amongst|with|without|compared|after|before|during|at|on|by|of|under|within|from|given|based|following|until|to|across|over|"
    r"despite|using|through|throughout|relative|due|according|regarding|concerning|only|perhaps|maybe|sometimes|often|overall|not|never|it is (?:un)?\w+ly|\w+ly)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:the|there|it|this|these|those|they|we|no|most|many|some|few|several|all|its|their|our|a|an|another|other|more|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|\d+|none|only\s+(?:one|two|three|\d+))\b",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    rf"^(?:[\w'’%/.-]+\s+|\([^()]*\)\s+){{1,20}}?(?P<verb>{_AUXILIARY}|found|showed|suggests?|remains?|reported)\b"
)
_BARE_SUBJECT = re.compile(rf"^(?P<first>[a-z][\w-]+)\s+(?:(?P<second>[a-z][\w-]+)\s+)?{_AUXILIARY}\b")
_NOT_SUBJECT = re.compile(
    rf"(?:\w+(?:ed|ing|ly)|{_AUXILIARY}|found|shows?|showed|suggests?|made|gave|led|took|in|for|with|to|of|at|on|by|from|or|nor|not|that|which|who|"
    r"when|if|because|than|as|also|then|so|thus|therefore|after|before|during|among|between|what|where|how|why|is|be|been)$",
    re.IGNORECASE,
)
_PHRASE_FIRST = re.compile(
    rf"^(?:due to|because of|given|for|in|at|after|with|as a result of)\s+(?:[\w'’%.-]+\s+|\([^()]*\)\s+){{1,8}}?(?:we|there|it|they)\s+(?:{_AUXILIARY}|found|included|could|judged)\b",
    re.IGNORECASE,
)
# "And 70% were women": of whom, the first half says.
_BARE_SHARE = re.compile(
    rf"^(?:[\d.]+\s*%|[\d.]+ per ?cent|half|a (?:third|quarter))\s+(?:\([^()]*\)\s+)?{_AUXILIARY}\b",
    re.IGNORECASE,
)
_CLOSED_IN = re.compile(r"\b(?:that|which|who|whose|whom|when|if|where|whether|as|because|while)\b", re.I)
# What stands at the end of the second half may hold for the first half too.
_TRAILING = re.compile(
    r",\s+(?:compared|in|for|among|at|during|after|before|with|without|when|if|unless|but|although|though|especially|particularly|respectively|relative|"
    r"versus|regardless|irrespective|depending|provided|except|using|based|according|even|as|while|whereas|because|since|where)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|until|provided|except|excluding|regardless|irrespective|in that order|respectively|former|latter|"
    r"depending|vice versa|otherwise|likewise|too|either|neither|nor|both|same)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    rf"\b(?:in|for|among|amongst|to|by|from)\s+(?:[\w-]+\s+){{0,4}}?{_NOUN}\b|\b(?:subgroups?|aged|pregnan\w+)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:than|compared|comparison|versus|vs|relative to|over (?:placebo|control))\b", re.I
)
_SAYS_EFFECT = re.compile(
    r"\b(?:differ\w*|similar\w*|effects?|effective\w*|change\w*|benefit\w*|same|equal\w*)\b", re.I
)
_WHO = re.compile(
    r"\b(?:children|infants|babies|neonates|newborns|women|men|boys|girls|adults|adolescents|smokers|elderly|older|younger|mothers)\b",
    re.I,
)
_FIGURES_LAST = re.compile(r"[(\[][^()]*(?:\([^()]*\)[^()]*)*\d[^()]*[)\]]\s*[.]?$")
_UNLIKE = re.compile(r"(?:ss|us|is|ics)$")
_PEOPLE_FIRST = re.compile(
    rf"^(?P<word>In|For|Among)\s+(?P<who>(?:[\w-]+\s+){{0,3}}?{_NOUN}\s+(?:with|who|aged|undergoing|receiving|taking|at|having)\s+[^,;:()]+),\s+"
    r"(?P<rest>(?:the|there|no|it|we|this|these|treatment|using|\w+)\b)",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """``text[start:end]`` becomes ``shown``; the next letter then opens a sentence when ``opens``."""

    start: int
    end: int
    shown: str
    opens: bool


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
        if stopped > start or _is_inside(text, found.start()):
            continue
        before = text[start : found.start()].strip()
        after = re.split(r"(?<=[.!?])\s|;\s", text[found.end() :], maxsplit=1)[0]
        cut = _cut_at(found, before, after)
        if cut is None:
            if _is_clause(after):
                stopped = found.end()
            continue
        cuts.append(cut)
        start = found.end()
    return cuts


def find_people_first(text: str) -> list[Cut]:
    """ "In adults with X, Y helps" as two sentences, the people first and named again in the second."""
    found = _PEOPLE_FIRST.match(text)
    if not found or len(found["who"].split()) < 5:
        return []
    rest = text[found.start("rest") :]
    if (
        _COMPARES.search(found["who"])
        or re.search(r"\b(?:no|not|may|might|if|when|unless|only|or|and|but)\b", found["who"], re.I)
        or re.search(r"[;:]|[.!?]\s", rest)
        or not _is_clause(rest[0].lower() + rest[1:])
    ):
        return []
    word = found["word"]
    return [
        Cut(0, len(word), "This is about", False),
        Cut(found.end("who"), found.start("rest"), f". {word} them, ", False),
    ]


def _cut_at(found: re.Match[str], before: str, after: str) -> Cut | None:
    start, end = found.span()
    if len(before.split()) < 4 or len(after.split()) < 4 or not _stands_alone(before):
        return None
    if _BARE_SHARE.match(after):
        return None
    if found["tail"]:
        plural = "" if not _CONDITION.search(after) else None
        return (
            None if plural is None else Cut(start, end, f". This {_TAIL[found['tail'].lower()]} that ", False)
        )
    if found["verb"]:
        named = _name_antecedent(before, found["verb"])
        return None if named is None or _CONDITION.search(after) else Cut(start, end, f". {named} ", False)
    if found["study"] and not (_STUDY_CLAUSE.match(before) and _STUDY_CLAUSE.match(after)):
        return None
    if not _is_clause(after) or not _bind_nothing_together(before, after):
        return None
    joint = (found["joint"] or found["after"] or found["bare"] or "").lower()
    if found["bare"] and (
        _NAMES_WHAT.search(before) or (joint == "because" and _TURNS_REASON.search(before))
    ):
        return None
    if joint == "and" and "," in _INSET.sub("", _LINKING.sub("", before)):
        return None  # it may end a list
    if joint == "and" and _ENDS_IN_AMOUNT.search(before) and after[:1].isdigit():
        return None  # "lower than 5 mg and 300 mg" may be one range
    if joint == "however" and found["joint"] and not found["comma"]:
        return None
    opening = "So " if found["then"] else _OPENING.get(joint, "")
    return Cut(start, end, f". {opening}", not opening)


def _is_inside(text: str, position: int) -> bool:
    """Within a bracket or a quotation."""
    before = text[:position]
    return (
        before.count("(") > before.count(")")
        or before.count("[") > before.count("]")
        or before.count('"') % 2 == 1
        or before.count("“") > before.count("”")
    )


def _stands_alone(before: str) -> bool:
    """A clause with its own verb, nothing set before it and nothing in it that reaches past its end."""
    clause = _LINKING.sub("", _INSET.sub("", before))
    if _FRONTED.match(clause) or not (_FINITE.search(clause) or _STUDY_CLAUSE.match(clause)):
        return False
    subject = _ABOUT_SUBJECT.match(clause)
    inner = clause[subject.end() :] if subject else clause
    if subject and len(_FINITE.findall(inner)) < 1 + bool(_FINITE.match(inner)):
        return False
    return not _SUBORDINATE.search(inner) and not _REPORTS.search(inner) and ";" not in clause


def _is_clause(after: str) -> bool:
    """Whether ``after`` has a subject and a finite verb of its own, before any other clause begins."""
    clause = re.split(r"[,;:]\s", after, maxsplit=1)[0]
    if _STUDY_CLAUSE.match(clause):
        return True
    first = _PHRASE_FIRST.match(clause)
    if first:
        return not _CLOSED_IN.search(first.group())
    if _SUBJECT.match(clause):
        found = _HAS_VERB.match(clause)
        return found is not None and not _CLOSED_IN.search(clause[: found.start("verb")])
    bare = _BARE_SUBJECT.match(clause)
    return bare is not None and not any(
        word and _NOT_SUBJECT.match(word) for word in (bare["first"], bare["second"])
    )


def _bind_nothing_together(before: str, after: str) -> bool:
    """No people, comparison or condition stands in one half that may hold for the other as well."""
    if _TRAILING.search(after) or _CONDITION.search(before) or _CONDITION.search(after):
        return False
    if bool(_LIMIT.search(before)) != bool(_LIMIT.search(after)):
        return False
    if {item.lower() for item in _WHO.findall(before)} - {
        item.lower() for item in _WHO.findall(after)
    } and _says_effect(after):
        return False
    if _FIGURES_LAST.search(after) and not _says_effect(after):
        return False  # the figures of the first half
    compares = bool(_COMPARES.search(before)), bool(_COMPARES.search(after))
    if compares[0] == compares[1]:
        return True
    return not _says_effect(after if compares[0] else before)


def _says_effect(clause: str) -> bool:
    return bool(_SAYS_EFFECT.search(clause)) or any(
        word.stem in UP or word.stem in DOWN for word in split_words(normalize(clause))
    )


def _name_antecedent(before: str, verb: str) -> str | None:
    """ "This scale" for "..., using the Hamilton scale, which is": ``None`` unless one noun alone fits the verb."""
    words = re.findall(r"[\w-]+", before)
    last = words[-1]
    if not last.isalpha() or not last.islower() or before[-1] not in "abcdefghijklmnopqrstuvwxyz":
        return None
    plural = last.endswith("s") and not _UNLIKE.search(last)
    if (verb in {"are", "were", "have"} and not plural) or (verb in {"is", "was", "has"} and plural):
        return None
    if verb == "had" or not re.search(
        rf"\b(?:the|an?|this|these|those|two|three|four|five)\s+(?:[\w-]+\s+){{0,2}}{last}$", before
    ):
        return None
    if re.search(rf"\b(?:of|in|for|with|from|on|between|and|or|to)\s+(?:[\w-]+\s+){{0,3}}{last}$", before):
        return None
    return f"{'These' if plural else 'This'} {last}"
