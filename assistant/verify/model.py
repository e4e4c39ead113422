"""A small gradient-boosted tree model with a calibrated score, evaluated in plain NumPy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TreeEnsemble:
    """Binary trees, padded to one shape ``(trees, nodes)``.

    A node with ``left == itself`` is a leaf. ``bias`` plus the values of the leaves is a log-odds.
    """

    feature: npt.NDArray[np.intp]
    threshold: Floats
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    value: Floats
    depth: int
    bias: float

    def score(self, features: Floats) -> float:
        """Log-odds of one vector of shape ``(features,)``."""
        trees = np.arange(len(self.value))
        nodes = np.zeros(len(self.value), dtype=np.intp)
        for _ in range(self.depth):
            goes_left = features[self.feature[trees, nodes]] <= self.threshold[trees, nodes]
            nodes = np.where(goes_left, self.left[trees, nodes], self.right[trees, nodes])
        return self.bias + float(self.value[trees, nodes].sum())


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """How the reader's word counts beside the trees': a logistic regression over both (stacking, Wolpert 1992).

    ``refuted`` weighs its logit of refuted less that of not enough, for claims without support.
    """

    trees: float
    reader: float
    intercept: float
    refuted: float


def support_margin(logits: Floats) -> float:
    """Log-odds of "supported" among the reader's three logits."""
    rest = float(np.logaddexp(logits[1], logits[2]))
    return float(logits[0]) - rest


@dataclass(frozen=True, slots=True)
class VerifierModel:
    """``support`` judges supported against the rest, ``refutation`` refuted against not enough.

    The probability is ``1 / (1 + exp(-(slope * log-odds + intercept)))`` (Platt 1999), fitted on folds
    that the trees had not seen.
    """

    features: tuple[str, ...]
    support: TreeEnsemble
    refutation: TreeEnsemble
    slope: float
    intercept: float
    threshold: float
    reading: ReadingWeights
    neutral: Floats
    """Weighted mean of each feature over the training rows: what a layer that is left out is taken to say."""

    def probability(self, features: Floats, logits: Floats | None = None) -> float:
        """Calibrated probability that the evidence supports the claim.

        ``logits`` are the reader's, shape ``(3,)``; without them the trees judge alone, calibrated to the same
        threshold.
        """
        odds = self.support.score(features)
        if logits is None:
            return squash(self.slope * odds + self.intercept)
        reading = self.reading
        return squash(reading.trees * odds + reading.reader * support_margin(logits) + reading.intercept)

    def leans_to_refuted(self, features: Floats, logits: Floats | None = None) -> float:
        """Log-odds that a claim without support is refuted rather than left open."""
        odds = self.refutation.score(features)
        return odds if logits is None else odds + self.reading.refuted * float(logits[2] - logits[1])


def squash(value: float) -> float:
    """The logistic function, safe for any finite value."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))


def build_ensemble(trees: Sequence[Mapping[str, Any]], bias: float) -> TreeEnsemble:
    """Build an ensemble from trees of parallel lists ``feature, threshold, left, right, value``."""
    width = max(len(tree["value"]) for tree in trees)

    def padded(name: str, fill: float) -> npt.NDArray[Any]:
        return np.array([[*tree[name], *[fill] * (width - len(tree[name]))] for tree in trees])

    depth = max(_depth(tree, 0) for tree in trees)
    return TreeEnsemble(
        padded("feature", 0).astype(np.intp),
        padded("threshold", 0).astype(np.float32),
        padded("left", 0).astype(np.intp),
        padded("right", 0).astype(np.intp),
        padded("value", 0).astype(np.float32),
        depth,
        bias,
    )


def _depth(tree: Mapping[str, Any], node: int) -> int:
    if tree["left"][node] == node:
        return 0
    return 1 + max(_depth(tree, tree["left"][node]), _depth(tree, tree["right"][node]))


@lru_cache(maxsize=1)
def load_model() -> VerifierModel:
    """Read ``model.json``, made by ``python -m eval.training.train_verifier``."""
    data = json.loads(files("assistant.verify").joinpath("model.json").read_text(encoding="utf-8"))
    return VerifierModel(
        tuple(data["features"]),
        build_ensemble(data["support"]["trees"], data["support"]["bias"]),
        build_ensemble(data["refutation"]["trees"], data["refutation"]["bias"]),
        data["slope"],
        data["intercept"],
        data["threshold"],
        ReadingWeights(**data["reading"]),
        np.array(data["neutral"], dtype=np.float32),
    )
