"""Before a reader: a flipped negation never passes, a quote always does."""

from __future__ import annotations

import pytest

from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier, agrees_in_negation
from assistant.verify.verdict import Check, Verdict

EVIDENCE = (
    "In a randomised trial, magnesium 300 mg daily for four weeks reduced leg cramps in pregnancy compared with placebo. "
    "Quinine is not recommended for leg cramps.",
)


class Lenient:
    """Says yes to everything, with the score it is given."""

    def __init__(self, score: float) -> None:
        self._score = score

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        return Verdict("supported", self._score, (Check("exact_quote", False),))


@pytest.mark.parametrize(
    ("claim", "agrees"),
    [
        ("Magnesium 300 mg daily reduced leg cramps in pregnancy.", True),
        ("Magnesium did not reduce leg cramps in pregnancy.", False),
        ("Quinine is recommended for leg cramps.", False),
        ("Quinine is not recommended for leg cramps.", True),
    ],
)
def test_negation_is_read_from_the_nearest_clause(claim: str, agrees: bool) -> None:
    assert agrees_in_negation(claim, EVIDENCE) is agrees


@pytest.mark.parametrize("advice", ["suggested", "recommended", "generally advised"])
def test_advice_against_something_is_no_advice_for_it(advice: str) -> None:
    evidence = (f"Ropinirole is {advice} against as standard treatment of restless legs.",)
    verifier = StrictVerifier(load_verifier())
    told = f"Ropinirole is {advice} as standard treatment of restless legs."
    assert verifier.verify(told, evidence).label != "supported"
    assert verifier.verify(told, (told,)).label == "supported"
    assert not agrees_in_negation("Ropinirole is a recommended treatment.", evidence)


def test_a_comparison_against_something_is_no_advice() -> None:
    evidence = ("Magnesium was tested against placebo in older adults.",)
    assert agrees_in_negation("Magnesium was compared with placebo in older adults.", evidence)


def test_a_negation_behind_but_belongs_to_its_own_clause() -> None:
    evidence = ("Magnesium reduced the number of cramps but did not change their pain.",)
    assert agrees_in_negation("Magnesium reduced the number of cramps.", evidence)
    assert not agrees_in_negation("Magnesium did not reduce the number of cramps.", evidence)


def test_the_border_is_not_enough_for_a_reader() -> None:
    claim = "Magnesium 300 mg daily reduced leg cramps in pregnancy."
    assert StrictVerifier(Lenient(0.55)).verify(claim, EVIDENCE).label == "not_enough"
    assert StrictVerifier(Lenient(0.95)).verify(claim, EVIDENCE).label == "supported"


def test_flipped_negation_is_taken_back_with_a_reason() -> None:
    verdict = StrictVerifier(Lenient(0.99)).verify(
        "Magnesium did not reduce leg cramps in pregnancy.", EVIDENCE
    )
    assert verdict.label == "not_enough"
    assert verdict.reasons


@pytest.mark.parametrize("sentence", EVIDENCE[0].split(". "))
def test_quotes_pass_untouched(sentence: str) -> None:
    assert StrictVerifier(load_verifier()).verify(sentence, EVIDENCE).label == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Magnesium 400 mg daily reduced leg cramps in pregnancy.",
        "Magnesium 300 g daily reduced leg cramps in pregnancy.",
        "Magnesium did not reduce leg cramps in pregnancy.",
        "Calcium 300 mg daily reduced leg cramps in pregnancy.",
        "Quinine is recommended for leg cramps.",
        "Magnesium 300 mg daily reduced leg cramps in children.",
    ],
)
def test_lies_do_not_pass(claim: str) -> None:
    assert StrictVerifier(load_verifier()).verify(claim, EVIDENCE).label != "supported"


def test_the_better_result_of_the_other_arm_is_withheld():
    evidence = ("Falls were more common in the walking group than in the resting group.",)
    claim = "Falls were more common in the resting group than in the walking group."
    assert StrictVerifier(Lenient(0.99)).verify(claim, evidence).label == "not_enough"
    assert StrictVerifier(Lenient(0.99)).verify(evidence[0], evidence).label == "supported"


@pytest.mark.parametrize(
    ("claim", "withheld"),
    [
        ("Naproxen shortened the attacks of gout.", True),
        ("Colchicine shortened the attacks in pregnant women.", True),
        ("Colchicine shortened the attacks of gout.", False),
        ("In older people colchicine shortened the attacks.", False),
    ],
)
def test_a_drug_or_people_whom_the_source_never_names_are_withheld(claim: str, withheld: bool) -> None:
    evidence = ("In a trial in the elderly, colchicine made attacks of gout shorter than placebo did.",)
    verdict = StrictVerifier(Lenient(0.95)).verify(claim, evidence)
    assert (verdict.label != "supported") is withheld
    assert any(check.name == "entities" and not check.passed for check in verdict.checks) is withheld
