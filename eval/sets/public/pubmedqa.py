"""PubMedQA, ``ori_pqal.json``: a question, and the abstract that its article answers it in.

Where: data/ori_pqal.json in the pubmedqa/pubmedqa repository on GitHub. Licence: MIT; the abstracts are
PubMed text. As retrieval it is nearly saturated (the question is the article's own title).
"""

from __future__ import annotations

from pathlib import Path

from eval.errors import BadSet
from eval.sets.public.reading import need, read_json
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query


def convert_pubmedqa(source: Path, destination: Path) -> Counts:
    """``source`` is the JSON file, or the folder that holds it."""
    path = source / "ori_pqal.json" if source.is_dir() else source
    records = read_json(path)
    if not isinstance(records, dict):
        raise BadSet([f"{path}: expected one object of records by PMID"])
    passages, queries, qrels = [], [], {}
    for pmid, record in records.items():
        passages.append(Passage(pmid, "", " ".join(need(record, "CONTEXTS", path))))
        queries.append(Query(pmid, need(record, "QUESTION", path)))
        qrels[pmid] = {pmid: 1}
    return write_retrieval_set(destination, passages, queries, qrels)
