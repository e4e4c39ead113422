"""Slips of the finger are told from other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screen.typing_errors import edit_distance, is_typing_error

WORDS = st.text(alphabet="abcde", max_size=8)


@pytest.mark.parametrize(
    ("word", "meant", "expected"),
    [
        ("swolen", "swollen", True),
        ("chset", "chest", True),
        ("claf", "calf", True),
        ("half", "calf", False),
        ("hat", "hot", False),
        ("paralized", "paralysed", True),
        ("breathe", "bathing", False),
    ],
)
def test_slips(word: str, meant: str, expected: bool) -> None:
    assert is_typing_error(word, meant) is expected


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_zero_only_for_equals(a: str, b: str) -> None:
    assert edit_distance(a, b, limit=20) == edit_distance(b, a, limit=20)
    assert (edit_distance(a, b, limit=20) == 0) == (a == b)


@given(WORDS, WORDS, st.integers(0, 3))
def test_limit_is_never_passed_unnoticed(a: str, b: str, limit: int) -> None:
    assert (edit_distance(a, b, limit=limit) > limit) == (edit_distance(a, b, limit=20) > limit)
