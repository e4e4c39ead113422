"""Runs one contender in this process: ``python -m eval.peers.process MODULE:CLASS TASK.json RESULT.json``.

Standard library only, for it runs in the peers' environment. The task and the result are JSON, as
:func:`run_contender` reads and gives them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.peers.port import Peer, PeerPassage, PeerQuestion, PeerTurn, Place


def load_contender(name: str) -> Callable[[Place], Peer]:
    """The class named ``module:Class``. Raises ``ImportError`` or ``AttributeError``."""
    module, _, attribute = name.partition(":")
    made: Callable[[Place], Peer] = getattr(importlib.import_module(module), attribute)
    return made


def run_contender(make: Callable[[Place], Peer], task: dict[str, Any]) -> dict[str, Any]:
    """Build, then ask every question in each way that applies to the contender.

    The ways are ``own`` where it reads history itself, else ``alone`` (the last message) and, where any question
    has a history, ``joined`` (all that the reader said). One question is asked before the clock starts.
    """
    place = Place(**task["place"])
    passages = [PeerPassage(**row) for row in task["passages"]]
    questions = [
        PeerQuestion(row["id"], row["text"], tuple(PeerTurn(**turn) for turn in row["history"]))
        for row in task["questions"]
    ]
    peer = make(place)
    started, cpu = time.perf_counter(), time.process_time()
    peer.build(passages)
    built = {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
    ways: dict[str, Callable[[PeerQuestion], PeerQuestion]] = {}
    if peer.reads_history:
        ways["own"] = lambda question: question
    else:
        ways["alone"] = PeerQuestion.alone
        if any(question.history for question in questions):
            ways["joined"] = PeerQuestion.joined
    peer.search(PeerQuestion("warm-up", "What helps against leg cramps at night?"), k=task["k"])
    return {
        "built": built,
        "ways": {
            way: [_ask(peer, question.id, prepare(question), task["k"]) for question in questions]
            for way, prepare in ways.items()
        },
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {name: importlib.metadata.version(name) for name in peer.packages},
    }


def _ask(peer: Peer, question_id: str, question: PeerQuestion, k: int) -> dict[str, Any]:
    started, cpu = time.perf_counter(), time.process_time()
    failed = ""
    ids: list[str] = []
    try:
        ids = list(dict.fromkeys(peer.search(question, k=k)))[:k] if question.text.strip() else []
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"[:300]
    return {
        "id": question_id,
        "ids": ids,
        "wall_ms": (time.perf_counter() - started) * 1000,
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "failed": failed,
    }


def main(arguments: list[str]) -> int:
    name, task, result = arguments
    made = run_contender(load_contender(name), json.loads(Path(task).read_text(encoding="utf-8")))
    Path(result).write_text(json.dumps(made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
