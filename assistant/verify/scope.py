"""How far a finding reaches: kind of study, subgroup, precision, arms of a comparison, and what is out of date.

Sets of claims often count "X is linked to less Y" as support of "X lowers Y"; a reader of medical advice is
misled by it. These rules therefore serve :mod:`assistant.verify.strict` alone and only ever withhold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from assistant.verify.words import Word, normalize, split_words


def _words_of(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_LINK = _words_of(
    r"associat\w+|correlat\w+|linked|observational|cohort|cross-sectional|case-control|epidemiolog\w+|survey"
)
_EXPERIMENT = _words_of(r"randomi[sz]\w+|trials?|placebo|meta-analys[ie]s|mendelian")
_CAUSE = _words_of(
    r"causes?|caused|causing|prevents?|prevented|leads? to|led to|results? in|triggers?|protects?|because of|due to|makes?|responsible for"
)
_ANIMALS = _words_of(
    r"mice|mouse|rats?|murine|rodents?|zebrafish|in vitro|cell lines?|cultured|rabbits?|animal models?"
)
_PEOPLE = _words_of(r"people|patients?|humans?|adults?|men|women|children|participants?|persons?")
_PART = _words_of(
    r"post[- ]hoc|subgroups?|only (?:in|among|for|at)|exploratory|secondary analys[ie]s|(?:in|among) (?:those|the \w+) (?:in|with|who)"
)
_RESTRICTED = _words_of(
    r"in|among|those|subgroups?|only|some|who|post[- ]hoc|exploratory|older|younger|certain|over|aged"
)
_ALL = _words_of(r"all|every|everyone|always|each (?:patient|participant|person)|everybody|none|fully|whole")
_IMPRECISE = _words_of(
    r"too (?:small|few)|wide (?:confidence|intervals?)|imprecise|cannot be ruled out|could not be ruled out|underpowered|uncertain|no (?:statistically )?significant|not significantly|did not differ significantly"
)
_EQUAL = _words_of(
    r"equal(?:ly)?|equivalent|as (?:effective|safe|good|well) as|the same|no effect|does not (?:affect|change|work)|do not (?:affect|change|work)|has no|have no|proven safe|is safe|are safe|harmless|ineffective"
)
_SHOWN_EQUAL = _words_of(r"equivalen\w+|non-?inferior\w*|equal(?:ly)?|the same|no effect|safe")
_GUARDED = _words_of(
    r"significant\w*|may|might|could|possibly|uncertain|unclear|evidence|linked|associat\w+|correlat\w+|suggest\w*|risk|rates?"
)
_PAST = _words_of(
    r"no longer|once (?:advised|recommended|thought|used|believed|given)|(?:was|were) (?:previously|formerly|once|long)|used to be|formerly|previously (?:advised|recommended)|withdrawn|discontinued|superseded|outdated|obsolete"
)
_CLAUSES = re.compile(
    r"[;.!?]\s+|,\s+(?:but|while|whereas|although|though)\s+|\s+(?:but|whereas|although)\s+"
)
_MARGIN = re.compile(
    r"\b(?:than|versus|vs\.?|compared (?:with|to)|relative to|over (?=placebo)|beat|beats|outperform\w*)\s+(?P<arm>[^,.;]+)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)\s?(?:%|percent)|\b(?P<word>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) percent",
    re.IGNORECASE,
)
_WORDED = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
)
_ARM_BEHIND = re.compile(
    r"(?:%|percent) (?:with|in|on|for|among|after|taking) (?P<arm>[^,.;()]+)", re.IGNORECASE
)
_BREAK = re.compile(r"\s(?:and|versus|vs\.?|than|against|compared (?:with|to))\s|[,;()]", re.IGNORECASE)


def object_to_scope(claim: str, evidence: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, sentence) of each way in which ``claim`` reaches further than ``evidence``; empty for none."""
    text = normalize(claim)
    source = " ".join(normalize(part) for part in evidence)
    nearest = _nearest_clause(text, source)
    return [(name, reason) for name, reason, objects in _RULES if objects(text, source, nearest)]


def _nearest_clause(claim: str, source: str) -> str:
    mine = _content(split_words(claim))
    clauses = [part for part in _CLAUSES.split(source) if part.strip()]
    return max(clauses, key=lambda part: len(mine & _content(split_words(part))), default="")


def _content(words: tuple[Word, ...]) -> set[str]:
    return {word.stem for word in words if word.is_content}


def _makes_link_a_cause(claim: str, source: str, _nearest: str) -> bool:
    return bool(
        _CAUSE.search(claim)
        and _LINK.search(source)
        and not _CAUSE.search(source)
        and not _EXPERIMENT.search(source)
        and not _LINK.search(claim)
        and not _GUARDED.search(claim)
    )


def _moves_from_animals(claim: str, source: str, nearest: str) -> bool:
    return bool(_ANIMALS.search(nearest) and not _ANIMALS.search(claim) and not _PEOPLE.search(source))


