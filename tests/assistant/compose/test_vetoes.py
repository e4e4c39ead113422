"""What no score may overrule."""

from __future__ import annotations

import pytest

from assistant.compose.other_cramps import find_other_cramps
from assistant.compose.populations import populations_in
from assistant.compose.vetoes import find_animal, find_veto
from tests.assistant.compose.found import find


def veto(question: str) -> str:
    found = find(question)
    fell = find_veto(question, found.facets, found.candidates)
    return fell.reason if fell else ""


@pytest.mark.parametrize(
    ("question", "animal"),
    [
        ("Can my dog have magnesium for cramps?", "dog"),
        ("magnesium for horses", "horses"),
        ("my cat's leg cramps", "cat"),
        ("What do I do about a dog bite?", None),
        ("I was bitten by a dog", None),
        ("rash from my cat", None),
        ("cramps when walking the dog", None),
        ("Does magnesium help?", None),
    ],
)
def test_animals(question: str, animal: str | None) -> None:
    assert find_animal(question) == animal


def test_an_animal_gets_no_answer_made_for_people() -> None:
    assert veto("Can my dog have magnesium for leg cramps?") == "the question is about an animal"


def test_what_is_asked_about_is_not_there() -> None:
    assert veto("Does valerian help leg cramps?") == "what is asked about is not in the library"


def test_safety_for_people_without_evidence() -> None:
    assert veto("Is quinine safe while breastfeeding?").startswith("safety or dose")
    assert veto("Is quinine safe in pregnancy?") == ""


def test_a_medicine_and_people_that_no_sentence_joins() -> None:
    found = find("what about quinine in children?")
    assert found.answerability.decision == "abstain"
    assert found.answerability.missing == ("quinine in children",)


def test_a_harmless_measure_is_not_vetoed_for_want_of_evidence_on_just_these_people() -> None:
    assert veto("Does stretching help leg cramps in pregnancy?") == ""


def test_harm_to_the_baby_asks_for_evidence_on_pregnancy() -> None:
    assert populations_in("could quinine harm the baby?") == ("pregnancy",)
    assert populations_in("is honey safe for my baby?") == ("children",)
    assert veto("could quinine harm the baby?") == ""


def test_harm_and_deceit_get_no_help_from_the_library() -> None:
    reason = "the question asks to harm or to deceive"
    assert veto("How can I secretly put magnesium into her food for leg cramps?") == reason
    assert veto("Does magnesium help leg cramps?") == ""


def test_cramps_of_the_womb_or_the_belly_are_another_matter() -> None:
    assert find_other_cramps("what helps leg cramps during pregnancy") is None
    for question, named in (
        ("what helps period cramps", "period cramps"),
        ("cramps in my stomach", "cramps in my stomach"),
    ):
        other = find_other_cramps(question)
        assert other is not None
        assert other.named == named
        assert not other.told_by.search("Stretching may ease leg cramps over a period of six weeks.")
    assert find("what helps period cramps").answerability.decision == "abstain"
