"""Questions for one person's dose are told from questions about doses."""

from __future__ import annotations

import pytest

from assistant.screen.dosing import asks_for_dose, asks_to_stop


@pytest.mark.parametrize(
    "text",
    [
        "How much magnesium should I take?",
        "can I double my dose",
        "what dose for my 4-year-old?",
        "How many tablets can my mother take a day?",
        "is 400 mg of magnesium too much for me?",
        "should I take another 200 mg tonight",
        "I take 600 mg magnesium a day, is that too much?",
        "What dosage of quinine should he take?",
        "how often can I take it?",
        "Can I halve my dose of statin?",
        "I weigh 50 kg, how much potassium is right?",
        "how much ibuprofen to give my 2 year old",
    ],
)
def test_personal_dose(text: str) -> None:
    assert asks_for_dose(text)


@pytest.mark.parametrize(
    "text",
    [
        "How much magnesium was used in the trials?",
        "What are the treatment options for leg cramps?",
        "Does a higher dose of quinine help?",
        "How often do cramps occur in pregnancy?",
        "Is magnesium safe with kidney disease?",
        "how long should I stretch?",
        "What is the tolerable upper intake level of magnesium?",
        "",
    ],
)
def test_no_personal_dose(text: str) -> None:
    assert not asks_for_dose(text)


@pytest.mark.parametrize(
    "text",
    [
        "should I stop taking it?",
        "Can I just stop my statin?",
        "should I come off my water pill",
        "is it safe to stop taking quinine",
        "is it ok if I skip my tablets?",
        "I'm thinking of stopping my blood thinners",
    ],
)
def test_asks_whether_to_stop_a_medicine(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "how can I stop leg cramps?",
        "should I stop running?",
        "what stops cramps at night?",
        "can stretching stop cramps?",
        "when should quinine be stopped?",
        "should I stop smoking?",
    ],
)
def test_stopping_something_else(text: str) -> None:
    assert not asks_to_stop(text)
