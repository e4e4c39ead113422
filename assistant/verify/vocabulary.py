"""The verifier's word knowledge, read once from ``vocabulary.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.verify.words import split_words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word knowledge, all of it as tuples of stems.

    ``groups``: phrase of stems -> number of its group of synonyms. ``kind_of``: group -> "drug",
    "condition" or "population" where it is one. ``longest``: words in the longest phrase.
    """

    groups: Mapping[tuple[str, ...], int]
    kind_of: Mapping[int, str]
    longest: int


def load_vocabulary() -> Vocabulary:
    return _load()


@lru_cache(maxsize=1)
def _load() -> Vocabulary:
    data = json.loads(files("assistant.verify").joinpath("vocabulary.json").read_text(encoding="utf-8"))
    groups: dict[tuple[str, ...], int] = {}
    kinds: dict[int, str] = {}
    number = 0
    for kind, entries in data["entities"].items():
        for entry in entries:
            kinds[number] = kind
            _add(groups, entry, number)
            number += 1
    for entry in data["synonyms"]:
        known = next((groups[key] for key in map(_stems, entry) if key in groups), number)
        _add(groups, entry, known)
        number += 1
    return Vocabulary(groups, kinds, max(map(len, groups)))


def _add(groups: dict[tuple[str, ...], int], phrases: list[str], number: int) -> None:
    for phrase in phrases:
        groups.setdefault(_stems(phrase), number)


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(word.stem for word in split_words(phrase.casefold()))
