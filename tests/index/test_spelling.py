"""Words one slip apart."""

from __future__ import annotations

import pytest

from index.spelling import find_similar, one_edit_apart


@pytest.mark.parametrize(
    ("word", "other", "near"),
    [
        ("magnesum", "magnesium", True),  # a letter missing
        ("magnesiium", "magnesium", True),  # a letter too many
        ("magnesiun", "magnesium", True),  # a letter changed
        ("mangesium", "magnesium", True),  # neighbours swapped
        ("magnesium", "magnesium", False),
        ("quinidine", "quinine", False),
        ("prednisone", "prednisolone", False),
        ("abcd", "badc", False),  # two swaps
        ("a", "", True),
    ],
)
def test_one_edit(word: str, other: str, near: bool) -> None:
    assert one_edit_apart(word, other) is near
    assert one_edit_apart(other, word) is near


def test_the_first_letter_stays() -> None:
    assert find_similar("father", ["feather", "rather", "gather", "father"]) == ["feather"]
