"""Amounts compare by value, unit and kind of bound, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.quantities import match_quantities, read_quantities


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("300 mg", "0.3 g"),
        ("500 mcg", "0.5 mg"),
        ("500 µg", "500 micrograms"),
        ("twice daily", "bid"),
        ("three times a day", "every 8 hours"),
        ("over 65 years", "aged ≥ 65 years"),
        ("65 or older", "at least 65"),
        ("two weeks", "14 days"),
        ("1,000 IU", "1000 units"),
        ("10 to 20 mg", "10–20 mg"),
        ("12 percent", "12%"),
        ("300 mg daily", "300 mg/day"),
        ("12.3%", "12.34%"),
        ("five days", "5 days"),
    ],
)
def test_same_amount(claim: str, evidence: str) -> None:
    assert match_quantities(claim, (evidence,)).wrong == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "part"),
    [
        ("300 mg", "400 mg", "missing"),
        ("300 g", "300 mg", "other_unit"),
        ("over 65 years", "under 65 years", "other_bound"),
        ("twice daily", "once daily", "missing"),
        ("10 to 20 mg", "10 to 30 mg", "missing"),
        ("5 mg", "5 mL", "other_unit"),
        ("3 weeks", "3 months", "other_unit"),
        ("12%", "12 mg", "other_unit"),
        ("300 mg per week", "300 mg per day", "other_unit"),
        ("13%", "12.4%", "missing"),
    ],
)
def test_other_amount(claim: str, evidence: str, part: str) -> None:
    assert getattr(match_quantities(claim, (evidence,)), part)


def test_names_with_numbers_are_no_amounts() -> None:
    assert read_quantities("Vitamin B12, IL-6 and COVID-19") == ()


def test_small_number_words_alone_are_not_missed() -> None:
    assert match_quantities("There are two reasons.", ("Several reasons are known.",)).wrong == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for quantity in read_quantities(text):
        assert quantity.low == quantity.low  # never NaN


@given(st.integers(1, 9999), st.sampled_from(["mg", "mL", "%", "weeks"]))
def test_amount_matches_itself_and_no_other(value: int, unit: str) -> None:
    assert match_quantities(f"{value} {unit}", (f"It was {value} {unit}.",)).wrong == ()
    assert match_quantities(f"{value + 1} {unit}", (f"It was {value} {unit}.",)).wrong != ()


def test_no_more_than_is_an_upper_limit():
    assert [q.bound for q in read_quantities("no more than 4 g and not less than 2 g")] == [
        "at_most",
        "at_least",
    ]


def test_a_limit_is_never_rounded():
    assert match_quantities("P below 0.1", ("P below 0.05",)).wrong
