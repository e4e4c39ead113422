"""Renders a report as one HTML page that needs no network: styles, plots and data are inside it."""

from __future__ import annotations

from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval.reports.plots import (
    plot_answerability,
    plot_bars,
    plot_calibration,
    plot_efforts,
    plot_risk_coverage,
    plot_stages,
)
from eval.reports.report import Figure, Report
from eval.reports.terminal import LATENCY_AIM_MS

SHOWN_ITEMS = 400
"""Most items in the drill-down; the worst come first, so what is left out did well."""

LOWER_IS_BETTER = frozenset({"brier", "red_flag_false_alarms", "over_refused", "redundancy"})
NOT_GRADED = frozenset({"length", "reading_grade", "redundancy"})


ROW_DEFAULTS: dict[str, Any] = {
    "id": "",
    "question": "",
    "claim": "",
    "history": [],
    "searched": None,
    "terms": {},
    "evidence": None,
    "checks": [],
    "gold": None,
    "predicted": None,
    "score": 0.0,
    "labels": None,
    "found": [],
    "answer": None,
    "metrics": {},
}
PASSAGE_DEFAULTS: dict[str, Any] = {
    "id": "",
    "document_id": "",
    "title": "",
    "section": "",
    "text": "",
    "score": 0.0,
    "grade": 0,
    "rank": None,
}


def render_html(report: Report) -> str:
    """Return the page. All text of sets and answers is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        resources.files("eval.reports").joinpath("templates/report.html.j2").read_text(encoding="utf-8")
    )
    rows = sorted(report.per_query, key=badness, reverse=True)
    aim = LATENCY_AIM_MS.get(report.task)
    answerability = report.details.get("answerability", {})
    shares = {name: figure for name, figure in report.metrics.items() if figure.high <= 1.0}
    return template.render(
        report=report,
        rows=[_complete(row) for row in rows[:SHOWN_ITEMS]],
        measurements=report.details.get("measurements", []),
        left_out=max(0, len(rows) - SHOWN_ITEMS),
        aim=aim,
        bars=Markup(plot_bars(shares, label="measures with 95 % intervals")),  # noqa: S704 - escaped in plots
        groups=[
            (title, groups, _columns(groups))
            for title, groups in (
                ("By turn", report.by_turn),
                ("By history", report.by_history),
                ("Each check alone", report.by_check),
                ("The whole without one layer (its features at their training mean)", report.without_layer),
            )
            if groups
        ],
        risk=Markup(plot_risk_coverage(report.risk_coverage or [])),  # noqa: S704
        calibration=Markup(  # noqa: S704
            plot_calibration(report.details.get("calibration", answerability.get("calibration", [])))
        ),
        answerability=Markup(plot_answerability(answerability)),  # noqa: S704
        operating=answerability.get("operating"),
        efforts=Markup(  # noqa: S704
            plot_efforts(report.details.get("efforts", []), measure=report.details.get("measure", ""))
        ),
        stages=Markup(plot_stages(report.stages_ms, aim_ms=aim)),  # noqa: S704
    )


def badness(row: dict[str, Any]) -> tuple[float, float]:
    """Sort key: the share by which the item falls short over its graded measures, then its time."""
    losses = [
        float(value) if name in LOWER_IS_BETTER else 1.0 - float(value)
        for name, value in row.get("metrics", {}).items()
        if name not in NOT_GRADED and isinstance(value, int | float)
    ]
    return (round(sum(losses) / len(losses), 9) if losses else 0.0, float(row.get("wall_ms", 0.0)))


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row every key that the template reads: the kinds of set have different ones."""
    whole = {**ROW_DEFAULTS, **row}
    for name in ("gold", "found"):
        if isinstance(whole[name], list):
            whole[name] = [{**PASSAGE_DEFAULTS, **passage} for passage in whole[name]]
    return whole


def _columns(groups: dict[str, dict[str, Figure]]) -> list[str]:
    return list(dict.fromkeys(name for figures in groups.values() for name in figures))
