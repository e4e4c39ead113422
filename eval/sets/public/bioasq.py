"""BioASQ Task B golden sets: experts' questions with gold snippets of PubMed abstracts, pooled.

Where: bioasq.org, after registration. Licence: BioASQ's own terms; check them before redistributing.
"""

from __future__ import annotations

from pathlib import Path

from eval.sets.public.reading import need, read_json
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query


def convert_bioasq(source: Path, destination: Path) -> Counts:
    """``source`` is one golden JSON file, or a folder of them; equal snippets become one passage."""
    paths = sorted(source.glob("*.json")) if source.is_dir() else [source]
    passages: dict[str, Passage] = {}
    queries: dict[str, Query] = {}
    qrels: dict[str, dict[str, int]] = {}
    for path in paths:
        for question in need(read_json(path), "questions", path):
            query_id = str(need(question, "id", path))
            queries[query_id] = Query(query_id, need(question, "body", path))
            for snippet in question.get("snippets", []):
                text = " ".join(str(need(snippet, "text", path)).split())
                if not text:
                    continue
                passage = passages.setdefault(text, Passage(f"s{len(passages)}", "", text))
                qrels.setdefault(query_id, {})[passage.id] = 1
    return write_retrieval_set(destination, passages.values(), queries.values(), qrels)
