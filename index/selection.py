"""Pick the best rows of a score row."""

from __future__ import annotations

import numpy as np

from index.fuse import Rows, Scores


def top_rows(scores: Scores, k: int) -> Rows:
    """Row numbers of the ``k`` largest scores, best first, ties by row number; fewer when there are fewer.

    Raises ``ValueError`` for ``k`` below 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if k < scores.size:
        threshold = np.partition(scores, scores.size - k)[scores.size - k]
        candidates = np.flatnonzero(scores >= threshold)  # ties at the edge: the first rows win
    else:
        candidates = np.arange(scores.size)
    order = np.argsort(-scores[candidates], kind="stable")[:k]
    return candidates[order].astype(np.int64)
