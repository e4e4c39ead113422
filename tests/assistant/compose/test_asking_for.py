"""What a question asks for decides which sentences answer it: dangers, when to seek care, one thing beside another."""

from __future__ import annotations

import pytest

from assistant.compose.abstention import is_foreign
from assistant.compose.candidates import is_about_another_remedy, is_list_of_what_is_used, is_quotable
from assistant.compose.facets import Facets, is_said_by, read_facets, text_stems
from assistant.compose.parts import in_the_readers_words
from assistant.compose.question_kinds import QuestionKind, tells
from corpus.document import ChunkKind


def facets(question: str, *, subject: str = "") -> Facets:
    return read_facets(question, topic="leg cramps", subject=subject, rarity=lambda _: 0.5)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("when should I see a doctor about leg cramps", QuestionKind.SEEKING_CARE),
        ("should I be worried about leg cramps in children", QuestionKind.SEEKING_CARE),
        ("red flags in leg cramps", QuestionKind.SEEKING_CARE),
        ("what should I NOT take for leg cramps", QuestionKind.SAFETY),
        ("which medicines should people not take", QuestionKind.SAFETY),
        ("which of these medicines is safest", QuestionKind.SAFETY),
        ("how often stretching for night cramps", QuestionKind.DOSE),
        ("how long until treatment works", QuestionKind.ONSET),
        ("how long do I have to take quinine before I notice a difference", QuestionKind.ONSET),
        ("how long does iron take", QuestionKind.ONSET),
        ("how long does it take an adult", QuestionKind.OTHER),
        ("how long does the effect last", QuestionKind.ONSET),
        ("how soon will stretching help", QuestionKind.ONSET),
        ("when does vitamin K2 start to work", QuestionKind.ONSET),
        ("how long should I stretch", QuestionKind.DOSE),
        ("how long do leg cramps last", QuestionKind.DURATION),
        ("how long does it take until cramps stop", QuestionKind.DURATION),
        ("what should I do about leg cramps", QuestionKind.TREATMENT),
        ("is there anything without tablets for leg cramps", QuestionKind.TREATMENT),
        ("is it dangerous to have leg cramps while pregnant", QuestionKind.SEEKING_CARE),
        ("is stretching dangerous with leg cramps", QuestionKind.SAFETY),
        ("cramp in my calf for 3 days", QuestionKind.SEEKING_CARE),
        ("does alcohol make leg cramps worse", QuestionKind.CAUSE),
        ("how common are leg cramps", QuestionKind.FREQUENCY),
        ("how many pregnant women get leg cramps", QuestionKind.FREQUENCY),
        ("how many tablets should I take", QuestionKind.DOSE),
        ("how many trials were there", QuestionKind.OTHER),
        ("what if leg cramps don't stop after 10 minutes", QuestionKind.SEEKING_CARE),
        ("what if stretching doesn't help", QuestionKind.OTHER),
        ("how would I find out if thyroid is my problem", QuestionKind.DIAGNOSIS),
        ("is there a scan for leg cramps", QuestionKind.DIAGNOSIS),
        ("what does a leg cramp feel like", QuestionKind.DIAGNOSIS),
    ],
)
def test_what_is_asked_for(question: str, kind: QuestionKind) -> None:
    assert facets(question).kind is kind


def test_an_issuer_is_heard_in_a_question_of_yes_or_no() -> None:
    assert facets("does the AAN recommend anything for leg cramps").said_by == {"aan"}
    assert facets("does NICE recommend quinine").said_by == {"nice"}
    assert not facets("does anyone recommend quinine").said_by


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("does magnesium help leg cramps", True),
        ("is magnesium any good for leg cramps", True),
        ("how much magnesium for leg cramps", False),
        ("is magnesium safe", False),
    ],
)
def test_whether_a_remedy_works_is_asked(question: str, asks: bool) -> None:
    assert facets(question, subject="magnesium").asks_effect is asks


def test_a_second_question_is_noticed() -> None:
    assert facets("what causes leg cramps, and what should I drink").asks_more
    assert not facets("do magnesium and calcium help leg cramps").asks_more


def test_what_is_wanted_without_medicines() -> None:
    assert facets("is there anything without tablets for leg cramps").without_medicines
    assert facets("which non-drug treatments help leg cramps").without_medicines
    assert not facets("should I take tablets for leg cramps").without_medicines
    assert not facets("is it safe with my blood pressure tablets").without_medicines


def test_an_authority_named_after_food_says_nothing_of_food() -> None:
    assert "food" not in text_stems("The US Food and Drug Administration warned of quinine.")
    assert "food" in text_stems("Foods rich in potassium are bananas.")


def test_two_things_asked_about_are_sides_and_neither_the_subject() -> None:
    both = facets("compare magnesium and stretching for leg cramps", subject="stretching")
    assert both.sides == (frozenset({"magnesium"}), frozenset({"stretch"}))
    assert both.subject == ()
    assert facets("does magnesium help leg cramps", subject="magnesium").sides == ()


