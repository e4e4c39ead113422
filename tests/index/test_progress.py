"""Progress: bars on a terminal, silence elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from index.progress import console_progress


def run(console: Console, *, quiet: bool = False) -> None:
    with console_progress(console, quiet=quiet) as progress:
        progress.advance(1)  # before any stage: nothing to advance
        progress.start("reading", None)
        progress.advance(3)
        progress.start("embedding", 4)
        progress.advance(4)


def test_bars_on_a_terminal() -> None:
    screen = io.StringIO()
    run(Console(file=screen, force_terminal=True, width=120))
    assert "embedding" in screen.getvalue()
    assert "4/4" in screen.getvalue()


def test_silence_elsewhere_and_when_quiet() -> None:
    for terminal, quiet in ((False, False), (True, True)):
        screen = io.StringIO()
        run(Console(file=screen, force_terminal=terminal, width=120), quiet=quiet)
        assert screen.getvalue() == ""
