"""Prints the peers beside ours: what they find, and what it costs as ratios."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.peers.bench import MEASURE, PeerRow

QUALITY_COLUMNS = ("contender", MEASURE, "ours minus theirs", "p", "failed")
COST_COLUMNS = (
    "contender",
    "passages indexed a second",
    "per processor second",
    "ms a question, p50 / p95",
    "ratios",
    "processor p50",
    "memory",
)


def describe_quality(row: PeerRow) -> list[str]:
    """The cells under ``QUALITY_COLUMNS``."""
    name = f"{row.contender}, {row.way}" if row.way not in {"", "own"} else row.contender
    if row.quality is None:
        return [name, f"failed: {row.error}"]
    value, low, high = row.quality
    cells = [name, f"{value:.3f} [{low:.3f}, {high:.3f}]"]
    if row.behind is None:
        return [*cells, "", "", str(row.failed or "")]
    difference, least, most, p_value = row.behind
    return [
        *cells,
        f"{difference:+.3f} [{least:+.3f}, {most:+.3f}]",
        f"{p_value:.3f}",
        str(row.failed or ""),
    ]


def describe_cost(row: PeerRow, ours: PeerRow) -> list[str]:
    """The cells under ``COST_COLUMNS``: all but the milliseconds as ratios to ours, above 1 where theirs is more."""
    return [
        row.contender,
        _ratio(row.passages_per_s, ours.passages_per_s),
        _ratio(row.passages_per_cpu_s, ours.passages_per_cpu_s),
        f"{row.wall_p50:.0f} / {row.wall_p95:.0f}",
        f"{_ratio(row.wall_p50, ours.wall_p50)} / {_ratio(row.wall_p95, ours.wall_p95)}",
        _ratio(row.cpu_p50, ours.cpu_p50),
        _ratio(row.rss_mib, ours.rss_mib),
    ]


def _ratio(value: float, of: float) -> str:
    return f"{value / of:.2f}" if of else "-"


def print_peers(rows: Sequence[PeerRow], out: Console, *, passages: int) -> None:
    """Two tables of one set; the first row is ours, which the ratios are to."""
    quality = Table(*QUALITY_COLUMNS, title=f"{rows[0].set}: {passages:,} passages")
    cost = Table(*COST_COLUMNS, title="Ratios to ours")
    for row in rows:
        quality.add_row(*map(escape, describe_quality(row)))
        if row.quality is not None and row.way != "joined":
            cost.add_row(*map(escape, describe_cost(row, rows[0])))
    out.print(quality, cost)
