"""What readers tell of is called by its name, and nothing else is."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Turn
from assistant.rewrite.standalone import understand
from assistant.rewrite.tellings import name_what_is_told


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("my calf keeps seizing up at 3am", "I get calf cramps at 3am"),
        ("My legs lock up in bed", "I get leg cramps in bed"),
        ("his calf muscle went into spasm on the pitch", "his calf muscle cramps on the pitch"),
        ("what can I do right now, I have a leg cramp this minute", "What can be done during a leg cramp?"),
        ("I've got a cramp in my calf right now!", "What can be done during a calf cramp?"),
        ("help! my wife is having a terrible cramp right now", "What can be done during a cramp?"),
        ("just a hard knot in my calf at night", "just calf cramps at night"),
        ("both hamstrings suddenly tightened up", "both hamstrings suddenly cramps"),
        ("toes are tied in knots all night", "toes cramps all night"),
    ],
)
def test_a_muscle_that_seizes_up_has_cramps(told: str, named: str) -> None:
    assert name_what_is_told(told) == named


@pytest.mark.parametrize(
    "told",
    [
        "my knee locks up when I climb stairs",
        "the engine seized up",
        "I found a hard lump in my calf",
        "I have a cramp right now and I took 400 mg of ibuprofen an hour ago, may I take another one of them?",
        "I have a question right now",
        "he had a seizure",
        "tighten up the dose",
        "does magnesium help with leg cramps?",
        "",
    ],
)
def test_what_is_no_cramp_stays_as_it_is(told: str) -> None:
    assert name_what_is_told(told) == told


def test_the_name_is_kept_through_the_conversation() -> None:
    first = understand("my calf keeps seizing up at night, what helps?", Conversation())
    assert first.topic == "calf cramps"
    turns = (Turn("user", "my calf keeps seizing up at night, what helps?"), Turn("assistant", "Stretching."))
    assert "cramps" in understand("and in pregnancy?", Conversation(turns=turns)).text
