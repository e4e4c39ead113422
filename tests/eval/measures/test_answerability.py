"""The measures of the answerability score, worked by hand."""

from __future__ import annotations

import pytest

from eval.measures.answerability import measure_score


def test_by_hand() -> None:
    found = measure_score(
        [0.9, 0.8, 0.6, 0.0], [True, False, True, False], [True, True, True, False], threshold=0.5
    )
    assert found is not None
    assert found.curve == [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert found.operating.coverage == 0.75
    assert found.operating.risk == pytest.approx(1 / 3)
    assert found.operating.accuracy == 0.75
    assert found.figures["answerability_aurc"].value == pytest.approx((0 + 0.5 + 1 / 3 + 0.5) / 4)
    assert found.figures["answerability_auc"].value == 0.75


def test_nothing_answered_is_no_risk() -> None:
    found = measure_score([0.1], [False], [False], threshold=0.5)
    assert found is not None
    assert (found.operating.coverage, found.operating.risk, found.operating.accuracy) == (0.0, 0.0, 1.0)


def test_labels_all_alike_leave_out_what_any_score_would_reach() -> None:
    for truth in (True, False):
        found = measure_score([0.9, 0.1], [truth, truth], [True, False], threshold=0.5)
        assert found is not None
        assert found.figures.keys() == {"answerability_ece"}


def test_no_questions_no_figures() -> None:
    assert measure_score([], [], [], threshold=0.5) is None


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores"):
        measure_score([0.1, 0.2], [True], [True], threshold=0.5)
