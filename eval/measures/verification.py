"""Measures of a verifier: does it tell supported claims from the others, and is its score honest?

Binary means supported against the rest (not enough, refuted). All figures are statistics of item
weights, so that :mod:`eval.measures.bootstrap` can give each an interval.

macro F1            mean over classes of 2 tp / (2 tp + fp + fn), over the classes that occur in the gold
                    labels or the predictions (scikit-learn's ``f1_score(average="macro")``)
balanced accuracy   mean of the two recalls, binary (Brodersen et al., ICPR 2010)
AUC                 chance that a supported claim scores above another, ties half (Hanley and McNeil 1982)
ECE                 expected calibration error: over ten equal bins of the score, the bin's share of items
                    times |mean score - share supported| (Naeini et al., AAAI 2015)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.verify.verdict import Label
from eval.measures.bootstrap import Floats, Statistic, mean_of
from eval.measures.selective import area_under_risk_coverage

LABELS: tuple[Label, ...] = ("supported", "not_enough", "refuted")
CALIBRATION_BINS = 10


def macro_f1(gold: Sequence[str], predicted: Sequence[str], classes: Sequence[str]) -> Statistic:
    """Macro F1 over ``classes``; a class that occurs in neither gold nor predictions is left out."""
    gold_codes, predicted_codes = _codes(gold, classes), _codes(predicted, classes)
    size = len(classes)
    cells = np.eye(size * size)[gold_codes * size + predicted_codes]

    def statistic(weights: Floats) -> Floats:
        confusion = (weights @ cells).reshape(-1, size, size)
        hits = np.einsum("bii->bi", confusion)
        of_either = confusion.sum(axis=2) + confusion.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            scores = np.where(of_either > 0, 2 * hits / of_either, np.nan)
        occurring = np.sum(of_either > 0, axis=1)
        return np.asarray(np.nansum(scores, axis=1) / np.maximum(occurring, 1), dtype=np.float64)

    return statistic


def macro_f1_binary(gold: Sequence[bool], predicted: Sequence[bool]) -> Statistic:
    """Macro F1 of supported (``True``) against the rest."""
    classes = ("supported", "rest")
    named = [[classes[0] if flag else classes[1] for flag in flags] for flags in (gold, predicted)]
    return macro_f1(named[0], named[1], classes)


def balanced_accuracy(gold: Sequence[bool], predicted: Sequence[bool]) -> Statistic:
    """Mean recall of the two classes; undefined while the gold labels are all alike."""
    positive = np.asarray(gold, dtype=np.float64)
    right = np.asarray(gold) == np.asarray(predicted)

    def statistic(weights: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            recall = (weights @ (positive * right)) / (weights @ positive)
            specificity = (weights @ ((1 - positive) * right)) / (weights @ (1 - positive))
        return np.asarray((recall + specificity) / 2, dtype=np.float64)

    return statistic


def area_under_curve(gold: Sequence[bool], scores: Sequence[float]) -> Statistic:
    """Area under the ROC curve; undefined while the gold labels are all alike."""
    order = np.argsort(np.asarray(scores), kind="stable")
    positive = np.asarray(gold, dtype=np.float64)[order]
    ascending = np.asarray(scores, dtype=np.float64)[order]
    starts = np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]]))

    def statistic(weights: Floats) -> Floats:
        sorted_weights = weights[:, order]
        positives = np.add.reduceat(sorted_weights * positive, starts, axis=1)
        negatives = np.add.reduceat(sorted_weights * (1 - positive), starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives
        with np.errstate(invalid="ignore", divide="ignore"):
            area = np.sum(positives * (below + negatives / 2), axis=1) / (
                positives.sum(axis=1) * negatives.sum(axis=1)
            )
        return np.asarray(area, dtype=np.float64)

    return statistic


def calibration_error(
    gold: Sequence[bool], scores: Sequence[float], *, bins: int = CALIBRATION_BINS
) -> Statistic:
    """Expected calibration error of probabilities in [0, 1]; 0 is best."""
    members = np.eye(bins)[_bin_of(scores, bins)]
    gap = np.asarray(scores, dtype=np.float64) - np.asarray(gold, dtype=np.float64)

    def statistic(weights: Floats) -> Floats:
        # share of the bin * |mean score - share supported| = |weighted sum of (score - gold)| / all
        gaps = weights @ (members * gap[:, None])
        return np.asarray(np.abs(gaps).sum(axis=1) / weights.sum(axis=1), dtype=np.float64)

    return statistic


def measure_verdicts(
    gold: Sequence[str], predicted: Sequence[str], scores: Sequence[float]
) -> dict[str, Statistic]:
    """Every figure of a claims run, as a statistic of item weights."""
    truth, said = ([label == "supported" for label in labels] for labels in (gold, predicted))
    right = [a == b for a, b in zip(truth, said, strict=True)]
    return {
        "macro_f1_3way": macro_f1(gold, predicted, LABELS),
        "macro_f1_binary": macro_f1_binary(truth, said),
        "balanced_accuracy": balanced_accuracy(truth, said),
        "auc": area_under_curve(truth, scores),
        "ece": calibration_error(truth, scores),
        "aurc": area_under_risk_coverage([max(score, 1 - score) for score in scores], right),
        "accuracy_3way": mean_of([float(a == b) for a, b in zip(gold, predicted, strict=True)]),
        "supported_precision": mean_of([float(t) if s else None for t, s in zip(truth, said, strict=True)]),
        "supported_recall": mean_of([float(s) if t else None for t, s in zip(truth, said, strict=True)]),
    }


def tabulate_calibration(
    gold: Sequence[bool], scores: Sequence[float], *, bins: int = CALIBRATION_BINS
) -> list[dict[str, float]]:
    """Return, for each bin that is not empty, its count, mean score and share supported."""
    codes = _bin_of(scores, bins)
    truth, numbers = np.asarray(gold, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    return [
        {
            "count": int(np.count_nonzero(codes == code)),
            "score": float(numbers[codes == code].mean()),
            "supported": float(truth[codes == code].mean()),
        }
        for code in sorted(set(codes.tolist()))
    ]


def tabulate_confusion(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return gold label -> predicted label -> count, all labels named."""
    table = {label: dict.fromkeys(map(str, LABELS), 0) for label in map(str, LABELS)}
    for truth, guess in zip(gold, predicted, strict=True):
        table[truth][guess] += 1
    return table


def _codes(labels: Sequence[str], classes: Sequence[str]) -> npt.NDArray[np.intp]:
    numbers = {label: code for code, label in enumerate(classes)}
    return np.array([numbers[label] for label in labels], dtype=np.intp)


def _bin_of(scores: Sequence[float], bins: int) -> npt.NDArray[np.intp]:
    numbers = np.asarray(scores, dtype=np.float64)
    if numbers.size and (numbers.min() < 0 or numbers.max() > 1 or np.isnan(numbers).any()):
        raise ValueError("scores must be probabilities in [0, 1]")
    return np.minimum((numbers * bins).astype(np.intp), bins - 1)
