"""Words of a library that a misspelt one may stand for."""

from __future__ import annotations

from collections.abc import Iterable


def one_edit_apart(word: str, other: str) -> bool:
    """Whether one letter missing, added or changed, or two neighbours swapped, turns ``word`` into ``other``
    (optimal string alignment distance 1, Boytsov 2011)."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    a, b = word[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and len(a) > 1 and a[2:] == b[2:])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[1:] == shorter


def find_similar(word: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of ``vocabulary`` that begin with the same letter and are one edit away."""
    return [
        other
        for other in vocabulary
        if other[:1] == word[:1] and other.isalpha() and one_edit_apart(word, other)
    ]
