"""A place in the last answer's list names the item that stands there, or nothing at all."""

from __future__ import annotations

import pytest

from assistant.rewrite.listed_items import find_offers, items_meant, list_items, name_items

NUMBERED = "People have tried these: 1. Stretching the calf. 2. Massage: gentle rubbing. 3. A warm bath."
ENUMERATED = "Medicines linked to cramps include diuretics, statins and raloxifene."
PAIR = "Baclofen and taurine reduced cramps in people with cirrhosis."


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        (NUMBERED, ("Stretching the calf", "Massage", "warm bath")),
        ("Try:\n- stretching the calf\n- a warm bath", ("stretching the calf", "warm bath")),
        (ENUMERATED, ("diuretics", "statins", "raloxifene")),
        (PAIR, ("Baclofen", "taurine")),
        ("The dose was 1.5 g a day. It lasted 2 weeks.", ()),
        ("", ()),
    ],
)
def test_lists_are_found(answer: str, items: tuple[str, ...]) -> None:
    assert list_items(answer) == items


@pytest.mark.parametrize(
    ("question", "answer", "items"),
    [
        ("tell me more about the second one", NUMBERED, ("Massage",)),
        ("how do numbers 1 and 3 compare?", NUMBERED, ("Stretching the calf", "warm bath")),
        ("the first two?", ENUMERATED, ("diuretics", "statins")),
        ("is the last option safe?", NUMBERED, ("warm bath",)),
        ("which of the two is safer?", PAIR, ("Baclofen", "taurine")),
        ("what dose of the latter?", PAIR, ("taurine",)),
        ("which of the two is safer?", NUMBERED, ()),
        ("what about the ninth one?", NUMBERED, ()),
        ("why was it used in the first place?", NUMBERED, ()),
        ("does it help in the second trimester?", NUMBERED, ()),
        ("is it safe in the last weeks of pregnancy?", NUMBERED, ()),
    ],
)
def test_a_place_means_its_item(question: str, answer: str, items: tuple[str, ...]) -> None:
    assert items_meant(question, answer) == items


def test_the_item_takes_the_place_of_its_number() -> None:
    assert name_items("is the second option safe?", NUMBERED) == "is Massage safe?"
    assert name_items("is magnesium safe?", NUMBERED) == "is magnesium safe?"


@pytest.mark.parametrize(
    ("answer", "offers"),
    [
        ("It helped a little. Would you like to know about magnesium in pregnancy?", ("About magnesium in pregnancy?",)),
        ("Shall I explain the risks of quinine?", ("The risks of quinine?",)),
        ("It helped a little. What else is there?", ()),
        ("It helped a little.", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_an_answer_can_offer(answer: str, offers: tuple[str, ...]) -> None:
    assert find_offers(answer) == offers


@pytest.mark.parametrize(
    "answer", ["a, " * 50_000, "a " * 100_000, "1. " * 50_000, "x" * 200_000, "- \n" * 50_000]
)
def test_endless_answers_are_read_in_bounds(answer: str) -> None:
    assert len(list_items(answer)) <= 8000
    assert find_offers(answer) == ()
