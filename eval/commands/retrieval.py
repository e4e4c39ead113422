"""``retrieval``: rank a corpus for each query and measure the rankings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes, show_progress
from eval.commands.options import CACHE, CacheOption, LimitOption, ReportOption, check_efforts
from eval.commands.runs import describe_run, describe_settings, finish_run, open_partial


def retrieval(
    folder: Annotated[
        Path, typer.Argument(help="Set: corpus.jsonl[.gz], queries.jsonl[.gz], qrels/test.tsv.")
    ],
    index: Annotated[
        Path | None,
        typer.Option(
            "--index", help="Search this folder's published build instead; qrels then name documents."
        ),
    ] = None,
    report: ReportOption = None,
    embedder: Annotated[str | None, typer.Option(help="`minilm`, or a sentence-transformers model.")] = None,
    dense_weight: Annotated[
        float | None, typer.Option(min=0, max=1, help="Weight of the dense score.")
    ] = None,
    fusion: Annotated[str, typer.Option(help="mix | rrf")] = "mix",
    effort: Annotated[
        str | None, typer.Option(help="fast | balanced | thorough; default from settings.")
    ] = None,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Search the last turn as it stands.")
    ] = False,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="Passages retrieved for each query.")] = 100,
    limit: LimitOption = None,
    cache: CacheOption = CACHE,
) -> None:
    """Rank a corpus for each query and measure the rankings."""
    from eval.runners.product import open_build_search, open_corpus_search  # noqa: PLC0415
    from eval.runners.retrieval import RetrievalOptions, run_retrieval  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415

    if fusion not in {"mix", "rrf"}:
        raise typer.BadParameter("must be mix or rrf", param_hint="--fusion")
    check_efforts([effort] if effort else [])
    with exit_codes():
        retrieval_set = load_retrieval_set(folder)
        with show_progress("embedding passages", len(retrieval_set.passages)) as advance:
            if index is None:
                opened = open_corpus_search(
                    retrieval_set.passages,
                    embedder=embedder,
                    dense_weight=dense_weight,
                    fusion=fusion,
                    effort=effort,
                    cache=cache,
                    advance=advance,
                )
            else:
                opened = open_build_search(index, embedder=embedder, dense_weight=dense_weight, effort=effort)
        how = {**opened.configuration, "k": k, "history": not no_history}
        configuration = describe_settings(how, retrieval_set, limit)
        options = RetrievalOptions(k=k, use_history=not no_history, limit=limit)
        judged = len(retrieval_set.judged_queries())
        with (
            open_partial(report, configuration) as partial,
            show_progress("searching", min(judged, limit or judged)) as advance,
        ):
            made = run_retrieval(
                retrieval_set,
                opened.search,
                opened.understand,
                options,
                provenance=describe_run(configuration, folder),
                partial=partial,
                advance=advance,
            )
        finish_run(made, report, partial)
