"""Compares two runs on the same set, item by item."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from typing import Any

from eval.errors import BadReport
from eval.measures.bootstrap import Comparison, compare_paired
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
    """``changes`` is about ``measure``, the first measure the two runs share; worst first."""

    dataset: str
    items: int
    measures: tuple[MeasureComparison, ...]
    measure: str
    changes: tuple[ItemChange, ...]
    only_first: int
    only_second: int

    def to_dict(self) -> dict[str, Any]:
        """For programs: each measure with both figures, the difference with its interval, and the test."""
        rows = {
            row.name: {"first": row.first, "second": row.second, **asdict(row.comparison)}
            for row in self.measures
        }
        return {"dataset": self.dataset, "items": self.items, "measures": rows}


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
    return RunComparison(
        dataset=first.dataset,
        items=len(shared),
        measures=tuple(measures),
        measure=measures[0].name,
        changes=changes,
        only_first=len(rows_first) - len(shared),
        only_second=len(rows_second) - len(shared),
    )


def _metrics(row: dict[str, Any]) -> dict[str, Any]:
    metrics = row.get("metrics", {})
    return metrics if isinstance(metrics, dict) else {}


def _text(row: dict[str, Any]) -> str:
    return str(row.get("question") or row.get("claim") or "")
