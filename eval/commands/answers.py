"""``answers`` and ``audience``: ask the whole chain, judge what it answers and how it reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.commands.console import exit_codes, show_progress
from eval.commands.options import IndexOption, LimitOption, ReportOption
from eval.commands.runs import describe_run, describe_settings, fingerprint_code, finish_run, open_partial
from eval.reports.report import Report
from eval.runners.progress import PartialResults

if TYPE_CHECKING:
    from eval.sets.records import AnswerSet


def answers(
    file: Annotated[Path, typer.Argument(help="Set: FILE.jsonl[.gz] of questions and labels.")],
    index: IndexOption = None,
    report: ReportOption = None,
    limit: LimitOption = None,
) -> None:
    """Ask the whole chain each question and judge the answers."""
    from eval.sets.answers import load_answer_set  # noqa: PLC0415

    with exit_codes():
        made, partial = ask_answer_set(load_answer_set(file), file, index, report, limit)
        finish_run(made, report, partial)


def ask_answer_set(
    answer_set: AnswerSet, file: Path, index: Path | None, report: Path | None, limit: int | None
) -> tuple[Report, PartialResults]:
    """Open the chain over ``index`` and run the set, resuming beside ``report``."""
    from eval.runners.answers import run_answers  # noqa: PLC0415
    from eval.runners.product import open_answering  # noqa: PLC0415

    opened = open_answering(index)
    configuration = describe_settings(opened.configuration, answer_set, limit)
    total = len(answer_set.items)
    with (
        open_partial(report, configuration) as partial,
        show_progress("asking", min(total, limit or total)) as advance,
    ):
        made = run_answers(
            answer_set,
            opened.chain,
            opened.verifier,
            opened.texts,
            limit=limit,
            provenance=describe_run(configuration, file),
            partial=partial,
            advance=advance,
        )
    return made, partial


def audience(
    data: Annotated[
        Path, typer.Argument(help="Folder of Cochrane abstracts and summaries: test.jsonl[.gz].")
    ],
    report: ReportOption = None,
    limit: LimitOption = None,
) -> None:
    """Measure how much plainer a patient's answer reads than a professional's, on Cochrane abstracts."""
    import tempfile  # noqa: PLC0415

    from eval.runners.audience import load_reviews, run_audience, write_documents  # noqa: PLC0415
    from eval.runners.product import open_answering, open_embedder, open_strict, read_settings  # noqa: PLC0415
    from index.building import build_index  # noqa: PLC0415

    with exit_codes(), tempfile.TemporaryDirectory() as folder:
        reviews = load_reviews(data)
        documents, builds = Path(folder, "documents"), Path(folder, "builds")
        write_documents(reviews, documents)
        build_index([documents], out=builds, embedder=open_embedder(read_settings()))
        opened = open_answering(builds)
        asked = reviews[:limit]
        configuration = {"limit": limit, **fingerprint_code()}
        with show_progress("asking", len(asked)) as advance:
            made = run_audience(
                asked,
                opened.chain,
                open_strict(),
                provenance=describe_run(configuration, data),
                advance=advance,
            )
        finish_run(made, report)
