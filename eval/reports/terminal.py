"""Prints reports, comparisons and findings as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.reports.compare import RunComparison
from eval.reports.gate import Finding
from eval.reports.report import Figure, Report

LATENCY_AIM_MS: Mapping[str, float] = {"retrieval": 80.0}
"""The aim for the 95th percentile of a whole query, by task."""

SHOWN_IN_GROUPS: Mapping[str, Sequence[str]] = {
    "answers": (
        "supported",
        "answered",
        "must_have_coverage",
        "abstention_recall",
        "gold_document_cited",
        "gold_span_cited",
    ),
}
"""The measures that a breakdown shows in the terminal, where a task has too many; the page shows all."""


def print_report(report: Report, console: Console) -> None:
    """Print the figures with their intervals, the breakdowns and the times."""
    table = Table(title=f"{report.task}: {escape(report.dataset)}", title_justify="left")
    table.add_column("measure", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("items", justify="right")
    for name, figure in report.metrics.items():
        items = report.measured_on.get(name)
        table.add_row(
            escape(name),
            _number(figure.value),
            f"{_number(figure.low)} - {_number(figure.high)}",
            "" if items is None else f"{items:,}",
        )
    if report.metrics:
        console.print(table)
    _print_measurements(report, console)
    for title, groups in (
        ("by turn", report.by_turn),
        ("by history", report.by_history),
        ("each check alone", report.by_check),
        ("the whole without one layer (its features at their training mean)", report.without_layer),
    ):
        if groups:
            console.print(_group_table(title, groups, SHOWN_IN_GROUPS.get(report.task)))
    counts = ", ".join(f"{value:,} {escape(name)}" for name, value in report.counts.items())
    if counts:
        console.print(counts)
    if operating := report.details.get("answerability", {}).get("operating"):
        told = ", ".join(f"{name} {value:.3f}" for name, value in operating.items())
        console.print(f"answer or abstain: {told}")
    _print_times(report, console)
    for note in report.notes:
        console.print(f"[yellow]note:[/yellow] {escape(note)}")


def _print_measurements(report: Report, console: Console) -> None:
    measurements = report.details.get("measurements", [])
    if not measurements:
        return
    table = Table(title="measured", title_justify="left")
    for column in ("what", "value", "unit"):
        table.add_column(column, justify="right" if column == "value" else "left")
    for entry in measurements:
        table.add_row(escape(entry["name"]), f"{entry['value']:,.2f}", escape(entry["unit"]))
    console.print(table)


def _group_table(
    title: str, groups: Mapping[str, Mapping[str, Figure]], shown: Sequence[str] | None
) -> Table:
    having = list(dict.fromkeys(name for figures in groups.values() for name in figures))
    names = having[:8] if shown is None else [name for name in shown if name in having]
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in names:
        table.add_column(escape(name), justify="right")
    for group, figures in groups.items():
        cells = [_number(figures[name].value) if name in figures else "" for name in names]
        table.add_row(escape(group), *cells)
    return table


def _print_times(report: Report, console: Console) -> None:
    if report.latency_ms is None:
        return
    aim = LATENCY_AIM_MS.get(report.task)
    colour = "" if aim is None else ("green" if report.latency_ms.p95 <= aim else "red")
    shown = f"p50 {report.latency_ms.p50:.1f} ms, p95 {report.latency_ms.p95:.1f} ms"
    line = f"wall {f'[{colour}]{shown}[/{colour}]' if colour else shown}"
    if aim is not None:
        line += f" (aim: p95 {aim:.0f} ms)"
    if report.cpu_ms is not None:
        line += f"; processor p50 {report.cpu_ms.p50:.1f} ms, p95 {report.cpu_ms.p95:.1f} ms"
    console.print(line)
    stages = "; ".join(f"{escape(name)} {p.p50:.1f}/{p.p95:.1f}" for name, p in report.stages_ms.items())
    if stages:
        console.print(f"stages, wall p50/p95 ms: {stages}")
    stages = "; ".join(f"{escape(name)} {p.p50:.1f}/{p.p95:.1f}" for name, p in report.stages_cpu_ms.items())
    if stages:
        console.print(f"stages, processor p50/p95 ms: {stages}")


def print_ablation(report: Report, console: Console) -> None:
    """Print the figure of the whole, and what each idea gives with its paired interval."""
    measure = report.details["measure"]
    whole = next(iter(report.metrics.values()))
    table = Table(
        title=f"{escape(report.dataset)}: {measure} {_number(whole.value)} "
        f"({_number(whole.low)} - {_number(whole.high)}), {report.counts['queries']} queries",
        title_justify="left",
    )
    for column in ("idea", "without it", "it gives", "95 % interval", "p"):
        table.add_column(column, justify="left" if column == "idea" else "right")
    for row in report.details["ablation"]:
        gives = row["gives"]
        table.add_row(
            escape(row["idea"]),
            _number(row["without"]),
            f"{gives['value']:+.3f}",
            f"{gives['low']:+.3f} - {gives['high']:+.3f}",
            f"{row['p_value']:.4f}{'*' if row['p_value'] < 0.05 else ''}",
        )
    console.print(table)


def print_comparison(comparison: RunComparison, console: Console, *, shown: int = 8) -> None:
    """Print each measure's difference with its test, and the items that changed most."""
    table = Table(title=f"{escape(comparison.dataset)}: second minus first, {comparison.items} items",
                  title_justify="left")  # fmt: skip
    for column in ("measure", "first", "second", "difference", "95 % interval", "p", "better/worse/same"):
        table.add_column(column, justify="left" if column == "measure" else "right", no_wrap=True)
    for row in comparison.measures:
        found, difference = row.comparison, row.comparison.difference
        mark = "*" if found.p_value < 0.05 else ""
        table.add_row(
            escape(row.name),
            _number(row.first),
            _number(row.second),
            f"{difference.value:+.3f}",
            f"{difference.low:+.3f} - {difference.high:+.3f}",
            f"{found.p_value:.4f}{mark}",
            "" if found.better is None else f"{found.better}/{found.worse}/{found.same}",
        )
    console.print(table)
    console.print("p: randomisation test, * below .05; no correction for the number of measures")
    for name, (before, after) in comparison.settings.items():
        console.print(
            f"differs in {escape(name)}: {escape(str(before))} -> {escape(str(after))}", soft_wrap=True
        )
    for note in comparison.notes:
        console.print(f"[yellow]note:[/yellow] {escape(note)}", soft_wrap=True)
    for title, changes in (
        ("worse", [c for c in comparison.changes if c.change < 0][:shown]),
        ("better", [c for c in reversed(comparison.changes) if c.change > 0][:shown]),
    ):
        if changes:
            console.print(f"[bold]most {title} by {escape(comparison.measure)}[/bold]")
            for change in changes:
                console.print(
                    f"  {change.first:.3f} -> {change.second:.3f}  {escape(change.id)}  "
                    f"{escape(' '.join(change.text.split())[:100])}",
                    soft_wrap=True,
                )
    if comparison.only_first or comparison.only_second:
        console.print(
            f"left out: {comparison.only_first} only in the first, {comparison.only_second} only in the second"
        )


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print each floor, the figure, and whether it holds."""
    table = Table(title="floors", title_justify="left")
    for column in ("set", "measure", "bound", "value", ""):
        table.add_column(column, justify="right" if column == "value" else "left")
    for finding in findings:
        bound = finding.bound
        limits = " and ".join(
            part
            for part in (
                f">= {bound.at_least:g}" if bound.at_least is not None else "",
                f"<= {bound.at_most:g}" if bound.at_most is not None else "",
            )
            if part
        )
        table.add_row(
            escape(f"{bound.task}/{bound.dataset}"),
            escape(bound.measure),
            limits,
            "missing" if finding.value is None else _number(finding.value),
            "[green]holds[/green]" if finding.passed else "[red]below[/red]"
            if bound.at_most is None or finding.value is None else "[red]breached[/red]",
        )  # fmt: skip
    console.print(table)


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
