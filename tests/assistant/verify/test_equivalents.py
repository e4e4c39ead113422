"""Everyday and clinical words for one thing pass for each other, and nothing else does."""

from __future__ import annotations

import pytest

from assistant.verify.equivalents import load_equivalents, restate
from assistant.verify.loading import load_verifier
from assistant.verify.negation import is_negator
from assistant.verify.strict import StrictVerifier

SOURCE = "There was insufficient evidence that the treatment was associated with fewer adverse events than placebo."


def test_puts_everyday_words_back_only_where_the_source_has_the_clinical_ones() -> None:
    plain = "There was not enough evidence that the treatment was linked to fewer unwanted events than dummy treatment."
    assert restate(plain, (SOURCE,)) == SOURCE
    assert restate("The link was looked at.", ("The cause was assumed.",)) == "The link was looked at."
    assert restate("", (SOURCE,)) == ""
    assert restate(plain, ()) == plain


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (SOURCE, SOURCE.replace("insufficient", "enough")),
        (SOURCE, SOURCE.replace("associated with", "the cause of")),
        (SOURCE, SOURCE.replace("insufficient evidence", "no evidence")),
        ("The evidence was sufficient to recommend the drug.", "The evidence was not enough to recommend the drug."),
        ("Adverse events were rarely reported in adults.", "Unwanted events were never reported in adults."),
        ("The drug may have resulted in fewer deaths.", "The drug led to fewer deaths."),
        ("No adverse events occurred in the placebo group.", "Unwanted events happened in the dummy treatment group."),
    ],
)  # fmt: skip
def test_does_not_let_a_turned_meaning_through(source: str, claim: str) -> None:
    assert StrictVerifier(load_verifier()).verify(claim, (source,)).label != "supported"


def test_no_pair_changes_polarity() -> None:
    for everyday, all_clinical in load_equivalents().items():
        for clinical in all_clinical:
            negative = any(is_negator(word) for word in everyday)
            assert negative == (clinical == ("insufficient",)), (everyday, clinical)
