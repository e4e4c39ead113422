"""Compares two runs on the same set, item by item."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from eval.errors import BadReport
from eval.measures.bootstrap import Comparison, compare_figures, compare_paired
from eval.measures.verification import measure_verdicts
from eval.reports.report import Report


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item whose figure changed."""

    id: str
    text: str
    first: float
    second: float

    @property
    def change(self) -> float:
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class MeasureComparison:
    name: str
    first: float
    second: float
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class RunComparison:
    """``changes`` is about ``measure``, the first measure that items of both runs have; worst first.

    ``settings`` holds what the two runs' provenance differs in, ``notes`` what makes the comparison doubtful.
    """

    dataset: str
    items: int
    measures: tuple[MeasureComparison, ...]
    measure: str
    changes: tuple[ItemChange, ...]
    only_first: int
    only_second: int
    settings: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For programs: each measure with both figures, the difference with its interval, and the test."""
        rows = {
            row.name: {"first": row.first, "second": row.second, **asdict(row.comparison)}
            for row in self.measures
        }
        return {
            "dataset": self.dataset,
            "items": self.items,
            "measures": rows,
            "settings": {name: list(values) for name, values in self.settings.items()},
            "notes": list(self.notes),
        }


def compare_runs(first: Report, second: Report) -> RunComparison:
    """Pair the items of two reports by id and test each measure that both have.

    Intervals and p-values draw whole conversations where the reports carry them. Raises
    :class:`BadReport` when the runs are of another task or set, or share no item.
    """
    if (first.task, first.dataset) != (second.task, second.dataset):
        raise BadReport(
            f"cannot compare {first.task}/{first.dataset} with {second.task}/{second.dataset}: "
            "both runs must be of one task on one set"
        )
    rows_first = {str(row["id"]): row for row in first.per_query if "id" in row}
    rows_second = {str(row["id"]): row for row in second.per_query if "id" in row}
    shared = [item_id for item_id in rows_first if item_id in rows_second]
    if not shared:
        raise BadReport("the two runs share no item")
    names = list(dict.fromkeys(name for row in rows_first.values() for name in _metrics(row)))
    measures: list[MeasureComparison] = []
    changes: tuple[ItemChange, ...] = ()
    for name in names:
        having = [
            item_id
            for item_id in shared
            if _metrics(rows_first[item_id]).get(name) is not None
            and _metrics(rows_second[item_id]).get(name) is not None
        ]
        if not having:
            continue
        values_first = [float(_metrics(rows_first[item_id])[name]) for item_id in having]
        values_second = [float(_metrics(rows_second[item_id])[name]) for item_id in having]
        clusters: list[Hashable] = [rows_first[item_id].get("conversation", item_id) for item_id in having]
        measures.append(
            MeasureComparison(
                name,
                sum(values_first) / len(having),
                sum(values_second) / len(having),
                compare_paired(values_first, values_second, clusters=clusters),
            )
        )
        if len(measures) == 1:
            changes = tuple(
                sorted(
                    (
                        ItemChange(item_id, _text(rows_first[item_id]), a, b)
                        for item_id, a, b in zip(having, values_first, values_second, strict=True)
                        if abs(a - b) > 1e-12
                    ),
                    key=lambda change: (change.change, change.id),
                )
            )
    if not measures:
        raise BadReport("the two runs share no measure item by item")
    per_item = measures[0].name
    if first.task == "claims":
        whole = _compare_verdicts([rows_first[i] for i in shared], [rows_second[i] for i in shared])
        measures = whole + [row for row in measures if row.name not in {one.name for one in whole}]
    settings = {
        name: (first.provenance.get(name), second.provenance.get(name))
        for name in dict.fromkeys([*first.provenance, *second.provenance])
        if first.provenance.get(name) != second.provenance.get(name) and name != "configuration_hash"
    }
    return RunComparison(
        dataset=first.dataset,
        items=len(shared),
        measures=tuple(measures),
        measure=per_item,
        settings=settings,
        notes=(
            ("the set itself differs between the two runs, so the same id may not be the same item",)
            if "set_content" in settings and None not in settings["set_content"]
            else ()
        ),
        changes=changes,
        only_first=len(rows_first) - len(shared),
        only_second=len(rows_second) - len(shared),
    )


def _compare_verdicts(
    rows_first: list[dict[str, Any]], rows_second: list[dict[str, Any]]
) -> list[MeasureComparison]:
    """Compare the figures of a claims run that are no means over claims, such as macro F1."""
    both = rows_first + rows_second
    if not all({"gold", "predicted", "score"} <= row.keys() for row in both):
        return []
    items = len(rows_first)
    statistics = measure_verdicts(
        [str(row["gold"]) for row in both],
        [str(row["predicted"]) for row in both],
        [float(row["score"]) for row in both],
    )
    clusters: list[Hashable] = [row.get("conversation", row["id"]) for row in rows_first]
    one, none = np.ones((1, items)), np.zeros((1, items))
    compared: list[MeasureComparison] = []
    for name, statistic in statistics.items():
        found = compare_figures(statistic, items, clusters=clusters)
        if found is not None:
            first, second = (
                float(statistic(np.hstack(weights))[0]) for weights in ((one, none), (none, one))
            )
            compared.append(MeasureComparison(name, first, second, found))
    return compared


def _metrics(row: dict[str, Any]) -> dict[str, Any]:
    metrics = row.get("metrics", {})
    return metrics if isinstance(metrics, dict) else {}


def _text(row: dict[str, Any]) -> str:
    return str(row.get("question") or row.get("claim") or "")
