"""Confidence intervals by the percentile bootstrap, and paired tests, over items or conversations.

An interval answers: had other questions of the same kind been drawn, where would the figure lie? Turns
of one conversation are alike, so whole conversations are drawn (the cluster bootstrap).

Sources: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 16; Sakai,
Laboratory Experiments in Information Retrieval (2018), chapter 5 (paired bootstrap and randomisation
tests); Field and Welsh, J. R. Stat. Soc. B 69 (2007) (bootstrapping clustered data).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Maps item weights, shape ``(resamples, items)``, to one figure a resample; NaN where undefined.

A weight is how often the item was drawn. Rows of ones give the figure of the set itself.
"""

RESAMPLES = 10_000
SEED = 20_190_423
_CELLS_AT_ONCE = 4_000_000  # keeps a block of weights near 32 MB


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; ``low <= high``, and both equal ``value`` for one lone item."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Second minus first, over the items both have: the difference, its interval, two-sided p.

    ``better``, ``worse`` and ``same`` count items; ``None`` for a figure that single items don't have.
    """

    difference: Estimate
    p_value: float
    better: int | None = None
    worse: int | None = None
    same: int | None = None


def mean_of(values: Sequence[float | None] | Floats) -> Statistic:
    """The weighted mean over the items that have a value (``None`` and NaN: the measure does not apply)."""
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    applies = ~np.isnan(numbers)
    filled = np.where(applies, numbers, 0.0)

    def weighted_mean(weights: Floats) -> Floats:
        total = weights @ applies.astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(total > 0, (weights @ filled) / total, np.nan), dtype=np.float64)

    return weighted_mean


def estimate(
    statistic: Statistic,
    items: int,
    *,
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Estimate | None:
    """Return the figure of the whole set with its 95 % percentile interval, or ``None`` if undefined.

    ``clusters`` has one key an item; items with equal keys are drawn together. Resamples in which the
    figure is undefined (a class that was not drawn) are left out. Raises ``ValueError`` when the
    number of keys is not ``items``.
    """
    if clusters is not None and len(clusters) != items:
        raise ValueError(f"{len(clusters)} cluster keys for {items} items")
    if items == 0:
        return None
    value = float(statistic(np.ones((1, items)))[0])
    if np.isnan(value):
        return None
    figures = np.concatenate([statistic(block) for block in _draw(items, clusters, resamples, seed)])
    figures = figures[~np.isnan(figures)]
    if figures.size == 0:
        return Estimate(value, value, value)
    low, high = np.percentile(figures, [2.5, 97.5])
    # A rounding step of 1e-17 must not put the figure of a constant sample outside its own interval.
    return Estimate(value, min(float(low), value), max(float(high), value))


def compare_paired(
    first: Sequence[float],
    second: Sequence[float],
    *,
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison:
    """Compare two systems on the same items: bootstrap interval of the mean difference, randomisation p.

    The test flips the sign of whole clusters: under "no difference" each cluster's difference is as
    likely positive as negative. ``p = (1 + #{|flipped| >= |observed|}) / (1 + resamples)``, so p is
    never 0. Raises ``ValueError`` on unequal lengths or no items.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"cannot pair {len(first)} items with {len(second)}")
    differences = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    items = len(differences)
    interval = estimate(mean_of(differences), items, clusters=clusters, resamples=resamples, seed=seed)
    if interval is None:
        raise ValueError("the differences are not numbers")
    codes, count = _cluster_codes(items, clusters)
    sums = np.bincount(codes, weights=differences, minlength=count)
    observed = abs(sums.sum())
    generator = np.random.default_rng(seed)
    at_least = 0
    for rows in _block_sizes(resamples, count):
        signs = generator.choice(np.array([-1.0, 1.0]), size=(rows, count))
        at_least += int(np.count_nonzero(np.abs(signs @ sums) >= observed - 1e-12))
    return Comparison(
        difference=interval,
        p_value=(1 + at_least) / (1 + resamples),
        better=int(np.count_nonzero(differences > 1e-12)),
        worse=int(np.count_nonzero(differences < -1e-12)),
        same=int(np.count_nonzero(np.abs(differences) <= 1e-12)),
    )


def compare_figures(
    statistic: Statistic,
    items: int,
    *,
    clusters: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison | None:
    """Compare two systems by a figure of the whole set, such as macro F1, that is no mean over items.

    ``statistic`` is of both systems' outputs on the same ``items``: the first system's, then the second's in
    the same order, so its weights are ``2 * items`` wide. The interval draws items for both systems alike
    (paired bootstrap); the test lets the systems change places on half of the clusters, as under "no
    difference" it does not matter whose output is whose (approximate randomisation: Noreen, Computer-Intensive
    Methods for Testing Hypotheses, 1989; Yeh, COLING 2000). ``None`` where the figure is undefined.
    """

    def second_minus_first(weights: Floats) -> Floats:
        none = np.zeros_like(weights)
        return statistic(np.hstack([none, weights])) - statistic(np.hstack([weights, none]))

    interval = estimate(second_minus_first, items, clusters=clusters, resamples=resamples, seed=seed)
    if interval is None:
        return None
    codes, count = _cluster_codes(items, clusters)
    generator = np.random.default_rng(seed)
    at_least = 0
    for rows in _block_sizes(resamples, 2 * items):
        swapped = generator.integers(0, 2, size=(rows, count)).astype(np.float64)[:, codes]
        kept = 1.0 - swapped
        found = statistic(np.hstack([swapped, kept])) - statistic(np.hstack([kept, swapped]))
        # A figure that a shuffle leaves undefined speaks for no difference.
        at_least += int(np.count_nonzero(~(np.abs(found) < abs(interval.value) - 1e-12)))
    return Comparison(interval, (1 + at_least) / (1 + resamples))


def _cluster_codes(items: int, clusters: Sequence[Hashable] | None) -> tuple[npt.NDArray[np.intp], int]:
    if clusters is None:
        return np.arange(items), items
    numbers: dict[Hashable, int] = {}
    codes = np.array([numbers.setdefault(key, len(numbers)) for key in clusters], dtype=np.intp)
    return codes, len(numbers)


def _draw(items: int, clusters: Sequence[Hashable] | None, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield blocks of item weights; each row draws as many clusters as there are, with replacement."""
    codes, count = _cluster_codes(items, clusters)
    generator = np.random.default_rng(seed)
    for rows in _block_sizes(resamples, max(items, count)):
        drawn = generator.integers(0, count, size=(rows, count))
        drawn += np.arange(rows)[:, None] * count
        weights = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        yield weights[:, codes].astype(np.float64)


def _block_sizes(rows: int, columns: int) -> Iterator[int]:
    size = max(1, _CELLS_AT_ONCE // max(1, columns))
    for start in range(0, rows, size):
        yield min(size, rows - start)
