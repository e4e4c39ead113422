"""BM25 scores of numbered terms in numbered rows; the one module that imports bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.fuse import Scores

Integers = npt.NDArray[np.int64]
RowNumbers = npt.NDArray[np.int32]


def score_postings(
    rows: Sequence[Sequence[int]], *, terms: int, k1: float, b: float
) -> tuple[Integers, RowNumbers, Scores]:
    """Score each term of each row: ``(starts, rows, scores)``, term ``t`` at ``starts[t]:starts[t + 1]``.

    ``rows`` hold numbers below ``terms``. Lucene's variant of BM25, see :class:`index.lexical_index.LexicalIndex`.
    """
    if not terms:
        return np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32)
    import bm25s  # noqa: PLC0415 - slow to import, and only building needs it

    model = bm25s.BM25(k1=k1, b=b, method="lucene")
    built: dict[str, Any] = model.build_index_from_ids(
        unique_token_ids=list(range(terms)), corpus_token_ids=rows, show_progress=False
    )
    return (
        np.asarray(built["indptr"], dtype=np.int64),
        np.asarray(built["indices"], dtype=np.int32),
        np.asarray(built["data"], dtype=np.float32),
    )


def fit_together(*, terms: int, starts: Integers, rows: RowNumbers, scores: Scores, size: int) -> bool:
    """Whether postings read from disk have the right lengths and name no row beyond ``size``."""
    return (
        len(starts) == terms + 1
        and len(rows) == len(scores) == int(starts[-1])
        and (len(rows) == 0 or bool(0 <= rows.min() <= rows.max() < size))
    )
