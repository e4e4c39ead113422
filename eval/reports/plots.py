"""Small plots as inline SVG, drawn to fit a phone. Text in them is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.reports.report import CurvePoint


def plot_risk_coverage(curve: Sequence[CurvePoint]) -> str:
    """Risk over coverage, both 0 to 1."""
    if not curve:
        return ""
    points = _thin([(point.coverage, point.risk) for point in curve], 400)
    return _plot_line(points, across="coverage: share answered", up="risk: share wrong")


def plot_answerability(told: Mapping[str, Any]) -> str:
    """Share of unanswerable questions among those answered over the share answered, with the operating point."""
    if not told.get("curve"):
        return ""
    points = _thin([(point["coverage"], point["risk"]) for point in told["curve"]], 400)
    operating = told["operating"]
    return _plot_line(
        points,
        across="coverage by the answerability score",
        up="risk: unanswerable but answered",
        mark=(operating["coverage"], operating["risk"]),
    )


def plot_calibration(bins: Sequence[Mapping[str, float]], *, truth: str = "supported") -> str:
    """Share of ``truth`` over mean score, with the diagonal of a perfectly honest score."""
    if not bins:
        return ""
    points = [(entry["score"], entry["supported"]) for entry in bins]
    return _plot_line(points, across="mean score of the bin", up=f"share {truth}", diagonal=True)


def plot_efforts(rows: Sequence[Mapping[str, Any]], *, measure: str) -> str:
    """Quality with its interval over the median wall time of a query; the bar runs on to the 95th percentile."""
    rows = [row for row in rows if row["wall_ms"]]
    if not rows:
        return ""
    slowest = max(row["wall_ms"]["p95"] for row in rows)
    low = min(row["figure"]["low"] for row in rows)
    spread = max(max(row["figure"]["high"] for row in rows) - low, 1e-6)
    width, height, left, top = 420, 200, 60, 12
    parts = []
    for row in rows:
        x, late = (left + width * row["wall_ms"][name] / slowest for name in ("p50", "p95"))
        least, value, most = (
            top + height * (1 - (row["figure"][name] - low) / spread) for name in ("low", "value", "high")
        )
        parts.append(
            f'<path d="M{x:.1f} {least:.1f}V{most:.1f}M{x:.1f} {value:.1f}H{late:.1f}" class="whisker"/>'
            f'<circle cx="{x:.1f}" cy="{value:.1f}" r="4" class="dot"/>'
            f'<text x="{x + 6:.1f}" y="{value - 6:.1f}">{escape(row["effort"])} {row["figure"]["value"]:.3f}</text>'
        )
    ticks = "".join(
        f'<text x="{left + width * t:.0f}" y="{top + height + 18}" text-anchor="middle">{slowest * t:.0f}</text>'
        f'<text x="{left - 6}" y="{top + height * (1 - t) + 4:.0f}" text-anchor="end">{low + spread * t:.2f}</text>'
        for t in (0, 0.5, 1)
    )
    inner = (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" class="track"/>{"".join(parts)}{ticks}'
        f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">wall ms of a query: p50, bar to p95</text>'
        f'<text transform="translate(14 {top + height / 2}) rotate(-90)" text-anchor="middle">{escape(measure)}</text>'
    )
    return _svg(left + width + 130, top + height + 46, f"{measure} against time", inner)


def _plot_line(
    points: Sequence[tuple[float, float]],
    *,
    across: str,
    up: str,
    diagonal: bool = False,
    mark: tuple[float, float] | None = None,
) -> str:
    size, left, top = 240, 44, 10

    def place(x: float, y: float) -> str:
        return f"{left + size * x:.1f},{top + size * (1 - y):.1f}"

    path = " ".join(place(x, y) for x, y in points)
    dots = "".join(
        f'<circle cx="{left + size * x:.1f}" cy="{top + size * (1 - y):.1f}" r="3" class="dot"/>'
        for x, y in points
        if len(points) <= 30
    )
    ticks = "".join(
        f'<text x="{left - 6}" y="{top + size * (1 - t) + 4:.0f}" text-anchor="end">{t:g}</text>'
        f'<text x="{left + size * t:.0f}" y="{top + size + 16}" text-anchor="middle">{t:g}</text>'
        for t in (0, 0.5, 1)
    )
    line = f'<path d="M{place(0, 0)} L{place(1, 1)}" class="diagonal"/>' if diagonal else ""
    if mark is not None:
        x, y = place(*mark).split(",")
        title = f"threshold: coverage {mark[0]:.3f}, risk {mark[1]:.3f}"
        line += f'<circle cx="{x}" cy="{y}" r="6" class="dot"><title>{escape(title)}</title></circle>'
    inner = (
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" class="track"/>{line}'
        f'<polyline points="{path}" class="line"/>{dots}{ticks}'
        f'<text x="{left + size / 2}" y="{top + size + 34}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(12 {top + size / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    return _svg(left + size + 16, top + size + 44, f"{up} against {across}", inner)


def _thin(points: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    step = max(1, len(points) // most)
    kept = list(points[::step])
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def _svg(width: float, height: float, label: str, inner: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(label, quote=True)}">{inner}</svg>'
    )
