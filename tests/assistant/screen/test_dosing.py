"""Questions for one person's dose are told from questions about doses."""

from __future__ import annotations

import pytest

from assistant.screen.dosing import asks_for_dose


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
