"""The age asked about, and the ages a sentence speaks of."""

from __future__ import annotations

import pytest

from assistant.compose.ages import holds_at, read_age


@pytest.mark.parametrize(
    ("question", "age"),
    [
        ("Should women aged 45 be screened?", 45),
        ("my dad is 78", 78),
        ("a 6-year-old with cramps", 6),
        ("adults aged 50 to 74", None),
        ("people aged 65 or older", None),
        ("she is 30 weeks pregnant", None),
        ("magnesium 300 mg", None),
    ],
)
def test_the_age_asked_about(question: str, age: int | None) -> None:
    assert read_age(question) == age


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("screening for women aged 50 to 74 years", False),
        ("screening in women prior to age 50 years; may choose between the ages of 40 and 49 years", True),
        ("women aged 75 years or older", False),
        ("adults aged 18 years and older", True),
        ("screening is advised", None),
    ],
)
def test_whether_it_holds_at_45(text: str, holds: bool | None) -> None:
    assert holds_at(45, text) is holds
