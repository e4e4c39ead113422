"""Layer 2: numbers, units, doses, ranges, frequencies and bounds, made comparable."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.verify.words import normalize

Bound = Literal["exactly", "at_least", "at_most"]

_NUMBER_WORDS = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "seventy": 70.0,
    "eighty": 80.0,
    "ninety": 90.0,
}

# Unit -> (canonical unit, factor). Months and years are not turned into days: they are not exact.
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), ("mg", 1.0)),
    **dict.fromkeys(("g", "gm", "gram", "grams"), ("mg", 1000.0)),
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kilo", "kilos"), ("mg", 1e6)),
    **dict.fromkeys(("mcg", "ug", "μg", "microgram", "micrograms"), ("mg", 0.001)),
    **dict.fromkeys(("ng", "nanogram", "nanograms"), ("mg", 1e-6)),
    **dict.fromkeys(("ml", "milliliter", "milliliters", "millilitre", "millilitres", "cc"), ("ml", 1.0)),
    **dict.fromkeys(("l", "liter", "liters", "litre", "litres"), ("ml", 1000.0)),
    **dict.fromkeys(("dl", "deciliter", "decilitre"), ("ml", 100.0)),
    **dict.fromkeys(("iu", "units", "unit", "u"), ("iu", 1.0)),
    **dict.fromkeys(("mmol", "millimole", "millimoles"), ("mmol", 1.0)),
    **dict.fromkeys(("μmol", "umol", "micromole", "micromoles"), ("mmol", 0.001)),
    **dict.fromkeys(("meq",), ("meq", 1.0)),
    **dict.fromkeys(("%", "percent", "percentage", "pct"), ("%", 1.0)),
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), ("s", 1.0)),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), ("s", 60.0)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), ("s", 3600.0)),
    **dict.fromkeys(("day", "days"), ("s", 86400.0)),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), ("s", 604800.0)),
    **dict.fromkeys(("night", "nights"), ("night", 1.0)),
    **dict.fromkeys(("month", "months", "mo"), ("month", 1.0)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("year", 1.0)),
    **dict.fromkeys(("mm",), ("mm", 1.0)),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), ("mm", 10.0)),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), ("mm", 1000.0)),
    **dict.fromkeys(("mmhg",), ("mmhg", 1.0)),
    **dict.fromkeys(("°c", "celsius"), ("°c", 1.0)),
    **dict.fromkeys(("°f", "fahrenheit"), ("°f", 1.0)),
    **dict.fromkeys(("kcal", "calories", "calorie"), ("kcal", 1.0)),
    **dict.fromkeys(("bpm",), ("bpm", 1.0)),
    **dict.fromkeys(("fold", "times", "x"), ("fold", 1.0)),
    **dict.fromkeys(("tablet", "tablets", "pill", "pills", "capsule", "capsules"), ("tablet", 1.0)),
    **dict.fromkeys(("dose", "doses"), ("dose", 1.0)),
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_WORDED = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_PER = r"(?:\s?/\s?|\sper\s|\sa\s|\seach\s|\severy\s)"
_VALUE = re.compile(
    rf"(?<![\w.])(?P<low>{_NUMBER}|(?:{_WORDED})\b)"
    rf"(?:\s?(?P<lowunit>{_UNIT})?\s?(?:-|to|through|and(?=\s(?:{_NUMBER})\s?(?:{_UNIT})\b))\s?(?P<high>{_NUMBER}|(?:{_WORDED})\b))?"
    rf"(?P<plus>\+(?!\s?\d))?"
    rf"(?:[\s-]?(?P<unit>{_UNIT})(?![\w°]))?"
    rf"(?:{_PER}(?P<per>kg|day|dl|l|ml|week|hour|h|min|minute|night|month|year|d)\b)?"
    rf"(?P<daily>\s(?:daily|nightly|weekly|monthly)\b)?",
    re.IGNORECASE,
)
_PER_NAMES = {"d": "day", "h": "hour", "min": "minute"}
_DAILY = {"daily": "day", "nightly": "night", "weekly": "week", "monthly": "month"}

_AT_LEAST_BEFORE = re.compile(
    r"(?:[>≥]=?|at least|not less than|no less than|no fewer than|minimum of|(?<!\bno )(?<!\bnot )(?:more|greater|older|higher|longer) than|over|above|(?<!not )exceed(?:s|ing|ed)?|from age|aged?|upwards of|beyond|after age)\s*(?:the age of |age |a )?$",
    re.IGNORECASE,
)
_AT_MOST_BEFORE = re.compile(
    r"(?:[<≤]=?|at most|(?:not|no) (?:more|greater|older|higher|longer) than|maximum of|up to|(?<!\bno )(?<!\bnot )(?:less|fewer|lower|younger|shorter) than|under|below|within|not exceed(?:ing)?)\s*(?:the age of |age |a )?$",
    re.IGNORECASE,
)
_AGED_ONLY = re.compile(r"(?:from age|aged?)\s*$", re.IGNORECASE)
_AT_LEAST_AFTER = re.compile(
    r"^\s*(?:years? |yrs? |weeks? |months? )?(?:of age )?(?:and|or) (?:older|over|above|more|greater|longer|higher|up|upwards)|^\s*or more",
    re.IGNORECASE,
)
_AT_MOST_AFTER = re.compile(
    r"^\s*(?:years? |yrs? |weeks? |months? )?(?:of age )?(?:and|or) (?:younger|under|below|less|fewer|shorter|lower)",
    re.IGNORECASE,
)

_FREQUENCIES = tuple(
    (re.compile(pattern, re.IGNORECASE), times)
    for pattern, times in (
        (
            r"\b(?:once (?:a |per |every |each )?(?:daily|day)|one time (?:a|per) day|(?:q\.?d|o\.?d)\b\.?|every (?:24 hours|day)|once[- ]daily)",
            1.0,
        ),
        (
            r"\b(?:twice (?:a |per |every |each )?(?:daily|day)|two times (?:a|per) day|(?:b\.?i\.?d|b\.?d)\b\.?|two times daily|2 times (?:a|per) day|2 times daily|every (?:12|twelve) hours|twice[- ]daily)",
            2.0,
        ),
        (
            r"\b(?:thrice daily|three times (?:a |per |every )?(?:daily|day)|(?:t\.?i\.?d|t\.?d\.?s)\b\.?|3 times (?:a |per )?(?:daily|day)|every (?:8|eight) hours)",
            3.0,
        ),
        (
            r"\b(?:four times (?:a |per |every )?(?:daily|day)|(?:q\.?i\.?d|q\.?d\.?s)\b\.?|4 times (?:a |per )?(?:daily|day)|every (?:6|six) hours)",
            4.0,
        ),
    )
)
_TIMES = tuple(
    (re.compile(pattern, re.IGNORECASE), value)
    for pattern, value in (
        (r"\b(?:two|2)[- ]?fold\b|\btwice as\b|\bdoubl(?:e|ed|es|ing)\b", 2.0),
        (r"\b(?:three|3)[- ]?fold\b|\btripl(?:e|ed|es|ing)\b", 3.0),
    )
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``low`` to ``high`` of ``unit`` ("" for a bare number), per ``per`` ("" for none).

    ``bound`` says whether it is a limit; ">= 65", "over 65" and "65 or older" all read ``at_least``.
    ``shown`` are the words it was read from, ``start`` their place in the normalised text. ``worded``:
    a bare number word ("two"), which is often no measurement.
    """

    low: float
    high: float
    unit: str
    per: str
    bound: Bound
    shown: str
    start: int
    worded: bool = False


