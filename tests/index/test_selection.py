"""Picking the best rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.selection import top_rows


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 40))
def test_same_as_a_stable_sort(values: list[int], k: int) -> None:
    scores = np.array(values, dtype=np.float32)
    expected = sorted(range(len(values)), key=lambda i: (-values[i], i))[:k]
    assert top_rows(scores, k).tolist() == expected


def test_k_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        top_rows(np.zeros(3, np.float32), 0)
