"""MTRAG: conversations written over documents, with the passages that each turn needs.

Where: mtrag-human/evaluations/ in the IBM/mt-rag-benchmark repository on GitHub (the reference subset
carries its gold passages; the full corpora are separate archives there). Licence: Apache-2.0.
"""

from __future__ import annotations

from pathlib import Path

from assistant.conversation import Turn
from eval.sets.public.reading import need, read_json
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query


def convert_mtrag(source: Path, destination: Path) -> Counts:
    """``source`` is the reference subset's JSON file; the passages in it are the pool."""
    data = read_json(source)
    passages = {
        str(need(document, "document_id", source)): Passage(
            str(document["document_id"]), str(document.get("title") or ""), need(document, "text", source)
        )
        for document in need(data, "documents", source)
    }
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    for task in need(data, "tasks", source):
        task_id = str(need(task, "task_id", source))
        turns = need(task, "input", source)
        history = tuple(
            Turn("user" if turn["speaker"] == "user" else "assistant", turn["text"]) for turn in turns[:-1]
        )
        gold = {str(context["document_id"]): 1 for context in task.get("contexts", [])}
        queries.append(Query(task_id, turns[-1]["text"].strip(), history))
        qrels[task_id] = {document_id: 1 for document_id in gold if document_id in passages}
    return write_retrieval_set(destination, passages.values(), queries, qrels)
