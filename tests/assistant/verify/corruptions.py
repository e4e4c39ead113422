"""Damages source sentences the way a careless writer would: one fact changed, all else kept.

The word lists here were written for the tests alone; the verifier's rules never see them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DRUGS = (
    "magnesium", "quinine", "verapamil", "diltiazem", "gabapentin", "baclofen", "mexiletine", "naftidrofuryl", "levetiracetam", "simvastatin", "atorvastatin", "rosuvastatin",
    "metformin", "warfarin", "aspirin", "ibuprofen", "levodopa", "pramipexole", "ropinirole", "pregabalin", "clonazepam", "furosemide", "spironolactone", "digoxin", "riluzole", "carnitine",
    "taurine", "albumin", "vitamin E", "vitamin C", "calcium", "potassium", "iron", "orphenadrine", "heparin", "insulin", "prednisone", "omeprazole", "levothyroxine", "oxycodone",
)  # fmt: skip
PEOPLE = (
    "pregnant women",
    "older adults",
    "children",
    "adolescents",
    "newborns",
    "athletes",
    "postmenopausal women",
    "breastfeeding women",
    "infants",
    "men",
    "women",
    "adults",
)
TURNED = {
    "increased": "decreased", "decreased": "increased", "reduced": "increased", "reduces": "increases", "increases": "reduces", "increase": "decrease", "reduce": "increase", "reduction": "increase",
    "higher": "lower", "lower": "higher", "more": "fewer", "fewer": "more", "less": "more", "improved": "worsened", "improves": "worsens", "improve": "worsen", "raises": "lowers", "lowers": "raises",
    "greater": "smaller", "longer": "shorter", "shorter": "longer", "better": "worse", "worse": "better", "decrease": "increase", "above": "below", "below": "above", "rose": "fell", "fell": "rose",
}  # fmt: skip
UNITS = {
    "mg": ("g", "mcg", "mL"), "g": ("mg", "kg"), "mcg": ("mg",), "mL": ("L", "mg"), "ml": ("l", "mg"), "IU": ("mg",), "mmol": ("mg", "mol"), "mmol/L": ("mg/L",), "minutes": ("hours", "seconds"), "hours": ("minutes", "days"),
    "days": ("weeks", "months"), "weeks": ("days", "months"), "months": ("weeks", "years"), "years": ("months", "weeks"), "seconds": ("minutes",), "percent": ("mg",), "kg": ("lb", "g"), "°C": ("°F",), "°F": ("°C",), "year": ("month",), "week": ("month",), "day": ("week",), "hour": ("day",),
}  # fmt: skip
AUXILIARIES = "is are was were has have had does do did can may should must will would could might".split()


@dataclass(frozen=True, slots=True)
class Damage:
    kind: str
    text: str


def damage(sentence: str, rng: random.Random) -> Iterator[Damage]:
    """Every kind of damage that the sentence offers a place for, once each."""
    for kind, change in CHANGES.items():
        text = change(sentence, rng)
        if text is not None and text != sentence:
            yield Damage(kind, text)


def change_number(sentence: str, rng: random.Random) -> str | None:
    places = [
        m
        for m in re.finditer(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w.,/-]*\d)(?!-)", sentence)
        if not re.search(r"[A-Za-z]-?$", sentence[: m.start()])
    ]
    if not places:
        return None
    place = rng.choice(places)
    value = float(place.group())
    new = rng.choice([value * 2, value + 1, value * 10, value + 7, max(value - 1, 0.5)])
    return _put(sentence, place, f"{new:g}" if "." in place.group() or new % 1 else f"{new:.0f}")


def change_unit(sentence: str, rng: random.Random) -> str | None:
    names = "|".join(map(re.escape, sorted(UNITS, key=len, reverse=True)))
    places = list(re.finditer(rf"(?<=\d)(?:\s|-)?(?P<unit>{names})(?![\w/])", sentence))
    if not places:
        return None
    place = rng.choice(places)
    return sentence[: place.start("unit")] + rng.choice(UNITS[place["unit"]]) + sentence[place.end("unit") :]


def change_drug(sentence: str, rng: random.Random) -> str | None:
    return _swap_listed(sentence, DRUGS, rng)


def change_population(sentence: str, rng: random.Random) -> str | None:
    return _swap_listed(sentence, PEOPLE, rng)


def change_direction(sentence: str, rng: random.Random) -> str | None:
    places = list(re.finditer(rf"\b(?:{'|'.join(TURNED)})\b", sentence))
    if not places:
        return None
    place = rng.choice(places)
    return _put(sentence, place, TURNED[place.group()])


def insert_negation(sentence: str, rng: random.Random) -> str | None:
    places = list(re.finditer(rf"\b(?:{'|'.join(AUXILIARIES)})\b(?! not)", sentence))
    if not places or re.search(r"\b(?:not|no|never)\b", sentence):
        return None
    place = rng.choice(places)
    return _put(sentence, place, f"{place.group()} not")


def drop_negation(sentence: str, rng: random.Random) -> str | None:
    places = list(re.finditer(r"\b(?:not|never) |\bNo (?=\w)|\bno (?=\w)", sentence))
    if len(places) != 1:
        return None
    text = sentence[: places[0].start()] + sentence[places[0].end() :]
    return text[0].upper() + text[1:]


CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": change_number,
    "unit": change_unit,
    "drug": change_drug,
    "population": change_population,
    "direction": change_direction,
    "negation inserted": insert_negation,
    "negation dropped": drop_negation,
}


def _swap_listed(sentence: str, listed: tuple[str, ...], rng: random.Random) -> str | None:
    places = list(re.finditer(rf"\b(?:{'|'.join(map(re.escape, listed))})\b", sentence, re.IGNORECASE))
    if not places:
        return None
    place = rng.choice(places)
    new = rng.choice(
        [
            name
            for name in listed
            if not re.search(rf"\b{re.escape(name)}\b", sentence, re.IGNORECASE)
            and name.split()[-1] != place.group().casefold().split()[-1]
        ]
    )
    return _put(sentence, place, new.capitalize() if place.group()[0].isupper() else new)


def _put(sentence: str, place: re.Match[str], new: str) -> str:
    return sentence[: place.start()] + new + sentence[place.end() :]
