"""The report: what a run measured, on what, with what; one JSON file that other commands read."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import BadReport
from eval.measures.bootstrap import Estimate, estimate, mean_of

FEW_CLUSTERS = 10


class Figure(BaseModel):
    """A figure with its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    low: float
    high: float


class Percentiles(BaseModel):
    """Milliseconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    p50: float
    p95: float


class CurvePoint(BaseModel):
    """One point of a risk-coverage curve: answering this share of items costs this share of errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    coverage: float
    risk: float


class Report(BaseModel):
    """One run on one set.

    ``metrics`` leaves out a measure that the set has no labels for. ``measured_on`` says how many items
    stand behind each figure, ``counts`` what the set and the run held. ``per_query`` rows hold an ``id``,
    the item, what was found, and its ``metrics``. Wall-clock and processor time stand side by side in
    ``latency_ms`` and ``cpu_ms``, ``stages_ms`` and ``stages_cpu_ms``.
    """

    model_config = ConfigDict(extra="forbid")

    task: str
    dataset: str
    metrics: dict[str, Figure]
    measured_on: dict[str, int] = Field(default_factory=dict)
    by_turn: dict[str, dict[str, Figure]] | None = None
    by_history: dict[str, dict[str, Figure]] | None = None
    by_check: dict[str, dict[str, Figure]] | None = None
    without_layer: dict[str, dict[str, Figure]] | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    latency_ms: Percentiles | None = None
    cpu_ms: Percentiles | None = None
    stages_ms: dict[str, Percentiles] = Field(default_factory=dict)
    stages_cpu_ms: dict[str, Percentiles] = Field(default_factory=dict)
    confusion: dict[str, dict[str, int]] | None = None
    risk_coverage: list[CurvePoint] | None = None
    details: dict[str, Any] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list)
    provenance: dict[str, Any] = Field(default_factory=dict)
    per_query: list[dict[str, Any]] = Field(default_factory=list)


def to_figure(estimated: Estimate) -> Figure:
    return Figure(value=estimated.value, low=estimated.low, high=estimated.high)


def summarise(
    rows: Sequence[Mapping[str, float | None]],
    names: Sequence[str],
    *,
    clusters: Sequence[Hashable] | None = None,
) -> dict[str, Figure]:
    """Return the mean of each measure over the rows that have it, with its interval.

    A measure that no row has is left out.
    """
    figures: dict[str, Figure] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        having = [i for i, value in enumerate(values) if value is not None]
        estimated = estimate(
            mean_of([values[i] for i in having]),
            len(having),
            clusters=None if clusters is None else [clusters[i] for i in having],
        )
        if estimated is not None:
            figures[name] = to_figure(estimated)
    return figures


def count_measured(rows: Sequence[Mapping[str, float | None]], names: Sequence[str]) -> dict[str, int]:
    """Return how many rows have each measure; a measure that no row has is left out."""
    counts = {name: sum(row.get(name) is not None for row in rows) for name in names}
    return {name: count for name, count in counts.items() if count}


def summarise_groups(
    rows: Sequence[Mapping[str, float | None]],
    names: Sequence[str],
    groups: Sequence[str],
    *,
    clusters: Sequence[Hashable] | None = None,
) -> dict[str, dict[str, Figure]]:
    """Return :func:`summarise` for each group of rows, groups in sorted order."""
    summaries: dict[str, dict[str, Figure]] = {}
    for group in sorted(set(groups)):
        members = [i for i, name in enumerate(groups) if name == group]
        summaries[group] = summarise(
            [rows[i] for i in members],
            names,
            clusters=None if clusters is None else [clusters[i] for i in members],
        )
    return summaries


def take_percentiles(milliseconds: Sequence[float]) -> Percentiles | None:
    """Return the median and the 95th percentile (linear interpolation), or ``None`` for no values."""
    if not milliseconds:
        return None
    p50, p95 = np.percentile(np.asarray(milliseconds, dtype=np.float64), [50, 95])
    return Percentiles(p50=round(float(p50), 3), p95=round(float(p95), 3))


def warn_of_few(clusters: Sequence[Hashable]) -> list[str]:
    """A note where the draws behind the intervals are too few for them to mean what they say.

    Source: Cameron, Gelbach and Miller, Review of Economics and Statistics 90 (2008): with few clusters,
    cluster-robust intervals are too narrow.
    """
    count = len(set(clusters))
    if not 0 < count < FEW_CLUSTERS:
        return []
    told = "have no width" if count == 1 else "are too narrow"
    return [f"{count} independent item{'s' * (count > 1)} only: the intervals {told}, don't rely on them"]


def take_stage_percentiles(rows: Sequence[Mapping[str, float]]) -> dict[str, Percentiles]:
    """Return :func:`take_percentiles` of each stage over the rows that went through it, in order of appearance."""
    names = dict.fromkeys(name for row in rows for name in row)
    taken = {name: take_percentiles([row[name] for row in rows if name in row]) for name in names}
    return {name: percentiles for name, percentiles in taken.items() if percentiles is not None}


def describe_machine() -> dict[str, Any]:
    """What the figures for time depend on; nothing that names the machine or its user."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count() or 0,
    }


def _round_floats(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _round_floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_round_floats(inner) for inner in value]
    return value


def write_report(report: Report, path: Path) -> None:
    """Write the report as JSON, whole or not at all."""
    _write_json(report.model_dump(exclude_none=True), path)


def write_rows(
    task: str, rows: Sequence[Mapping[str, Any]], path: Path, *, machine: Mapping[str, Any] | None = None
) -> None:
    """Write the table of a study that has no report of its own; ``machine`` adds to its description."""
    _write_json(
        {"task": task, "rows": list(rows), "machine": {**describe_machine(), **(machine or {})}}, path
    )


def _write_json(value: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_round_floats(value), ensure_ascii=False, indent=1, allow_nan=False)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, path)


def read_report(path: Path) -> Report:
    """Read a report; raises :class:`BadReport` when it is missing or is none."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise BadReport(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadReport(f"{path}: cannot be read ({error})") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise BadReport(f"{path}: not a report of this harness ({where}: {first['msg']})") from error
