"""Runs a claim set: the product's verifier judges each claim against its evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from assistant.verify.verdict import Verifier
from eval.errors import RunFailed
from eval.measures.bootstrap import Statistic, estimate, mean_of
from eval.measures.selective import risk_coverage_curve
from eval.measures.verification import (
    LABELS,
    balanced_accuracy,
    measure_verdicts,
    tabulate_calibration,
    tabulate_confusion,
)
from eval.reports.report import CurvePoint, Figure, Report, take_percentiles, to_figure, warn_of_few
from eval.runners.clock import StageClock
from eval.runners.progress import PartialResults
from eval.sets.records import Claim, ClaimSet


def run_claims(
    claim_set: ClaimSet,
    verifier: Verifier,
    *,
    limit: int | None = None,
    provenance: dict[str, Any],
    partial: PartialResults,
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Judge every claim and measure the verdicts.

    ``advance`` is called after each claim. Raises :class:`RunFailed`, naming the claim, when the
    verifier raises or gives a score outside [0, 1].
    """
    claims = claim_set.claims if limit is None else claim_set.claims[:limit]
    for claim in claims:
        if claim.id not in partial.finished:
            partial.add(_judge_one(claim, verifier))
        advance()
    rows = [partial.finished[claim.id] for claim in claims]
    return _make_report(claim_set, claims, rows, provenance)


def _judge_one(claim: Claim, verifier: Verifier) -> dict[str, Any]:
    clock = StageClock()
    try:
        verdict = verifier.verify(claim.claim, claim.evidence)
    except Exception as error:
        raise RunFailed(f"claim {claim.id!r}: {type(error).__name__}: {error}") from error
    if not 0 <= verdict.score <= 1:
        raise RunFailed(f"claim {claim.id!r}: the verifier's score {verdict.score} is no probability")
    return {
        "id": claim.id,
        "label": verdict.label,
        "score": verdict.score,
        "checks": [{"name": c.name, "passed": c.passed, "reason": c.reason} for c in verdict.checks],
        "wall_ms": round(clock.wall_ms, 4),
        "cpu_ms": round(clock.cpu_ms, 4),
    }


def _make_report(
    claim_set: ClaimSet, claims: Sequence[Claim], rows: list[dict[str, Any]], provenance: dict[str, Any]
) -> Report:
    gold = [str(claim.label) for claim in claims]
    predicted = [str(row["label"]) for row in rows]
    scores = [float(row["score"]) for row in rows]
    truth = [label == "supported" for label in gold]
    said = [label == "supported" for label in predicted]
    # One claim against several evidence sets is one draw of the bootstrap.
    clusters = [claim.claim.casefold() for claim in claims]
    right = [a == b for a, b in zip(truth, said, strict=True)]
    certainty = [max(score, 1 - score) for score in scores]
    metrics = _estimate_all(measure_verdicts(gold, predicted, scores), len(claims), clusters)
    behind = {"supported_precision": sum(said), "supported_recall": sum(truth)}
    return Report(
        task="claims",
        dataset=claim_set.name,
        metrics=metrics,
        measured_on={name: behind.get(name, len(claims)) for name in metrics},
        by_check=_measure_checks(rows, truth, clusters),
        counts={"claims": len(claims), **{f"gold {label}": gold.count(label) for label in LABELS}},
        latency_ms=take_percentiles([row["wall_ms"] for row in rows]),
        cpu_ms=take_percentiles([row["cpu_ms"] for row in rows]),
        confusion=tabulate_confusion(gold, predicted),
        risk_coverage=[CurvePoint(coverage=c, risk=r) for c, r in risk_coverage_curve(certainty, right)],
        details={"calibration": tabulate_calibration(truth, scores)},
        notes=[*claim_set.notes, *warn_of_few(clusters)],
        provenance=provenance,
        per_query=[
            {
                "id": claim.id,
                "claim": claim.claim,
                "conversation": cluster,
                "evidence": [text[:1500] for text in claim.evidence],
                "gold": claim.label,
                "predicted": row["label"],
                "score": row["score"],
                "checks": row["checks"],
                "metrics": {
                    "accuracy_3way": float(claim.label == row["label"]),
                    "accuracy_binary": float(is_right),
                    # Squared distance of the score from the truth (Brier 1950); lower is better.
                    "brier": (float(row["score"]) - float(claim.label == "supported")) ** 2,
                },
                "wall_ms": row["wall_ms"],
            }
            for claim, row, cluster, is_right in zip(claims, rows, clusters, right, strict=True)
        ],
    )


def _measure_checks(
    rows: list[dict[str, Any]], truth: list[bool], clusters: list[str]
) -> dict[str, dict[str, Figure]]:
    """Measure each layer alone: "passed" read as "supported", over the claims on which it spoke."""
    names = dict.fromkeys(check["name"] for row in rows for check in row["checks"])
    table: dict[str, dict[str, Figure]] = {}
    for name in names:
        spoke = [
            (i, check["passed"])
            for i, row in enumerate(rows)
            for check in row["checks"]
            if check["name"] == name
        ]
        gold = [truth[i] for i, _ in spoke]
        passed = [bool(flag) for _, flag in spoke]
        table[name] = _estimate_all(
            {
                "balanced_accuracy": balanced_accuracy(gold, passed),
                "passed": mean_of([float(flag) for flag in passed]),
                "refusal_precision": mean_of(
                    [None if flag else float(not is_true) for flag, is_true in zip(passed, gold, strict=True)]
                ),
                "spoke": mean_of([1.0] * len(spoke)),
            },
            len(spoke),
            [clusters[i] for i, _ in spoke],
        )
        share = len(spoke) / len(rows)
        table[name]["spoke"] = Figure(value=share, low=share, high=share)
    return table


def _estimate_all(statistics: dict[str, Statistic], items: int, clusters: Sequence[str]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for name, statistic in statistics.items():
        estimated = estimate(statistic, items, clusters=clusters)
        if estimated is not None:
            figures[name] = to_figure(estimated)
    return figures
