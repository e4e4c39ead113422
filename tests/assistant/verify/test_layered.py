"""The promise of the verifier: sources pass unchanged, damaged ones don't, and nothing breaks it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.verify.layered import LayeredVerifier
from assistant.verify.loading import load_verifier
from assistant.verify.verdict import Verdict
from assistant.verify.words import split_sentences
from tests.assistant.verify.corruptions import damage

DOCUMENTS = Path("corpus/documents")
PASSAGE = (
    "In older adults, magnesium probably makes little difference to night cramps. "
    "There is no evidence that quinine is safe in pregnancy. Stretching before bed for six weeks reduced cramps by 59%."
)
VERIFIER = load_verifier()


def judge(claim: str, *evidence: str) -> Verdict:
    return VERIFIER.verify(claim, evidence or (PASSAGE,))


def library_sentences() -> list[tuple[str, str]]:
    """(sentence, its paragraph) of the bundled library."""
    found = []
    for path in sorted(DOCUMENTS.glob("*.md")):
        if path.name == "README.md":
            continue
        body = path.read_text(encoding="utf-8").split("---", 2)[-1]
        for paragraph in (part.strip() for part in body.split("\n\n")):
            if paragraph and not paragraph.startswith("#"):
                found += [(s.text, paragraph) for s in split_sentences(paragraph) if len(s.words) >= 5]
    return found


def test_unchanged_sentences_of_the_library_pass() -> None:
    sentences = library_sentences()
    passed = [judge(sentence, paragraph).label == "supported" for sentence, paragraph in sentences]
    assert len(passed) > 500
    assert sum(passed) / len(passed) >= 0.99


@pytest.mark.parametrize("whole_passage", [False, True])
def test_damaged_sentences_of_the_library_are_caught(whole_passage: bool) -> None:
    rng = random.Random(20261123)
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for sentence, paragraph in library_sentences()[::2]:
        for damaged in damage(sentence, rng):
            made[damaged.kind] += 1
            caught[damaged.kind] += (
                judge(damaged.text, paragraph if whole_passage else sentence).label != "supported"
            )
    assert min(made.values()) >= 25
    shares = {kind: caught[kind] / made[kind] for kind in made}
    assert min(shares.values()) >= 0.99, shares


def test_quote_is_supported_at_once_and_says_so() -> None:
    verdict = judge("Stretching before bed for six weeks reduced cramps by 59%.")
    assert (verdict.label, [check.name for check in verdict.checks]) == ("supported", ["exact_quote"])


def test_part_of_a_quote_that_drops_its_negation_is_refused() -> None:
    verdict = judge("quinine is safe in pregnancy")
    assert verdict.label != "supported"
    assert any("no evidence" in reason or "“no" in reason for reason in verdict.reasons)


def test_part_of_a_quote_that_drops_its_people_is_refused() -> None:
    assert judge("quinine is safe", "Quinine is safe in children.").label != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "Stretching before sleep for 6 weeks lowered cramps by 59 percent.",
        "In elderly people, magnesium probably makes little difference to nocturnal cramps.",
    ],
)
def test_rewording_is_supported(claim: str) -> None:
    assert judge(claim).label == "supported"


@pytest.mark.parametrize(
    ("claim", "layer"),
    [
        ("Stretching before bed for six weeks reduced cramps by 95%.", "quantities"),
        ("Stretching before bed for six months reduced cramps by 59%.", "quantities"),
        ("Stretching before bed for six weeks increased cramps by 59%.", "direction"),
        ("In older adults, quinine probably makes little difference to night cramps.", "entities"),
        ("In pregnant women, magnesium probably makes little difference to night cramps.", "entities"),
        ("Stretching before bed for six weeks did not reduce cramps by 59%.", "negation"),
    ],
)
def test_failed_layer_is_named_with_a_reason(claim: str, layer: str) -> None:
    verdict = judge(claim)
    assert verdict.label != "supported"
    assert any(check.name == layer and not check.passed and check.reason for check in verdict.checks)


def test_unrelated_claim_is_not_enough() -> None:
    assert judge("Chocolate was first grown in Mexico.").label == "not_enough"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("", (PASSAGE,)),
        (" ", (PASSAGE,)),
        ("A claim.", ()),
        ("A claim.", ("", " ")),
        ("x " * 4000, (PASSAGE,)),
        ("12", ("12",)),
        ("?", ("?",)),
    ],
)
def test_empty_and_huge_input_is_judged_without_error(claim: str, evidence: tuple[str, ...]) -> None:
    verdict = VERIFIER.verify(claim, evidence)
    assert 0 <= verdict.score <= 1
    if len(claim.strip()) != 2:
        assert verdict.label == "not_enough"


def test_huge_evidence_is_read_in_part() -> None:
    assert VERIFIER.verify("Cramps are caused by the moon.", ("word " * 300_000,)).label == "not_enough"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.lists(st.text(max_size=200), max_size=3))
def test_any_text_gives_a_verdict_and_the_same_one_twice(claim: str, evidence: list[str]) -> None:
    first = VERIFIER.verify(claim, tuple(evidence))
    assert first == VERIFIER.verify(claim, tuple(evidence))
    assert 0 <= first.score <= 1


def test_the_reader_is_asked_only_where_the_rules_have_not_settled_it() -> None:
    asked: list[tuple[str, str]] = []

    def sure(premise: str, claim: str) -> npt.NDArray[np.float32]:
        asked.append((premise, claim))
        return np.array([9.0, 0.0, 0.0], dtype=np.float32)

    verifier = load_verifier(sure)
    verifier.verify("Stretching before bed for six weeks reduced cramps by 59%.", (PASSAGE,))
    verifier.verify("Stretching before bed for six weeks reduced cramps by 95%.", (PASSAGE,))
    assert asked == []
    reworded = "Exercises for the calf helped against cramping."
    with_reader = verifier.verify(reworded, (PASSAGE,)).score
    ((premise, claim),) = asked
    assert claim == reworded
    assert "Stretching" in premise
    assert with_reader > load_verifier(None).verify(reworded, (PASSAGE,)).score


def test_without_the_reader_a_claim_is_judged_by_the_other_layers() -> None:
    verifier = load_verifier()
    assert isinstance(verifier, LayeredVerifier)
    silent = verifier.without_each_layer()["reader"]
    reworded = "Exercises for the calf helped against cramping."
    assert silent.verify(reworded, (PASSAGE,)) == load_verifier(None).verify(reworded, (PASSAGE,))
