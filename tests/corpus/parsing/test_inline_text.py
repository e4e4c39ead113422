"""Raised and lowered text can never run into a number."""

from __future__ import annotations

import pytest

from corpus.parsing.inline_text import subscript, superscript


@pytest.mark.parametrize(
    ("before", "raised", "expected"),
    [
        ("10", "9", "^9"),
        ("10", "−3", "^−3"),
        ("kg/m", "2", "^2"),
        ("Na", "+", "+"),
        ("the 1", "st", "st"),
        ("3.1", "a", "^a"),
        ("Brand", "®", "®"),
        ("", "9", "^9"),
        ("10", "  ", ""),
        ("see", "[12]", "[12]"),
    ],
)
def test_superscript(before: str, raised: str, expected: str) -> None:
    assert superscript(before, raised) == expected


def test_subscript() -> None:
    assert subscript("CO", "2") == "2"
    assert subscript("10", "2") == "_2"
    assert subscript("V", "max") == "max"
