"""Route, interval and dose by weight."""

import pytest

from assistant.verify import load_verifier
from assistant.verify.regimen import object_to_regimen


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Give 10 mg into a vein.", "Give 10 mg by mouth."),
        ("Colchicine is injected subcutaneously.", "Colchicine tablets are taken with food."),
        ("The tablet is taken every day.", "The tablet is taken once a week."),
        ("A dose is given each month.", "A dose is given weekly."),
        ("The child receives 10 mg.", "The child receives 10 mg/kg."),
        ("The child receives 10 mg/kg.", "The child receives 10 mg."),
    ],
)
def test_another_way_of_giving_is_refused(claim, evidence):
    assert object_to_regimen(claim, (evidence,))
    assert load_verifier().verify(claim, (evidence,)).label != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Take the tablet daily.", "One tablet is swallowed every day."),
        ("Give 10 mg per kilogram.", "The dose is 10 mg/kg."),
        ("Take 10 mg.", "The usual dose is 10 mg."),
        ("Patients of 70 kg took 5 mg.", "At 70 kg the dose is 5 mg."),
        ("Weekly walks helped.", "Walking every day helped."),
        ("", ""),
    ],
)
def test_the_same_way_or_silence_is_no_objection(claim, evidence):
    assert object_to_regimen(claim, (evidence,)) == []
