"""Where the commands print, how they show progress, and the exit codes they end with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.errors import BadReport, BadSet, EvalError

FAILED, BAD_USAGE, INTERRUPTED = 1, 2, 130

WIDTH_IN_FILES = 150
"""Columns where the output is a file or a pipe: names of measures stay whole, rows on one line."""

out = Console(
    highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH_IN_FILES
)
err = Console(stderr=True, highlight=False)


@contextmanager
def exit_codes() -> Iterator[None]:
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
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def show_progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """Show a bar on a terminal, nothing elsewhere; yields what to call after each item."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done=1: bar.advance(task, done)
