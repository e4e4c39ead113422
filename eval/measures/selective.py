"""Measures of knowing when not to answer: the risk-coverage curve, and abstention counts.

Answer the items whose confidence is highest first. Coverage is the share answered, risk the share of
those that are wrong. AURC, the area under that curve, is the mean risk over all coverages 1/n .. n/n;
lower is better. Items of equal confidence enter together, their risk being the same at each of their
coverages in expectation, so the figure does not hang on file order.

Source: El-Yaniv and Wiener, JMLR 11 (2010); Geifman and El-Yaniv, NeurIPS 2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.measures.bootstrap import Floats, Statistic


def risk_coverage_curve(confidence: Sequence[float], correct: Sequence[bool]) -> list[tuple[float, float]]:
    """Return (coverage, risk) after each group of equal confidence, from the most confident on."""
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    sorted_confidence = np.asarray(confidence, dtype=np.float64)[order]
    wrong = 1 - np.asarray(correct, dtype=np.float64)[order]
    curve: list[tuple[float, float]] = []
    for end in range(1, len(order) + 1):
        if end == len(order) or sorted_confidence[end] != sorted_confidence[end - 1]:
            curve.append((end / len(order), float(wrong[:end].mean())))
    return curve


def area_under_risk_coverage(confidence: Sequence[float], correct: Sequence[bool]) -> Statistic:
    """AURC as a statistic of item weights (an item drawn twice is two items of equal confidence)."""
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    descending = np.asarray(confidence, dtype=np.float64)[order]
    wrong = 1 - np.asarray(correct, dtype=np.float64)[order]
    starts = np.flatnonzero(np.concatenate([[True], descending[1:] != descending[:-1]]))

    def statistic(weights: Floats) -> Floats:
        sorted_weights = weights[:, order]
        sizes = np.add.reduceat(sorted_weights, starts, axis=1)
        errors = np.add.reduceat(sorted_weights * wrong, starts, axis=1)
        total = sizes.sum(axis=1)
        before_size = np.cumsum(sizes, axis=1) - sizes
        before_errors = np.cumsum(errors, axis=1) - errors
        # Inside a tied group of m items after b items with e errors, the j-th step has expected risk
        # (e + j * rate) / (b + j); summed over j = 1..m with harmonic numbers H(b+m) - H(b).
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = np.where(sizes > 0, errors / sizes, 0.0)
        harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(total.max()) + 1))])
        spread = harmonic[(before_size + sizes).astype(int)] - harmonic[before_size.astype(int)]
        # sum (e + j r)/(b + j) = m r + (e - b r) * sum 1/(b + j)
        area = (sizes * rate + (before_errors - before_size * rate) * spread).sum(axis=1)
        return np.asarray(area / total, dtype=np.float64)

    return statistic
