"""Risk-coverage: the curve by hand, the area against the mean over random tie-breaks."""

import numpy as np
import pytest

from eval.measures.selective import area_under_risk_coverage, risk_coverage_curve


def area(confidence, correct):
    return float(area_under_risk_coverage(confidence, correct)(np.ones((1, len(correct))))[0])


def test_curve_and_area_by_hand():
    confidence, correct = [0.9, 0.8, 0.7, 0.6], [True, False, True, False]
    assert risk_coverage_curve(confidence, correct) == [(0.25, 0.0), (0.5, 0.5), (0.75, 1 / 3), (1.0, 0.5)]
    assert area(confidence, correct) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidence_enters_together():
    assert risk_coverage_curve([0.5, 0.5], [True, False]) == [(1.0, 0.5)]
    assert area([0.5, 0.5, 0.5], [True, False, True]) == pytest.approx(1 / 3)


def test_area_is_the_mean_over_ways_to_break_ties():
    generator = np.random.default_rng(11)
    confidence = generator.choice([0.2, 0.5, 0.8], 60)
    correct = generator.random(60) < 0.3 + 0.6 * confidence
    areas = [
        np.mean(np.cumsum(1 - correct[order]) / np.arange(1, 61))
        for order in (np.lexsort((generator.random(60), -confidence)) for _ in range(4000))
    ]
    assert area(confidence, correct) == pytest.approx(np.mean(areas), abs=0.002)


def test_weights_mean_repeated_items():
    confidence, correct = [0.9, 0.5, 0.1], [True, False, True]
    weighted = area_under_risk_coverage(confidence, correct)(np.array([[2.0, 0.0, 1.0]]))[0]
    assert weighted == pytest.approx(area([0.9, 0.9, 0.1], [True, True, True]))
    assert area_under_risk_coverage(confidence, correct)(np.array([[1.0, 2.0, 1.0]]))[0] == pytest.approx(
        area([0.9, 0.5, 0.5, 0.1], [True, False, False, True])
    )
