"""Verifier measures agree with scikit-learn, and with figures worked out by hand."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from eval.measures.bootstrap import estimate
from eval.measures.verification import (
    LABELS,
    area_under_curve,
    balanced_accuracy,
    calibration_error,
    macro_f1,
    macro_f1_binary,
    tabulate_calibration,
    tabulate_confusion,
)


def figure(statistic, items):
    return float(statistic(np.ones((1, items)))[0])


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(3)
    gold = [str(label) for label in generator.choice(LABELS, 200)]
    predicted = [g if generator.random() < 0.6 else str(generator.choice(LABELS)) for g in gold]
    scores = [round(float(s), 2) for s in generator.random(200)]  # two decimals: many ties
    return gold, predicted, scores


def test_macro_f1_agrees_with_scikit_learn(sample):
    gold, predicted, _ = sample
    expected = f1_score(gold, predicted, labels=list(LABELS), average="macro")
    assert figure(macro_f1(gold, predicted, LABELS), 200) == pytest.approx(expected)


def test_macro_f1_leaves_out_a_class_that_never_occurs():
    gold, predicted = ["supported", "not_enough", "supported"], ["supported", "supported", "supported"]
    assert figure(macro_f1(gold, predicted, LABELS), 3) == pytest.approx(
        f1_score(gold, predicted, average="macro", zero_division=0)
    )


def test_binary_macro_f1_agrees_with_scikit_learn(sample):
    truth, said = ([label == "supported" for label in labels] for labels in sample[:2])
    assert figure(macro_f1_binary(truth, said), 200) == pytest.approx(f1_score(truth, said, average="macro"))


def test_balanced_accuracy_agrees_with_scikit_learn(sample):
    gold, predicted, _ = sample
    truth, said = [g == "supported" for g in gold], [p == "supported" for p in predicted]
    assert figure(balanced_accuracy(truth, said), 200) == pytest.approx(balanced_accuracy_score(truth, said))


def test_area_under_curve_agrees_with_scikit_learn_ties_included(sample):
    gold, _, scores = sample
    truth = [g == "supported" for g in gold]
    assert figure(area_under_curve(truth, scores), 200) == pytest.approx(roc_auc_score(truth, scores))


def test_weights_mean_repeated_items(sample):
    gold, predicted, scores = sample
    truth = [g == "supported" for g in gold]
    weights = np.random.default_rng(5).integers(0, 4, 200)
    index = np.repeat(np.arange(200), weights)
    row = weights[None, :].astype(float)
    assert area_under_curve(truth, scores)(row)[0] == pytest.approx(
        roc_auc_score(np.array(truth)[index], np.array(scores)[index])
    )
    assert macro_f1(gold, predicted, LABELS)(row)[0] == pytest.approx(
        f1_score(np.array(gold)[index], np.array(predicted)[index], average="macro")
    )


def test_calibration_error_by_hand():
    # Bin .2-.3: two items, mean score .2, half supported; bin .9-1: two items, mean .95, all supported.
    truth, scores = [True, False, True, True], [0.2, 0.2, 0.9, 1.0]
    assert figure(calibration_error(truth, scores), 4) == pytest.approx(0.5 * 0.3 + 0.5 * 0.05)
    assert [entry["count"] for entry in tabulate_calibration(truth, scores)] == [2, 2]


def test_an_honest_score_has_no_calibration_error():
    assert figure(calibration_error([True, False] * 10, [0.5] * 20), 20) == pytest.approx(0)


def test_scores_outside_zero_and_one_are_refused():
    with pytest.raises(ValueError, match="probabilities"):
        calibration_error([True], [1.2])


def test_a_set_of_one_class_has_no_area_and_no_balanced_accuracy():
    assert estimate(area_under_curve([True, True], [0.1, 0.9]), 2) is None
    assert estimate(balanced_accuracy([True, True], [True, False]), 2) is None


def test_confusion_names_every_label():
    table = tabulate_confusion(["supported", "refuted"], ["supported", "supported"])
    assert table["refuted"] == {"supported": 1, "not_enough": 0, "refuted": 0}
