"""Holds reports against floors: the figures below which a change is not taken in.

A floors file is TOML, a table for each task and set, a bound for each measure::

    [answers.library_questions]
    supported = 1.0                          # at least
    red_flag_false_alarms = { max = 0.05 }   # at most
    "nDCG@10" = { min = 0.6 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import BadReport
from eval.reports.report import Report


@dataclass(frozen=True, slots=True)
class Bound:
    """What one figure must keep to."""

    task: str
    dataset: str
    measure: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One bound held against one report; ``value`` is ``None`` when the report lacks the measure."""

    bound: Bound
    value: float | None

    @property
    def passed(self) -> bool:
        if self.value is None:
            return False
        # Figures are written with six decimals; a floor of 2/3 must not fail on the seventh.
        above = self.bound.at_least is None or self.value >= self.bound.at_least - 1e-6
        below = self.bound.at_most is None or self.value <= self.bound.at_most + 1e-6
        return above and below


def read_floors(path: Path) -> tuple[Bound, ...]:
    """Read a floors file; raises :class:`BadReport` naming what is wrong in it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadReport(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadReport(f"{path}: cannot be read as TOML ({error})") from error
    bounds: list[Bound] = []
    for task, datasets in tables.items():
        for dataset, measures in _table(datasets, f"{path}: [{task}]").items():
            for measure, bound in _table(measures, f"{path}: [{task}.{dataset}]").items():
                bounds.append(_bound(task, dataset, measure, bound, path))
    if not bounds:
        raise BadReport(f"{path}: holds no floors")
    return tuple(bounds)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadReport(f"{where}: expected a table [task.dataset] of measures")
    return value


def _bound(task: str, dataset: str, measure: str, value: Any, path: Path) -> Bound:
    limits = value if isinstance(value, dict) else {"min": value}
    numbers = all(isinstance(limit, int | float) and not isinstance(limit, bool) for limit in limits.values())
    if not limits or not set(limits) <= {"min", "max"} or not numbers:
        raise BadReport(
            f"{path}: [{task}.{dataset}] {measure}: expected a number or {{ min = ..., max = ... }}"
        )
    return Bound(task, dataset, measure, limits.get("min"), limits.get("max"))


def hold_against_floors(reports: Sequence[Report], bounds: Sequence[Bound]) -> tuple[Finding, ...]:
    """Return a finding for each bound on the given reports.

    Raises :class:`BadReport` when a report has no bound at all: it would pass unseen.
    """
    findings: list[Finding] = []
    for report in reports:
        mine = [bound for bound in bounds if (bound.task, bound.dataset) == (report.task, report.dataset)]
        if not mine:
            raise BadReport(f"the floors name no bound for {report.task}/{report.dataset}")
        for bound in mine:
            figure = report.metrics.get(bound.measure)
            findings.append(Finding(bound, None if figure is None else figure.value))
    return tuple(findings)
