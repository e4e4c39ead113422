"""Loads retrieval sets in the BEIR layout, with an optional conversation before each query."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.conversation import Turn
from eval.errors import BadSet
from eval.sets.lines import Identifier, Problems, Row, find_file, read_lines, read_rows
from eval.sets.records import Passage, Query, RetrievalSet, name_set

HIGHEST_GRADE = 1_000_000
QRELS_HEADER = ("query-id", "corpus-id", "score")


class TurnRow(Row):
    role: Literal["user", "assistant"]
    content: str


class PassageRow(Row):
    id: Identifier = Field(alias="_id", min_length=1)
    title: str | None = None
    text: str


class QueryRow(Row):
    id: Identifier = Field(alias="_id", min_length=1)
    text: str
    history: list[TurnRow] | None = None


def read_history(rows: list[TurnRow] | None) -> tuple[Turn, ...]:
    """Turn the rows of a ``history`` field into turns, oldest first."""
    return tuple(Turn(row.role, row.content) for row in rows or ())


def load_retrieval_set(folder: Path) -> RetrievalSet:
    """Read ``corpus.jsonl[.gz]``, ``queries.jsonl[.gz]`` and ``qrels/test.tsv[.gz]`` of ``folder``.

    Raises :class:`BadSet`, which lists each breach with file and line: a missing file, broken JSON, a
    missing field, an empty id, one id with two different texts, an empty passage, a judgement that is no
    integer or names an unknown query or passage, and a set without a single judgement.

    Public sets have oddities; these are put right and told in ``notes``: a passage repeated word for
    word counts once, of two judgements of one pair the last counts, and a query with an empty text (a
    rewrite that its author left out) stays and finds nothing.
    """
    if not folder.is_dir():
        raise BadSet([f"{folder}: not a folder (a retrieval set is a folder with corpus, queries and qrels)"])
    corpus_file, queries_file = find_file(folder, "corpus.jsonl"), find_file(folder, "queries.jsonl")
    qrels_file = find_file(folder / "qrels", "test.tsv")
    problems = Problems()
    passages = _load_passages(corpus_file, problems)
    queries = _load_queries(queries_file, problems)
    qrels = _load_qrels(qrels_file, known_queries=queries, known_passages=passages, problems=problems)
    problems.raise_if_any()
    return RetrievalSet(
        name=name_set(folder),
        passages=tuple(passages.values()),
        queries=tuple(queries.values()),
        qrels=qrels,
        notes=tuple(problems.notes),
    )


def _load_passages(path: Path, problems: Problems) -> dict[str, Passage]:
    passages: dict[str, Passage] = {}
    repeated = 0
    for line, row in read_rows(path, PassageRow, problems):
        title = row.title or ""
        if row.id in passages:
            if passages[row.id] == Passage(row.id, title, row.text):
                repeated += 1
            else:
                problems.add(path, line, f"_id {row.id!r} is given twice, with different texts")
        elif not row.text.strip() and not title.strip():
            problems.add(path, line, f"passage {row.id!r} has neither title nor text")
        else:
            passages[row.id] = Passage(row.id, title, row.text)
    if repeated:
        problems.notes.append(f"{path.name}: {repeated} passages repeated word for word, counted once")
    if not passages and not problems.found:
        problems.add(path, None, "holds no passages")
    return passages


def _load_queries(path: Path, problems: Problems) -> dict[str, Query]:
    queries: dict[str, Query] = {}
    empty: list[str] = []
    for line, row in read_rows(path, QueryRow, problems):
        if row.id in queries:
            problems.add(path, line, f"_id {row.id!r} is given twice")
        else:
            queries[row.id] = Query(row.id, row.text, read_history(row.history))
            if not row.text.strip():
                empty.append(row.id)
    if queries and len(empty) == len(queries):
        problems.add(path, None, "every query has an empty text")
    elif empty:
        problems.notes.append(f"{path.name}: empty text, finds nothing: {', '.join(empty[:10])}")
    if not queries and not problems.found:
        problems.add(path, None, "holds no queries")
    return queries


def _load_qrels(
    path: Path, *, known_queries: dict[str, Query], known_passages: dict[str, Passage], problems: Problems
) -> dict[str, dict[str, int]]:
    # Where a corpus or query row was refused above, the judgements that name it would only repeat that.
    check_ids = not problems.found
    qrels: dict[str, dict[str, int]] = {}
    repeated = 0
    for line, text in read_lines(path):
        if not text.strip():
            continue
        cells = text.split("\t")
        if line == 1 and tuple(cells) == QRELS_HEADER:
            continue
        if len(cells) != 3:
            hint = "query-id <tab> corpus-id <tab> score"
            problems.add(path, line, f"expected {hint}, got {len(cells)} columns")
            continue
        query_id, passage_id, grade = cells
        try:
            score = int(grade)
        except ValueError:
            problems.add(path, line, f"score {grade!r} is not an integer; 0 is not relevant, 1 or more is")
            continue
        if abs(score) > HIGHEST_GRADE:
            problems.add(path, line, f"score {grade!r} is beyond {HIGHEST_GRADE}; give small whole grades")
            continue
        if check_ids and query_id not in known_queries:
            problems.add(path, line, f"query-id {query_id!r} is not in the queries")
        elif check_ids and passage_id not in known_passages:
            problems.add(path, line, f"corpus-id {passage_id!r} is not in the corpus")
        else:
            repeated += passage_id in qrels.get(query_id, {})
            # Public sets judge some pairs twice, and not alike; BEIR's own loader keeps the last.
            qrels.setdefault(query_id, {})[passage_id] = score
    if repeated:
        problems.notes.append(f"{path.name}: {repeated} pairs judged twice, the last judgement counts")
    if not qrels and not problems.found:
        problems.add(path, None, "holds no judgements")
    hopeless = sum(all(grade <= 0 for grade in grades.values()) for grades in qrels.values())
    if qrels and hopeless == len(qrels) and not problems.found:
        problems.add(
            path, None, "no passage is judged relevant (score 1 or more), so nothing can be measured"
        )
    elif hopeless:
        problems.notes.append(
            f"{path.name}: {hopeless} queries have no relevant passage, and count 0 whatever is found"
        )
    return qrels
