"""Renders a report as one HTML page that needs no network: style, script, plots and data are inside it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval.reports.drill_down import MOST_ITEMS, make_drill_down, write_as_script
from eval.reports.measure_notes import HEADLINES, NOTES, which_is_better
from eval.reports.plots import plot_answerability, plot_calibration, plot_efforts, plot_risk_coverage
from eval.reports.report import Figure, Percentiles, Report
from eval.reports.terminal import LATENCY_AIM_MS

Groups = dict[str, dict[str, Figure]]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of the table of figures; ``bar`` says whether the figure lies on a scale from 0 to 1."""

    name: str
    note: str
    better: str
    figure: Figure
    items: int | None
    bar: bool


@dataclass(frozen=True, slots=True)
class StageRow:
    """One line of the table of stages; bars are shares of the longest 95th percentile."""

    name: str
    lamp: str
    wall: Percentiles
    cpu: Percentiles | None
    p50_share: float
    p95_share: float


def render_html(report: Report) -> str:
    """Return the page. All text of sets and answers is escaped, or put in place by the script as text."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    aim = LATENCY_AIM_MS.get(report.task)
    answerability = report.details.get("answerability", {})
    figures = _figure_rows(report)
    wanted = HEADLINES.get(report.task, [row.name for row in figures][:4])
    by_name = {row.name: row for row in figures}
    # What is marked as safe below was made here: files of this package, or drawn with its text escaped.
    return environment.from_string(_read("report.html.j2")).render(
        report=report,
        style=Markup(_read("report.css")),  # noqa: S704
        script=Markup(_read("report.js")),  # noqa: S704
        data=Markup(write_as_script(make_drill_down(report.task, report.per_query))),  # noqa: S704
        figures=figures,
        headlines=[by_name[name] for name in wanted if name in by_name],
        items=len(report.per_query),
        left_out=max(0, len(report.per_query) - MOST_ITEMS),
        aim=aim,
        lamp=None if report.latency_ms is None else light_lamp(report.latency_ms.p95, aim),
        measurements=report.details.get("measurements", []),
        groups=_groups(report),
        risk=Markup(plot_risk_coverage(report.risk_coverage or [])),  # noqa: S704
        calibration=Markup(  # noqa: S704
            plot_calibration(report.details.get("calibration", []))
            + plot_calibration(answerability.get("calibration", []), truth="answerable")
        ),
        answerability=Markup(plot_answerability(answerability)),  # noqa: S704
        operating=answerability.get("operating"),
        efforts=Markup(  # noqa: S704
            plot_efforts(report.details.get("efforts", []), measure=report.details.get("measure", ""))
        ),
        ablation=report.details.get("ablation", []),
        ablated=report.details.get("measure", ""),
        stages=_stage_rows(report, aim),
    )


def light_lamp(p95_ms: float, aim_ms: float | None) -> str:
    """Against the aim for a whole query: ``green`` up to half of it, ``amber`` up to all, ``red`` beyond;
    ``grey`` without an aim."""
    if aim_ms is None:
        return "grey"
    return "green" if p95_ms <= aim_ms / 2 else "amber" if p95_ms <= aim_ms else "red"


def _read(name: str) -> str:
    return resources.files("eval.reports").joinpath(f"templates/{name}").read_text(encoding="utf-8")


def _figure_rows(report: Report) -> list[FigureRow]:
    return [
        FigureRow(
            name=name,
            note=NOTES[name].text if name in NOTES else "",
            better=which_is_better(name),
            figure=figure,
            items=report.measured_on.get(name),
            bar=figure.low >= 0.0 and figure.high <= 1.0,
        )
        for name, figure in report.metrics.items()
    ]


def _groups(report: Report) -> list[tuple[str, Groups, list[str]]]:
    titled = (
        ("By turn", report.by_turn),
        ("By history", report.by_history),
        ("Each check alone", report.by_check),
        ("The whole without one layer (its features at their training mean)", report.without_layer),
    )
    return [(title, groups, _columns(groups)) for title, groups in titled if groups]


def _columns(groups: Groups) -> list[str]:
    return list(dict.fromkeys(name for figures in groups.values() for name in figures))


def _stage_rows(report: Report, aim: float | None) -> list[StageRow]:
    longest = max([stage.p95 for stage in report.stages_ms.values()], default=0.0) or 1.0
    return [
        StageRow(
            name=name,
            lamp=light_lamp(stage.p95, aim),
            wall=stage,
            cpu=report.stages_cpu_ms.get(name),
            p50_share=stage.p50 / longest,
            p95_share=stage.p95 / longest,
        )
        for name, stage in report.stages_ms.items()
    ]
