"""Prints what time buys: the growth of retrieval with its stages, and quality by effort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.reports.report import Figure, Percentiles, Report

if TYPE_CHECKING:
    from eval.runners.scale import ScaleRow


def print_scale(rows: Sequence[ScaleRow], console: Console) -> None:
    """Print whole searches by size and effort, then where their time goes."""
    table = Table("chunks", "effort", "copies", "vectors", "recall@10", "nDCG@10", "wall ms", "processor ms",
                  "asked again: wall", "processor", title="p50 / p95 of a whole search", title_justify="left")  # fmt: skip
    for row in rows:
        table.add_row(
            f"{row.chunks:,}", row.effort, f"{row.copies:.0%}", row.vectors, f"{row.recall:.3f}",
            "-" if row.quality is None else _figure(row.quality), _times(row.wall), _times(row.cpu),
            _times(row.again_wall), _times(row.again_cpu),
        )  # fmt: skip
    console.print(table)
    names = list(dict.fromkeys(name for row in rows for name in row.stages))
    stages = Table("chunks", "effort", *names, title="p50 / p95 of each stage: wall ms, below it processor ms",
                   title_justify="left")  # fmt: skip
    for row in rows:
        cells = [
            f"{_times(cost.wall)}\n{_times(cost.cpu)}" if (cost := row.stages.get(name)) else "-"
            for name in names
        ]
        stages.add_row(f"{row.chunks:,}", row.effort, *cells)
    console.print(stages)
    remembered = ", ".join(f"{row.remembered:.0%}" for row in rows)
    console.print(f"texts of a query known from earlier queries of the run, by row: {remembered}")


def print_efforts(report: Report, console: Console) -> None:
    """Print each effort's figure, its difference from the usual one, and its time."""
    measure = report.details["measure"]
    table = Table(
        "effort", measure, "against balanced", "wall ms", "processor ms",
        title=f"{escape(report.dataset)}: {report.counts['queries']} queries, "
        f"{report.counts['passages']:,} passages; times are p50 / p95",
        title_justify="left",
    )  # fmt: skip
    for row in report.details["efforts"]:
        table.add_row(
            row["effort"], _figure(Figure(**row["figure"])), _difference(row["difference"]),
            _times(Percentiles(**row["wall_ms"])), _times(Percentiles(**row["cpu_ms"])),
        )  # fmt: skip
    console.print(table)


def _figure(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]".replace("[", "\\[")


def _difference(told: dict[str, Any] | None) -> str:
    if told is None:
        return "-"
    return f"{told['value']:+.3f} \\[{told['low']:+.3f}, {told['high']:+.3f}]"


def _times(spent: Percentiles) -> str:
    return f"{spent.p50:.1f} / {spent.p95:.1f}"
