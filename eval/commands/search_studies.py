"""``ablate``, ``effort``, ``scale``: what each idea of the search gives, what time buys, how it grows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes, out, show_progress
from eval.commands.options import (
    CACHE,
    CacheOption,
    EmbedderOption,
    LimitOption,
    ReportOption,
    RetrievalSets,
    check_efforts,
)
from eval.commands.runs import describe_run, describe_settings, write_with_page
from eval.reports.curves import print_efforts, print_scale
from eval.reports.report import write_rows
from eval.reports.terminal import print_ablation


def ablate(
    folders: RetrievalSets,
    reports: Annotated[
        Path | None, typer.Option("--out", help="Folder for the reports, JSON and page, one for each set.")
    ] = None,
    embedder: Annotated[
        str | None, typer.Option(help="`minilm`, `minilm-medical`, or a sentence-transformers model.")
    ] = None,
    limit: LimitOption = None,
    cache: CacheOption = CACHE,
) -> None:
    """Switch each idea of the search off in turn and show what each one gives."""
    from eval.runners.ablation import VARIANTS, run_ablation  # noqa: PLC0415
    from eval.runners.product import open_ablated_search  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415

    with exit_codes():
        for retrieval_set, folder in [(load_retrieval_set(folder), folder) for folder in folders]:
            make_search, make_rewriter, configuration = open_ablated_search(
                retrieval_set.passages, embedder=embedder, cache=cache
            )
            configuration = describe_settings(configuration, retrieval_set, limit)
            with show_progress(retrieval_set.name, len(VARIANTS) + 1) as advance:
                made = run_ablation(
                    retrieval_set,
                    make_search,
                    make_rewriter,
                    limit=limit,
                    provenance=describe_run(configuration, folder),
                    advance=advance,
                )
            print_ablation(made, out)
            if reports is not None:
                write_with_page(made, reports / f"{made.task}-{made.dataset}.json")


def effort(
    folders: RetrievalSets,
    efforts: Annotated[
        list[str] | None,
        typer.Option("--effort", help="fast | balanced | thorough; repeatable, default all."),
    ] = None,
    reports: Annotated[
        Path | None, typer.Option("--out", help="Folder for the reports, JSON and page, one for each set.")
    ] = None,
    embedder: EmbedderOption = None,
    limit: LimitOption = None,
    cache: CacheOption = CACHE,
) -> None:
    """Measure the quality of each retrieval effort against the time it takes."""
    from eval.runners.effort_curve import run_effort_curve  # noqa: PLC0415
    from eval.runners.product import open_search_at_efforts  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415
    from index.retrieval_effort import EFFORTS, find_effort  # noqa: PLC0415

    check_efforts(efforts or [])
    chosen = [find_effort(name) for name in efforts] if efforts else list(EFFORTS)
    with exit_codes():
        for retrieval_set, folder in [(load_retrieval_set(folder), folder) for folder in folders]:
            open_search, configuration = open_search_at_efforts(
                retrieval_set.passages, embedder=embedder, cache=cache
            )
            configuration = describe_settings(configuration, retrieval_set, limit)
            with show_progress(retrieval_set.name, len(chosen)) as advance:
                made = run_effort_curve(
                    retrieval_set,
                    open_search,
                    chosen,
                    limit=limit,
                    provenance=describe_run(configuration, folder),
                    advance=advance,
                )
            print_efforts(made, out)
            if reports is not None:
                write_with_page(made, reports / f"{made.task}-{made.dataset}.json")


def scale(
    folders: Annotated[
        list[Path], typer.Argument(help="Retrieval sets whose passages and questions are used.")
    ],
    chunks: Annotated[list[int] | None, typer.Option(min=1, help="Sizes to measure; repeatable.")] = None,
    efforts: Annotated[
        list[str] | None,
        typer.Option("--effort", help="fast | balanced | thorough; repeatable, default balanced."),
    ] = None,
    report: ReportOption = None,
    embedder: EmbedderOption = None,
    queries: Annotated[int, typer.Option(min=1, help="Questions asked of each size.")] = 100,
    cache: CacheOption = CACHE,
) -> None:
    """Measure how long retrieval takes as the library grows. Copies with noise top up the real passages."""
    from eval.runners.corpus_search import embed_sentences  # noqa: PLC0415
    from eval.runners.product import make_understanding, open_embedder, read_settings  # noqa: PLC0415
    from eval.runners.scale import ask_sets, measure_scale  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415
    from index.retrieval_effort import find_effort  # noqa: PLC0415
    from index.vector_cache import VectorCache  # noqa: PLC0415

    sizes = sorted(chunks or [1_000, 10_000, 100_000])
    check_efforts(efforts or [])
    with exit_codes():
        sets = [load_retrieval_set(folder) for folder in folders]
        body_of = {p.full_text: p.text for one in sets for p in one.passages}
        texts = list(body_of)[: max(sizes)]
        model = open_embedder(read_settings(), embedder)
        with show_progress("embedding passages", len(texts)) as advance:
            vectors, _ = VectorCache(cache).embed(texts, model, progress=advance)
            sentences = embed_sentences([body_of[text] for text in texts], model, VectorCache(cache), None)
        asked = ask_sets(sets, texts, make_understanding(lambda _: 1.0))[:queries]
        chosen = [find_effort(name) for name in efforts or ["balanced"]]
        with show_progress("searching", len(asked) * len(sizes) * len(chosen)) as advance:
            rows = measure_scale(
                texts,
                vectors,
                asked,
                sizes,
                embedder=model,
                sentences=sentences,
                efforts=chosen,
                advance=advance,
            )
    print_scale(rows, out)
    if report is not None:
        load = {"load_average_1m": round(os.getloadavg()[0], 2)}
        write_rows("scale", [row.to_dict() for row in rows], report, machine=load)
