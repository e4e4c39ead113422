"""``peers``: other retrieval software beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.console import exit_codes, out, show_progress
from eval.commands.options import LimitOption, ReportOption, RetrievalSets
from eval.reports.report import write_rows


def peers(
    folders: RetrievalSets,
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

    with exit_codes():
        contenders = bench.choose_contenders(only or [])
        sets = [load_retrieval_set(folder) for folder in folders]
        rows = []
        with serve_local_chat() as chat, show_progress("measuring", len(contenders) * len(sets)) as advance:
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
                    write_rows("peers", [row.to_dict() for row in rows], report)
