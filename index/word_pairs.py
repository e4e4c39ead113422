"""BM25 over pairs of neighbouring words: a passage that holds "kidney disease" as such counts for more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.fuse import Scores
from index.postings import Integers, RowNumbers, fit_together, score_postings

PAIR_WEIGHT = 0.2
"""What a pair weighs beside its words: gains from .2 on are flat, and more costs short expert questions."""


class WordPairs:
    """Postings of ordered pairs of neighbouring words, by a key made of both words' numbers.

    The ordered part of the sequential dependence model (Metzler and Croft, SIGIR 2005), scored by BM25 as
    the words are. Stop words are gone before, so "disease of the kidney" holds the pair (disease, kidney).
    """

    def __init__(self, *, keys: Integers, starts: Integers, rows: RowNumbers, scores: Scores) -> None:
        self._keys = keys
        self._starts = starts
        self._rows = rows
        self._scores = scores

    @classmethod
    def build(cls, rows: Sequence[Sequence[Sequence[int]]], *, k1: float, b: float) -> WordPairs:
        """Index rows of texts (a passage, its context) of word numbers; no pair spans two texts."""
        keys = [
            np.asarray([pair_key(*pair) for text in texts for pair in pairwise(text)], dtype=np.int64)
            for texts in rows
        ]
        known, numbers = np.unique(np.concatenate([np.zeros(0, np.int64), *keys]), return_inverse=True)
        ends = np.cumsum([len(found) for found in keys])
        starts, holding, scores = score_postings(
            [part.tolist() for part in np.split(numbers, ends[:-1])], terms=len(known), k1=k1, b=b
        )
        return cls(keys=known, starts=starts, rows=holding, scores=scores)

    def add_scores(self, total: Scores, words: Sequence[int | None]) -> None:
        """Add the weighted scores of the neighbours in ``words`` to ``total``, one place a row, in place.

        ``None`` stands for a word that no row holds.
        """
        for first, second in pairwise(words):
            if first is None or second is None:
                continue
            key = pair_key(first, second)
            place = int(np.searchsorted(self._keys, key))
            if place < len(self._keys) and self._keys[place] == key:
                begin, end = self._starts[place], self._starts[place + 1]
                total[self._rows[begin:end]] += np.float32(PAIR_WEIGHT) * self._scores[begin:end]

    def fits(self, size: int) -> bool:
        """Whether the parts fit together and name no row beyond ``size``."""
        whole = fit_together(
            terms=len(self._keys), starts=self._starts, rows=self._rows, scores=self._scores, size=size
        )
        return whole and bool((np.diff(self._keys) > 0).all())

    def save(self, folder: Path) -> None:
        """Write four arrays into ``folder``."""
        np.save(folder / "pair_keys.npy", self._keys, allow_pickle=False)
        np.save(folder / "pair_starts.npy", self._starts, allow_pickle=False)
        np.save(folder / "pair_rows.npy", self._rows, allow_pickle=False)
        np.save(folder / "pair_scores.npy", self._scores, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> WordPairs:
        """Read what :meth:`save` wrote; raises ``OSError``, ``ValueError`` or ``EOFError``."""
        return cls(
            keys=np.load(folder / "pair_keys.npy", allow_pickle=False),
            starts=np.load(folder / "pair_starts.npy", allow_pickle=False),
            rows=np.load(folder / "pair_rows.npy", allow_pickle=False),
            scores=np.load(folder / "pair_scores.npy", allow_pickle=False),
        )


def pair_key(first: int, second: int) -> int:
    """One number for an ordered pair of word numbers below 2^31."""
    return first << 32 | second
