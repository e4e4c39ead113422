"""Citation recall and precision, with a verifier simple enough to check by eye."""

import pytest

from assistant.verify.verdict import Verdict
from eval.measures.citations import CitedStatement, citation_precision, citation_recall, judge_statement


class WordVerifier:
    """Supported when every word of the claim occurs in the evidence."""

    def verify(self, claim, evidence):
        words = set(" ".join(evidence).split())
        return Verdict("supported" if set(claim.split()) <= words else "not_enough", 1.0, ())


def judge(text, *citations):
    return judge_statement(CitedStatement(text, tuple((c,) for c in citations)), WordVerifier())


def test_each_citation_that_supports_alone_counts():
    found = judge("a b", "a b c", "a b")
    assert (found.recall, found.precise) == (True, (True, True))


def test_a_citation_that_adds_nothing_does_not_count():
    found = judge("a b", "a b", "z")
    assert (found.recall, found.precise) == (True, (True, False))


def test_two_halves_that_only_together_support_both_count():
    found = judge("a b", "a", "b")
    assert (found.recall, found.precise) == (True, (True, True))


def test_without_support_no_citation_counts():
    found = judge("a b", "a", "z")
    assert (found.recall, found.precise) == (False, (False, False))


def test_a_statement_without_citations_has_no_recall():
    assert judge("a").recall is False


def test_figures_of_an_answer():
    judgements = [judge("a", "a", "z"), judge("a b", "a")]
    assert citation_recall(judgements) == 0.5
    assert citation_precision(judgements) == pytest.approx(1 / 3)
    assert citation_recall([]) is None
    assert citation_precision([judge("a")]) is None
