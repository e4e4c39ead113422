"""Fusion, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import Scores, ScoreScale, mix_minmax, reciprocal_rank_fusion


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


def test_mix_by_hand() -> None:
    # dense scaled: 0, .5, 1; lexical scaled: 1, 0, .25
    mixed = mix_minmax(scores(0.2, 0.4, 0.6), scores(8, 0, 2), dense_weight=0.7)
    assert mixed == pytest.approx([0.3, 0.35, 0.775])


def test_mix_of_nothing_is_empty() -> None:
    assert mix_minmax(scores(), scores(), dense_weight=0.5).shape == (0,)


def test_a_part_that_says_nothing_counts_nothing() -> None:
    assert mix_minmax(scores(0.5, 0.5), scores(1, 2), dense_weight=0.7) == pytest.approx([0.15, 0.3])
    assert mix_minmax(scores(0.1, 0.5), scores(0, 0), dense_weight=0.7) == pytest.approx([0.0, 0.7])


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_weight_outside_its_range(weight: float) -> None:
    with pytest.raises(ValueError, match="dense_weight"):
        mix_minmax(scores(1), scores(1), dense_weight=weight)


def test_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="one length"):
        mix_minmax(scores(1, 2), scores(1), dense_weight=0.5)


def test_scale_clips_what_lies_outside() -> None:
    scale = ScoreScale(dense_low=0.2, dense_high=0.6, lexical_high=4)
    assert scale.mix(scores(0.0, 0.9), scores(0, 8), dense_weight=0.5) == pytest.approx([0.0, 1.0])


@given(
    st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 30, width=32)), min_size=1, max_size=20),
    st.floats(0, 1),
)
def test_mix_stays_in_range_and_keeps_dominance(pairs: list[tuple[float, float]], weight: float) -> None:
    dense, lexical = scores(*(d for d, _ in pairs)), scores(*(x for _, x in pairs))
    mixed = mix_minmax(dense, lexical, dense_weight=weight)
    assert (mixed >= 0).all()
    assert (mixed <= 1 + 1e-6).all()
    best = int(np.argmax(mixed))
    beaten = (dense > dense[best]) & (lexical > lexical[best])
    assert mixed[beaten] == pytest.approx(np.full(int(beaten.sum()), mixed[best]))


def test_reciprocal_rank_fusion_by_hand() -> None:
    fused = reciprocal_rank_fusion([[7, 3], [3, 9]], k=60)
    assert [row for row, _ in fused] == [3, 7, 9]
    assert [score for _, score in fused] == pytest.approx([1 / 62 + 1 / 61, 1 / 61, 1 / 62])


def test_reciprocal_rank_fusion_breaks_ties_by_row_and_weighs() -> None:
    assert [row for row, _ in reciprocal_rank_fusion([[5], [2]])] == [2, 5]
    assert [row for row, _ in reciprocal_rank_fusion([[5], [2]], weights=[2, 1])] == [5, 2]
    assert reciprocal_rank_fusion([]) == []
    with pytest.raises(ValueError, match="weights"):
        reciprocal_rank_fusion([[1]], weights=[1, 2])
