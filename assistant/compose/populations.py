"""The people a text is about: recognised in everyday and clinical words, named for the reader."""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("pregnancy", r"\bpregnan\w*|\bgestation\w*|\btrimester\w*|\b(?:i['’]?m|i am|she['’]?s|she is|(?:wife|partner|daughter|sister) is) (?:[4-9]|[1-3]\d|4[0-2]) weeks(?=\s*(?:$|[,.;?!]|and\b|but\b|along\b|now\b))|\bantenatal\b|\bprenatal\b|\bexpecting a baby\b|\bmum-to-be\b"),
        ("breastfeeding", r"\bbreast-?\s?feed\w*|\blactat\w*|\bnursing (?:mother|mum|woman|women)\b|\bbreast milk\b"),
        ("children", r"\bchild(?:ren)?\b|\bkids?\b|\bpa?ediatric\b|\binfants?\b|\bbab(?:y|ies)\b|\btoddlers?\b|\bnewborns?\b|\bmy (?:son|daughter)\b(?!-in-law)(?! (?:has |had |just |also |always |once |even )?(?:bought|brought|gave|gives|got me|told|tells|said|says|thinks|suggest\w*|recommend\w*|swears|found|read|reads|asked|insists|drove|drives|lives|works|helps|is an? )\b)|\b(?:[1-9]|1[0-7])[- ]?(?:years?|yrs?)[- ]olds?\b|\b\d{1,2}[- ]months?[- ]olds?\b"),
        ("adolescents", r"\badolescen\w*|\bteen(?:s|ager\w*|age)?\b"),
        ("older_adults", r"\bold(?:er)? (?:people|adults?|persons?|patients?|men|women|age)\b|\belderly\b|\bseniors?\b|\bgeriatric\b|\b(?:over|aged|above|older than) (?:6\d|7\d|8\d|9\d)\b|\b(?:6[5-9]|7\d|8\d|9\d)[- ]years?[- ]old\b|\b(?:i am|i['’]?m|he is|he['’]?s|she is|she['’]?s|(?:mother|father|mum|mom|dad|husband|wife|gran\w*|nan) is) (?:6[5-9]|7\d|8\d|9\d)\b(?! (?:kg|%|weeks?|months?))"),
        ("dialysis", r"\b(?:ha?emo)?dialysis\b|\bdialy[sz]ed\b"),
        ("renal_impairment", r"\b(?:kidney|renal)\b(?! (?:stone|artery|cancer|transplant))|\bckd(?:[ -]?(?:stage )?[1-5][ab]?)?\b|\begfr\b|\bnephropath\w*|\b(?:my|his|her|their|bad|weak|poor|failing|damaged) kidneys\b"),
        ("hepatic_impairment", r"\bcirrho\w*|\bliver (?:disease|failure|problem\w*|impairment)\b|\bhepatic (?:impairment|failure|disease)\b|\bascites\b"),
        ("als", r"\bamyotrophic\b|\bALS\b|\bmotor neurone? disease\b|\bMND\b|\blou gehrig"),
        ("diabetes", r"\bdiabet\w*|\bt[12]dm\b|\bdm[12]\b"),
        ("athletes", r"\bathlet\w*|\brunners?\b|\bmarathon\w*|\bcyclists?\b|\btriathl\w*|\bsports?\b|\bfootball(?:ers?)?\b|\bexercise-associated\b"),
    )
)  # fmt: skip

NAMES = {
    "general": "the general population",
    "adults": "adults",
    "older_adults": "older adults",
    "children": "children",
    "adolescents": "adolescents",
    "pregnancy": "pregnancy",
    "breastfeeding": "breastfeeding",
    "renal_impairment": "kidney impairment",
    "dialysis": "people on dialysis",
    "hepatic_impairment": "liver disease",
    "als": "motor neurone disease (ALS)",
    "diabetes": "diabetes",
    "athletes": "athletes",
}
"""How each population is named to a reader."""

SPECIAL = frozenset(NAMES) - {"general", "adults", "older_adults"}
"""Populations whose evidence doesn't simply carry over to other people."""

VULNERABLE = SPECIAL - {"als", "diabetes", "athletes"}
"""People for whom a medicine may be harmful that is harmless to others: no evidence on them, no answer."""

CLEAR_POORLY = frozenset({"renal_impairment", "dialysis", "hepatic_impairment"})
"""People who get rid of many medicines slowly: for them, how much is above all a question of danger."""

_IMPLIES = {"dialysis": "renal_impairment"}
_ALSO_ANSWERED_BY = {"dialysis": "renal_impairment"}
"""What is said of kidney impairment, cautions above all, holds for people on dialysis; the reverse needn't."""
_NEGATED = re.compile(
    r"\b(?:not|non|without|isn't|aren't|no longer|never)[- ](?:(?!(?:in|during|for|to|by|with|if|when|while)\b)\w+ ){0,3}$",
    re.IGNORECASE,
)
""""Not pregnant" names nobody; "must not be taken in pregnancy" does."""


_UNBORN = re.compile(
    r"\b(?:harm|hurt|affect|damage)\w* (?:the|an) (?:unborn )?bab(?:y|ies)\b|"
    r"\bunborn (?:bab(?:y|ies)|child(?:ren)?)\b|\bf(?:o)?etus\w*",
    re.IGNORECASE,
)
"""What may harm "the baby" is taken by its mother: the evidence wanted is on pregnancy."""


_HER_BABY = re.compile(r"\b(?:the|my|our|a|an|your|her|his|their) (?:unborn )?bab(?:y|ies)\b", re.IGNORECASE)
_MOTHER = frozenset({"pregnancy", "breastfeeding"})


def populations_in(text: str) -> tuple[str, ...]:
    """Populations named in ``text``, in a fixed order; "not pregnant" names none.

    "The baby" of somebody pregnant or breastfeeding is reached through its mother: the evidence wanted is hers.
    """
    text = _UNBORN.sub("in pregnancy", text)
    found = _named_in(text)
    if "children" in found and _MOTHER & set(found) and _HER_BABY.search(text):
        found = _named_in(_HER_BABY.sub(" ", text))
    return found


def _named_in(text: str) -> tuple[str, ...]:
    found = []
    for name, pattern in _PATTERNS:
        if any(_is_meant(text[: match.start()]) for match in pattern.finditer(text)):
            found.append(name)
    return tuple(found)


_INCLUDED = re.compile(
    r"\b(?:general|adults?|people|persons|everyone|all)\b[^.;]*\bincluding (?:[\w-]+,? (?:and |or )?){0,3}$",
    re.IGNORECASE,
)
"""What holds for "all adults, including pregnant women" is not about pregnancy only."""


def _is_meant(before: str) -> bool:
    return not _NEGATED.search(before) and not _INCLUDED.search(before)


def fits(asked: tuple[str, ...], about: tuple[str, ...]) -> bool:
    """Whether evidence about ``about`` speaks to a question about ``asked``.

    A question that names no special population is answered by evidence on adults in general; evidence
    on a special population doesn't carry over to it, nor to another special population.
    """
    evidence = {*about, *(_IMPLIES[name] for name in about if name in _IMPLIES)}
    wanted = [name for name in asked if name in SPECIAL or name == "older_adults"]
    if wanted:
        return all(name in evidence or _ALSO_ANSWERED_BY.get(name) in evidence for name in wanted)
    return not about or not all(name in SPECIAL for name in about)


def describe(populations: tuple[str, ...]) -> str | None:
    """ "children, pregnancy" for a reader; ``None`` when nothing is known."""
    named = [NAMES[name] for name in populations if name in NAMES]
    return ", ".join(named) or None
