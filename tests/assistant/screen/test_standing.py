"""A danger sign stands through a conversation until someone has looked at it."""

from __future__ import annotations

import pytest

from assistant.screen.screening import screen_question
from assistant.screen.standing import TURNS, find_standing_signs, tells_it_was_looked_at

CLOT = "leg cramp and my calf is swollen and red"


@pytest.mark.parametrize(
    "message",
    [
        "The doctor has looked at it and it is fine",
        "my gp said it's just a cramp",
        "I went to the hospital yesterday, the scan was clear",
        "it's not a clot, we had an ultrasound",
        "They ruled out a clot",
        "I have seen a doctor",
        "my doctor has ruled out a clot now, does stretching help?",
    ],
)
def test_looked_at(message: str) -> None:
    assert tells_it_was_looked_at(message)
    assert find_standing_signs(message, [CLOT]) == []
    assert find_standing_signs("does stretching help?", [CLOT, message]) == []


@pytest.mark.parametrize(
    "message",
    [
        "should I see a doctor?",
        "can I massage it?",
        "do I need to have called an ambulance?",
        "what if the doctor says it was a clot",
        "has the doctor ruled it out?",
        "will the doctor have checked that?",
        "what did the doctor say?",
        "my doctor told me to take magnesium",
    ],
)
def test_not_looked_at(message: str) -> None:
    assert not tells_it_was_looked_at(message)
    assert [sign.id for sign in find_standing_signs(message, [CLOT])] == ["deep_vein_thrombosis"]


def test_a_sign_stands_for_some_turns_and_not_for_ever() -> None:
    assert find_standing_signs("magnesium?", [CLOT, *["and then?"] * (TURNS - 1)])
    assert not find_standing_signs("magnesium?", [CLOT, *["and then?"] * TURNS])


def test_a_sign_told_over_two_messages_stands() -> None:
    assert find_standing_signs("can I massage it?", ["my calf is swollen", "now it is red and hot too"])


def test_nothing_stands_where_nothing_was_told() -> None:
    assert find_standing_signs("can I massage it?", ["What helps leg cramps?"]) == []
    assert find_standing_signs("can I massage it?", []) == []


def test_the_screen_tells_of_it_without_an_alarm_of_its_own() -> None:
    screened = screen_question("can I massage it?", max_chars=500, history=(CLOT,))
    assert (screened.kind, screened.findings, screened.stop) == ("ok", (), False)
    (sign,) = screened.standing
    assert sign.self_care_waits
    assert "don't massage it" in sign.message


def test_first_aid_is_not_held_back() -> None:
    screened = screen_question("he ran in the heat, is confused and his skin is hot and dry", max_chars=500)
    assert "heat_stroke" in [finding.id for finding in screened.findings]
    assert not next(item for item in screened.findings if item.id == "heat_stroke").self_care_waits
