"""How much of a passage a reader has already been shown, by shared word sequences."""

from __future__ import annotations

import re
from collections.abc import Sequence

SEQUENCE = 5
"""Words in a sequence: long enough that two texts share one only by quoting."""

Sequences = frozenset[tuple[str, ...]]

_WORD = re.compile(r"\w+")


def word_sequences(text: str, *, length: int = SEQUENCE) -> Sequences:
    """All runs of ``length`` adjacent words in ``text``; one shorter run for a shorter text."""
    words = _WORD.findall(text.casefold())
    if len(words) <= length:
        return frozenset([tuple(words)])
    return frozenset(zip(*(words[i:] for i in range(length)), strict=False))


def shown_sequences(texts: Sequence[str]) -> Sequences:
    """The word sequences of everything a reader has been shown."""
    return frozenset().union(*(word_sequences(text) for text in texts))


def share_shown(text: str, shown: Sequences) -> float:
    """Share of ``text``'s word sequences among those shown, in [0, 1]."""
    own = word_sequences(text)
    return len(own & shown) / len(own)
