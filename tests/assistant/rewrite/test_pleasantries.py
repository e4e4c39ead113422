"""Courtesies go, and nothing that the reader says or asks goes with them."""

from __future__ import annotations

import pytest

from assistant.rewrite.pleasantries import is_courtesy, strip_pleasantries


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Thanks, that's helpful! And in children?", "And in children?"),
        ("Wow, I see. Is it safe?", "Is it safe?"),
        ("Hi again! how much magnesium?", "how much magnesium?"),
        ("Ok, how long does it last?", "how long does it last?"),
        ("Interesting. Tell me more.", "Tell me more."),
        ("Thank you so much for that. I have kidney disease. Is it safe?", "I have kidney disease. Is it safe?"),
        ("Great pain in my calf. What is it?", "Great pain in my calf. What is it?"),
        ("Do bananas help, or is that just an old wives' tale?", "Do bananas help?"),
        ("Is it low potassium or is that a myth about bananas?", "Is it low potassium or is that a myth about bananas?"),
        ("Is dehydration a real cause, or not?", "Is dehydration a real cause?"),
        ("Is it safe or not safe?", "Is it safe or not safe?"),
        ("Is that really helpful?", "Is that really helpful?"),
        ("Is 0.5 mg enough?", "Is 0.5 mg enough?"),
        ("Thanks!", "Thanks!"),
        ("", ""),
        ("???", "???"),
    ],
)  # fmt: skip
def test_only_courtesies_go(said: str, left: str) -> None:
    assert strip_pleasantries(said) == left


@pytest.mark.parametrize(
    "said", ["ok thanks", "thanks", "great", "hello", "I see", "thank you so much doctor"]
)
def test_a_turn_that_asks_nothing(said: str) -> None:
    assert is_courtesy(said)


@pytest.mark.parametrize(
    "said",
    ["ok", "yes thanks", "sure, thanks", "yes please", "sounds good", "thanks. and in pregnancy?", "", "?"],
)
def test_agreeing_or_asking_is_no_mere_courtesy(said: str) -> None:
    assert not is_courtesy(said)
