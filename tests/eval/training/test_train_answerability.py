"""Training on rows one can follow."""

from __future__ import annotations

import numpy as np
import pytest

from eval.training.answerability_sets import Corpus, Question, Shelf, ask_all, write_document
from eval.training.train_answerability import Row, balance, choose_threshold, fit, train
from index.vector_cache import VectorCache
from tests.tiny_embedder import TinyEmbedder


def row(source: str, answerable: bool, value: float, *, vetoed: bool = False, learned: bool = True) -> Row:
    return Row(
        source=source, id=f"{source}{value}", kind="kept", answerable=answerable, learned=learned, vetoed=vetoed,
        features={"cosine": value, "noise": -value}, question="", title="", best="",
    )  # fmt: skip


def test_a_feature_that_would_count_against_evidence_weighs_nothing() -> None:
    matrix = np.array([[0.1, 0.9], [0.2, 0.8], [0.8, 0.2], [0.9, 0.1]])
    fitted = fit(matrix, np.array([False, False, True, True]), np.ones(4))
    assert fitted.weights[0] > 0
    assert fitted.weights[1] == 0


def test_sources_and_classes_weigh_alike() -> None:
    rows = [row("a", True, 0.1), row("a", False, 0.2), row("a", False, 0.3), row("b", True, 0.4)]
    assert balance(rows).tolist() == pytest.approx([4 / 3, 2 / 3, 2 / 3, 4 / 3])


def test_the_threshold_lets_through_what_is_allowed() -> None:
    rows = [row("a", False, i / 10) for i in range(10)] + [row("a", True, 0.95)]
    scores = np.array([r.features["cosine"] for r in rows])
    threshold = choose_threshold(scores, rows, np.ones(11), allowed=0.2)
    wrong = [s for s, r in zip(scores, rows, strict=True) if not r.answerable and s >= threshold]
    assert wrong == [0.8, 0.9]


def test_each_source_is_judged_by_a_model_that_never_saw_it() -> None:
    rows = [row("a", v > 0.5, v) for v in (0.1, 0.2, 0.3, 0.7, 0.8, 0.9)]
    rows += [row("b", v > 0.5, v) for v in (0.15, 0.25, 0.35, 0.75, 0.85, 0.95)]
    # A third source that contradicts the others must not be judged by itself.
    rows += [row("c", v < 0.5, v, learned=False) for v in (0.1, 0.9)]
    model, probabilities = train(rows, ["cosine", "noise"])
    assert set(model["weights"]) == {"cosine"}
    assert probabilities[-2] < probabilities[-1]


def test_removed_questions_are_asked_without_their_documents(tmp_path) -> None:
    documents = tuple(
        write_document(f"d{i}", "", [("", f"Magnesium eases cramps of kind{i} in the leg.")])
        for i in range(30)
    )
    questions = tuple(Question(f"q{i}", f"cramps of kind{i}?", frozenset([f"d{i}"])) for i in range(30))
    named = Question("named", "kind3?", frozenset(["d3"]), entity="leg")
    corpus = Corpus("tiny", documents, (*questions, named), learned=True)
    asked = list(ask_all(Shelf(corpus, TinyEmbedder(), VectorCache(tmp_path))))
    assert {item.kind for item in asked} == {"kept", "removed"}
    for item in asked:
        number = next(iter(item.question.gold))[1:]
        held = item.library.rarity(f"kind{number}") < 1
        assert held is item.answerable
    # Every other document names the leg too, so leaving out its own proves nothing.
    assert not any(item.question.id == "named" and not item.answerable for item in asked)
