"""Picking the best rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.selection import top_positive_rows, top_rows


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 40))
def test_same_as_a_stable_sort(values: list[int], k: int) -> None:
    scores = np.array(values, dtype=np.float32)
    expected = sorted(range(len(values)), key=lambda i: (-values[i], i))[:k]
    assert top_rows(scores, k).tolist() == expected


def test_k_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        top_rows(np.zeros(3, np.float32), 0)


@pytest.mark.parametrize("k", [1, 3, 40, 300])
def test_positive_rows_are_the_top_rows_without_those_that_score_nothing(k: int) -> None:
    scores = np.random.default_rng(0).integers(0, 6, size=200).astype(np.float32)
    rows = top_rows(scores, k)
    assert top_positive_rows(scores, k).tolist() == rows[scores[rows] > 0].tolist()
    assert top_positive_rows(np.zeros(5, np.float32), k).tolist() == []
