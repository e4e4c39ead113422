"""The commands: run a set, compare runs, render a page, hold runs against floors.

Exit codes: 0 good; 1 a failed check, a failed run or something missing; 2 bad usage or a bad set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.errors import BadReport, BadSet, EvalError, NotReady
from eval.reports.compare import compare_runs
from eval.reports.curves import print_efforts, print_scale
from eval.reports.gate import hold_against_floors, read_floors
from eval.reports.html import render_html
from eval.reports.report import Report, describe_machine, read_report, write_report
from eval.reports.terminal import print_ablation, print_comparison, print_findings, print_report
from eval.runners.fingerprint import fingerprint_packages
from eval.runners.progress import PartialResults, hash_configuration

app = typer.Typer(
    help="Runs benchmark sets on the retriever, the verifier and the whole chain; compares and gates runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

FAILED, BAD_USAGE = 1, 2
DATA = Path("eval/data")
CACHE = Path("var/eval-cache")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="Write the report as JSON here. An interrupted run resumes beside it."),
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Run the first N items only.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of builds; default from settings.")]


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn the harness's errors into a message and an exit code."""
    try:
        yield
    except (BadSet, BadReport) as error:
        err.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(BAD_USAGE) from None
    except EvalError as error:
        err.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        err.print("interrupted; run the same command again to go on")
        raise typer.Exit(130) from None


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done=1: bar.advance(task, done)


def _check_efforts(names: Sequence[str]) -> None:
    from index.retrieval_effort import EFFORTS  # noqa: PLC0415

    known = [effort.name for effort in EFFORTS]
    if any(name not in known for name in names):
        raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint="--effort")


def _partial_path(report: Path | None) -> Path | None:
    return None if report is None else report.with_name(report.name + ".partial.jsonl")


def _provenance(configuration: dict[str, Any], set_path: Path) -> dict[str, Any]:
    return {
        **configuration,
        "set": set_path.name,
        "configuration_hash": hash_configuration(configuration),
        "machine": describe_machine(),
    }


def _finish(report: Report, path: Path | None, partial: PartialResults) -> None:
    print_report(report, out)
    if path is not None:
        write_report(report, path)
        partial.discard()
        out.print(f"report: {escape(str(path))}", soft_wrap=True)


@app.command()
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
    cache: Annotated[Path, typer.Option(help="Folder for passage vectors, kept by text.")] = CACHE,
) -> None:
    """Rank a corpus for each query and measure the rankings."""
    from eval.runners.product import open_build_search, open_corpus_search  # noqa: PLC0415
    from eval.runners.retrieval import RetrievalOptions, run_retrieval  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415

    if fusion not in {"mix", "rrf"}:
        raise typer.BadParameter("must be mix or rrf", param_hint="--fusion")
    _check_efforts([effort] if effort else [])
    with _exit_codes():
        retrieval_set = load_retrieval_set(folder)
        with _progress("embedding passages", len(retrieval_set.passages)) as advance:
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
        configuration = {
            **opened.configuration,
            "k": k,
            "history": not no_history,
            "limit": limit,
            "code": fingerprint_packages("index", "assistant"),
            "queries": hash_configuration({q.id: [q.text, len(q.history)] for q in retrieval_set.queries}),
        }
        options = RetrievalOptions(k=k, use_history=not no_history, limit=limit)
        judged = len(retrieval_set.judged_queries())
        with (
            PartialResults(_partial_path(report), hash_configuration(configuration)) as partial,
            _progress("searching", min(judged, limit or judged)) as advance,
        ):
            made = run_retrieval(
                retrieval_set,
                opened.search,
                opened.understand,
                options,
                provenance=_provenance(configuration, folder),
                partial=partial,
                advance=advance,
            )
        _finish(made, report, partial)


@app.command()
def ablate(
    folders: Annotated[list[Path], typer.Argument(help="Retrieval sets; one table each.")],
    reports: Annotated[
        Path | None, typer.Option("--out", help="Folder for the reports, one JSON file for each set.")
    ] = None,
    embedder: Annotated[
        str | None, typer.Option(help="`minilm`, `minilm-medical`, or a sentence-transformers model.")
    ] = None,
    limit: LimitOption = None,
    cache: Annotated[Path, typer.Option(help="Folder for passage vectors, kept by text.")] = CACHE,
) -> None:
    """Switch each idea of the search off in turn and show what each one gives."""
    from eval.runners.ablation import VARIANTS, run_ablation  # noqa: PLC0415
    from eval.runners.product import open_ablated_search  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415

    with _exit_codes():
        for retrieval_set, folder in [(load_retrieval_set(folder), folder) for folder in folders]:
            make_search, make_rewriter, configuration = open_ablated_search(
                retrieval_set.passages, embedder=embedder, cache=cache
            )
            configuration |= {"limit": limit, "code": fingerprint_packages("index", "assistant")}
            with _progress(retrieval_set.name, len(VARIANTS) + 1) as advance:
                made = run_ablation(
                    retrieval_set,
                    make_search,
                    make_rewriter,
                    limit=limit,
                    provenance=_provenance(configuration, folder),
                    advance=advance,
                )
            print_ablation(made, out)
            if reports is not None:
                write_report(made, reports / f"{made.task}-{made.dataset}.json")


