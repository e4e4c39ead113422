"""``compare``, ``report``, ``gate``: what is done with the reports of runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.console import FAILED, exit_codes, out
from eval.commands.options import DATA
from eval.commands.runs import refuse_unwritable
from eval.reports.compare import compare_runs
from eval.reports.gate import hold_against_floors, read_floors
from eval.reports.html import render_html
from eval.reports.report import read_report
from eval.reports.terminal import print_comparison, print_findings


def compare(
    first: Annotated[Path, typer.Argument(help="Report of the first run.")],
    second: Annotated[Path, typer.Argument(help="Report of the second run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Compare two runs on one set, item by item, with significance."""
    with exit_codes():
        comparison = compare_runs(read_report(first), read_report(second))
    if as_json:
        typer.echo(json.dumps(comparison.to_dict()))
    else:
        print_comparison(comparison, out)


def report(
    run: Annotated[Path, typer.Argument(help="Report of a run.")],
    html: Annotated[Path, typer.Option("--html", help="Write one self-contained page here.")],
) -> None:
    """Render a run as one HTML page that needs no network."""
    with exit_codes():
        refuse_unwritable(html)
        html.write_text(render_html(read_report(run)), encoding="utf-8")
    out.print(f"page: {escape(str(html))}", soft_wrap=True)


def gate(
    runs: Annotated[list[Path], typer.Argument(help="Reports of runs.")],
    floors: Annotated[Path, typer.Option(help="TOML file of floors.")] = DATA / "floors.toml",
) -> None:
    """Fail when a figure lies below its floor."""
    with exit_codes():
        findings = hold_against_floors([read_report(run) for run in runs], read_floors(floors))
    print_findings(findings, out)
    if not all(finding.passed for finding in findings):
        raise typer.Exit(FAILED)
