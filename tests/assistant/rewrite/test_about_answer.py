"""Questions about the last answer's sources, told from questions that name a subject of their own."""

from __future__ import annotations

import pytest

from assistant.rewrite.about_answer import Aspect, read_about_answer

ASKED = {
    Aspect.STRENGTH: (
        "how strong is that?",
        "What grade is it?",
        "And how strong is the evidence for that?",
        "what is the strength of that recommendation",
        "How certain are those?",
        "is that a strong recommendation?",
        "what's the grade?",
        "ok, how is that graded then?",
        "how sure are you about that?",
    ),
    Aspect.ISSUER: (
        "who says so?",
        "Who recommends that?",
        "says who?",
        "who did that study?",
        "where does that come from?",
        "which guideline says that?",
        "What’s the source?",
    ),
    Aspect.AGE: (
        "how old is that recommendation?",
        "when was that published?",
        "what year is it from?",
        "how recent is that evidence?",
    ),
    Aspect.STANDING: (
        "is that still current?",
        "has that been superseded?",
        "is that out of date?",
        "does it still apply?",
        "is there a newer version?",
    ),
}
NOT_ASKED = (
    "how strong is the evidence for magnesium in pregnancy?",
    "who recommends quinine?",
    "who did the most for leg cramps?",
    "is magnesium still recommended?",
    "is it still recommended?",
    "has it been withdrawn?",
    "how good is it?",
    "how old must a child be?",
    "is that safe?",
    "how long does it last?",
    "what does 'low certainty' mean there?",
    "who gets leg cramps?",
    "when is it dangerous?",
    "",
    "?" * 4000,
)


@pytest.mark.parametrize(("aspect", "question"), [(a, q) for a, asked in ASKED.items() for q in asked])
def test_what_is_asked_of_the_last_answer(aspect: Aspect, question: str) -> None:
    asked = read_about_answer(question)
    assert asked is not None
    assert asked.aspect is aspect
    assert asked.ordinal is None


@pytest.mark.parametrize("question", NOT_ASKED)
def test_a_question_with_a_subject_of_its_own_is_left_to_retrieval(question: str) -> None:
    assert read_about_answer(question) is None


@pytest.mark.parametrize(
    ("question", "ordinal", "of_recommendations"),
    [
        ("how strong is the second one?", 1, False),
        ("who recommends the first?", 0, False),
        ("how old is the last recommendation?", -1, True),
        ("how strong is the evidence for the third statement?", 2, False),
        ("how strong is that recommendation?", None, True),
    ],
)
def test_which_one_is_meant(question: str, ordinal: int | None, of_recommendations: bool) -> None:
    asked = read_about_answer(question)
    assert asked is not None
    assert (asked.ordinal, asked.of_recommendations) == (ordinal, of_recommendations)