@app.command()
def effort(
    folders: Annotated[list[Path], typer.Argument(help="Retrieval sets; one table each.")],
    efforts: Annotated[
        list[str] | None,
        typer.Option("--effort", help="fast | balanced | thorough; repeatable, default all."),
    ] = None,
    reports: Annotated[
        Path | None, typer.Option("--out", help="Folder for the reports, JSON and page, one for each set.")
    ] = None,
    embedder: Annotated[str | None, typer.Option(help="As for `retrieval`.")] = None,
    limit: LimitOption = None,
    cache: Annotated[Path, typer.Option(help="Folder for passage vectors, kept by text.")] = CACHE,
) -> None:
    """Measure the quality of each retrieval effort against the time it takes."""
    from eval.runners.effort_curve import run_effort_curve  # noqa: PLC0415
    from eval.runners.product import open_search_at_efforts  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415
    from index.retrieval_effort import EFFORTS, find_effort  # noqa: PLC0415

    _check_efforts(efforts or [])
    chosen = [find_effort(name) for name in efforts] if efforts else list(EFFORTS)
    with _exit_codes():
        for retrieval_set, folder in [(load_retrieval_set(folder), folder) for folder in folders]:
            open_search, configuration = open_search_at_efforts(
                retrieval_set.passages, embedder=embedder, cache=cache
            )
            configuration |= {"limit": limit, "code": fingerprint_packages("index", "assistant")}
            with _progress(retrieval_set.name, len(chosen)) as advance:
                made = run_effort_curve(
                    retrieval_set,
                    open_search,
                    chosen,
                    limit=limit,
                    provenance=_provenance(configuration, folder),
                    advance=advance,
                )
            print_efforts(made, out)
            if reports is not None:
                path = reports / f"{made.task}-{made.dataset}.json"
                write_report(made, path)
                path.with_suffix(".html").write_text(render_html(made), encoding="utf-8")


@app.command()
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
    embedder: Annotated[str | None, typer.Option(help="As for `retrieval`.")] = None,
    queries: Annotated[int, typer.Option(min=1, help="Questions asked of each size.")] = 100,
    cache: Annotated[Path, typer.Option(help="Folder for passage vectors, kept by text.")] = CACHE,
) -> None:
    """Measure how long retrieval takes as the library grows. Copies with noise top up the real passages."""
    from eval.runners.product import make_understanding, open_embedder, read_settings  # noqa: PLC0415
    from eval.runners.scale import ask_sets, measure_scale  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415
    from index.retrieval_effort import find_effort  # noqa: PLC0415
    from index.vector_cache import VectorCache  # noqa: PLC0415

    sizes = sorted(chunks or [1_000, 10_000, 100_000])
    _check_efforts(efforts or [])
    with _exit_codes():
        sets = [load_retrieval_set(folder) for folder in folders]
        texts = list(dict.fromkeys(p.full_text for one in sets for p in one.passages))[: max(sizes)]
        model = open_embedder(read_settings(), embedder)
        with _progress("embedding passages", len(texts)) as advance:
            vectors, _ = VectorCache(cache).embed(texts, model, progress=advance)
        asked = ask_sets(sets, texts, make_understanding(lambda _: 1.0))[:queries]
        chosen = [find_effort(name) for name in efforts or ["balanced"]]
        with _progress("searching", len(asked) * len(sizes) * len(chosen)) as advance:
            rows = measure_scale(
                texts, vectors, asked, sizes, embedder=model, efforts=chosen, advance=advance
            )
    print_scale(rows, out)
    if report is not None:
        machine = {**describe_machine(), "load_average_1m": round(os.getloadavg()[0], 2)}
        body = {"task": "scale", "rows": [row.to_dict() for row in rows], "machine": machine}
        report.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


