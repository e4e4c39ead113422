"""LiveQA-Med (TREC 2017): real patients' questions, with graded answers from MedQuAD.

Where: questions in TestDataset/ of abachaa/LiveQA_MedicalTask_TREC2017 on GitHub, judged answers in
QA-TestSet-LiveQA-Med-Qrels-2479-Answers.zip of abachaa/MedQuAD. Licence: the questions state none, the
judgements are CC BY 4.0: measure with them, don't train on them.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from eval.errors import BadSet
from eval.sets.lines import read_lines
from eval.sets.public.reading import read_xml, text_at
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query

RELEVANT_FROM = 3  # 1 incorrect, 2 related, 3 incomplete, 4 excellent
_HEAD = re.compile(r"^Question:\s*(?P<title>.*?)\s*(?:URL:\s*\S+\s*)?Answer:\s*(?P<text>.*)$", re.DOTALL)


def convert_liveqa(source: Path, destination: Path) -> Counts:
    """``source`` holds, at any depth, the questions' XML, the qrels text file and the answers' CSV."""
    queries: dict[str, Query] = {}
    for element in read_xml(_find(source, "*Questions-w-summaries.xml")).iterfind("NLM-QUESTION"):
        query_id = re.sub(r"\D", "", element.get("qid") or "")
        original = "Original-Question"
        text = f"{text_at(element, f'{original}/SUBJECT')} {text_at(element, f'{original}/MESSAGE')}".strip()
        queries[query_id] = Query(query_id, text)
    passages = _read_answers(_find(source, "*Answers*.csv"))
    qrels: dict[str, dict[str, int]] = {}
    for _, line in read_lines(_find(source, "*qrels*Judged*.txt")):
        cells = line.split()
        if len(cells) < 3 or cells[2] not in passages:
            continue
        if int(cells[1][0]) >= RELEVANT_FROM:
            qrels.setdefault(re.sub(r"\D", "", cells[0]), {})[cells[2]] = 1
    return write_retrieval_set(destination, passages.values(), queries.values(), qrels)


def _read_answers(path: Path) -> dict[str, Passage]:
    passages: dict[str, Passage] = {}
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.DictReader(lines):
            answer_id, answer = (row.get("AnswerID") or "").strip(), (row.get("Answer") or "").strip()
            head = _HEAD.match(answer)
            title, text = (head["title"], head["text"]) if head else ("", answer)
            if answer_id and text.strip():
                passages.setdefault(answer_id, Passage(answer_id, title, text.strip()))
    return passages


def _find(source: Path, pattern: str) -> Path:
    found = sorted(source.rglob(pattern))
    if not found:
        raise BadSet([f"{source}: no file like {pattern}"])
    return found[0]
