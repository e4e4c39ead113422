"""The reader that ships with the package, on sentences of our own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assistant.verify.model import support_margin
from assistant.verify.reader import load_reader

PREMISE = "In a trial of 94 adults, magnesium oxide was no better than placebo for leg cramps at night."


def margin(claim: str, premise: str = PREMISE) -> float:
    return support_margin(load_reader().read([(premise, claim)])[0])


@pytest.mark.parametrize(
    ("said", "unsaid"),
    [
        (
            "Magnesium oxide did not beat placebo for night cramps.",
            "Magnesium oxide beat placebo for night cramps.",
        ),
        (
            "Magnesium oxide and placebo did equally well.",
            "Magnesium oxide works far better than placebo.",
        ),
        ("The trial took in adults with leg cramps.", "Quinine caused bleeding in the trial."),
    ],
)
def test_what_the_premise_says_is_held_above_what_it_does_not(said: str, unsaid: str) -> None:
    assert margin(said) > margin(unsaid)


@pytest.mark.parametrize("text", ["", " ", "cramp " * 5_000, "🦵" * 300, "\x00\u202e"])
def test_any_text_is_read(text: str) -> None:
    logits = load_reader().read([(text, PREMISE), (PREMISE, text)])
    assert logits.shape == (2, 3)
    assert np.isfinite(logits).all()


def test_nothing_to_read_gives_no_rows() -> None:
    assert len(load_reader().read([])) == 0


def test_threads_read_alike() -> None:
    pairs = [(PREMISE, f"Magnesium was given to {n} adults.") for n in range(8)]
    alone = [load_reader().read([pair])[0] for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda pair: load_reader().read([pair])[0], pairs))
    assert np.allclose(alone, together)
