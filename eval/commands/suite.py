"""``suite``: the committed sets, their pages, and the floors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.answers import ask_answer_set
from eval.commands.console import FAILED, exit_codes, out
from eval.commands.options import DATA, IndexOption
from eval.commands.runs import describe_run, fingerprint_code, write_with_page
from eval.reports.gate import hold_against_floors, read_floors
from eval.reports.report import Report
from eval.reports.terminal import print_findings, print_report
from eval.runners.progress import PartialResults


def suite(
    index: IndexOption = None,
    data: Annotated[Path, typer.Option(help="Folder of the committed sets and floors.")] = DATA,
    reports: Annotated[Path, typer.Option("--out", help="Folder for the reports.")] = Path("reports"),
) -> None:
    """Run the committed sets, render their pages, and hold them against the floors."""
    from eval.runners.claims import run_claims  # noqa: PLC0415
    from eval.runners.dialogue import run_dialogue  # noqa: PLC0415
    from eval.runners.product import make_understanding, open_verifier  # noqa: PLC0415
    from eval.sets.answers import load_answer_set  # noqa: PLC0415
    from eval.sets.claims import load_claims  # noqa: PLC0415
    from eval.sets.dialogue import load_dialogue_set  # noqa: PLC0415

    with exit_codes():
        bounds = read_floors(data / "floors.toml")
        code = fingerprint_code()
        turns, claims, questions = (
            data / f"{name}.jsonl" for name in ("dialogue_acts", "library_claims", "library_questions")
        )
        made: list[Report] = [
            run_dialogue(
                load_dialogue_set(turns), make_understanding(None), provenance=describe_run({**code}, turns)
            ),
            run_claims(
                load_claims(claims),
                open_verifier(),
                provenance=describe_run({**code}, claims),
                partial=PartialResults.nowhere(),
            ),
            ask_answer_set(load_answer_set(questions), questions, index, None, None)[0],
        ]
        for report in made:
            print_report(report, out)
            write_with_page(report, reports / f"{report.task}-{report.dataset}.json")
        findings = hold_against_floors(made, bounds)
    print_findings(findings, out)
    out.print(f"reports: {escape(str(reports))}", soft_wrap=True)
    if not all(finding.passed for finding in findings):
        raise typer.Exit(FAILED)
