"""Drugs, conditions and people are found under their several names."""

from __future__ import annotations

from assistant.verify.entities import find_entities, find_new_entities


def kinds(text: str) -> dict[str, str]:
    return {entity.shown: entity.kind for entity in find_entities(text)}


def test_names_and_abbreviations_are_one_thing() -> None:
    assert find_new_entities("heart attack in kids", ("MI among children",)) == ()
    assert find_new_entities("paracetamol", ("acetaminophen",)) == ()
    assert find_new_entities("DVT", ("deep vein thrombosis",)) == ()


def test_unknown_drug_is_known_by_its_ending() -> None:
    assert kinds("rezafloxacin helped") == {"rezafloxacin": "drug"}


def test_new_people_and_drugs_are_reported() -> None:
    new = find_new_entities("Verapamil helps pregnant women.", ("Diltiazem helps older people.",))
    assert {entity.kind for entity in new} == {"drug", "population"}


def test_longest_name_wins() -> None:
    assert list(kinds("restless legs syndrome")) == ["restless legs syndrome"]


def test_common_words_are_nothing() -> None:
    assert find_entities("The results of the study were reported last year.") == ()
