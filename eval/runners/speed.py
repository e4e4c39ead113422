"""Measures speed and memory: cold start, building, retrieval, whole answers. Wall clock beside processor time.

Cold start and building run in processes of their own, so that nothing is warm and their memory is theirs.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.conversation import Conversation
from assistant.events import AnswerChain, DoneEvent, MetaEvent, Request, StatementEvent
from corpus.chunking import chunk_document, embedding_text
from corpus.document import Document
from corpus.reading import read_documents
from eval.errors import RunFailed
from eval.reports.report import Report, take_percentiles, take_stage_percentiles
from eval.runners.clock import StageClock
from eval.sets.records import AnswerItem
from index.ports import Embedder

_COMMAND = "from assistant.cli import main; main()"
_TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class ProcessCost:
    """What a finished process took."""

    wall_s: float
    cpu_s: float
    largest_rss_mib: float


def run_speed(
    chain: AnswerChain,
    embedder: Embedder,
    items: Sequence[AnswerItem],
    *,
    documents: Sequence[Path],
    index: Path,
    provenance: dict[str, Any],
) -> Report:
    """Measure everything; ``items`` are the questions asked, each with its conversation.

    Raises :class:`RunFailed` when a process or the chain fails.
    """
    measurements = _measure_processes(documents, index) + measure_embedder(embedder, documents)
    rows = [ask_timed(chain, item) for item in items]
    measurements.append(Measurement("memory of this process, largest", _own_rss_mib(), "MiB"))
    return Report(
        task="speed",
        dataset="speed",
        metrics={},
        counts={"questions": len(rows)},
        latency_ms=take_percentiles([row["wall_ms"] for row in rows]),
        cpu_ms=take_percentiles([row["cpu_ms"] for row in rows]),
        stages_ms=take_stage_percentiles([row["stages_ms"] for row in rows]),
        details={"measurements": [asdict(measurement) for measurement in measurements]},
        provenance=provenance,
        per_query=rows,
    )


def ask_timed(chain: AnswerChain, item: AnswerItem) -> dict[str, Any]:
    """Ask one question; returns a row with its times in milliseconds, whole and by stage."""
    clock = StageClock()
    stages: dict[str, float] = {}
    for event in chain.stream_events(Request(item.question, Conversation(turns=item.history))):
        if isinstance(event, MetaEvent):
            stages.setdefault("first_event", clock.wall_ms)
        elif isinstance(event, StatementEvent):
            stages.setdefault("first_statement", clock.wall_ms)
        elif isinstance(event, DoneEvent):
            stages.update(event.answer.provenance.timings_ms)
    return {
        "id": item.id,
        "question": item.question,
        "wall_ms": round(clock.wall_ms, 3),
        "cpu_ms": round(clock.cpu_ms, 3),
        "stages_ms": {name: round(value, 3) for name, value in stages.items()},
        "metrics": {},
    }


def _measure_processes(documents: Sequence[Path], index: Path) -> list[Measurement]:
    question = "Does magnesium help leg cramps?"
    answered_or_not = frozenset({0, 1})  # 1: the library does not answer, which takes as long
    cold = [
        measure_command(["ask", question, "--index", str(index), "--json"], good=answered_or_not)
        for _ in range(3)
    ]
    with tempfile.TemporaryDirectory() as folder:
        sources = [argument for path in documents for argument in ("--documents", str(path))]
        built = measure_command(["index", "build", *sources, "--out", folder])
    return [
        Measurement(
            "cold start to a whole answer, median of 3", statistics.median(c.wall_s for c in cold), "s"
        ),
        Measurement("cold start, processor", statistics.median(c.cpu_s for c in cold), "s"),
        Measurement("memory of one question, largest", max(c.largest_rss_mib for c in cold), "MiB"),
        Measurement("building the index from nothing", built.wall_s, "s"),
        Measurement("building, processor", built.cpu_s, "s"),
        Measurement("memory of building, largest", built.largest_rss_mib, "MiB"),
    ]


def measure_embedder(embedder: Embedder, documents: Sequence[Path]) -> list[Measurement]:
    """Cut the documents as the index does and embed the chunks; raises :class:`RunFailed` without text."""
    parsed = [item for item in read_documents(documents) if isinstance(item, Document)]
    started = time.perf_counter()
    chunks = [
        chunk
        for document in parsed
        for chunk in chunk_document(
            document, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens
        )
    ]
    chunking = time.perf_counter() - started
    if not chunks:
        raise RunFailed("the documents hold no text to embed")
    texts = [embedding_text(chunk, count_tokens=embedder.count_tokens) for chunk in chunks]
    embedder.embed(texts[:8])
    started, cpu = time.perf_counter(), time.process_time()
    embedder.embed(texts)
    wall, spent = time.perf_counter() - started, time.process_time() - cpu
    return [
        Measurement("chunks of the library", len(chunks), ""),
        Measurement("parsed documents cut into chunks", len(parsed) / max(chunking, 1e-9), "documents/s"),
        Measurement("embedder's own rate", len(texts) / wall, "chunks/s"),
        Measurement("embedder's own rate, processor", len(texts) / spent, "chunks/s of one core"),
    ]


def measure_command(arguments: list[str], *, good: frozenset[int] = frozenset({0})) -> ProcessCost:
    """Run the product's command; its peak memory is read from the system's accounting of that child.

    Raises :class:`RunFailed` on an exit code that is not in ``good``.
    """
    started = time.perf_counter()
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "sys.stderr.write(done.stderr[-2000:])\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
        "sys.exit(done.returncode)\n"
    )
    command = [sys.executable, "-c", code, sys.executable, "-c", _COMMAND, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603
    wall = time.perf_counter() - started
    if done.returncode not in good:
        raise RunFailed(
            f"followup {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()[-400:]}"
        )
    cpu, rss = done.stdout.split()[-2:]
    return ProcessCost(wall, float(cpu), float(rss) / 1024)


def _own_rss_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
