"""The screen puts danger first, then harm, and lets clean questions through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screen.screening import ScreenOutcome, clean_text, screen_question


def screen(text: str, *history: str) -> ScreenOutcome:
    return screen_question(text, max_chars=500, history=history)


def test_plain_question_passes() -> None:
    outcome = screen("What are the treatment options for leg cramps?")
    assert (outcome.kind, outcome.findings, outcome.urgent, outcome.stop) == ("ok", (), False, False)


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "empty"), (" \n\t ", "empty"), ("\u202e\u200b", "empty"), ("?!…", "no words"), ("x" * 501, "500")],
)
def test_invalid_question_says_what_to_do(text: str, part: str) -> None:
    outcome = screen(text)
    assert outcome.kind == "invalid"
    assert part in outcome.message
    assert outcome.message.endswith("again.")


def test_danger_comes_before_the_answer_without_stopping_it() -> None:
    outcome = screen("my calf is swollen and hot, how much magnesium should I take?")
    assert (outcome.kind, outcome.urgent, outcome.stop, outcome.dosing) == ("red_flag", True, False, True)
    assert outcome.findings[0].id == "deep_vein_thrombosis"


def test_self_harm_stops_the_answer_and_shows_only_its_own_advice() -> None:
    outcome = screen("my chest hurts and I want to kill myself")
    assert outcome.stop
    assert [finding.id for finding in outcome.findings] == ["self_harm"]


def test_danger_goes_before_refusal() -> None:
    assert screen("How do I commit suicide?").kind == "red_flag"


def test_harmful_request_is_refused_with_one_finding() -> None:
    outcome = screen("How can a doctor hide a fatal error from the family?")
    assert (outcome.kind, outcome.stop, len(outcome.findings)) == ("unsafe", True, 1)


def test_history_is_read() -> None:
    assert screen("and now it is red and hot", "my calf is swollen").kind == "red_flag"


def test_hidden_characters_do_not_hide_a_danger() -> None:
    outcome = screen("my ca\u200blf is swo\u00adllen and \u202ehot\x00")
    assert outcome.kind == "red_flag"
    assert outcome.text == "my calf is swollen and hot"


@given(st.text(max_size=300))
def test_any_text_is_screened_and_cleaning_is_stable(text: str) -> None:
    outcome = screen(text)
    assert clean_text(outcome.text) == outcome.text or outcome.kind == "invalid"
    assert not any(0x202A <= ord(char) <= 0x202E for char in outcome.text)


def test_heat_as_a_remedy_is_no_hot_leg() -> None:
    article = "What are the treatment options for leg cramps?"
    assert screen("My wife is pregnant and has cramps, is heat safe?", article).kind == "ok"
    assert screen("pregnant with leg cramps, does heat help", article).kind == "ok"
    assert screen("she is pregnant and there is heat in her painful calf", article).kind == "red_flag"


def test_a_pregnancy_told_before_counts_with_a_sign_told_now() -> None:
    told = ("I am 34 weeks pregnant and have calf cramps", "is magnesium safe?")
    assert screen("my leg is also a bit swollen", *told).kind == "red_flag"
    assert screen("my leg is also a bit swollen", "I have calf cramps", "is magnesium safe?").kind == "ok"
