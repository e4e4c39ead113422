"""Options and defaults that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

DATA = Path("eval/data")
CACHE = Path("var/eval-cache")

RetrievalSets = Annotated[list[Path], typer.Argument(help="Retrieval sets; one table each.")]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="Write the report as JSON here. An interrupted run resumes beside it."),
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Run the first N items only.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of builds; default from settings.")]
CacheOption = Annotated[Path, typer.Option(help="Folder for passage vectors, kept by text.")]
EmbedderOption = Annotated[str | None, typer.Option(help="As for `retrieval`.")]


def check_efforts(names: Sequence[str]) -> None:
    """Refuse a retrieval effort that the product does not have."""
    from index.retrieval_effort import EFFORTS  # noqa: PLC0415

    known = [effort.name for effort in EFFORTS]
    if any(name not in known for name in names):
        raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint="--effort")
