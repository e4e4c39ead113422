"""Combine a dense and a lexical ranking into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

RRF_K = 60
"""Damping constant of reciprocal rank fusion, as in Cormack, Clarke and Buettcher (SIGIR 2009)."""


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """The range of both scores over the candidates of one query: what the mix is scaled by.

    Kept apart from :func:`mix_minmax` so that a passage outside the candidates can be given a score on
    the same scale.
    """

    dense_low: float
    dense_high: float
    lexical_high: float

    @classmethod
    def of(cls, dense: Scores, lexical: Scores) -> ScoreScale:
        """The scale of a non-empty set of candidates."""
        return cls(float(dense.min()), float(dense.max()), float(lexical.max()))

    def mix(self, dense: Scores, lexical: Scores, *, dense_weight: float) -> Scores:
        """``w * (dense - low) / (high - low) + (1 - w) * lexical / lexical_high``, in [0, 1].

        Scores outside the scale are clipped to its ends. A part whose scores are all equal says nothing
        about the order and counts 0.
        """
        _check_weight(dense_weight)
        spread = self.dense_high - self.dense_low
        scaled_dense = (dense - self.dense_low) / spread if spread > 0 else np.zeros_like(dense)
        scaled_lexical = lexical / self.lexical_high if self.lexical_high > 0 else np.zeros_like(lexical)
        mixed = dense_weight * np.clip(scaled_dense, 0, 1) + (1 - dense_weight) * np.clip(
            scaled_lexical, 0, 1
        )
        return mixed.astype(np.float32)


def mix_minmax(dense: Scores, lexical: Scores, *, dense_weight: float) -> Scores:
    """Mix both scores of the same candidates: ``w * minmax(dense) + (1 - w) * lexical / max(lexical)``.

    ``dense`` and ``lexical`` have shape ``(n,)`` and belong to the same rows. Min-max scaling before a
    convex combination is CombSUM with weights (Fox and Shaw, TREC-2, 1994; analysed for dense and
    lexical retrieval by Bruch, Gai and Ingber, TOIS 2023). BM25 has a natural zero, so it is only divided
    by its maximum. Raises ``ValueError`` on unequal shapes or a weight outside [0, 1].
    """
    if dense.shape != lexical.shape or dense.ndim != 1:
        raise ValueError(f"expected two score rows of one length, got {dense.shape} and {lexical.shape}")
    _check_weight(dense_weight)
    if dense.size == 0:
        return np.zeros(0, dtype=np.float32)
    return ScoreScale.of(dense, lexical).mix(dense, lexical, dense_weight=dense_weight)


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int] | Rows], *, k: int = RRF_K, weights: Sequence[float] | None = None
) -> list[tuple[int, float]]:
    """Fuse rankings of row numbers, best first: ``score(row) = sum_i weight_i / (k + rank_i(row))``.

    Ranks count from 1; a row missing from a ranking gets nothing from it. Ties are broken by row number.
    Source: Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual
    rank learning methods", SIGIR 2009. Raises ``ValueError`` when ``weights`` doesn't fit ``rankings``.
    """
    if weights is None:
        weights = [1.0] * len(rankings)
    if len(weights) != len(rankings):
        raise ValueError(f"{len(rankings)} rankings need as many weights, got {len(weights)}")
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, row in enumerate(ranking, start=1):
            scores[int(row)] = scores.get(int(row), 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _check_weight(dense_weight: float) -> None:
    if not 0 <= dense_weight <= 1:
        raise ValueError(f"dense_weight must lie in [0, 1], got {dense_weight}")
