"""Checks that plain words lost and added nothing: numbers, units, negations, hedges, directions, people."""

from __future__ import annotations

import re
from collections import Counter

from assistant.audience.figures import LAST_FIGURES, is_figure
from assistant.audience.plain import PlainText, Replacement, apply_replacements
from assistant.audience.rewrites import may_cut, may_lead, may_repeat
from assistant.verify.direction import DOWN, UP
from assistant.verify.entities import find_entities
from assistant.verify.negation import is_certainty, is_hedge, is_negator
from assistant.verify.quantities import read_quantities
from assistant.verify.words import Word, normalize, split_words

_NUMBER = re.compile(r"\d+(?:[.,·]\d+)*")
_ABOUT = re.compile(r"This is about|\. (?:In|For|Among|From|Across) them, ")
_FIGURES_SHOWN = re.compile(r"|\. This is [\w -]*evidence| \([^()]*\)")
_SIGN = re.compile(r"[<>=≤≥±%]")


def find_losses(text: str, plain: PlainText) -> tuple[str, ...]:
    """Say what ``plain`` (with its figures) lost or added against ``text``; empty when it is faithful.

    Words inside a listed term or phrase count as that entry: "hypertension" and "high blood pressure" are one
    thing, so their "high" is no direction; the lists themselves are held to their meaning by tests. Numbers,
    signs, quantities and people are compared over everything, the entries included. What is not listed may
    only take out a bracket of figures, set a capital, or cut as ``rewrites`` lists it.
    """
    if apply_replacements(text, plain.replacements) != plain.text:
        return ("the replacements do not give the plain text",)
    shown = " ".join((plain.text, *plain.figures))
    problems = [f"{name} differ" for name, read in _EXACT.items() if read(text) != read(shown)]
    problems += [said for item in plain.replacements if (said := _misuse(text, item))]
    source, plainly = _mask_listed(text, plain)
    if _drugs(source) != _drugs(plainly):
        problems.append("medicines differ")
    problems += [
        f"{name} differ"
        for name, read in _OUTSIDE_TERMS.items()
        if read(_words(source)) != read(_words(plainly))
    ]
    return tuple(problems)


def _mask_listed(text: str, plain: PlainText) -> tuple[str, str]:
    """Both texts with each replaced term or phrase as one made-up word, the figures put behind."""
    masked = tuple(item for item in plain.replacements if item.is_listed)
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


def _misuse(text: str, item: Replacement) -> str:
    """What is wrong with a replacement that is not listed; empty when it does no more than its kind may."""
    was = text[item.start : item.end]
    if item.kind == "capital" and (was.upper() != item.shown or len(was) != 1):
        return "a capital changed a letter"
    before = text[: item.start]
    if item.kind == "figures" and not _holds_figures(before, was, item.shown):
        return "figures were taken from outside a bracket"
    if item.kind == "cut" and not may_cut(before, was, item.shown):
        return "a cut took more than a connecting word"
    if item.kind == "repeat" and not may_repeat(before, was, item.shown):
        return "what was said again was not said before"
    if item.kind == "lead" and not may_lead(was, item.shown):
        return "the beginning was changed"
    if item.kind == "people" and not (
        was in {"In", "For", "Among", "From", "Across", ", "} and _ABOUT.fullmatch(item.shown)
    ):
        return "the people were changed"
    return ""


def _holds_figures(before: str, was: str, shown: str) -> bool:
    """Whether ``was`` is a bracket that leaves at most its own certainty behind, or figures alone at the end."""
    if not shown and LAST_FIGURES.fullmatch(was):
        return is_figure(was, before)
    kept = shown.removeprefix(". This is ").strip(" ()")
    return (
        re.fullmatch(r"\s*[(\[].*[)\]]", was, re.DOTALL) is not None
        and _FIGURES_SHOWN.fullmatch(shown) is not None
        and kept in was
    )


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
}
_OUTSIDE_TERMS = {
    "negations": _negators,
    "hedges": _hedges,
    "certainties": _certainties,
    "directions": _directions,
}
