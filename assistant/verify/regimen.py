"""Layer 2b: how a medicine is given: route, interval between doses, and amount by body weight."""

from __future__ import annotations

import re

from assistant.verify.quantities import read_quantities
from assistant.verify.words import normalize


def _compile(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in patterns.items()}


_ROUTES = _compile(
    {
        "by mouth": r"oral(?:ly)?|by mouth|swallow(?:ed|s|ing)?|tablets?|capsules?|pills?|lozenges?|syrup|drink(?:ing)?|p\.?o\.?(?= )",
        "into a vein": r"intravenous(?:ly)?|into (?:a|the) veins?|i\.?v\.?(?= )|infusions?|infused|drip",
        "into a muscle": r"intramuscular(?:ly)?|into (?:a|the) muscles?|i\.m\.(?= )",
        "under the skin": r"subcutaneous(?:ly)?|under the skin|s\.c\.(?= )",
        "on the skin": r"topical(?:ly)?|creams?|ointments?|gels?|lotions?|transdermal(?:ly)?|(?:skin )?patch(?:es)?|(?:on|to) the skin",
        "inhaled": r"inhal\w+|nebuli[sz]\w+|puffs?",
        "rectal": r"rectal(?:ly)?|suppositor(?:y|ies)|enemas?",
        "nasal": r"intranasal(?:ly)?|nasal(?:ly)?|nose spray",
        "vaginal": r"vaginal(?:ly)?|pessar(?:y|ies)",
        "under the tongue": r"sublingual(?:ly)?|under the tongue",
        "in the eye": r"eye drops?|ophthalmic",
    }
)
_INTERVALS = _compile(
    {
        "an hour": r"hourly|(?:every|each|per|an) hour",
        "a day": r"daily|nightly|(?:every|each|per) (?:day|morning|evening|night)|(?:once|twice|times|doses?|tablets?|mg|g|mcg|micrograms?|ml|units?) (?:a|per|each|every) (?:day|night)|at bedtime|every \w+ hours",
        "a week": r"weekly|fortnightly|(?:every|each|per) (?:\w+ )?weeks?|(?:once|twice|times|doses?|tablets?|mg|g|mcg|micrograms?|ml|units?) (?:a|per) week",
        "a month": r"monthly|(?:every|each|per) (?:\w+ )?months?|(?:once|twice|times|doses?|mg|units?) a month",
        "a year": r"yearly|annual(?:ly)?|(?:every|each|per) (?:\w+ )?years?|(?:once|twice|times) a year",
    }
)
_GIVING = re.compile(
    r"\b(?:take|takes|taken|taking|give|gives|given|gave|dos(?:e|es|ed|ing|age)|inject\w*|use|uses|used|administ\w+|receiv\w+|swallow\w*|prescri\w+|treat\w*|course|start\w*|mg|mcg|micrograms?|units|tablets?|cream|capsules?|infus\w+|form)\b",
    re.IGNORECASE,
)
_BY_WEIGHT = re.compile(r"^\s?(?:/\s?kg|(?:per|for each|for every) (?:kg|kilogram)|/kg)", re.IGNORECASE)


def object_to_regimen(claim: str, evidence: tuple[str, ...]) -> list[str]:
    """Sentences that say what is wrong with the way of giving; empty when nothing is.

    A route or interval that stands alone in the claim speaks against it only where the evidence names
    another one and never the claim's: silence of the evidence is no contradiction.
    """
    text, source = normalize(claim), " ".join(normalize(part) for part in evidence)
    reasons = []
    if _GIVING.search(text):
        for kinds in (_ROUTES, _INTERVALS):
            mine, theirs = _find(kinds, text), _find(kinds, source)
            if mine and theirs and not mine & theirs:
                reasons.append(
                    f"The evidence says “{', '.join(sorted(theirs))}”, the claim “{', '.join(sorted(mine))}”."
                )
    wanted = _find_amounts_by_weight(text, by_weight=False)
    for shown in sorted(wanted & _find_amounts_by_weight(source, by_weight=True)):
        if shown not in _find_amounts_by_weight(source, by_weight=False):
            reasons.append(f"The evidence gives “{shown}” for each kilogram of body weight.")
    for shown in sorted(
        _find_amounts_by_weight(text, by_weight=True) & _find_amounts_by_weight(source, by_weight=False)
    ):
        if shown not in _find_amounts_by_weight(source, by_weight=True):
            reasons.append(f"The evidence does not give “{shown}” by body weight.")
    return reasons


def _find(kinds: dict[str, re.Pattern[str]], text: str) -> set[str]:
    return {name for name, pattern in kinds.items() if pattern.search(text)}


def _find_amounts_by_weight(text: str, *, by_weight: bool) -> set[str]:
    """Amounts with a unit of mass, as "15 mg", that are (or are not) told per kilogram."""
    found = set()
    for quantity in read_quantities(text):
        if quantity.unit not in {"mg", "iu", "ml", "mmol"} or quantity.low >= 1e6:
            continue
        rest = text[quantity.start + len(quantity.shown) :]
        per_weight = quantity.per == "kg" or bool(_BY_WEIGHT.match(rest))
        if per_weight == by_weight:
            found.add(
                f"{quantity.low:g} {quantity.unit}"
                if quantity.low == quantity.high
                else f"{quantity.low:g} to {quantity.high:g} {quantity.unit}"
            )
    return found