def _widens_subgroup(claim: str, _source: str, nearest: str) -> bool:
    return bool(_PART.search(nearest) and not _RESTRICTED.search(_after_subject(claim)))


def _after_subject(claim: str) -> str:
    # "Falls in blood pressure" restricts nothing: only words that can name people count.
    return re.sub(r"\b(?:rate|risk|rise|fall|change|increase|decrease|reduction) (?:of|in) \w+", "", claim)


def _makes_most_all(claim: str, source: str, _nearest: str) -> bool:
    return bool(_ALL.search(claim) and not _ALL.search(source))


def _makes_imprecise_equal(claim: str, source: str, _nearest: str) -> bool:
    return bool(
        _EQUAL.search(claim)
        and _IMPRECISE.search(source)
        and not _SHOWN_EQUAL.search(source)
        and not re.search(r"significant|uncertain|unclear", claim, re.IGNORECASE)
    )


def _is_out_of_date(claim: str, _source: str, nearest: str) -> bool:
    return bool(
        _PAST.search(nearest)
        and not _PAST.search(claim)
        and not re.search(r"\b(?:not|never|no|avoid\w*)\b", claim)
    )


def _names_other_comparator(claim: str, source: str, _nearest: str) -> bool:
    match = _MARGIN.search(claim)
    if match is None:
        return False
    arm = {word for word in _content(split_words(match["arm"])) if not word.isdigit()}
    return bool(arm) and not arm & _content(split_words(source)) and not match["arm"][0].isdigit()


def _swaps_amounts(claim: str, source: str, _nearest: str) -> bool:
    """Two shares of the evidence stand in the claim with the words of the other one."""
    mine = _read_shares(claim)
    if len(mine) < 2:
        return False
    for sentence in re.split(r"(?<=[.!?])\s+", source):
        theirs = _read_shares(sentence)
        for (one, here), (other, there) in pairwise(sorted(mine.items())):
            if one not in theirs or other not in theirs:
                continue
            straight = len(here & theirs[one]) + len(there & theirs[other])
            crossed = len(here & theirs[other]) + len(there & theirs[one])
            if crossed > straight:
                return True
    return False


def _gives_an_arm_anothers_amount(claim: str, source: str, _nearest: str) -> bool:
    """The one share of the claim stands in the evidence beside another arm than the claim names."""
    mine = _values(claim)
    if len(mine) != 1:
        return False
    named = {word.stem for word in split_words(claim)}
    for sentence in re.split(r"(?<=[.!?])\s+", source):
        arms = _read_arms(sentence)
        if mine[0] not in arms or len(arms) < 2:
            continue
        own = arms[mine[0]] - set().union(*(arm for value, arm in arms.items() if value != mine[0]))
        others = [arm - arms[mine[0]] for value, arm in arms.items() if value != mine[0]]
        if own and not own & named and any(other and other <= named for other in others):
            return True
    return False


def _read_arms(sentence: str) -> dict[float, set[str]]:
    """Each percentage with the stems of the arm told right behind it: "54% with vitamin E, 7% with placebo"."""
    found: dict[float, set[str]] = {}
    for part in _BREAK.split(sentence):
        if (values := _values(part)) and len(values) == 1 and (arm := _ARM_BEHIND.search(part)):
            found[values[0]] = {word.stem for word in split_words(arm["arm"]) if word.text != "the"}
    return found


def _values(text: str) -> list[float]:
    return [
        float(match["value"]) if match["value"] else float(_WORDED[match["word"].casefold()])
        for match in _AMOUNT.finditer(text)
    ]


def _read_shares(text: str) -> dict[float, set[str]]:
    """Each percentage with the stems of its part of the sentence that no other part has."""
    parts: list[tuple[float, set[str]]] = []
    for part in _BREAK.split(text):
        matches = list(_AMOUNT.finditer(part))
        if len(matches) == 1:
            match = matches[0]
            parts.append((_values(match.group())[0], _content(split_words(part))))
    return {
        value: stems - set().union(*(other for i, (_, other) in enumerate(parts) if i != at))
        for at, (value, stems) in enumerate(parts)
    }


_Rule = Callable[[str, str, str], bool]
_RULES: tuple[tuple[str, str, _Rule], ...] = (
    ("cause", "The source tells of a link, the claim of a cause.", _makes_link_a_cause),
    ("animals", "The source tells of animals or cells, and of no people.", _moves_from_animals),
    ("subgroup", "The source tells this of a part of the people only.", _widens_subgroup),
    ("everyone", "The source does not say it of all.", _makes_most_all),
    ("precision", "The source could not show a difference; that does not show that there is none.", _makes_imprecise_equal),
    ("out_of_date", "The source says that this no longer holds.", _is_out_of_date),
    ("comparator", "The source does not compare it with that.", _names_other_comparator),
    ("arms", "The source gives these shares the other way round.", _swaps_amounts),
    ("arms", "The source gives this share of something else.", _gives_an_arm_anothers_amount),
)  # fmt: skip
