"""MedQuAD: consumers' questions with the answers of NIH sites.

Where: the abachaa/MedQuAD repository on GitHub (folders ``*_QA``). Licence: CC BY 4.0. Answers of three
MedlinePlus collections were removed upstream; pairs without an answer are left out.
"""

from __future__ import annotations

from pathlib import Path

from eval.sets.public.reading import read_xml, text_at
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query


def convert_medquad(source: Path, destination: Path) -> Counts:
    """``source`` is the checkout, or any folder of its XML files."""
    passages: dict[str, Passage] = {}
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    for path in sorted(source.rglob("*.xml")):
        root = read_xml(path)
        focus = text_at(root, "Focus")
        for pair in root.iterfind(".//QAPair"):
            question, answer = text_at(pair, "Question"), text_at(pair, "Answer")
            if not question or not answer:
                continue
            pair_id = f"{path.parent.name}/{path.stem}-{pair.get('pid', '0')}"
            passage = passages.setdefault(answer, Passage(pair_id, focus, answer))
            queries.append(Query(pair_id, question))
            qrels[pair_id] = {passage.id: 1}
    return write_retrieval_set(destination, passages.values(), queries, qrels)
