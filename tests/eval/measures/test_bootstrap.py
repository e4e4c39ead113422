"""Bootstrap: known intervals, clusters, paired tests."""

import numpy as np
import pytest

from eval.measures.bootstrap import Estimate, compare_paired, estimate, mean_of


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
