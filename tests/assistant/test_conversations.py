"""Ten conversations with the bundled library, asked the way readers ask, and what must hold of each answer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.answer import BannerKind
from tests.library import bundled_library, cited, converse, shown

pytestmark = pytest.mark.model

ARTICLE = "What are the treatment options for leg cramps?"


@dataclass(frozen=True)
class Turn:
    """A question and what its answer must and must not be. ``any_of``: at least one of these is cited."""

    question: str
    any_of: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    abstains: bool = False


CONVERSATIONS = {
    "the article": (
        Turn(ARTICLE, ("cochrane-2021-non-drug-therapies", "nhs-leg-cramps"), ("tretch",)),
        Turn(
            "and in pregnancy?",
            ("cochrane-2020-leg-cramps-pregnancy",),
            ("pregnancy", "agnesium"),
            searched=("leg cramps", "pregnancy"),
        ),
        Turn(
            "is magnesium safe with kidney disease?",
            ("nih-ods-magnesium", "dailymed-2018-milk-of-magnesia"),
            ("kidney",),
            searched=("magnesium", "kidney"),
        ),
    ),
    "quinine": (
        Turn("Does quinine help night cramps?", ("cochrane-2015-quinine", "aan-2010-muscle-cramps")),
        Turn(
            "is it safe?",
            ("fda-2010-quinine", "mhra-2010-quinine", "mhra-2017-quinine-qt"),
            searched=("quinine",),
        ),
        Turn("and in pregnancy?", never=("warm water", "labour"), searched=("quinine", "pregnancy")),
    ),
    "vitamin K2": (
        Turn("Does vitamin K2 help night cramps?", ("tan-2024-vitamin-k2",), ("K2",)),
        Turn("how much?", ("tan-2024-vitamin-k2",), ("180",), searched=("vitamin K2",)),
        Turn("what about people on warfarin?", ("tan-2024-vitamin-k2",), ("warfarin",)),
    ),
    "liver disease": (
        Turn(
            "What helps muscle cramps in cirrhosis?",
            ("roberts-2024-cirrhosis-cramps-review", "easl-2018-decompensated-cirrhosis"),
        ),
        Turn(
            "how much baclofen?",
            ("easl-2018-decompensated-cirrhosis", "elfert-2016-baclofen-cirrhosis"),
            ("10 mg", "30 mg"),
        ),
        Turn(
            "and albumin?",
            ("angeli-1996-albumin-cramps-cirrhosis", "easl-2018-decompensated-cirrhosis"),
            ("lbumin",),
        ),
    ),
    "what is left unsaid": (
        Turn(ARTICLE),
        Turn(
            "what can I do right now, I have a cramp this minute",
            ("nhs-leg-cramps", "medlineplus-muscle-cramps"),
            ("tretching",),
        ),
        Turn("should I be worried if it happens every night?", ("nhs-leg-cramps",), ("GP",)),
        Turn("what about tonic water?", ("nhlbi-thrombocytopenia",), ("onic water often contains quinine",)),
        Turn("does alcohol make them worse?", says=("lcohol",), searched=("leg cramps",)),
        Turn(
            "is there anything without tablets?",
            ("nhs-leg-cramps",),
            ("tretching",),
            never=("uinine", "iltiazem"),
        ),
    ),
    "a change of topic": (
        Turn(ARTICLE),
        Turn(
            "what about restless legs instead?",
            ("aasm-2025-rls-plmd", "aan-2016-rls", "ninds-2017-restless-legs"),
            ("restless legs",),
            searched=("restless legs",),
        ),
        Turn(
            "what are the symptoms of a blood clot in the leg?",
            ("nhlbi-vte", "nice-ng158-vte", "medlineplus-leg-pain"),
        ),
    ),
    "a correction": (
        Turn(ARTICLE),
        Turn("how much magnesium?", searched=("magnesium", "leg cramps")),
        Turn(
            "no, I meant vitamin B",
            ("chan-1998-vitamin-b-complex", "aan-2010-muscle-cramps"),
            searched=("vitamin B",),
        ),
    ),
    "yes to an offer": (
        Turn(ARTICLE),
        Turn("yes", searched=("leg cramps",)),
        Turn("thanks, and what causes them?", searched=("leg cramps",)),
    ),
    "about the answer": (
        Turn("Does magnesium help leg cramps?", ("cochrane-2020-magnesium",)),
        Turn(
            "how strong is that?",
            ("cochrane-2020-magnesium", "aafp-2012-nocturnal-leg-cramps"),
            ("certainty",),
            searched=("magnesium",),
        ),
        Turn("what does 'low certainty' mean there?", searched=("magnesium",)),
    ),
    "athletes": (
        Turn(
            "What helps cramps after a marathon?",
            ("miller-2022-exercise-associated-cramps", "medlineplus-muscle-cramps"),
        ),
        Turn(
            "does pickle juice work?",
            ("miller-2010-pickle-juice", "tapper-2022-pickle-juice-cirrhosis"),
            ("ickle juice",),
        ),
        Turn(
            "when is dark urine a problem?",
            ("cdc-niosh-rhabdomyolysis", "niosh-heat-cramps", "mcardle-2021-guideline"),
        ),
    ),
    "beyond the library": (
        Turn("Does homeopathy cure leg cramps?", abstains=True),
        Turn("what is the capital of France?", abstains=True),
        Turn("and what helps leg cramps?", ("nhs-leg-cramps", "cochrane-2021-non-drug-therapies")),
    ),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversation(name: str) -> None:
    turns = CONVERSATIONS[name]
    for turn, answer in zip(turns, converse(*(turn.question for turn in turns)), strict=True):
        where = f"{name}: {turn.question} (searched for {answer.standalone_question!r})"
        if turn.abstains:
            assert answer.abstained, f"{where}: answered {shown(answer)!r}"
            assert any(banner.kind is BannerKind.ABSTAINED for banner in answer.banners)
            continue
        text = shown(answer)
        if turn.any_of:
            assert cited(answer) & set(turn.any_of), f"{where}: cites {sorted(cited(answer))}"
        for words in turn.says:
            assert words in text, f"{where}: does not say {words!r}: {text}"
        for words in turn.never:
            assert words not in text.lower(), f"{where}: says {words!r}"
        for words in turn.searched:
            assert words.lower() in answer.standalone_question.lower(), where
        assert 3 <= len(answer.statements()) <= 12 or not turn.any_of, (
            f"{where}: {len(answer.statements())} statements"
        )


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_every_citation_is_the_very_words(name: str) -> None:
    """Re-slicing the stored text gives each quote, and each statement stands verbatim in what it cites."""
    library = bundled_library().current()
    for answer in converse(*(turn.question for turn in CONVERSATIONS[name])):
        for reference in answer.references:
            document = library.document(reference.document_id)
            assert document.sha256 == reference.document_sha256
            for span in reference.spans:
                assert document.text[span.start : span.end] == span.quote
        by_number = {reference.n: reference for reference in answer.references}
        for statement in answer.statements():
            assert statement.citations
            assert statement.support.verdict == "supported"
            assert any(
                statement.text in span.quote for n in statement.citations for span in by_number[n].spans
            )


def test_a_danger_sign_outlasts_its_turn_until_someone_has_looked() -> None:
    told, asked, looked_at = converse(
        "leg cramp and my calf is swollen and red",
        "can I massage it?",
        "The doctor ruled out a clot. Does stretching help?",
    )
    assert told.banners[0].kind is BannerKind.RED_FLAG
    assert asked.banners[0].kind is BannerKind.RED_FLAG
    assert "don't massage it" in asked.banners[0].text
    assert "assag" not in shown(asked)
    assert any("until someone has examined" in banner.text for banner in asked.banners)
    assert asked.suggestions == []
    assert all(banner.kind is not BannerKind.RED_FLAG for banner in looked_at.banners)


def test_thanks_are_not_searched_and_the_thread_goes_on() -> None:
    _, thanks, dose = converse(
        "does magnesium help cramps", "ok thanks", "what about the dose for an old man?"
    )
    assert [banner.kind for banner in thanks.banners] == [BannerKind.NOTICE]
    assert thanks.statements() == []
    assert "agnesium" in shown(dose)


def test_what_no_sentence_speaks_of_is_said_first() -> None:
    _, together = converse(
        "does vitamin E help cramps in people on dialysis", "is that safe together with blood thinners"
    )
    partial = [banner.text for banner in together.banners if banner.kind is BannerKind.PARTIAL]
    assert any("blood thinners" in text for text in partial)


def test_a_water_pill_is_not_water() -> None:
    _, stop = converse(
        "I take a water pill, could that be causing my leg cramps?", "should I stop taking it?"
    )
    assert any("whoever prescribed it" in banner.text for banner in stop.banners)
    assert "iuretic" in shown(stop)
    assert "ports" not in shown(stop)


def test_the_baby_of_somebody_pregnant_is_not_a_child() -> None:
    _, safe = converse(
        "i am 34 weeks pregnant and have calf cramps, what can i do", "is magnesium safe for the baby"
    )
    assert "pregnancy" in safe.standalone_question
    assert "regnan" in shown(safe)


def test_who_is_named_is_quoted_first() -> None:
    (nice,) = converse("What does NICE say about leg cramps?")
    assert next(iter(nice.references)).document_id.startswith("nice-")


def test_a_question_about_nothing_is_asked_back() -> None:
    first, second = converse("What is the best treatment?", "for leg cramps")
    assert first.abstained
    assert "does not say what it is about" in first.banners[0].text
    assert "tretch" in shown(second)


def test_an_illness_told_after_a_remedy_is_met_with_its_dangers() -> None:
    _, told = converse("does magnesium help leg cramps?", "I have kidney disease")
    assert told.standalone_question == "Is magnesium safe with kidney disease?"
    assert "kidney" in shown(told)
    assert "dailymed-2018-milk-of-magnesia" in cited(told) or "nih-ods-magnesium" in cited(told)


def test_what_endangers_people_is_said_with_what_they_can_take() -> None:
    (kidneys,) = converse("I have stage 4 kidney disease, what can I take for leg cramps at night?")
    assert "magnesium toxicity" in shown(kidneys)
    assert "potassium" in shown(kidneys)
    assert any("holds no treatment for just this" in banner.text for banner in kidneys.banners)
