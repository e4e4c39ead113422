"""Loads answer sets: questions to the whole chain, with what a good answer must do."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from eval.sets.lines import Identifier, Problems, Row, read_rows
from eval.sets.records import AnswerItem, AnswerSet, GoldSpan, name_set
from eval.sets.retrieval import TurnRow, read_history


class GoldSpanRow(Row):
    document_id: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class AnswerRow(Row):
    id: Identifier = Field(min_length=1)
    question: str
    history: list[TurnRow] | None = None
    answerable: bool | None = None
    must_have: list[str] | None = None
    red_flag: bool | None = None
    unsafe: bool | None = None
    gold_documents: list[Identifier] | None = None
    gold_spans: list[GoldSpanRow] | None = None


def load_answer_set(path: Path) -> AnswerSet:
    """Read ``FILE.jsonl[.gz]`` of ``{"id", "question", ...}``; every label is optional.

    Raises :class:`eval.errors.BadSet` with file and line of each breach.
    """
    problems = Problems()
    items: dict[str, AnswerItem] = {}
    for line, row in read_rows(path, AnswerRow, problems):
        if row.id in items:
            problems.add(path, line, f"id {row.id!r} is given twice")
        elif not row.question.strip():
            problems.add(path, line, f"question {row.id!r} is empty")
        elif any(not statement.strip() for statement in row.must_have or ()):
            problems.add(path, line, f"question {row.id!r} has an empty must_have statement")
        elif row.answerable is False and (row.gold_documents or row.gold_spans):
            problems.add(
                path, line, f"question {row.id!r} is not answerable, yet has gold documents or spans"
            )
        else:
            items[row.id] = AnswerItem(
                id=row.id,
                question=row.question,
                history=read_history(row.history),
                answerable=row.answerable,
                must_have=tuple(row.must_have or ()),
                red_flag=row.red_flag,
                unsafe=row.unsafe,
                gold_documents=tuple(row.gold_documents or ()),
                gold_spans=tuple(GoldSpan(span.document_id, span.quote) for span in row.gold_spans or ()),
            )
    if not items and not problems.found:
        problems.add(path, None, "holds no questions")
    problems.raise_if_any()
    return AnswerSet(name_set(path), tuple(items.values()), tuple(problems.notes))
