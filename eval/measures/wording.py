"""Measures of how an answer reads: length, redundancy, reading grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.audience.reading import count_syllables, count_words, reading_grade

__all__ = ["count_syllables", "count_words", "reading_grade", "redundancy"]

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")


def redundancy(statements: Sequence[str]) -> float | None:
    """Mean over statements of the largest word overlap (Jaccard) with another one, 0 to 1.

    0: no two share a word of four letters or more; 1: each is said twice. ``None`` below two statements.
    """
    if len(statements) < 2:
        return None
    words = [
        frozenset(word.casefold() for word in _WORD.findall(text) if len(word) > 3) for text in statements
    ]
    largest = [
        max(_jaccard(words[i], other) for j, other in enumerate(words) if j != i) for i in range(len(words))
    ]
    return sum(largest) / len(largest)


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    union = first | second
    return len(first & second) / len(union) if union else 0.0
