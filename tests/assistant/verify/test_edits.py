"""Changes of meaning in a near quote are named; rewording is let through."""

from __future__ import annotations

import pytest

from assistant.verify.edits import list_changes
from assistant.verify.words import Sentence, normalize, split_words

SOURCE = "In older adults, 300 mg of magnesium taken daily for four weeks may reduce night cramps, but not in pregnancy."


def kinds(claim: str, source: str = SOURCE) -> set[str]:
    def sentence(text: str) -> Sentence:
        plain = normalize(text)
        return Sentence(plain, split_words(plain))

    return {change.kind for change in list_changes(sentence(source), sentence(claim))}


@pytest.mark.parametrize(
    ("was", "becomes", "kind"),
    [
        ("300 mg", "400 mg", "quantity"),
        ("300 mg", "300 g", "quantity"),
        ("magnesium", "quinine", "drug"),
        ("older adults", "children", "population"),
        ("may reduce", "may not reduce", "negation"),
        ("may reduce", "may increase", "direction"),
        ("may reduce", "reduce", "hedging"),
        ("daily", "weekly", "relation"),
        ("night", "stomach", "word"),
        ("but not in", "and in", "negation"),
    ],
)
def test_change_is_named(was: str, becomes: str, kind: str) -> None:
    assert kind in kinds(SOURCE.replace(was, becomes))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("reduce", "lower"), ("300 mg", "0.3 g"), ("four weeks", "4 weeks"), ("older adults", "elderly people")],
)
def test_rewording_is_no_change(was: str, becomes: str) -> None:
    assert kinds(SOURCE.replace(was, becomes)) == set()


def test_left_out_people_are_an_omission() -> None:
    assert "omission" in kinds("Quinine is not advised.", "Quinine is not advised in children.")


def test_numbers_that_change_places_are_a_change() -> None:
    source = "Cramps fell by 12% with drug and by 30% with placebo."
    assert "quantity" in kinds("Cramps fell by 30% with drug and by 12% with placebo.", source)


def test_drugs_that_change_places_are_a_change() -> None:
    assert "order" in kinds("Quinine was better than verapamil.", "Verapamil was better than quinine.")
