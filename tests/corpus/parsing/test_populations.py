"""Populations: only what is plainly stated, in the controlled vocabulary."""

from __future__ import annotations

import pytest

from corpus.document import POPULATIONS
from corpus.parsing.populations import mesh_populations, stated_populations


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Asymptomatic adults", ("adults",)),
        ("Nonpregnant adults aged 18 years or older", ("adults",)),
        ("Adults who do not have a known diagnosis of diabetes or chronic kidney disease", ("adults",)),
        ("Women without diabetes; pregnant women", ("pregnancy",)),
        ("All sexually active adolescents and adults, including pregnant women", ("adults", "adolescents", "pregnancy")),
        ("Adults 65 years or older", ("adults", "older_adults")),
        ("Infants and children", ("children",)),
        ("Women who are planning or capable of pregnancy", ()),
        ("Adult patients with pain. Note: children and pregnant women are addressed elsewhere.", ("adults",)),
        ("Health-care workers (e.g., those in dialysis centers)", ()),
        ("Patients with chronic kidney disease stages 1-4", ("renal_impairment",)),
        ("", ()),
    ],
)  # fmt: skip
def test_stated(statement: str, expected: tuple[str, ...]) -> None:
    assert stated_populations(statement) == expected


def test_mesh() -> None:
    headings = ["Humans", "Aged", "Middle Aged", "Pregnancy", "Magnesium", "Renal Dialysis"]
    found = mesh_populations(headings)
    assert found == ("older_adults", "adults", "pregnancy", "dialysis")
    assert set(found) <= POPULATIONS
