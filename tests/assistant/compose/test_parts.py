"""Questions in several parts."""

from __future__ import annotations

import pytest

from assistant.compose.facets import read_facets
from assistant.compose.parts import (
    coordinated_phrases,
    find_missing_parts,
    find_unmentioned,
    leave_out,
    say_what_is_missing,
    split_questions,
)
from tests.assistant.compose.found import find


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Does magnesium help, and how much zinc should I take?",
            ["Does magnesium help?", "How much zinc should I take?"],
        ),
        ("Is quinine safe? Does stretching help?", ["Is quinine safe?", "Does stretching help?"]),
        ("Does magnesium and ginkgo help leg cramps?", ["Does magnesium and ginkgo help leg cramps?"]),
        ("I run and swim, what helps?", ["I run and swim, what helps?"]),
        ("What is it?", ["What is it?"]),
    ],
)
def test_split_questions(text: str, parts: list[str]) -> None:
    assert split_questions(text) == parts


def test_coordinated_phrases() -> None:
    assert coordinated_phrases("magnesium and ginkgo for cramps?") == [("magnesium", "ginkgo")]
    assert coordinated_phrases("zinc, vitamin E or iron?") == [("zinc", "vitamin E", "iron")]
    assert coordinated_phrases("magnesium for cramps") == []


@pytest.mark.parametrize(
    "question", ["Does magnesium or ginkgo help leg cramps?", "ginkgo and magnesium for leg cramps?"]
)
def test_the_part_that_is_there_is_answered_and_the_other_named(question: str) -> None:
    judged = find(question).answerability
    assert (judged.decision, judged.missing) == ("partial", ("ginkgo",))


def test_a_known_medicine_that_no_found_sentence_names_is_missing_too() -> None:
    judged = find("Does magnesium or gabapentin help leg cramps?").answerability
    assert (judged.decision, judged.missing) == ("partial", ("gabapentin",))


def test_nothing_is_partial_when_no_part_is_there() -> None:
    assert find("Does ginkgo or valerian help leg cramps?").answerability.decision == "abstain"


def test_leave_out_forgets_the_words_everywhere() -> None:
    facets = leave_out(find("Does magnesium or ginkgo help leg cramps?").facets, ("magnesium",))
    assert "magnesium" not in facets.key_weights
    assert "magnesium" not in facets.subject


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What are the treatments for leg cramps with asthma?", ("asthma",)),
        ("What can I take for leg cramps with asthmatol?", ()),  # a medicine may be dangerous beside another
        ("What helps with asthma?", ()),  # it is all that is asked about
        (
            "Is quinine safe for leg cramps with asthma?",
            (),
        ),  # safety for people in general answers nothing here
    ],
)
def test_an_illness_that_the_library_does_not_know_is_left_out(
    question: str, missing: tuple[str, ...]
) -> None:
    topic = "leg cramps" if "leg cramps" in question else "asthma"
    facets = read_facets(
        question, topic=topic, subject="", rarity=lambda word: 1.0 if word.startswith("asthma") else 0.5
    )
    assert find_missing_parts(question, facets, ()) == missing


def test_what_is_missing_is_said_plainly() -> None:
    assert say_what_is_missing(("ginkgo",), ()) == "The library holds nothing about “ginkgo”."
    assert say_what_is_missing((), ("How much?",)) == "It does not answer “How much?”."


@pytest.mark.parametrize(
    ("question", "said", "unmentioned"),
    [
        ("Is vitamin E safe with blood thinners?", ("Vitamin E was safe.",), ("blood thinners",)),
        ("Is vitamin E safe with blood thinners?", ("Vitamin E and anticoagulants interact.",), ()),
        ("Does tonic water help cramps?", ("Quinine reduced cramps.",), ()),
        ("Is magnesium better than quinine for cramps?", ("Magnesium did not reduce cramps.",), ("quinine",)),
        (
            "How much pickle juice with high blood pressure?",
            ("Pickle juice, 74 ml.",),
            ("high blood pressure",),
        ),
        (
            "How much pickle juice with high blood pressure?",
            ("Pickle juice raises high blood pressure.",),
            (),
        ),
        (
            "Does magnesium help people with kidney disease?",
            ("Magnesium helps.",),
            (),
        ),  # said by the population banner
        ("What helps leg cramps?", ("Stretching.",), ()),
        ("Do hot baths help night cramps?", ("Hot baths ease restless legs.",), ("night cramps",)),
    ],
)
def test_what_no_sentence_speaks_of_is_found(
    question: str, said: tuple[str, ...], unmentioned: tuple[str, ...]
) -> None:
    facets = read_facets(question, topic="", subject="", rarity=lambda word: 0.5)
    assert find_unmentioned(question, facets, said) == unmentioned
