"""The score, worked by hand, and what is decided by it."""

from __future__ import annotations

import math

import pytest

from assistant.compose.answerability import (
    SCALE_FREE,
    AnswerabilityModel,
    judge_answerability,
    load_answerability,
)
from assistant.compose.evidence import measure_evidence
from tests.assistant.compose.found import find

MODEL = AnswerabilityModel(weights={"cosine": 4.0, "coverage_passage": 2.0}, bias=-3.0, threshold=0.5)


def test_the_score_by_hand() -> None:
    # -3 + 4 * .5 + 2 * .5 = 0
    assert MODEL.score({"cosine": 0.5, "coverage_passage": 0.5}) == 0.5
    # -3 + 4 * .75 + 2 * 1 = 2
    assert MODEL.score({"cosine": 0.75, "coverage_passage": 1.0}) == pytest.approx(1 / (1 + math.exp(-2)))


def test_a_missing_feature_is_an_error() -> None:
    with pytest.raises(KeyError):
        MODEL.score({"cosine": 0.5})


@pytest.mark.parametrize("embedder", ["minilm", "minilm-medical", "some/other-model"])
def test_packaged_models_only_reward_evidence(embedder: str) -> None:
    model = load_answerability(embedder)
    features = find("Does magnesium help leg cramps?")
    measured = measure_evidence(features.hits, features.candidates, features.facets, (0.1, 0.1))
    assert set(model.weights) <= set(measured)
    assert all(weight > 0 for weight in model.weights.values())
    assert 0 < model.threshold < 1


def test_an_unknown_embedder_gets_the_model_that_reads_no_cosine() -> None:
    assert load_answerability("some/other-model") == load_answerability(SCALE_FREE)
    assert not any(name.startswith("cosine") for name in load_answerability(SCALE_FREE).weights)


def judge(question: str, threshold: float) -> str:
    found = find(question)
    model = AnswerabilityModel(MODEL.weights, MODEL.bias, threshold)
    return judge_answerability(
        found.hits, found.candidates, found.facets, question=question, background=(0.0, 1.0), model=model
    ).decision


def test_the_threshold_decides() -> None:
    assert judge("Does magnesium help leg cramps?", 0.01) == "answer"
    assert judge("Does magnesium help leg cramps?", 0.999) == "abstain"


def test_standing_is_distance_from_the_background_in_its_own_spread() -> None:
    found = find("Does magnesium help leg cramps?")
    best = max(item.similarity for item in found.candidates)
    measured = measure_evidence(found.hits, found.candidates, found.facets, (0.2, 0.1))
    assert measured["cosine"] == pytest.approx(best)
    assert measured["standing"] == pytest.approx((best - 0.2) / 0.1)


def test_unknown_words_lower_coverage() -> None:
    found = find("Does magnesium help leg cramps in weightlessness?")
    measured = measure_evidence(found.hits, found.candidates, found.facets, (0.0, 1.0))
    known = sum(found.facets.key_weights.values())
    assert measured["unknown"] == pytest.approx(1 / (1 + known))
    assert measured["coverage_any"] == pytest.approx(known / (1 + known))


def test_no_candidates_no_answer() -> None:
    facets = find("Does magnesium help?").facets
    judged = judge_answerability([], [], facets, question="?", background=(0.0, 0.0), model=MODEL)
    assert (judged.decision, judged.score) == ("abstain", 0.0)
