"""Negation, hedging, direction and the arms of a comparison are read as a reader would."""

from __future__ import annotations

import pytest

from assistant.verify.comparison import compare_directions
from assistant.verify.direction import are_opposed, read_direction, read_significance, split_comparison
from assistant.verify.negation import read_stance
from assistant.verify.words import Sentence, normalize, split_words


def sentence(text: str) -> Sentence:
    plain = normalize(text)
    return Sentence(plain, split_words(plain))


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("Magnesium does not help.", True),
        ("There is no evidence of benefit.", True),
        ("Magnesium isn't effective.", True),
        ("It failed to help.", True),
        ("Not only cramps were fewer.", False),
        ("It cannot be excluded.", False),
        ("Magnesium helps.", False),
    ],
)
def test_negation(text: str, negative: bool) -> None:
    assert read_stance(split_words(text)).is_negative is negative


def test_hedges_are_seen() -> None:
    assert read_stance(split_words("Magnesium may possibly help")).hedges
    assert not read_stance(split_words("Magnesium helps")).hedges


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("Pain was lower.", "down"),
        ("Cramps increased.", "up"),
        ("There was no significant difference.", "same"),
        ("Pain did not change.", "same"),
        ("The study took place in Spain.", None),
    ],
)
def test_direction(text: str, main: str | None) -> None:
    assert read_direction(text, split_words(text)).main == main


def test_p_values() -> None:
    assert read_significance("lower (P < 0.001)") is True
    assert read_significance("lower (p = 0.33)") is False
    assert read_significance("lower") is None


def test_opposition_needs_two_readings() -> None:
    assert are_opposed("up", "down")
    assert not are_opposed(None, "down")


def test_comparison_is_cut_at_its_word() -> None:
    assert split_comparison("A is better than B") == ("A is better ", " B")
    assert split_comparison("A is good") is None


@pytest.mark.parametrize(
    ("claim", "evidence", "agreement"),
    [
        (
            "Quinine reduced cramps compared with placebo.",
            "Cramps were lower with quinine than with placebo.",
            1,
        ),
        (
            "Quinine reduced cramps compared with placebo.",
            "Cramps were higher with placebo than with quinine.",
            1,
        ),
        (
            "Quinine increased cramps compared with placebo.",
            "Cramps were higher with placebo than with quinine.",
            -1,
        ),
        (
            "Compared with placebo, quinine reduced cramps.",
            "Cramps were higher with quinine than with placebo.",
            -1,
        ),
        (
            "Quinine did not change cramps compared with placebo.",
            "There was no significant difference in cramps.",
            1,
        ),
        (
            "Quinine reduced cramps compared with placebo.",
            "There was no significant difference in cramps.",
            -1,
        ),
        ("Quinine is a drug.", "Cramps were lower.", 0),
    ],
)
def test_arms_of_a_comparison(claim: str, evidence: str, agreement: int) -> None:
    assert compare_directions(sentence(claim), [sentence(evidence)]).agreement == agreement
