"""A finding may not be stretched beyond its study."""

import pytest

from assistant.verify.scope import object_to_scope


@pytest.mark.parametrize(
    ("name", "claim", "evidence"),
    [
        ("cause", "Tea prevents gout.", "Tea drinking was associated with less gout in a cohort."),
        ("animals", "Ginger lowers blood sugar.", "In rats ginger lowered blood sugar."),
        ("subgroup", "The drug lowers mortality.", "Mortality was lower only in a post hoc subgroup of smokers."),
        ("everyone", "All patients improved.", "Two thirds of patients improved."),
        ("precision", "The two creams are equally good.", "The creams did not differ, but the trial was too small to tell."),
        ("out_of_date", "Leeches are used for gout.", "Leeches were once used for gout."),
        ("comparator", "Walking helped more than swimming.", "Walking helped more than rest."),
        ("arms", "With tea, attacks fell by 97%.", "Attacks fell by 54% with tea, 97% with both drinks and 7% with water."),
        ("arms", "Relapse was 10% with drug and 30% with placebo.", "Relapse was 30% with drug and 10% with placebo."),
    ],
)  # fmt: skip
def test_each_stretch_is_named(name, claim, evidence):
    assert name in [found for found, _ in object_to_scope(claim, (evidence,))]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (
            "Attacks fell by 54% with tea.",
            "Attacks fell by 54% with tea, 97% with both drinks and 7% with water.",
        ),
        (
            "Attacks fell by 97% with both.",
            "Attacks fell by 54% with tea, 97% with both drinks and 7% with water.",
        ),
        ("Tea drinking was linked to less gout.", "Tea drinking was associated with less gout in a cohort."),
        ("Tea prevents gout.", "In a randomised trial tea prevented gout."),
        ("In rats ginger lowered blood sugar.", "Ginger lowered blood sugar in rats."),
        (
            "Relapse was 30% with the drug and 10% with placebo.",
            "Relapse was 30% with drug and 10% with placebo.",
        ),
        ("Leeches are no longer used for gout.", "Leeches were once used for gout."),
        ("Walking helped more than rest.", "Walking helped more than rest did."),
        ("", ""),
    ],
)
def test_what_stays_within_its_study_passes(claim, evidence):
    assert object_to_scope(claim, (evidence,)) == []
