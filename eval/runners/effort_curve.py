"""Quality against time: one set searched at each effort, every question embedded anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eval.measures.bootstrap import compare_paired
from eval.reports.report import Report, to_figure
from eval.runners.ports import PassageSearch, Understanding
from eval.runners.progress import PartialResults
from eval.runners.retrieval import RetrievalOptions, run_retrieval
from eval.sets.records import RetrievalSet
from index.ports import SearchQuery
from index.retrieval_effort import BALANCED, RetrievalEffort

MEASURE = "nDCG@10"
FOUND = 40
"""Passages retrieved for a query; an answer draws on as many."""

OpenSearch = Callable[[RetrievalEffort], tuple[PassageSearch, Understanding]]


def run_effort_curve(
    retrieval_set: RetrievalSet,
    open_search: OpenSearch,
    efforts: Sequence[RetrievalEffort],
    *,
    limit: int | None = None,
    provenance: dict[str, Any],
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Measure each effort on the same queries; the paired differences are against ``balanced`` where it is one.

    ``details["efforts"]`` holds a row for each: its figure, its difference with a 95 % interval resampled by
    conversation, and milliseconds on the wall and of the processor. ``advance`` is called after each effort.
    Raises :class:`eval.errors.RunFailed` as a retrieval run does.
    """
    runs: dict[str, Report] = {}
    for effort in efforts:
        search, understand = open_search(effort)
        search.search(SearchQuery("a first question, which finds the model not yet at work"), k=1)
        runs[effort.name] = run_retrieval(
            retrieval_set,
            search,
            understand,
            RetrievalOptions(k=FOUND, limit=limit),
            provenance={},
            partial=PartialResults.nowhere(),
        )
        advance()
    usual = runs.get(BALANCED.name)
    rows = []
    for name, run in runs.items():
        compared = None
        if usual is not None and run is not usual:
            clusters = [row["conversation"] for row in run.per_query]
            compared = to_figure(compare_paired(_figures(usual), _figures(run), clusters=clusters).difference)
        rows.append(
            {
                "effort": name,
                "figure": run.metrics[MEASURE].model_dump(),
                "difference": compared.model_dump() if compared else None,
                "wall_ms": run.latency_ms.model_dump() if run.latency_ms else None,
                "cpu_ms": run.cpu_ms.model_dump() if run.cpu_ms else None,
            }
        )
    first = next(iter(runs.values()))
    return Report(
        task="effort",
        dataset=retrieval_set.name,
        metrics={f"{MEASURE} {name}": run.metrics[MEASURE] for name, run in runs.items()},
        counts={"queries": len(first.per_query), "passages": len(retrieval_set.passages)},
        details={"measure": MEASURE, "efforts": rows},
        notes=list(retrieval_set.notes),
        provenance=provenance,
    )


def _figures(report: Report) -> list[float]:
    return [float(row["metrics"][MEASURE]) for row in report.per_query]
