"""Runs every contender on a set, one after the other, each in a process of its own, and measures them alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from eval.errors import NotReady
from eval.measures.bootstrap import compare_paired, estimate, mean_of
from eval.measures.ranking import measure_ranking
from eval.sets.records import RetrievalSet
from index.embedder import find_packaged_model
from index.errors import EmbedderUnavailable

MEASURE = "nDCG@10"
FOUND = 10
TIMEOUT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Contender:
    """``cls`` is ``module:Class``; ``home`` says whose environment it runs in."""

    name: str
    cls: str
    home: Literal["product", "peers"] = "peers"


OURS = Contender("ours", "eval.peers.ours:Ours", "product")
CONTENDERS = (
    OURS,
    Contender("ours, 32 bits", "eval.peers.ours:OursFullPrecision", "product"),
    Contender("ours, as shipped (tuned model)", "eval.peers.ours:OursAsShipped", "product"),
    Contender("FAISS alone", "eval.peers.alone:FaissAlone"),
    Contender("bm25s alone", "eval.peers.alone:Bm25sAlone"),
    Contender("LangChain FAISS", "eval.peers.langchain_peers:LangChainFaiss"),
    Contender("LangChain ensemble", "eval.peers.langchain_peers:LangChainEnsemble"),
    Contender("LangChain history-aware", "eval.peers.langchain_peers:LangChainHistoryAware"),
    Contender("txtai hybrid", "eval.peers.txtai_peer:Txtai"),
    Contender("LlamaIndex fusion", "eval.peers.llamaindex_peer:LlamaIndex"),
    Contender("Haystack joined", "eval.peers.haystack_peer:Haystack"),
    Contender("PaperQA2", "eval.peers.paperqa_peer:PaperQa"),
)


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One contender in one way of asking, on one set.

    ``way``: ``own`` (reads the history itself), ``alone`` (the last message), ``joined`` (all that the reader
    said). ``quality`` is the mean nDCG@10 with its 95 % interval; ``behind`` is ours minus theirs, paired, with
    interval and p-value. Times of asking are milliseconds of wall clock (p50, p95) and of processor (p50);
    ``passages_per_s`` is of the whole build; ``rss_mib`` the largest memory of the process.
    Of the contender's own process, so without the chat model's server, which only the wall clock sees.
    ``failed`` counts questions that raised; they found nothing. ``error`` is why there are no figures at all.
    """

    set: str
    contender: str
    way: str = ""
    questions: int = 0
    quality: tuple[float, float, float] | None = None
    behind: tuple[float, float, float, float] | None = None
    passages_per_s: float = 0.0
    passages_per_cpu_s: float = 0.0
    wall_p50: float = 0.0
    wall_p95: float = 0.0
    cpu_p50: float = 0.0
    rss_mib: float = 0.0
    failed: int = 0
    versions: Mapping[str, str] | None = None
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def bench_peers(
    retrieval_set: RetrievalSet,
    contenders: Sequence[Contender],
    *,
    pythons: Mapping[str, Path],
    place: Mapping[str, str],
    limit: int | None = None,
    timeout_s: float = TIMEOUT_S,
    advance: Callable[[], None] = lambda: None,
) -> list[PeerRow]:
    """Measure the contenders, the first of which is the one that the others are compared with.

    ``pythons`` maps each home to its interpreter; ``place`` is what :class:`eval.peers.port.Place` holds. One that
    fails gets a row that says why, and the run goes on. Raises :class:`NotReady` when an interpreter is missing.
    """
    for home in {contender.home for contender in contenders}:
        if not pythons[home].is_file():
            raise NotReady(f"{pythons[home]} is missing; `make bench-peers` sets the peers' environment up")
    queries = retrieval_set.judged_queries()[:limit]
    clusters = [query.conversation for query in queries]
    qrels = {query.id: retrieval_set.qrels[query.id] for query in queries}
    task = {
        "place": dict(place),
        "k": FOUND,
        "passages": [
            {"id": passage.id, "title": passage.title, "body": passage.text}
            for passage in retrieval_set.passages
        ],
        "questions": [
            {
                "id": query.id,
                "text": query.text,
                "history": [{"role": turn.role, "content": turn.content} for turn in query.history],
            }
            for query in queries
        ],
    }
    rows: list[PeerRow] = []
    reference: list[float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        task_file = Path(folder) / "task.json"
        task_file.write_text(json.dumps(task), encoding="utf-8")
        for contender in contenders:
            result = _run(contender, pythons[contender.home], task_file, timeout_s=timeout_s)
            advance()
            if isinstance(result, str):
                rows.append(PeerRow(retrieval_set.name, contender.name, error=result))
                continue
            for way, asked in result["ways"].items():
                measured = measure_ranking({row["id"]: row["ids"] for row in asked}, qrels)
                values = [measured[query.id][MEASURE] for query in queries]
                reference = reference or values
                rows.append(
                    _make_row(retrieval_set, contender.name, way, result, asked, values, reference, clusters)
                )
    return rows


def _run(contender: Contender, python: Path, task: Path, *, timeout_s: float) -> dict[str, Any] | str:
    """What the process wrote, or the last line of why it failed."""
    result = task.with_name("result.json")
    result.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else PaperQA2's client asks the network for prices
    }
    command = [str(python), "-W", "ignore", "-m", "eval.peers.process", contender.cls, str(task), str(result)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by an interpreter that the caller names
            command, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done after {timeout_s:.0f} s"
    if done.returncode or not result.is_file():
        lines = done.stderr.strip().splitlines()
        return lines[-1][:300] if lines else f"exit status {done.returncode}"
    read: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return read


def _make_row(
    retrieval_set: RetrievalSet,
    name: str,
    way: str,
    result: Mapping[str, Any],
    asked: Sequence[Mapping[str, Any]],
    values: Sequence[float],
    reference: Sequence[float],
    clusters: Sequence[Hashable],
) -> PeerRow:
    quality = estimate(mean_of(values), len(values), clusters=clusters)
    behind = None
    if values is not reference:
        paired = compare_paired(values, reference, clusters=clusters)
        behind = (paired.difference.value, paired.difference.low, paired.difference.high, paired.p_value)
    walls, cpus = [row["wall_ms"] for row in asked], [row["cpu_ms"] for row in asked]
    passages = len(retrieval_set.passages)
    return PeerRow(
        set=retrieval_set.name,
        contender=name,
        way=way,
        questions=len(asked),
        quality=(quality.value, quality.low, quality.high) if quality else None,
        behind=behind,
        passages_per_s=passages / result["built"]["wall_s"],
        passages_per_cpu_s=passages / max(result["built"]["cpu_s"], 1e-9),
        wall_p50=float(np.percentile(walls, 50)),
        wall_p95=float(np.percentile(walls, 95)),
        cpu_p50=float(np.percentile(cpus, 50)),
        rss_mib=result["rss_mib"],
        failed=sum(bool(row["failed"]) for row in asked),
        versions=result["versions"],
    )


def choose_contenders(names: Sequence[str]) -> tuple[Contender, ...]:
    """Ours and those whose name contains one of ``names``; all where none is given.

    Raises :class:`NotReady` for a name that fits none.
    """
    for name in names:
        if not any(name.casefold() in contender.name.casefold() for contender in CONTENDERS):
            known = ", ".join(contender.name for contender in CONTENDERS)
            raise NotReady(f"no contender is called {name!r}; there are: {known}")
    wanted = [name.casefold() for name in names]
    return tuple(
        contender
        for contender in CONTENDERS
        if not wanted or contender is OURS or any(name in contender.name.casefold() for name in wanted)
    )


def find_model() -> Path:
    """The folder of the packaged embedding model. Raises :class:`NotReady` when it is missing or damaged."""
    try:
        return find_packaged_model()
    except EmbedderUnavailable as error:
        raise NotReady(str(error)) from error


def own_python() -> Path:
    """The interpreter that runs this."""
    return Path(sys.executable)
