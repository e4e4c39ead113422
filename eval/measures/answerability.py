"""Measures of the score that decides between answer and abstention, over questions with an ``answerable`` label.

An answer to an answerable question counts as right, one to an unanswerable question as wrong: whether its
sentences are the best ones is measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from eval.measures.bootstrap import Estimate, estimate
from eval.measures.selective import area_under_risk_coverage, risk_coverage_curve
from eval.measures.verification import area_under_curve, calibration_error, tabulate_calibration


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where the threshold stands on the curve. ``risk``: share of wrong answers among answers;
    ``accuracy``: share of questions rightly answered or rightly left."""

    threshold: float
    coverage: float
    risk: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """``figures``: area under the risk-coverage curve, AUC, expected calibration error, each with its interval,
    over so many ``questions``."""

    figures: dict[str, Estimate]
    curve: list[tuple[float, float]]
    calibration: list[dict[str, float]]
    operating: OperatingPoint
    questions: int


def measure_score(
    scores: Sequence[float],
    answerable: Sequence[bool],
    answered: Sequence[bool],
    *,
    threshold: float,
    clusters: Sequence[Hashable] | None = None,
) -> ScoreFigures | None:
    """Measure ``scores`` (probabilities, 0 after a veto) and the decisions made; ``None`` for no questions.

    Raises ``ValueError`` when the sequences differ in length.
    """
    if not len(scores) == len(answerable) == len(answered):
        raise ValueError(f"{len(scores)} scores, {len(answerable)} labels, {len(answered)} decisions")
    if not scores:
        return None
    statistics = {
        # Of labels all alike the area is 0 or 1, whatever the score.
        **(
            {"answerability_aurc": area_under_risk_coverage(scores, answerable)}
            if len(set(answerable)) > 1
            else {}
        ),
        "answerability_auc": area_under_curve(answerable, scores),
        "answerability_ece": calibration_error(answerable, scores),
    }
    estimates = {name: estimate(s, len(scores), clusters=clusters) for name, s in statistics.items()}
    given = [truth for truth, shown in zip(answerable, answered, strict=True) if shown]
    right = [truth == shown for truth, shown in zip(answerable, answered, strict=True)]
    return ScoreFigures(
        figures={name: found for name, found in estimates.items() if found is not None},
        curve=risk_coverage_curve(scores, answerable),
        calibration=tabulate_calibration(answerable, scores),
        operating=OperatingPoint(
            threshold=threshold,
            coverage=len(given) / len(scores),
            risk=given.count(False) / len(given) if given else 0.0,
            accuracy=sum(right) / len(right),
        ),
        questions=len(scores),
    )
