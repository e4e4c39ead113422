"""``convert``: a public set, as published, into a format of this harness."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from eval.commands.console import BAD_USAGE, err, exit_codes, out
from eval.errors import BadSet, NotReady


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
    with exit_codes():
        if not source.exists():
            raise NotReady(f"{source}: not there. {converter.where}")
        try:
            counts = converter.convert(source, destination)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            # A converter checks what tells one distribution from another, not each field of a damaged one.
            raise BadSet(
                [f"{source}: not as published ({type(error).__name__}: {error}). {converter.where}"]
            ) from error
    shown = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    out.print(f"{escape(str(destination))}: {shown}. Licence: {escape(converter.licence)}", soft_wrap=True)
