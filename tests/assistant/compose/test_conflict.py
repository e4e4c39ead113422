"""What a sentence reports about a remedy, and which two sentences disagree."""

import pytest

from assistant.compose.conflict import read_reports
from assistant.verify.comparison import do_disagree
from assistant.verify.direction import read_finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Magnesium reduced cramps.", "benefit"),
        ("Magnesium did not reduce cramps.", "no_benefit"),
        ("There was no clear benefit of magnesium.", "no_benefit"),
        ("It is unclear whether magnesium reduced cramps.", None),
        ("Magnesium reduced the risk of side effects.", None),
        ("Magnesium is a mineral.", None),
    ],
)
def test_the_finding_is_read_once_for_banners_and_verifier(text, finding):
    assert read_finding(text) == finding
    assert [report.finding for report in read_reports(text, ())] == ([finding] if finding else [])


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
