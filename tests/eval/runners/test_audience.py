"""Audience runs: the median and what is read from the set."""

import json

import numpy as np
import pytest

from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier
from eval.errors import BadSet
from eval.runners.audience import load_reviews, measure_answer, median_of, run_audience, write_documents
from tests.scripted_chain import ScriptedChain, article_answer, telling

REVIEW = {
    "doi": "10.5555/a",
    "abstract": "Magnesium had little effect.",
    "plain_language": "Does magnesium help? It hardly did.",
}


def write_set(folder, *rows):
    (folder / "test.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder


def test_the_first_sentence_of_the_summary_is_asked(tmp_path):
    review = load_reviews(write_set(tmp_path, REVIEW))[0]
    assert review.question == "Does magnesium help?"
    write_documents([review], tmp_path / "documents")
    assert [path.read_text() for path in (tmp_path / "documents").iterdir()] == [REVIEW["abstract"]]


def test_a_broken_or_empty_set_is_refused(tmp_path):
    with pytest.raises(BadSet):
        load_reviews(write_set(tmp_path, {**REVIEW, "abstract": ""}))
    with pytest.raises(BadSet):
        load_reviews(write_set(tmp_path))


def test_the_weighted_median():
    median = median_of([5.0, 1.0, 3.0])
    assert list(median(np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0], [0.0, 2.0, 1.0]]))) == [3.0, 5.0, 1.0]


def test_a_run_grades_both_readers(tmp_path):
    verifier = StrictVerifier(load_verifier())
    answer = article_answer()
    first, *others = answer.sections[0].statements
    plainer = first.model_copy(update={"plain": "Cats nap."})
    section = answer.sections[0].model_copy(update={"statements": [plainer, *others]})
    measured = measure_answer(answer.model_copy(update={"sections": [section]}), verifier)
    assert measured["plain_share"] == 1 / (1 + len(others))
    assert measured["plain_supported"] == 0
    assert measured["grade_drop"] > 0
    reviews = load_reviews(write_set(tmp_path, REVIEW))
    report = run_audience(reviews, ScriptedChain(telling(answer)), verifier, provenance={})
    assert report.metrics["plain_share"].value == 0
    assert report.metrics["median_grade_drop"].value == 0
    assert report.counts["answers"] == 1
