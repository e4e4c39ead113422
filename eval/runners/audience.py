"""Runs the chain over Cochrane abstracts and measures what each reader sees."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from assistant.answer import Answer, Audience, Statement
from assistant.audience.explain import explain, grade_statements
from assistant.audience.glossary import load_glossary
from assistant.audience.reading import reading_grade
from assistant.events import AnswerChain, DoneEvent, Request
from assistant.verify.verdict import Verifier
from corpus.sentences import split_sentences
from eval.errors import BadSet
from eval.measures.bootstrap import Floats, Statistic, estimate
from eval.reports.report import Percentiles, Report, summarise, to_figure
from eval.sets.lines import Problems, Row, find_file, read_rows


class Review(Row):
    """An abstract and its plain-language summary, as the public set has them; it holds no title."""

    doi: str = Field(min_length=1)
    abstract: str = Field(min_length=1)
    plain_language: str = Field(min_length=1)

    @property
    def question(self) -> str:
        """What is asked in the place of the missing title: the summary's first sentence, its people's words."""
        return self.plain_language[: split_sentences(self.plain_language)[0].end][:1000]


def load_reviews(folder: Path) -> list[Review]:
    """Read ``test.jsonl[.gz]`` of ``folder``. Raises :class:`BadSet` naming every bad line."""
    path, problems = find_file(folder, "test.jsonl"), Problems()
    reviews = [row for _, row in read_rows(path, Review, problems)]
    problems.raise_if_any()
    if not reviews:
        raise BadSet([f"{path}: holds no review"])
    return reviews


def write_documents(reviews: Sequence[Review], folder: Path) -> None:
    """One text file a review, for a build of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, review in enumerate(reviews):
        (folder / f"review-{number:04}.txt").write_text(review.abstract, encoding="utf-8")


def run_audience(
    reviews: Sequence[Review],
    chain: AnswerChain,
    verifier: Verifier,
    *,
    provenance: Mapping[str, Any],
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Ask each review's question and grade the same statements for a professional and for a patient.

    Support cannot differ by reader, for both read the same verified statements; ``plain_supported`` asks more:
    whether the verifier supports the plain words as they stand, listed terms and all, by the cited quotes.
    """
    rows: list[dict[str, float | None]] = []
    times: list[float] = []
    per_query: list[dict[str, Any]] = []
    for review in reviews:
        answer = ask(chain, review.question)
        shown = answer.statements() if answer else []
        if shown:
            begin = time.perf_counter()
            for statement in shown:
                explain(bare(statement), verifier)
            times.append((time.perf_counter() - begin) * 1000)
        row = measure_answer(answer, verifier) if answer and shown else {}
        row["human_summary_grade"] = reading_grade(review.plain_language)
        rows.append(row)
        per_query.append({"id": review.doi, "item": review.question, "metrics": row})
        advance()
    metrics = summarise(rows, ("plain_share", "plain_supported", "statements_supported"))
    for name in ("professional_grade", "patient_grade", "grade_drop", "human_summary_grade"):
        values = [row[name] for row in rows if row.get(name) is not None]
        estimated = estimate(median_of([value for value in values if value is not None]), len(values))
        if estimated is not None:
            metrics[f"median_{name}"] = to_figure(estimated)
    return Report(
        task="audience",
        dataset="cochrane_pls",
        metrics=metrics,
        counts={
            "reviews": len(reviews),
            "answers": sum("patient_grade" in row for row in rows),
            "terms": len(load_glossary().terms),
        },
        latency_ms=Percentiles(p50=float(np.percentile(times, 50)), p95=float(np.percentile(times, 95)))
        if times
        else None,
        notes=[
            "the set has no titles: the first sentence of each plain-language summary is asked",
            "latency_ms is the time of the plain words alone, for all statements of an answer",
        ],
        provenance=dict(provenance),
        per_query=per_query,
    )


def ask(chain: AnswerChain, question: str) -> Answer | None:
    """The whole answer, or ``None`` when the chain ended in an error."""
    for event in chain.stream_events(Request(question, audience=Audience.PATIENT)):
        if isinstance(event, DoneEvent):
            return event.answer
    return None


def measure_answer(answer: Answer, verifier: Verifier) -> dict[str, float | None]:
    """The measures of one answer that has statements."""
    shown = answer.statements()
    professional = grade_statements(shown, Audience.PROFESSIONAL)
    patient = grade_statements(shown, Audience.PATIENT)
    plain = [statement for statement in shown if statement.plain]
    supported = [
        verifier.verify(f"{item.plain} {'; '.join(item.figures)}", quotes_of(answer, item)).label
        == "supported"
        for item in plain
    ]
    return {
        "professional_grade": professional,
        "patient_grade": patient,
        "grade_drop": None if professional is None or patient is None else professional - patient,
        "plain_share": len(plain) / len(shown),
        "plain_supported": sum(supported) / len(supported) if supported else None,
        "statements_supported": sum(item.support.verdict == "supported" for item in shown) / len(shown),
    }


def quotes_of(answer: Answer, statement: Statement) -> tuple[str, ...]:
    """The words that the statement cites."""
    return tuple(
        span.quote
        for reference in answer.references
        if reference.n in statement.citations
        for span in reference.spans
    )


def bare(statement: Statement) -> Statement:
    """The statement as it was before anything was explained."""
    return statement.model_copy(update={"plain": None, "figures": [], "terms": []})


def median_of(values: Sequence[float]) -> Statistic:
    """The weighted (lower) median; NaN without items."""
    numbers = np.array(values, dtype=np.float64)
    order = np.argsort(numbers, kind="stable")

    def weighted_median(weights: Floats) -> Floats:
        if not len(numbers):
            return np.full(len(weights), np.nan)
        running = np.cumsum(weights[:, order], axis=1)
        place = np.argmax(running >= running[:, -1:] / 2, axis=1)
        return np.asarray(numbers[order][place], dtype=np.float64)

    return weighted_median