@app.command()
def peers(
    folders: Annotated[list[Path], typer.Argument(help="Retrieval sets; one table each.")],
    only: Annotated[
        list[str] | None, typer.Option(help="Only contenders whose name holds this; repeatable.")
    ] = None,
    python: Annotated[Path, typer.Option(help="Interpreter of the peers' environment.")] = Path(
        ".venv-peers/bin/python"
    ),
    report: ReportOption = None,
    limit: LimitOption = None,
) -> None:
    """Put other retrieval software beside ours: same passages, questions, embedding model and machine."""
    from eval.peers import bench  # noqa: PLC0415
    from eval.peers.local_chat import serve_local_chat  # noqa: PLC0415
    from eval.reports.peer_tables import print_peers  # noqa: PLC0415
    from eval.sets.retrieval import load_retrieval_set  # noqa: PLC0415

    with _exit_codes():
        contenders = bench.choose_contenders(only or [])
        sets = [load_retrieval_set(folder) for folder in folders]
        rows = []
        with serve_local_chat() as chat, _progress("measuring", len(contenders) * len(sets)) as advance:
            for one in sets:
                made = bench.bench_peers(
                    one,
                    contenders,
                    pythons={"product": bench.own_python(), "peers": python},
                    place={"model_folder": str(bench.find_model()), "chat_url": chat},
                    limit=limit,
                    advance=advance,
                )
                print_peers(made, out, passages=len(one.passages))
                rows += made
                if report is not None:  # after each set, so that an interrupted run keeps what it has
                    body = {
                        "task": "peers",
                        "rows": [row.to_dict() for row in rows],
                        "machine": describe_machine(),
                    }
                    report.parent.mkdir(parents=True, exist_ok=True)
                    report.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


@app.command()
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

    with _exit_codes():
        claim_set = load_claims(file)
        verifier = open_verifier()
        configuration = {
            "limit": limit,
            "code": fingerprint_packages("assistant.verify"),
            "claims": hash_configuration({c.id: [c.claim, *c.evidence] for c in claim_set.claims}),
        }
        total = len(claim_set.claims)
        with (
            PartialResults(_partial_path(report), hash_configuration(configuration)) as partial,
            _progress("judging", min(total, limit or total)) as advance,
        ):
            made = run_claims(
                claim_set,
                verifier,
                limit=limit,
                provenance=_provenance(configuration, file),
                partial=partial,
                advance=advance,
            )
        made.without_layer = measure_without_layers(claim_set, verifier, limit=limit)
        _finish(made, report, partial)


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="Set: FILE.jsonl[.gz] of questions and labels.")],
    index: IndexOption = None,
    report: ReportOption = None,
    limit: LimitOption = None,
) -> None:
    """Ask the whole chain each question and judge the answers."""
    from eval.sets.answers import load_answer_set  # noqa: PLC0415

    with _exit_codes():
        answer_set = load_answer_set(file)
        made, partial = _run_answers(answer_set, file, index, report, limit)
        _finish(made, report, partial)


def _run_answers(
    answer_set: Any, file: Path, index: Path | None, report: Path | None, limit: int | None
) -> tuple[Report, PartialResults]:
    from eval.runners.answers import run_answers  # noqa: PLC0415
    from eval.runners.product import open_answering  # noqa: PLC0415

    opened = open_answering(index)
    configuration = {
        **opened.configuration,
        "limit": limit,
        "code": fingerprint_packages("index", "assistant"),
        "questions": hash_configuration({i.id: [i.question, len(i.history)] for i in answer_set.items}),
    }
    total = len(answer_set.items)
    with (
        PartialResults(_partial_path(report), hash_configuration(configuration)) as partial,
        _progress("asking", min(total, limit or total)) as advance,
    ):
        made = run_answers(
            answer_set,
            opened.chain,
            opened.verifier,
            opened.texts,
            limit=limit,
            provenance=_provenance(configuration, file),
            partial=partial,
            advance=advance,
        )
    return made, partial


@app.command()
def dialogue(
    file: Annotated[Path, typer.Argument(help="Set: FILE.jsonl[.gz] of turns and what each is about.")],
    report: ReportOption = None,
) -> None:
    """State each turn on its own and check that it is about the right thing."""
    from eval.runners.dialogue import run_dialogue  # noqa: PLC0415
    from eval.runners.product import make_understanding  # noqa: PLC0415
    from eval.sets.dialogue import load_dialogue_set  # noqa: PLC0415

    with _exit_codes():
        configuration = {"code": fingerprint_packages("assistant.rewrite")}
        made = run_dialogue(
            load_dialogue_set(file), make_understanding(None), provenance=_provenance(configuration, file)
        )
        _finish(made, report, PartialResults(None, ""))


