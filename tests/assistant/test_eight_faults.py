"""The faults of the page this project starts from; ours must not have them."""

from __future__ import annotations

import re

import pytest

from assistant.answer import Answer, BannerKind
from assistant.compose.populations import SPECIAL, populations_in
from assistant.events import Request
from tests.library import bundled_chain, bundled_library, cited, converse, shown

pytestmark = pytest.mark.model

ARTICLE = "What are the treatment options for leg cramps?"
QUESTIONS = (
    ARTICLE,
    "and in pregnancy?",
    "and in children?",
    "is magnesium safe with kidney disease?",
    "is quinine safe?",
    "what helps when I faint and my legs cramp?",
)


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return converse(*QUESTIONS)


def kinds(answer: Answer) -> set[BannerKind]:
    return {banner.kind for banner in answer.banners}


def test_1_no_digest_wears_the_badge_of_an_original(answers: list[Answer]) -> None:
    library = bundled_library().current()
    for answer in answers:
        for reference in answer.references:
            if library.metadata(reference.document_id).digest:
                assert reference.kind == "Summary"
                assert reference.label.startswith("Digest of ")


def test_2_evidence_about_other_people_is_said_to_be_so(answers: list[Answer]) -> None:
    for answer in answers:
        asked = set(populations_in(answer.standalone_question))
        for statement in answer.statements():
            named = set(populations_in(statement.text)) & SPECIAL
            if named and not named & asked:
                assert statement.note, f"{answer.standalone_question}: {statement.text}"


def test_2_a_question_about_children_is_not_answered_with_adults_in_silence(answers: list[Answer]) -> None:
    children = answers[2]
    fitting = [statement for statement in children.statements() if statement.note is None]
    assert BannerKind.POPULATION in kinds(children) or all(
        "child" in (statement.population or "") or "adolescent" in (statement.population or "")
        for statement in fitting
    )


@pytest.mark.parametrize(
    "question", [ARTICLE, "What can I do about leg cramps at night?", "How do I get rid of calf cramps?"]
)
def test_3_near_misses_are_no_cramp_treatment(question: str) -> None:
    answer = converse(question)[0]
    near_misses = {
        "pc-trial-2006-counterpressure",
        "esc-2018-syncope",
        "cochrane-2018-water-immersion-labour",
        "loten-2006-hot-water-bluebottle",
    }
    assert not cited(answer) & near_misses
    assert not re.search(
        r"leg[- ]crossing|counterpressure|86 ?°|warm water|hot water", shown(answer), re.IGNORECASE
    )


def test_4_certainty_stays_in_the_sentence(answers: list[Answer]) -> None:
    """Magnesium is never shown as a plain second line of treatment: its sentences carry how sure they are."""
    hedges = re.compile(
        r"may|certainty|unlikely|did not|no (?:clear )?difference|inconsistent|slightly|limited|trial|review|possibly|uncertain|unclear|supplement",
        re.IGNORECASE,
    )
    for statement in answers[0].statements():
        if "magnesium" in statement.text.lower():
            assert hedges.search(statement.text), statement.text


def test_5_old_sources_carry_their_age(answers: list[Answer]) -> None:
    for answer in answers:
        old = [item for item in answer.references if item.year and answer.created_at.year - item.year > 10]
        warned = " ".join(banner.text for banner in answer.banners if banner.kind is BannerKind.OUTDATED)
        for reference in old:
            assert str(reference.year) in warned


def test_6_there_is_one_truth_about_review(answers: list[Answer]) -> None:
    for answer in answers:
        assert answer.review_status == "pending_human_review"
        assert sum(banner.kind is BannerKind.PENDING_REVIEW for banner in answer.banners) == 1
        assert not re.search(
            r"\breviewed (?:for accuracy )?by our\b", answer.model_dump_json(), re.IGNORECASE
        )


@pytest.mark.parametrize(
    "question",
    [
        "my calf is swollen, red and hot since this morning",
        "leg cramps and sudden weakness on one side of my face",
        "muscle cramps and my urine is dark like cola",
    ],
)
def test_7_danger_signs_come_first(question: str) -> None:
    answer = converse(question)[0]
    assert answer.banners[0].kind is BannerKind.RED_FLAG


def test_7_magnesium_has_its_kidney_caution(answers: list[Answer]) -> None:
    assert re.search(r"kidney", shown(answers[3]), re.IGNORECASE)
    assert cited(answers[3]) & {
        "nih-ods-magnesium",
        "dailymed-2018-milk-of-magnesia",
        "iom-1997-dri-magnesium",
    }


def test_8_every_number_has_a_passage_behind_it(answers: list[Answer]) -> None:
    number = re.compile(r"\d+(?:[.,]\d+)*")
    for answer in answers:
        quotes = {item.n: " ".join(span.quote for span in item.spans) for item in answer.references}
        for statement in answer.statements():
            behind = " ".join(quotes[n] for n in statement.citations)
            assert set(number.findall(statement.text)) <= set(number.findall(behind))


def test_8_references_name_where_they_come_from(answers: list[Answer]) -> None:
    for answer in answers:
        for reference in answer.references:
            assert reference.url or reference.doi
            assert reference.year
            assert reference.issuer_or_journal


def test_3_a_remedy_for_another_condition_is_no_answer() -> None:
    """Vitamin E was studied for restless legs on dialysis too; a question about cramps doesn't get that."""
    answer = converse("Does vitamin E help muscle cramps on dialysis?")[0]
    assert "khajehdehi-2001-vitamin-e-c-dialysis" in cited(answer)
    assert "restless legs" not in shown(answer)


def test_7_an_edited_search_is_screened_too() -> None:
    """The reader may edit what is searched; a danger sign written there is met as well."""
    edited = Request("leg cramps", standalone="my calf is swollen, red and hot since this morning")
    assert bundled_chain().invoke(edited).banners[0].kind is BannerKind.RED_FLAG
