"""Measures what each layer of the verifier gives: the whole with and without it, on the same claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from assistant.verify.verdict import Verdict, Verifier
from eval.measures.bootstrap import Floats, Statistic, estimate
from eval.measures.verification import area_under_curve, macro_f1_binary
from eval.reports.report import Figure, to_figure
from eval.sets.records import Claim, ClaimSet


@runtime_checkable
class Ablatable(Protocol):
    """A verifier that can be asked with each of its layers silent in turn."""

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict: ...

    def without_each_layer(self) -> dict[str, Verifier]: ...


def measure_without_layers(
    claim_set: ClaimSet, verifier: object, *, limit: int | None = None
) -> dict[str, dict[str, Figure]] | None:
    """One row a layer: macro-F1 of supported against the rest and area under the curve without it, and how much
    the whole is better (``*_gain``, paired). ``None`` for a verifier whose layers can't be left out.
    """
    if not isinstance(verifier, Ablatable):
        return None
    claims = claim_set.claims if limit is None else claim_set.claims[:limit]
    variants = verifier.without_each_layer()
    whole: list[Verdict] = []
    without: dict[str, list[Verdict]] = {layer: [] for layer in variants}
    for claim in claims:
        whole.append(verifier.verify(claim.claim, claim.evidence))
        for layer, variant in variants.items():
            without[layer].append(variant.verify(claim.claim, claim.evidence))
    clusters = [claim.claim.casefold() for claim in claims]
    best = _measure(claims, whole)
    table: dict[str, dict[str, Figure]] = {}
    for layer, verdicts in without.items():
        figures: dict[str, Figure] = {}
        for name, statistic in _measure(claims, verdicts).items():
            for shown, measured in ((name, statistic), (f"{name}_gain", _subtract(best[name], statistic))):
                found = estimate(measured, len(claims), clusters=clusters)
                if found is not None:
                    figures[shown] = to_figure(found)
        table[layer] = figures
    return table


def _measure(claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> dict[str, Statistic]:
    truth = [claim.label == "supported" for claim in claims]
    said = [verdict.label == "supported" for verdict in verdicts]
    return {
        "macro_f1_binary": macro_f1_binary(truth, said),
        "auc": area_under_curve(truth, [verdict.score for verdict in verdicts]),
    }


def _subtract(one: Statistic, other: Statistic) -> Statistic:
    def difference(weights: Floats) -> Floats:
        return one(weights) - other(weights)

    return difference
