"""Nouns that point back, and what is taken with what."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Turn
from assistant.rewrite.named_again import name_again, name_taken_with
from assistant.rewrite.standalone import understand

EARLIER = "What helps with leg cramps if I'm on blood pressure tablets?"


def test_a_noun_that_points_back_is_named_as_it_was() -> None:
    assert (
        name_again("which of those tablets cause it", EARLIER)
        == "which of the blood pressure tablets cause it"
    )
    assert name_again("is this tablet to blame", EARLIER) == "is the blood pressure tablets to blame"


@pytest.mark.parametrize(
    "text", ["are those creams any good", "which of those", "are these people right", ""]
)
def test_what_was_not_named_stays_as_it_is(text: str) -> None:
    assert name_again(text, EARLIER) == text


def test_nothing_is_added_to_a_noun_that_stood_alone() -> None:
    assert name_again("those tablets", "can I take tablets?") == "those tablets"


def test_what_a_remedy_is_taken_with() -> None:
    assert (
        name_taken_with("can I take magnesium with them", EARLIER)
        == "can I take magnesium with blood pressure tablets"
    )
    assert name_taken_with("can I take magnesium with food", EARLIER) == "can I take magnesium with food"
    assert (
        name_taken_with("can I take magnesium with them", "What about leg cramps?")
        == "can I take magnesium with them"
    )


def _asked(*questions: str) -> str:
    turns = tuple(Turn("user", question) for question in questions[:-1])
    return understand(questions[-1], Conversation(turns=turns)).text


def test_in_a_conversation() -> None:
    first, second = "what are the treatments for leg cramps?", "and if I'm on blood pressure tablets?"
    assert _asked(first, second, "which of those tablets could be causing it") == (
        "Which of the blood pressure tablets could be causing leg cramps?"
    )
    assert _asked(first, second, "is it ok to take magnesium with them") == (
        "Is it ok to take magnesium with blood pressure tablets (for leg cramps)?"
    )


def test_an_it_that_stands_for_nothing_is_left_alone() -> None:
    asked = _asked("what are the treatments for leg cramps?", "is it safe to stretch them every day")
    assert asked == "Is it safe to stretch leg cramps every day?"
    assert _asked("does magnesium help with leg cramps?", "is it safe?").startswith("Is magnesium safe")
