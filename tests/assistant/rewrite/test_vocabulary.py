"""Other names widen a search lightly, and only where they say something new."""

from __future__ import annotations

import pytest

from assistant.rewrite.vocabulary import SYNONYM_WEIGHT, synonyms_in, widen_query
from index.ports import SearchQuery


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("signs of a heart attack", {"heart attack": ("myocardial infarction",)}),
        ("heart attack or myocardial infarction?", {}),
        ("can MS cause cramps?", {"MS": ("multiple sclerosis",)}),
        ("a pulse of 200 ms", {}),
        ("Is Advil safe?", {"Advil": ("ibuprofen",)}),
        ("my bp is high", {"bp": ("blood pressure",)}),
        ("what can I buy without a prescription?", {"without a prescription": ("over-the-counter",)}),
        ("does it run in families?", {"run in families": ("hereditary", "inherited", "genetic")}),
        ("shop", {}),
        ("", {}),
    ],
)
def test_names_and_their_other_names(text: str, names: dict[str, tuple[str, ...]]) -> None:
    assert synonyms_in(text) == names


def test_a_search_is_widened_lightly() -> None:
    widened = widen_query(SearchQuery("is Advil safe?", term_weights={"safe": 0.5}))
    assert widened.text == "is Advil safe?"
    assert widened.term_weights == {"ibuprofen": SYNONYM_WEIGHT, "safe": 0.5}
    assert widened.dense_texts == ("is Advil safe?", "is ibuprofen safe?")
    plain = SearchQuery("is walking safe?")
    assert widen_query(plain) is plain
