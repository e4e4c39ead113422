"""What a sentence reports about a remedy, and which two sentences disagree."""

from dataclasses import replace

import pytest

from assistant.compose.conflict import other_side, read_reports
from assistant.verify.comparison import do_disagree
from assistant.verify.direction import read_finding, tells_effect
from tests.assistant.compose.found import find


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Magnesium reduced cramps.", "benefit"),
        ("Magnesium did not reduce cramps.", "no_benefit"),
        ("There was no clear benefit of magnesium.", "no_benefit"),
        ("It is unclear whether magnesium reduced cramps.", None),
        ("Magnesium reduced the risk of side effects.", None),
        ("Magnesium is a mineral.", None),
        ("People on magnesium were no more likely to have cramps reduced by a quarter.", "no_benefit"),
        ("Stop magnesium if cramps have not improved after four weeks.", None),
    ],
)
def test_the_finding_is_read_once_for_banners_and_verifier(text, finding):
    assert read_finding(text) == finding
    assert [report.finding for report in read_reports(text, ())] == ([finding] if finding else [])


def test_a_benefit_told_with_its_harms_tells_the_effect_too():
    assert tells_effect("Quinine modestly reduces cramps, with rare but potentially fatal harms.")
    assert tells_effect("Magnesium did not reduce cramps.")
    assert not tells_effect("It is unclear whether magnesium reduced cramps or harms.")
    assert not tells_effect("Minor side effects were mostly digestive.")


def test_two_sentences_disagree_only_when_both_tell_a_direction():
    more = "Pain was significantly lower with yoga than with rest."
    same = "There was no significant difference in pain between yoga and rest."
    assert do_disagree(more, same)
    assert not do_disagree(more, more)
    assert not do_disagree(more, "Yoga was taught twice a week.")
    assert not do_disagree("", more)


def test_the_same_result_told_from_the_other_arm_is_no_disagreement():
    assert not do_disagree(
        "Pain was lower with yoga than with rest.", "Pain was higher with rest than with yoga."
    )


def test_a_source_cited_for_something_else_is_heard_on_the_other_side():
    one, *rest = find("does magnesium help leg cramps?").candidates
    other = next(item for item in rest if item.chunk.document_id != one.chunk.document_id)
    none = replace(one, text="Magnesium did not reduce leg cramps.", populations=())
    harmless = replace(other, text="Magnesium was well tolerated.", populations=())
    benefit = replace(other, text="Magnesium reduced leg cramps.", populations=())
    assert other_side([none, harmless], [benefit]) is benefit
    assert other_side([none, benefit], [benefit]) is None
    assert other_side([none], [replace(benefit, chunk=one.chunk)]) is None, "set against itself"
