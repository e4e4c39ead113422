"""Prefer passages one of whose sentences lies close to the question: the rest of a passage may be about other things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.fuse import Scores
from index.ports import Vectors

SENTENCE_SHARE = 0.23
"""Share of the best sentence in a row's score. Three parts of ten beside the mix of cosine and BM25; on evidence
spans and MTRAG two to five parts gave like figures."""

SentencesOfRows = Callable[[Sequence[int]], Sequence[Vectors]]
"""The unit vectors of the sentences of each row, shape ``(sentences, dimension)``; a row may have none."""


@dataclass(frozen=True, slots=True)
class SentenceScale:
    """The range of the best sentences' cosines over the rows that are compared by them, and what the best counts for."""

    low: float
    high: float
    share: float

    @classmethod
    def of(
        cls, cosines: Scores, sentences: Sequence[Vectors], *, share: float = SENTENCE_SHARE
    ) -> SentenceScale:
        """The scale of a non-empty set of rows.

        ``share`` is whole where all rows hold more than one sentence and nought where no more than half do: of a
        passage of one sentence the best sentence says only once more what the passage's own vector said, and beside
        such passages longer ones would gain from a choice that the others don't have (BioASQ's snippets).
        """
        several = sum(len(vectors) > 1 for vectors in sentences) / len(sentences)
        return cls(float(cosines.min()), float(cosines.max()), share * max(0.0, 2 * several - 1))

    def blend(self, mixed: Scores, cosines: Scores) -> Scores:
        """``(1 - share) * mixed + share * (cosine - low) / (high - low)``, in [0, 1] where ``mixed`` is.

        Cosines outside the scale are clipped to its ends; where all are equal they count 0.
        """
        width = self.high - self.low
        scaled = np.clip((cosines - self.low) / width, 0, 1) if width > 0 else np.zeros_like(cosines)
        return np.asarray((1 - self.share) * mixed + self.share * scaled, dtype=np.float32)


def best_sentence_cosines(query: Vectors, sentences: Sequence[Vectors], *, otherwise: Scores) -> Scores:
    """The greatest cosine of each row's sentences with ``query``, shape ``(1, dimension)``.

    A row without sentences (a title alone, a table) keeps the passage's own cosine, ``otherwise``.
    """
    best: Scores = otherwise.astype(np.float32, copy=True)
    lengths = [len(vectors) for vectors in sentences]
    if not any(lengths):
        return best
    cosines = np.concatenate([vectors for vectors in sentences if len(vectors)]) @ query[0]
    begin = 0
    for row, length in enumerate(lengths):
        if length:
            best[row] = cosines[begin : begin + length].max()
        begin += length
    return best
