"""Who a text is about, and whether evidence carries over."""

from __future__ import annotations

import pytest

from assistant.compose.candidates import read_own_people
from assistant.compose.extractive import population_note
from assistant.compose.populations import NAMES, describe, fits, populations_in
from corpus.document import POPULATIONS


def test_every_population_has_a_name_for_readers() -> None:
    assert set(NAMES) == POPULATIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and in pregnancy?", ("pregnancy",)),
        ("is it safe while breastfeeding", ("breastfeeding",)),
        ("my son has cramps", ("children",)),
        ("people over 65 with kidney disease", ("older_adults", "renal_impairment")),
        ("patients on haemodialysis", ("dialysis",)),
        ("kidney stones", ()),
        ("a woman who is not pregnant", ()),
        ("must not be taken in pregnancy", ("pregnancy",)),
        ("not recommended for children", ("children",)),
        ("could it harm the baby", ("pregnancy",)),
        ("28 weeks pregnant, is magnesium safe for the baby", ("pregnancy",)),
        ("is it safe for my baby while breastfeeding", ("breastfeeding",)),
        ("is it safe for my baby", ("children",)),
        ("my daughter bought me magnesium tablets", ()),
        ("my daughter is a nurse", ()),
        ("the general adult population, including pregnant women", ()),
        ("my daughter is eight", ("children",)),
        ("I'm 35 weeks and they keep me up", ("pregnancy",)),
        ("55F, T2DM, CKD3", ("renal_impairment", "diabetes")),
        ("my baby is 8 weeks old", ("children",)),
        ("I'm 8 weeks into physiotherapy", ()),
        ("night cramps CKD4", ("renal_impairment",)),
        ("cirrhosis with ascites", ("hepatic_impairment",)),
        ("marathon runners", ("athletes",)),
        ("leg cramps at night", ()),
    ],
)
def test_populations_are_recognised(text: str, expected: tuple[str, ...]) -> None:
    assert populations_in(text) == expected


@pytest.mark.parametrize(
    ("asked", "about", "expected"),
    [
        ((), ("adults",), True),
        ((), (), True),
        ((), ("adults", "pregnancy"), True),
        ((), ("children",), False),
        ((), ("pregnancy",), False),
        (("pregnancy",), ("pregnancy",), True),
        (("pregnancy",), ("older_adults",), False),
        (("renal_impairment",), ("dialysis",), True),
        (("children",), ("adults",), False),
    ],
)
def test_evidence_carries_over_only_where_it_may(
    asked: tuple[str, ...], about: tuple[str, ...], expected: bool
) -> None:
    assert fits(asked, about) is expected


def test_a_mismatch_is_said_beside_the_statement() -> None:
    assert population_note(("older_adults",), ("pregnancy",)) == "Evidence about older adults, not pregnancy."
    assert population_note(("children",), ()) == "Evidence about children only."
    assert population_note(("pregnancy",), ("pregnancy",)) is None


def test_unknown_populations_are_not_described() -> None:
    assert describe(()) is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Pregnancy, dialysis and some medicines can trigger muscle cramps.", ()),
        (
            "Leg cramps include those from heat, haemodialysis and low potassium, but most have no known cause.",
            (),
        ),
        ("Leg cramps include those from heat, sweating and effort, above all in pregnancy.", ("pregnancy",)),
        ("Magnesium was given to pregnant women.", ("pregnancy",)),
        ("Adolescents and adults were studied.", ("adolescents", "adults")),
    ],
)
def test_a_list_of_causes_is_about_nobody_in_it(text: str, people: tuple[str, ...]) -> None:
    assert set(read_own_people(text, asked=())) == set(people)


def test_a_list_of_causes_is_about_those_who_ask() -> None:
    text = "Pregnancy, dialysis and some medicines can trigger muscle cramps."
    assert "pregnancy" in read_own_people(text, asked=("pregnancy",))
