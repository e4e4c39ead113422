"""Checks that plain words lost and added nothing: numbers, units, negations, hedges, directions, people."""

from __future__ import annotations

import re
from collections import Counter

from assistant.audience.plain import PlainText, apply_replacements
from assistant.verify.direction import DOWN, UP
from assistant.verify.entities import find_entities
from assistant.verify.negation import is_certainty, is_hedge, is_negator
from assistant.verify.quantities import read_quantities
from assistant.verify.words import Word, normalize, split_words

_NUMBER = re.compile(r"\d+(?:[.,·]\d+)*")
_SIGN = re.compile(r"[<>=≤≥±%]")


def find_losses(text: str, plain: PlainText) -> tuple[str, ...]:
    """Say what ``plain`` (with its figures) lost or added against ``text``; empty when it is faithful.

    Words inside a replaced glossary term count as that term: "hypertension" and "high blood pressure" are one
    thing, so their "high" is no direction. Numbers, signs, quantities, negators and people are compared over
    everything, the terms included.
    """
    if apply_replacements(text, plain.replacements) != plain.text:
        return ("the replacements do not give the plain text",)
    shown = " ".join((plain.text, *plain.figures))
    problems = [f"{name} differ" for name, read in _EXACT.items() if read(text) != read(shown)]
    source, plainly = _mask_terms(text, plain)
    problems += [
        f"{name} differ"
        for name, read in _OUTSIDE_TERMS.items()
        if read(_words(source)) != read(_words(plainly))
    ]
    return tuple(problems)


def _mask_terms(text: str, plain: PlainText) -> tuple[str, str]:
    """Both texts with each replaced term as one made-up word, the figures put behind."""
    masked = tuple(item for item in plain.replacements if item.term is not None)
    hidden = {item.start: f"Term{chr(97 + i % 26) * (1 + i // 26)}x" for i, item in enumerate(masked)}
    source, plainly, position = [], [], 0
    for item in plain.replacements:
        between = text[position : item.start]
        mark = hidden.get(item.start)
        source += [between, mark or text[item.start : item.end]]
        plainly += [between, mark or item.shown]
        position = item.end
    rest = text[position:]
    return "".join((*source, rest)), " ".join(("".join((*plainly, rest)), *plain.figures))


def _words(text: str) -> tuple[Word, ...]:
    return split_words(normalize(text))


def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(text))


def _signs(text: str) -> Counter[str]:
    return Counter(_SIGN.findall(text))


def _quantities(text: str) -> Counter[tuple[object, ...]]:
    return Counter((item.low, item.high, item.unit, item.per, item.bound) for item in read_quantities(text))


def _people(text: str) -> frozenset[str]:
    return frozenset(entity.key for entity in find_entities(text) if entity.kind == "population")


def _drugs(text: str) -> frozenset[str]:
    return frozenset(entity.key for entity in find_entities(text) if entity.kind == "drug")


def _negators(words: tuple[Word, ...]) -> int:
    return sum(is_negator(word.text) for word in words)


def _hedges(words: tuple[Word, ...]) -> int:
    return sum(is_hedge(word.text) for word in words)


def _certainties(words: tuple[Word, ...]) -> int:
    return sum(is_certainty(word.text) for word in words)


def _directions(words: tuple[Word, ...]) -> tuple[int, int]:
    return sum(word.stem in UP for word in words), sum(word.stem in DOWN for word in words)


_EXACT = {
    "numbers": _numbers,
    "signs": _signs,
    "quantities": _quantities,
    "people": _people,
    "medicines": _drugs,
}
_OUTSIDE_TERMS = {
    "negations": _negators,
    "hedges": _hedges,
    "certainties": _certainties,
    "directions": _directions,
}
