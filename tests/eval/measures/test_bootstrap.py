"""Bootstrap: known intervals, clusters, paired tests."""

import numpy as np
import pytest
from scipy import stats

from eval.measures.bootstrap import Estimate, compare_figures, compare_paired, estimate, mean_of
from eval.measures.verification import area_under_curve, macro_f1_binary


def test_the_interval_of_a_mean_is_near_the_normal_one():
    values = np.random.default_rng(1).normal(0.6, 0.2, 400)
    found = estimate(mean_of(values), 400)
    half = 1.96 * values.std() / 400**0.5
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.003)


def test_the_same_seed_gives_the_same_interval():
    values = [0.0, 1.0, 1.0, 0.0, 1.0]
    assert estimate(mean_of(values), 5) == estimate(mean_of(values), 5)


def test_turns_of_one_conversation_are_drawn_together():
    # Ten conversations of ten equal turns: a hundred turns tell no more than ten.
    values = [float(i % 2) for i in range(10) for _ in range(10)]
    clusters = [i for i in range(10) for _ in range(10)]
    alone, together = estimate(mean_of(values), 100), estimate(mean_of(values), 100, clusters=clusters)
    of_ten = estimate(mean_of([float(i % 2) for i in range(10)]), 10)
    assert together.high - together.low > 2 * (alone.high - alone.low)
    assert (together.low, together.high) == pytest.approx((of_ten.low, of_ten.high), abs=0.05)


def test_items_without_a_value_do_not_count():
    assert estimate(mean_of([1.0, None, 0.0, float("nan")]), 4).value == 0.5


def test_no_items_and_no_values_give_no_figure():
    assert estimate(mean_of([]), 0) is None
    assert estimate(mean_of([None, None]), 2) is None


def test_a_constant_has_an_interval_of_no_width():
    assert estimate(mean_of([1.0] * 7), 7) == Estimate(1.0, 1.0, 1.0)


def test_a_large_set_is_drawn_in_blocks():
    found = estimate(mean_of(np.tile([0.0, 1.0], 3000)), 6000, resamples=1500)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.04


def test_cluster_keys_must_fit():
    with pytest.raises(ValueError, match="2 cluster keys for 3 items"):
        estimate(mean_of([1.0, 0.0, 1.0]), 3, clusters=["a", "b"])


def test_a_clear_improvement_is_significant():
    first, second = [0.0, 1.0, 0.0, 1.0] * 10, [1.0, 1.0, 0.0, 1.0] * 10
    found = compare_paired(first, second)
    assert (found.better, found.worse, found.same) == (10, 0, 30)
    assert found.difference.value == pytest.approx(0.25)
    assert found.difference.low > 0
    # Ten changed items, all one way: the exact two-sided p is 2 / 2**10.
    assert found.p_value == pytest.approx(2 / 2**10, abs=0.002)


def test_no_difference_has_p_one():
    found = compare_paired([0.3, 0.7, 0.2], [0.3, 0.7, 0.2])
    assert found.p_value == 1.0
    assert (found.better, found.worse, found.same) == (0, 0, 3)


def test_one_conversation_cannot_be_significant():
    found = compare_paired([0.0] * 20, [1.0] * 20, clusters=["only"] * 20)
    assert found.p_value == 1.0


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 2.0])])
def test_what_cannot_be_paired_is_refused(first, second):
    with pytest.raises(ValueError, match="cannot pair"):
        compare_paired(first, second)


def test_the_interval_agrees_with_scipy():
    values = np.random.default_rng(2).beta(2, 1, 150)
    found = estimate(mean_of(values), 150)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=10_000, rng=np.random.default_rng(3)
    )
    interval = theirs.confidence_interval
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.002)


def test_the_paired_test_agrees_with_scipy():
    generator = np.random.default_rng(4)
    first = generator.random(60)
    second = np.clip(first + generator.normal(0.03, 0.12, 60), 0, 1)
    theirs = stats.permutation_test(
        (second - first,), np.mean, permutation_type="samples", n_resamples=10_000, rng=generator
    )
    assert compare_paired(list(first), list(second)).p_value == pytest.approx(theirs.pvalue, abs=0.01)


def test_a_mean_compared_as_a_figure_of_the_set_is_the_paired_comparison():
    generator = np.random.default_rng(5)
    first, second = generator.random(40), generator.random(40)
    paired = compare_paired(list(first), list(second))
    whole = compare_figures(mean_of(np.concatenate([first, second])), 40)
    assert whole.difference.value == pytest.approx(paired.difference.value)
    assert (whole.difference.low, whole.difference.high) == pytest.approx(
        (paired.difference.low, paired.difference.high)
    )
    assert whole.p_value == pytest.approx(paired.p_value, abs=0.02)


def test_macro_f1_of_two_systems_by_hand():
    gold = [True, True, False, False]
    first, second = [True, False, False, True], [True, True, False, True]
    found = compare_figures(macro_f1_binary(gold * 2, first + second), 4)
    # First: 2/4 and 2/4. Second: supported tp 2, fp 1 -> 4/5; rest tp 1, fn 1 -> 2/3.
    assert found.difference.value == pytest.approx((4 / 5 + 2 / 3) / 2 - 1 / 2)
    # Only the second claim differs: whichever way the systems change places, the gap is as wide.
    assert found.p_value == 1.0


def test_a_clearly_better_score_is_significant_and_a_like_one_is_not():
    generator = np.random.default_rng(6)
    gold = [bool(flag) for flag in generator.integers(0, 2, 120)]
    blind = list(generator.random(120))
    seeing = [0.6 * flag + 0.4 * noise for flag, noise in zip(gold, blind, strict=True)]
    assert compare_figures(area_under_curve(gold * 2, blind + seeing), 120).p_value < 0.001
    assert compare_figures(area_under_curve(gold * 2, blind + blind), 120).p_value == 1.0


def test_a_figure_that_is_undefined_cannot_be_compared():
    assert compare_figures(area_under_curve([True] * 4, [0.1, 0.2, 0.3, 0.4]), 2) is None
