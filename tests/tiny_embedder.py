"""An embedder whose vectors can be computed by hand: one axis for each of a few words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from index.ports import Progress, Vectors

WORDS = ("magnesium", "quinine", "stretching", "cramps", "pregnancy", "kidney", "dose", "sleep")


class TinyEmbedder:
    """Counts its words and normalises the counts.

    ``"magnesium magnesium cramps"`` has 2/sqrt(5) on the axis of magnesium and 1/sqrt(5) on that of cramps.
    A text without any of the words lies on one more, last axis. ``calls`` keeps every batch that was asked
    for, so a test can see what was embedded.
    """

    def __init__(self, words: Sequence[str] = WORDS, *, version: str = "1") -> None:
        self._words = {word: axis for axis, word in enumerate(words)}
        self._version = version
        self.calls: list[list[str]] = []

    @property
    def fingerprint(self) -> str:
        words = hashlib.sha256(" ".join(self._words).encode()).hexdigest()[:8]
        return f"tiny/{words}/{self._version}"

    @property
    def dimension(self) -> int:
        return len(self._words) + 1

    @property
    def max_tokens(self) -> int:
        return 256

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.calls.append(list(texts))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                if word in self._words:
                    row[self._words[word]] += 1
            if not row.any():
                row[-1] = 1
            row /= np.linalg.norm(row)  # noqa: PLW2901 - a view: the array itself changes
            if progress is not None:
                progress(1)
        return rows

    def count_tokens(self, text: str) -> int:
        return len(text.split())