@dataclass(frozen=True, slots=True)
class QuantityMatch:
    """How the quantities of a claim stand in the evidence."""

    found: tuple[Quantity, ...]
    missing: tuple[Quantity, ...]
    other_unit: tuple[Quantity, ...]
    other_bound: tuple[Quantity, ...]

    @property
    def wrong(self) -> tuple[Quantity, ...]:
        return self.missing + self.other_unit + self.other_bound


@lru_cache(maxsize=4096)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of ``text`` in reading order. Codes such as "B12" or "COVID-19" are no quantities."""
    plain = normalize(text)
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for pattern, times in _FREQUENCIES:
        for match in pattern.finditer(plain):
            found.append(Quantity(times, times, "time", "day", "exactly", match.group(), match.start()))
            taken.append(match.span())
    for pattern, value in _TIMES:
        for match in pattern.finditer(plain):
            found.append(Quantity(value, value, "fold", "", "exactly", match.group(), match.start()))
            taken.append(match.span())
    for match in _VALUE.finditer(plain):
        if any(start <= match.start() < end for start, end in taken) or _is_code(plain, match.start()):
            continue
        found.append(_read_value(match, plain))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def match_quantities(claim: str, evidence: tuple[str, ...]) -> QuantityMatch:
    """Look for each quantity of ``claim`` anywhere in ``evidence``.

    A bare number is found when the evidence holds the number with any unit; a number with a unit needs
    that unit after conversion. An evidence number may be rounded to the digits of the claim.
    """
    known = [quantity for text in evidence for quantity in read_quantities(text)]
    found, missing, other_unit, other_bound = [], [], [], []
    for wanted in read_quantities(claim):
        if any(is_same_quantity(wanted, quantity) for quantity in known):
            found.append(wanted)
        elif any(_same_value(wanted, quantity) and _same_unit(wanted, quantity) for quantity in known):
            other_bound.append(wanted)
        elif any(_same_digits(wanted, quantity) for quantity in known):
            other_unit.append(wanted)
        elif not wanted.worded or wanted.unit:
            missing.append(wanted)
    return QuantityMatch(tuple(found), tuple(missing), tuple(other_unit), tuple(other_bound))


def is_unit(word: str) -> bool:
    """Whether ``word``, in lower case, names a unit."""
    return word in _UNITS


def is_same_quantity(claim: Quantity, evidence: Quantity) -> bool:
    """Whether both state the same amount, unit and kind of bound."""
    return _same_value(claim, evidence) and _same_unit(claim, evidence) and not _opposed(claim, evidence)


def _opposed(claim: Quantity, evidence: Quantity) -> bool:
    return claim.bound != evidence.bound and "exactly" not in (claim.bound, evidence.bound)


def _same_unit(claim: Quantity, evidence: Quantity) -> bool:
    if claim.unit and evidence.unit and claim.unit != evidence.unit:
        return False
    if claim.unit and not evidence.unit:
        return False
    return not (claim.per and evidence.per and claim.per != evidence.per)


def _same_value(claim: Quantity, evidence: Quantity) -> bool:
    # Values are only comparable in the canonical unit; a bare number stays as written.
    if claim.unit == evidence.unit:
        if claim.bound != "exactly":  # A limit is never rounded: "P below 0.1" is not "P below 0.05".
            return math.isclose(claim.low, evidence.low) and math.isclose(claim.high, evidence.high)
        return _near(claim.low, evidence.low) and _near(claim.high, evidence.high)
    if not claim.unit:
        return _same_digits(claim, evidence)
    return False


def _same_digits(claim: Quantity, evidence: Quantity) -> bool:
    return _written(claim) == _written(evidence)


def _written(quantity: Quantity) -> tuple[float, ...]:
    numbers = re.findall(_NUMBER, quantity.shown)
    return tuple(float(number.replace(",", "")) for number in numbers) or (quantity.low, quantity.high)


def _near(claim: float, evidence: float) -> bool:
    if abs(claim - evidence) <= 1e-6 * max(abs(claim), abs(evidence), 1e-9):
        return True
    digits = _decimals(claim)
    return digits > 0 and round(evidence, digits) == claim and _decimals(evidence) > digits


def _decimals(value: float) -> int:
    shown = f"{value:.6f}".rstrip("0")
    return len(shown.split(".")[1])


def _is_code(text: str, start: int) -> bool:
    """Whether the number belongs to a name: "IL-6", "COVID-19", "B12", "CYP3A4"."""
    before = text[max(0, start - 12) : start]
    return bool(re.search(r"[A-Za-zα-ω]-$", before)) and not re.search(r"\b(?:to|and|or)-$", before)


def _read_value(match: re.Match[str], text: str) -> Quantity:
    low = _to_number(match["low"])
    high = _to_number(match["high"]) if match["high"] else low
    unit_name = (match["unit"] or "").casefold()
    unit, factor = _UNITS.get(unit_name, ("", 1.0))
    low_factor = _UNITS[match["lowunit"].casefold()][1] if match["lowunit"] else factor
    per = (match["per"] or "").casefold()
    per = _PER_NAMES.get(per, per)
    if match["daily"]:
        per = _DAILY[match["daily"].strip().casefold()]
    before, after = text[max(0, match.start() - 32) : match.start()], text[match.end() : match.end() + 32]
    bound: Bound = "exactly"
    if (
        match["plus"]
        or _AT_LEAST_AFTER.search(after)
        or (_AT_LEAST_BEFORE.search(before) and not _AGED_ONLY.search(before))
    ):
        bound = "at_least"
    elif _AT_MOST_BEFORE.search(before) or _AT_MOST_AFTER.search(after):
        bound = "at_most"
    if match["high"] and bound == "at_least" and not match["plus"]:
        bound = "exactly"
    worded = not match["low"][0].isdigit() and match["low"][0] != "."
    return Quantity(
        low * low_factor, high * factor, unit, per, bound, match.group().strip(), match.start(), worded
    )


def _to_number(text: str) -> float:
    return (
        _NUMBER_WORDS[text.casefold()] if text.casefold() in _NUMBER_WORDS else float(text.replace(",", ""))
    )
