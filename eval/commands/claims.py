"""``claims``: let the verifier judge each claim against its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes, show_progress
from eval.commands.options import LimitOption, ReportOption
from eval.commands.runs import describe_run, describe_settings, finish_run, open_partial


def claims(
    file: Annotated[Path, typer.Argument(help="Set: FILE.jsonl[.gz] of claims, evidence and labels.")],
    index: Annotated[  # noqa: ARG001 - the three kinds of set take the same options
        Path | None, typer.Option("--index", help="Accepted, not needed: claims carry their own evidence.")
    ] = None,
    report: ReportOption = None,
    limit: LimitOption = None,
) -> None:
    """Let the verifier judge each claim against its evidence and measure the verdicts."""
    from eval.runners.claims import run_claims  # noqa: PLC0415
    from eval.runners.layer_ablation import measure_without_layers  # noqa: PLC0415
    from eval.runners.product import open_verifier  # noqa: PLC0415
    from eval.sets.claims import load_claims  # noqa: PLC0415

    with exit_codes():
        claim_set = load_claims(file)
        verifier = open_verifier()
        configuration = describe_settings({}, claim_set, limit)
        total = len(claim_set.claims)
        with (
            open_partial(report, configuration) as partial,
            show_progress("judging", min(total, limit or total)) as advance,
        ):
            made = run_claims(
                claim_set,
                verifier,
                limit=limit,
                provenance=describe_run(configuration, file),
                partial=partial,
                advance=advance,
            )
        made.without_layer = measure_without_layers(claim_set, verifier, limit=limit)
        finish_run(made, report, partial)
