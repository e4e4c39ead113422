"""``speed``: cold start, building, retrieval, whole answers, memory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes
from eval.commands.options import DATA, IndexOption, LimitOption, ReportOption
from eval.commands.runs import describe_run, fingerprint_code, finish_run


def speed(
    index: IndexOption = None,
    documents: Annotated[
        list[Path] | None, typer.Option(help="What is built; default from settings.")
    ] = None,
    questions: Annotated[Path, typer.Option(help="Answers set whose questions are asked.")] = DATA
    / "library_questions.jsonl",
    report: ReportOption = None,
    limit: LimitOption = 60,
) -> None:
    """Measure cold start, building, retrieval, whole answers and memory."""
    from eval.runners.product import open_answering, open_embedder, read_settings  # noqa: PLC0415
    from eval.runners.speed import run_speed  # noqa: PLC0415
    from eval.sets.answers import load_answer_set  # noqa: PLC0415

    with exit_codes():
        settings = read_settings()
        items = load_answer_set(questions).items[:limit]
        opened = open_answering(index)
        made = run_speed(
            opened.chain,
            open_embedder(settings),
            items,
            documents=documents or [settings.documents],
            index=index or settings.index,
            provenance=describe_run({**opened.configuration, **fingerprint_code()}, questions),
        )
        finish_run(made, report)
