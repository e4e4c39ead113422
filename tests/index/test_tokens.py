"""Words of medical text."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What is vitamin K2?", ["vitamin", "k2"]),
        ("B12", ["b12"]),
        ("B-12", ["b", "12", "b12"]),
        ("Vitamin A in a child", ["vitamin", "a", "child"]),
        ("10mg, 10 mg", ["10", "mg", "10", "mg"]),
        ("2.5 mg/kg of 1,000 IU", ["2.5", "mg", "kg", "1000", "iu"]),
        ("50 µg and 50 \u03bcg", ["50", "mcg", "50", "mcg"]),
        ("co-trimoxazole", ["co", "trimoxazol", "cotrimoxazol"]),
        ("COVID-19", ["covid", "19", "covid19"]),
        ("30-50", ["30", "50"]),
        ("α-tocopherol", ["alpha", "tocopherol", "alphatocopherol"]),
        ("Parkinson's disease", ["parkinson", "diseas"]),
        ("I can't and don't, they'll", []),
        ("naïve CAFÉ", ["naiv", "cafe"]),
        ("cramping cramps", ["cramp", "cramp"]),
        ("", []),
        (" \n\t_ — …", []),
        ("日本語", ["日本語"]),
    ],
)
def test_split_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text())
def test_any_text_splits_and_case_does_not_matter(text: str) -> None:
    words = split_words(text)
    assert all(words)
    if text.isascii():
        assert split_words(text.upper()) == words


def test_threads_do_not_disturb_each_other() -> None:
    text = " ".join(f"cramping{suffix}" for suffix in ("s", "ly", "ed", "ing", "ness")) * 200
    expected, found = split_words(text), []
    threads = [threading.Thread(target=lambda: found.append(split_words(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