def test_when_to_seek_care_is_told_in_words_or_by_the_heading() -> None:
    kind = QuestionKind.SEEKING_CARE
    assert tells(kind, "Ask for an urgent GP appointment if a cramp lasts longer than 10 minutes.", "")
    assert tells(kind, "Muscle wasting with leg cramps is another matter.", "When to seek care")
    assert not tells(kind, "Stretching may ease leg cramps.", "Treatment")


def test_how_common_something_is_is_told_by_shares_of_people() -> None:
    kind = QuestionKind.FREQUENCY
    assert tells(kind, "In one survey 37% of people had rest cramps.", "")
    assert tells(kind, "Leg cramps are common, above all at older ages.", "")
    assert not tells(kind, "Low potassium is a common cause of leg cramps.", "")
    assert not tells(kind, "Quinine has rare but fatal harms.", "")
    assert not tells(kind, "Season explained 70% of the variation in searches.", "")


def test_how_long_something_lasts_is_told_by_what_lasts() -> None:
    kind = QuestionKind.DURATION
    assert tells(kind, "Cramps in children lasted 1.7 minutes on average.", "")
    assert not tells(kind, "Most children had cramps one to four times a year.", "")
    assert not tells(kind, "Quinine is a last resort.", "")


def test_how_soon_something_works_is_told_by_a_span_of_time() -> None:
    kind = QuestionKind.ONSET
    assert tells(kind, "Fewer cramps may take up to four weeks to become apparent.", "")
    assert tells(kind, "Nightly stretching for six weeks made cramps less frequent.", "")
    assert tells(kind, "Paracetamol acts too slowly to help during a cramp.", "")
    assert tells(kind, "Relief lasted up to week 14.", "")
    assert not tells(kind, "Cramps last up to ten minutes.", "")
    assert not tells(kind, "Magnesium helped women aged 30 to 40 years.", "")


def test_a_sentence_on_a_medicine_tells_neither_tests_nor_how_common_something_is() -> None:
    halved = "Cramps were halved in 86% of women on magnesium."
    assert is_about_another_remedy(facets("how common are leg cramps"), halved)
    assert is_about_another_remedy(
        facets("which labs to order for leg cramps", subject="labs"), "Consider quinine to treat leg cramps."
    )
    assert not is_about_another_remedy(
        facets("what is augmentation", subject="augmentation"), "Ropinirole may help, then make it worse."
    )


@pytest.mark.parametrize(
    "question", ["how can I get rid of leg cramps fast?", "can I stop leg cramps fast when they start"]
)
def test_the_manner_asked_for_is_no_key_word(question: str) -> None:
    manner = {"fast"} & facets(question).key_weights.keys()
    assert not manner


def test_signs_are_looked_for_whatever_they_are_called() -> None:
    assert "warning" not in facets("are there warning signs of leg cramps").key_weights
    assert facets("what warning signs should I look out for").key_weights.keys() == {"warning"}


def test_how_to_do_something_is_asked() -> None:
    assert facets("how do I stretch my calf for leg cramps").asks_how
    assert not facets("how do I know it is a leg cramp").asks_how


def test_a_word_of_another_language_is_told_from_one_the_library_lacks() -> None:
    def lacking(question: str) -> bool:
        return is_foreign(question, read_facets(question, topic="", subject="", rarity=lambda _: 1.0))

    assert lacking("Was hilft gegen Wadenkrämpfe in der Nacht?")
    assert lacking("¿Qué puedo tomar para los calambres en las piernas?")
    assert not lacking("Does ginkgo help with this at all?")
    assert not lacking("ginkgo valerian kava?")


def test_what_is_missing_is_named_as_the_reader_wrote_it() -> None:
    assert in_the_readers_words(("cbd", "oil"), "Does CBD oil help?") == ("CBD oil",)
    assert in_the_readers_words(("oil", "cbd"), "Is oil safe, or CBD?") == ("oil", "CBD")
    assert in_the_readers_words(("quinine in children",), "quinine for my son?") == ("quinine in children",)


def test_who_asks_whether_something_should_be_done_wants_a_recommendation() -> None:
    assert facets("Should women aged 45 be screened for breast cancer?").wants_recommendation
    assert facets("is screening for ovarian cancer recommended").wants_recommendation
    assert not facets("what should I do about leg cramps").wants_recommendation


def test_an_issuer_is_known_by_its_initials() -> None:
    asked = facets("What does the USPSTF recommend about hepatitis C screening?")
    assert is_said_by(asked, "U.S. Preventive Services Task Force Screening for hepatitis C")
    assert not is_said_by(asked, "Health Service Executive")


def test_what_people_use_is_no_advice() -> None:
    assert is_list_of_what_is_used(
        "Stretching and quinine were the treatments that the 1995 review described."
    )
    assert is_list_of_what_is_used("Massage was a treatment that patients in the 2024 survey reported.")
    assert not is_list_of_what_is_used("Stretching can ease the pain during a leg cramp.")


def test_key_words_strung_together_are_no_sentence() -> None:
    prose = next(kind for kind in ChunkKind if kind is not ChunkKind.TABLE)
    assert not is_quotable(
        "Leg cramps, magnesium, quinine, stretching, pregnancy and treatment options.", prose
    )
    assert is_quotable("Pregnancy, cirrhosis, dialysis and stenosis are linked with leg cramps.", prose)
