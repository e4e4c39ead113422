"""Command line of the corpus: check the bundled library, try out parsing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from corpus.check import LEAST_DIGESTS, check_library
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.reading import read_documents

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(help="Folder that holds the digests.", exists=True, file_okay=False)
    ],
    least: Annotated[int, typer.Option(help="How many digests there must be.")] = LEAST_DIGESTS,
    as_json: AsJson = False,
) -> None:
    """Hold a folder of digests against the rules of the library; exit 1 where one is broken."""
    report = check_library(folder, least=least)
    if as_json:
        typer.echo(json.dumps({"documents": len(report.documents), "problems": report.problems}, indent=2))
    else:
        for problem in report.problems:
            typer.echo(problem)
        kinds = Counter(document.metadata.kind.value for document in report.documents)
        recommendations = [item for document in report.documents for item in document.recommendations]
        graded = sum(item.strength is not None or item.certainty is not None for item in recommendations)
        typer.echo(
            f"{len(report.documents)} digests ({', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}), "
            f"{len(recommendations)} recommendations ({graded} graded by their issuer), {len(report.problems)} problems"
        )
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def parse(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders or archives to read.", exists=True)],
    as_json: AsJson = False,
    summary_only: Annotated[
        bool, typer.Option("--summary", help="Leave out the line for each document.")
    ] = False,
) -> None:
    """Read documents and show what was understood and what was refused; exit 1 where one was refused."""
    kinds: Counter[str] = Counter()
    refused: list[UnreadableDocument] = []
    rows: list[dict[str, object]] = []
    for item in read_documents(paths):
        if isinstance(item, UnreadableDocument):
            refused.append(item)
            continue
        kinds[item.metadata.kind.value] += 1
        if not summary_only:
            rows.append(_row(item))
    if as_json:
        refusals = [{"name": item.name, "reason": item.reason} for item in refused]
        typer.echo(
            json.dumps({"documents": rows, "refused": refusals, "kinds": kinds}, indent=2, ensure_ascii=False)
        )
    else:
        _print(rows, refused, kinds)
    raise typer.Exit(1 if refused else 0)


def _row(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "kind": document.metadata.kind.value,
        "year": document.metadata.year,
        "status": document.metadata.status.value,
        "characters": len(document.text),
        "sections": len(document.sections),
        "recommendations": len(document.recommendations),
        "title": document.metadata.title,
        "warnings": list(document.warnings),
    }


def _print(rows: list[dict[str, object]], refused: list[UnreadableDocument], kinds: Counter[str]) -> None:
    console = Console()
    if rows:
        table = Table("id", "kind", "year", "status", "characters", "sections", "recommendations", "title")
        for row in rows:
            table.add_row(*(str(row[str(column.header)] or "") for column in table.columns))
        console.print(table)
    if refused:
        refusals = Table("refused", "reason")
        for item in refused:
            refusals.add_row(item.name, item.reason)
        console.print(refusals)
    total = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"
    console.print(f"{sum(kinds.values())} documents ({total}), {len(refused)} refused", highlight=False)


if __name__ == "__main__":
    app()
