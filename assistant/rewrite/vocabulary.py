"""Other words for the same thing: everyday and clinical names, abbreviations, brand and generic drugs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from assistant.rewrite.words import stems, tokens
from index.ports import SearchQuery

SYNONYM_WEIGHT = 0.2
"""Weight of a synonym's words beside the reader's own words, which weigh 1. Heavier ones cost more than they gave."""

_WRITTEN_IN_CAPITALS = frozenset("mi ms pe af ra oa als pad cad std".split())
"""Abbreviations that in small letters are words, units or names: "ms", "pad", "als"."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``names`` maps a lower-case name to its other names; ``pattern`` finds any of them as whole words.

    ``whole`` holds names that mean nothing word by word: a text on water says nothing of a water pill.
    """

    names: Mapping[str, tuple[str, ...]]
    whole: frozenset[str]
    pattern: re.Pattern[str]


@cache
def load_vocabulary() -> Vocabulary:
    """Read the packaged groups. The first name of a group is what a question says, the rest are added."""
    raw = json.loads(resources.files("assistant.rewrite").joinpath("vocabulary.json").read_text("utf-8"))
    names: dict[str, tuple[str, ...]] = {}
    for first, *others in raw["groups"]:
        names[first] = (*names.get(first, ()), *others)
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)
    return Vocabulary(names, frozenset(raw["whole"]), pattern)


def is_whole_name(name: str) -> bool:
    """Whether ``name`` means something only as a whole."""
    return name.casefold() in load_vocabulary().whole


def synonyms_in(text: str) -> dict[str, tuple[str, ...]]:
    """Names found in ``text`` (as they stand there) with those other names that it doesn't say itself."""
    vocabulary = load_vocabulary()
    said = stems(tokens(text))
    found: dict[str, tuple[str, ...]] = {}
    for name in vocabulary.pattern.findall(text):
        if name.lower() in _WRITTEN_IN_CAPITALS and not name.isupper():
            continue
        if others := tuple(
            other for other in vocabulary.names[name.lower()] if not stems(tokens(other)) <= said
        ):
            found[name] = others
    return found


def widen_query(query: SearchQuery) -> SearchQuery:
    """Add the other names of what the query speaks of: as light words, and as one more wording to embed."""
    found = synonyms_in(query.text)
    if not found:
        return query
    weights = {word: SYNONYM_WEIGHT for others in found.values() for name in others for word in tokens(name)}
    reworded = query.text
    for name, others in found.items():
        reworded = re.sub(rf"\b{re.escape(name)}\b", others[0], reworded)
    return replace(
        query,
        dense_texts=(*(query.dense_texts or (query.text,)), reworded),
        term_weights={**weights, **query.term_weights},
    )
