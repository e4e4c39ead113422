"""Builds that are killed on the way, in processes of their own; run as ``python -m``.

``steps OUT...`` makes one build for each ``OUT`` and ends it at the next stage; ``times OUT`` kills builds at
seeded random times and lets a fresh process check after each that what is published serves. This process
itself never opens an index, so a fork of it is a clean start.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from index.building import build_index
from index.library_index import LibraryIndex
from index.ports import SearchQuery
from index.publishing import current_build
from index.verifying import verify_build
from tests.tiny_embedder import TinyEmbedder

KILLS = 25
LONGEST_LIFE_S = 0.3


def main() -> int:
    mode, documents, *outs = sys.argv[1:]
    if mode == "steps":
        for number, out in enumerate(outs):
            child = fork(lambda out=out, number=number: build_until(Path(documents), Path(out), number))  # type: ignore[misc]
            _, status = os.waitpid(child, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        return 0
    return kill_at_random_times(Path(documents), Path(outs[0]))


def build_until(documents: Path, out: Path, last: int) -> None:
    """Build, and end the process without any tidying at the end of stage number ``last``."""
    steps = itertools.count()

    def die(name: str) -> None:
        if next(steps) == last:
            os._exit(100 + last)

    build_index([documents], out=out, embedder=TinyEmbedder(), on_step=die)


def kill_at_random_times(documents: Path, out: Path) -> int:
    chance = random.Random(7)
    for _ in range(KILLS):
        child = fork(lambda: build_for_ever(documents, out))
        time.sleep(chance.uniform(0.005, LONGEST_LIFE_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        _, status = os.waitpid(fork(lambda: check_what_serves(out)), 0)
        if status:
            return 1
    return 0


def build_for_ever(documents: Path, out: Path) -> None:
    while True:
        build_index([documents], out=out, embedder=TinyEmbedder())


def check_what_serves(out: Path) -> None:
    problems = verify_build(current_build(out))
    hits = LibraryIndex.open_current(out, TinyEmbedder()).search(SearchQuery("quinine"), k=1)
    if problems or "uinine" not in hits[0].chunk.text:
        sys.stderr.write(f"{problems}\n{hits}\n")
        os._exit(1)


def fork(run: Callable[[], None]) -> int:
    """Run a function in a child process; returns its id."""
    child = os.fork()
    if child == 0:
        try:
            run()
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return child


if __name__ == "__main__":
    sys.exit(main())
