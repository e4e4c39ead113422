"""Plain words come from the statement's own text, and only where they are proved."""

from __future__ import annotations

from assistant.answer import Audience, Statement, Support
from assistant.audience.explain import (
    explain,
    grade_statements,
    is_supported,
    list_terms,
    reading_help,
    shown_text,
)
from assistant.audience.glossary import load_glossary
from assistant.audience.plain import PlainText, Replacement, apply_replacements, write_plain
from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier
from assistant.verify.verdict import Verdict

TEXT = "Magnesium had little effect on hypertension (RR 0.98, 95% CI 0.90 to 1.07), but the evidence may be biased."


def make_statement(text: str = TEXT) -> Statement:
    return Statement(text=text, citations=[1], support=Support(verdict="supported", score=1, checks={}))


class RefusingVerifier:
    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        return Verdict("not_enough", 0.0, ())


class VerbatimVerifier:
    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        return Verdict("supported" if claim in evidence else "not_enough", 1.0, ())


def test_the_quote_stays_and_plain_words_stand_beside_it() -> None:
    explained = explain(make_statement(), StrictVerifier(load_verifier()))
    assert explained.text == TEXT
    assert (
        explained.plain
        == "Magnesium had little effect on high blood pressure. But the evidence may be biased."
    )
    assert explained.figures == ["RR 0.98, 95% CI 0.90 to 1.07"]
    glosses = {item.term: item.gloss for item in explained.terms}
    assert glosses["hypertension"] == "blood pressure that stays too high"


def test_what_the_verifier_refuses_is_shown_as_the_quote() -> None:
    explained = explain(make_statement(), RefusingVerifier())
    assert explained.plain is None
    assert explained.terms
    assert shown_text(explained, Audience.PATIENT) == TEXT


def test_each_audience_reads_its_own() -> None:
    explained = explain(make_statement(), StrictVerifier(load_verifier()))
    assert shown_text(explained, Audience.PATIENT) == explained.plain
    assert shown_text(explained, Audience.STUDENT) == shown_text(explained, Audience.PROFESSIONAL) == TEXT
    assert reading_help(explained, Audience.PROFESSIONAL) == []
    assert any("hypertension" in line for line in reading_help(explained, Audience.STUDENT))
    assert any(TEXT in line for line in reading_help(explained, Audience.PATIENT))
    patient, professional = (
        grade_statements([explained], who) for who in (Audience.PATIENT, Audience.PROFESSIONAL)
    )
    assert patient is not None
    assert professional is not None
    assert patient < professional


def test_a_patient_is_not_told_a_term_that_was_replaced() -> None:
    explained = explain(make_statement(), StrictVerifier(load_verifier()))
    assert any(item.term == "hypertension" for item in explained.terms)
    assert not any("hypertension:" in line for line in reading_help(explained, Audience.PATIENT))
    assert any("hypertension:" in line for line in reading_help(explained, Audience.STUDENT))


def test_everyday_words_are_not_explained() -> None:
    text = "The antibiotic did not shorten the outcome of asthma or bronchiolitis in this trial."
    assert [item.term for item in list_terms(text, load_glossary())] == ["bronchiolitis"]


def test_listed_phrases_are_put_back_before_the_verifier_reads() -> None:
    """A verifier that takes only the source's own words still passes a listed phrase, and nothing else."""
    text = "There is insufficient evidence to determine whether it helps."
    plain = write_plain(text, load_glossary())
    assert plain.text == "There is not enough evidence to tell whether it helps."
    assert is_supported(text, plain, VerbatimVerifier())
    invented = Replacement(text.index("it helps"), len(text) - 1, "it is safe", "cut")
    assert not is_supported(
        text, PlainText(apply_replacements(text, (invented,)), (), (invented,)), VerbatimVerifier()
    )
