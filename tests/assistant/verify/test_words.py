"""Texts are cut into words and sentences in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.words import normalize, split_sentences, split_words, stem_word


def test_sentences_keep_abbreviations_and_decimals() -> None:
    text = "Doses vary, e.g. 2.5 mg vs. 5 mg. It helped (P < 0.05). Dr. Smith agreed."
    assert [s.text for s in split_sentences(text)] == [
        "Doses vary, e.g. 2.5 mg vs. 5 mg.",
        "It helped (P < 0.05).",
        "Dr. Smith agreed.",
    ]


def test_citation_marks_are_cut_out() -> None:
    assert normalize("It helps [1, 2].") == "It helps."


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemoglobin", "hemoglobin"),
        ("oedema", "edema"),
        ("randomised", "randomized"),
        ("tumour", "tumor"),
        ("diarrhoea", "diarrhea"),
    ],
)
def test_spelling_is_folded(british: str, american: str) -> None:
    assert stem_word(british) == stem_word(american)


@given(st.text(max_size=200))
def test_words_lie_where_they_say(text: str) -> None:
    plain = normalize(text)
    for word in split_words(plain):
        assert plain[word.start : word.end].casefold().removesuffix("'s") == word.text
