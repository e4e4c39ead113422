"""Writes converted sets in our formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.errors import BadSet
from eval.sets.lines import write_json_lines
from eval.sets.records import Claim, Passage, Query

Counts = dict[str, int]
"""What was written -> how many, for the command to print."""


def write_retrieval_set(
    folder: Path,
    passages: Iterable[Passage],
    queries: Iterable[Query],
    qrels: Mapping[str, Mapping[str, int]],
) -> Counts:
    """Write ``corpus.jsonl.gz``, ``queries.jsonl.gz`` (judged queries only) and ``qrels/test.tsv``.

    Raises :class:`BadSet` when nothing is judged: a converter that found nothing must not pass unseen.
    """
    judged = [query for query in queries if qrels.get(query.id)]
    if not judged:
        raise BadSet(["no judged query was found; is this the distribution that the name says?"])
    written = write_json_lines(
        folder / "corpus.jsonl.gz", ({"_id": p.id, "title": p.title, "text": p.text} for p in passages)
    )
    write_json_lines(folder / "queries.jsonl.gz", (_query_row(query) for query in judged))
    path = folder / "qrels" / "test.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{query.id}\t{passage_id}\t{grade}\n"
        for query in judged
        for passage_id, grade in qrels[query.id].items()
    ]
    path.write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), encoding="utf-8")
    return {"passages": written, "queries": len(judged), "judgements": len(rows)}


def write_claims(path: Path, claims: Iterable[Claim]) -> Counts:
    """Write a claims file; raises :class:`BadSet` when there are none."""
    written = write_json_lines(
        path,
        ({"id": c.id, "claim": c.claim, "evidence": list(c.evidence), "label": c.label} for c in claims),
    )
    if not written:
        raise BadSet(["no claim was found; is this the distribution that the name says?"])
    return {"claims": written}


def _query_row(query: Query) -> dict[str, Any]:
    row: dict[str, Any] = {"_id": query.id, "text": query.text}
    if query.history:
        row["history"] = [{"role": turn.role, "content": turn.content} for turn in query.history]
    return row
