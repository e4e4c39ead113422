"""``dialogue``: is each turn, stated on its own, about the right thing?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes
from eval.commands.options import ReportOption
from eval.commands.runs import describe_run, fingerprint_code, finish_run


def dialogue(
    file: Annotated[Path, typer.Argument(help="Set: FILE.jsonl[.gz] of turns and what each is about.")],
    report: ReportOption = None,
) -> None:
    """State each turn on its own and check that it is about the right thing."""
    from eval.runners.dialogue import run_dialogue  # noqa: PLC0415
    from eval.runners.product import make_understanding  # noqa: PLC0415
    from eval.sets.dialogue import load_dialogue_set  # noqa: PLC0415

    with exit_codes():
        made = run_dialogue(
            load_dialogue_set(file),
            make_understanding(None),
            provenance=describe_run({**fingerprint_code()}, file),
        )
        finish_run(made, report)
