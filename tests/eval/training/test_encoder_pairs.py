"""Training pairs: answers are answers, negatives are not, nothing is in both halves."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.training.encoder_pairs import (
    EVIDENCE_WORDINGS,
    EVIDENCE_WORDINGS_HELD_BACK,
    Split,
    cut_windows,
    is_held_back,
    make_cochrane,
    make_evidence,
    make_medquad,
    make_pubmedqa,
    make_scifact,
    normalise_text,
    word_evidence,
)

FILLER = "Patients were seen at the clinic and asked how they had slept that week. "


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def make_articles(count: int) -> list[dict[str, Any]]:
    articles = []
    for number in range(count):
        span = f"Cramps fell by {number} a week with magnesium."
        text = FILLER * 12 + span + " " + FILLER * 12
        begin = text.index(span)
        articles.append(
            {
                "pmcid": str(number),
                "title": f"Trial&#x02013;{number}",
                "text": text,
                "annotations": [
                    {"prompt_id": str(number), "start": begin, "end": begin + len(span), "evidence": span,
                     "intervention": "magnesium. ", "comparator": "placebo", "outcome": "Cramps per week",
                     "label": "significantly decreased"}
                ],
            }
        )  # fmt: skip
    return articles


def evidence(tmp_path: Path, excluded: frozenset[str] = frozenset()) -> Split:
    write(tmp_path / "articles.jsonl.gz", make_articles(40))
    return make_evidence(tmp_path, excluded, random.Random(1))


def scifact(tmp_path: Path) -> Split:
    write(
        tmp_path / "corpus.jsonl.gz",
        [
            {"doc_id": str(n), "title": f"T{n}", "abstract": [f"Sentence {i} of {n}." for i in range(6)]}
            for n in range(400)
        ],
    )
    claims = [
        {
            "id": n,
            "claim": f"Claim {n}",
            "evidence": [{"doc_id": str(n), "label": "SUPPORT", "sentences": [3]}],
        }
        for n in range(60)
    ]
    write(tmp_path / "claims_train.jsonl.gz", [*claims, {"id": 99, "claim": "None", "evidence": []}])
    return make_scifact(tmp_path, random.Random(1))


def medquad(tmp_path: Path) -> Split:
    rows = [
        {"focus": f"Disease {n}", "qtype": kind, "question": f"What is (are) Disease {n} ?",
         "answer": f"About the {kind} of disease {n}: " + FILLER * 20}
        for n in range(120) for kind in ("treatment", "symptoms")
    ]  # fmt: skip
    write(tmp_path / "qa_with_answers.jsonl.gz", rows)
    return make_medquad(tmp_path, frozenset({normalise_text(rows[0]["answer"])}), random.Random(1))


def pubmedqa(tmp_path: Path) -> Split:
    write(
        tmp_path / "dev500.jsonl.gz",
        [
            {"pmid": str(n), "question": f"Does {n}?", "contexts": [FILLER, "Short."], "long_answer": FILLER}
            for n in range(60)
        ],
    )
    return make_pubmedqa(tmp_path, random.Random(1))


def cochrane(tmp_path: Path) -> Split:
    write(
        tmp_path / "test.jsonl.gz",
        [{"doi": str(n), "abstract": FILLER * 9, "plain_language": FILLER * 4} for n in range(60)],
    )
    return make_cochrane(tmp_path, random.Random(1))


@pytest.mark.parametrize("make", [evidence, scifact, medquad, pubmedqa, cochrane])
def test_each_example_points_at_a_passage_that_answers_it_in_one_half_only(
    tmp_path: Path, make: Callable[[Path], Split]
) -> None:
    split = make(tmp_path)
    for part in (split.train, split.held_back):
        assert part.examples
        for example in part.examples:
            assert example.key in part.pool[example.passage].answers
    trained = {example.key for example in split.train.examples}
    assert trained.isdisjoint(example.key for example in split.held_back.examples)


def test_the_passage_of_an_evidence_question_holds_its_span_and_passages_without_it_answer_nothing(
    tmp_path: Path,
) -> None:
    part = evidence(tmp_path).train
    for example in part.examples:
        # At least half of the span: its beginning or its end.
        text = part.pool[example.passage].text
        assert "Cramps fell" in text or "with magnesium." in text
    without = [
        passage for passage in part.pool if "ramps" not in passage.text and "magnesium" not in passage.text
    ]
    assert without
    assert not any(passage.answers for passage in without)
    assert part.pool[0].title.startswith("Trial–")


def test_excluded_articles_are_in_neither_half(tmp_path: Path) -> None:
    excluded = frozenset(str(number) for number in range(0, 40, 2))
    split = evidence(tmp_path, excluded)
    titles = {passage.title for part in (split.train, split.held_back) for passage in part.pool}
    assert titles == {f"Trial–{number}" for number in range(1, 40, 2)}


def test_excluded_answers_are_in_neither_half(tmp_path: Path) -> None:
    split = medquad(tmp_path)
    texts = [passage.text for part in (split.train, split.held_back) for passage in part.pool]
    assert not any(text.startswith("About the treatment of disease 0:") for text in texts)


def test_another_question_on_the_same_topic_stays_a_negative(tmp_path: Path) -> None:
    part = medquad(tmp_path).train
    example = next(item for item in part.examples if item.key.endswith("-treatment"))
    others = [
        p for p in part.pool if p.title == part.pool[example.passage].title and "symptoms" in p.text[:30]
    ]
    assert others
    assert all(example.key not in passage.answers for passage in others)


def test_no_held_back_wording_is_trained_on() -> None:
    assert not set(EVIDENCE_WORDINGS) & set(EVIDENCE_WORDINGS_HELD_BACK)


def test_phrases_are_cleaned_before_they_are_set_into_a_sentence() -> None:
    row = {"intervention": "magnesium. ", "comparator": "placebo;", "outcome": "HbA1c"}
    assert word_evidence("{i}|{c}|{o}", row) == "magnesium|placebo|HbA1c"
    assert word_evidence("{o}", row | {"outcome": "Mean  pain &gt; 3"}) == "mean pain > 3"


def test_windows_cover_every_word_and_hold_no_more_than_asked() -> None:
    text = "\n".join(f"word{i}  and" for i in range(200))
    spans = list(cut_windows(text, (30, 50), overlap=10, rng=random.Random(3)))
    covered = set()
    for begin, end in spans:
        words = text[begin:end].split()
        assert 1 <= len(words) <= 50
        covered.update(words)
    assert covered == set(text.split())


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_blank_text_has_no_windows(text: str) -> None:
    assert list(cut_windows(text, (5, 9), overlap=2, rng=random.Random(1))) == []


def test_an_overlap_longer_than_a_window_still_ends() -> None:
    assert len(list(cut_windows("a b c d", (1, 1), overlap=9, rng=random.Random(1)))) == 4


def test_what_is_held_back_never_changes_between_runs() -> None:
    kept = [number for number in range(30) if is_held_back("scifact", str(number))]
    assert kept == [6, 7, 13, 18, 25, 26]
    with pytest.raises(KeyError):
        is_held_back("unknown", "1")