@app.command()
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

    with _exit_codes(), tempfile.TemporaryDirectory() as folder:
        reviews = load_reviews(data)
        documents, builds = Path(folder, "documents"), Path(folder, "builds")
        write_documents(reviews, documents)
        build_index([documents], out=builds, embedder=open_embedder(read_settings()))
        opened = open_answering(builds)
        asked = reviews[:limit]
        configuration = {"limit": limit, "code": fingerprint_packages("index", "assistant")}
        with _progress("asking", len(asked)) as advance:
            made = run_audience(
                asked,
                opened.chain,
                open_strict(),
                provenance=_provenance(configuration, data),
                advance=advance,
            )
        _finish(made, report, PartialResults(None, ""))


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Report of the first run.")],
    second: Annotated[Path, typer.Argument(help="Report of the second run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Compare two runs on one set, item by item, with significance."""
    with _exit_codes():
        comparison = compare_runs(read_report(first), read_report(second))
    if not as_json:
        print_comparison(comparison, out)
        return
    rows = {
        row.name: {
            "first": row.first,
            "second": row.second,
            "difference": {
                "value": row.comparison.difference.value,
                "low": row.comparison.difference.low,
                "high": row.comparison.difference.high,
            },
            "p_value": row.comparison.p_value,
            "better": row.comparison.better,
            "worse": row.comparison.worse,
            "same": row.comparison.same,
        }
        for row in comparison.measures
    }
    typer.echo(json.dumps({"dataset": comparison.dataset, "items": comparison.items, "measures": rows}))


@app.command(name="report")
def render(
    run: Annotated[Path, typer.Argument(help="Report of a run.")],
    html: Annotated[Path, typer.Option("--html", help="Write one self-contained page here.")],
) -> None:
    """Render a run as one HTML page that needs no network."""
    with _exit_codes():
        page = render_html(read_report(run))
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(page, encoding="utf-8")
    out.print(f"page: {escape(str(html))}", soft_wrap=True)


@app.command()
def gate(
    runs: Annotated[list[Path], typer.Argument(help="Reports of runs.")],
    floors: Annotated[Path, typer.Option(help="TOML file of floors.")] = DATA / "floors.toml",
) -> None:
    """Fail when a figure lies below its floor."""
    with _exit_codes():
        findings = hold_against_floors([read_report(run) for run in runs], read_floors(floors))
    print_findings(findings, out)
    if not all(finding.passed for finding in findings):
        raise typer.Exit(FAILED)


@app.command()
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

    with _exit_codes():
        bounds = read_floors(data / "floors.toml")
        code = {"code": fingerprint_packages("index", "assistant")}
        nothing = PartialResults(None, "")
        made: list[Report] = []
        path = data / "dialogue_acts.jsonl"
        made.append(
            run_dialogue(
                load_dialogue_set(path), make_understanding(None), provenance=_provenance(code, path)
            )
        )
        path = data / "library_claims.jsonl"
        made.append(
            run_claims(
                load_claims(path), open_verifier(), provenance=_provenance(code, path), partial=nothing
            )
        )
        path = data / "library_questions.jsonl"
        made.append(_run_answers(load_answer_set(path), path, index, None, None)[0])
        for report in made:
            print_report(report, out)
            stem = reports / f"{report.task}-{report.dataset}"
            write_report(report, stem.with_suffix(".json"))
            stem.with_suffix(".html").write_text(render_html(report), encoding="utf-8")
        findings = hold_against_floors(made, bounds)
    print_findings(findings, out)
    out.print(f"reports: {escape(str(reports))}", soft_wrap=True)
    if not all(finding.passed for finding in findings):
        raise typer.Exit(FAILED)


@app.command()
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

    with _exit_codes():
        settings = read_settings()
        items = load_answer_set(questions).items[:limit]
        opened = open_answering(index)
        configuration = {**opened.configuration, "code": fingerprint_packages("index", "assistant")}
        made = run_speed(
            opened.chain,
            open_embedder(settings),
            items,
            documents=documents or [settings.documents],
            index=index or settings.index,
            provenance=_provenance(configuration, questions),
        )
        _finish(made, report, PartialResults(None, ""))


@app.command()
def convert(
    name: Annotated[str, typer.Argument(help="Public distribution; an unknown name lists them.")],
    source: Annotated[Path, typer.Argument(help="Folder or file as published.")],
    destination: Annotated[Path, typer.Argument(help="Folder (retrieval) or FILE.jsonl[.gz] to write.")],
) -> None:
    """Convert a public set, as published, into a format of this harness."""
    from eval.sets.public.catalogue import CONVERTERS  # noqa: PLC0415

    converter = CONVERTERS.get(name)
    if converter is None:
        err.print(f"[red]unknown set {escape(name)}[/red]; known: {', '.join(sorted(CONVERTERS))}")
        raise typer.Exit(BAD_USAGE)
    with _exit_codes():
        if not source.exists():
            raise NotReady(f"{source}: not there. {converter.where}")
        counts = converter.convert(source, destination)
    shown = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    out.print(f"{escape(str(destination))}: {shown}. Licence: {escape(converter.licence)}", soft_wrap=True)
