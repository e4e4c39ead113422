"""Changed sentences differ in one thing, and reworded ones keep what they say."""

from __future__ import annotations

import random

import pytest

from eval.training.text_changes import change_meaning, reword

SENTENCES = (
    "Magnesium significantly reduced the number of cramps in 84 pregnant women.",
    "The drug is not recommended for children.",
    "Regular stretching improves sleep.",
    "Quinine was better than placebo.",
)


def draw(seed: int) -> random.Random:
    return random.Random(seed)


def even(_: str) -> float:
    return 5.0


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_changed_sentence_differs_and_tells_how(sentence: str) -> None:
    kinds = set()
    for seed in range(40):
        changed = change_meaning(sentence, "Warfarin doubled the bleeding rate.", draw(seed), even)
        if changed is None:  # the draws fell on kinds that this sentence has no word for
            continue
        text, label, kind = changed
        assert text != sentence
        assert label == ("not_enough" if kind == "swap" else "refuted")
        kinds.add(kind)
    assert len(kinds) >= 2


def test_a_negation_is_put_in_or_taken_out() -> None:
    found = {change_meaning("The drug is not recommended.", "", draw(seed), even) for seed in range(60)}
    texts = {item[0] for item in found if item is not None and item[2] == "negate"}
    assert texts == {"The drug is recommended."}


def test_a_number_is_another_one() -> None:
    for seed in range(60):
        changed = change_meaning("It took 84 days.", "", draw(seed), even)
        if changed and changed[2] == "renumber":
            assert "84" not in changed[0].split()


def test_nothing_to_change_gives_none() -> None:
    assert change_meaning("Yes", "", draw(1), even) is None


def test_reworded_text_holds_its_numbers_and_negations() -> None:
    for seed in range(60):
        said = reword("Treatment did not help 12 patients with hypertension.", draw(seed), most=3)
        assert "not" in said.split()
        assert "12" in said.split()
        assert said[0].isupper()
