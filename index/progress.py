"""How far a build has come: the port, and its form on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class BuildProgress(Protocol):
    """Told what a build is doing. One stage at a time."""

    def start(self, stage: str, total: int | None) -> None:
        """A stage begins; ``total`` is ``None`` where it isn't known beforehand."""

    def advance(self, count: int) -> None:
        """``count`` more items of the stage are done."""


class NoProgress:
    """Says nothing."""

    def start(self, stage: str, total: int | None) -> None: ...

    def advance(self, count: int) -> None: ...


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="dim")


class _TerminalProgress:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def start(self, stage: str, total: int | None) -> None:
        if self._task is not None:
            self._bars.stop_task(self._task)
        self._task = self._bars.add_task(stage, total=total)

    def advance(self, count: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, count)


@contextmanager
def console_progress(console: Console, *, quiet: bool = False) -> Iterator[BuildProgress]:
    """Bars with rates and the time left while on a terminal; silence elsewhere or when ``quiet``."""
    if quiet or not console.is_terminal:
        yield NoProgress()
        return
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bars:
        yield _TerminalProgress(bars)
