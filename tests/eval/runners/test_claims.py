"""A claims run with a verifier one can follow."""

import pytest

from assistant.verify.verdict import Verdict
from eval.errors import RunFailed
from eval.runners.claims import run_claims
from eval.runners.progress import PartialResults
from eval.sets.records import Claim, ClaimSet
from tests.eval.small_parts import WordVerifier

SET = ClaimSet(
    "tiny",
    (
        Claim("1", "quinine helps", ("quinine helps cramps",), "supported"),
        Claim("2", "quinine not helps", ("quinine helps cramps",), "refuted"),
        Claim("3", "magnesium helps", ("quinine helps cramps",), "not_enough"),
        Claim("4", "quinine cures cramps", ("quinine helps cramps",), "supported"),
    ),
    ("a note",),
)


def run(verifier=None, **options):
    return run_claims(
        SET, verifier or WordVerifier(), provenance={}, partial=PartialResults.nowhere(), **options
    )


def test_figures_by_hand():
    report = run()
    # Claim 4 is missed. Binary: supported tp 1, fp 0, fn 1 -> 2/3; rest tp 2, fp 1, fn 0 -> 4/5.
    assert report.metrics["macro_f1_binary"].value == pytest.approx((2 / 3 + 4 / 5) / 2)
    # Three-way: supported 2/3, refuted 1, not_enough tp 1, fp 1 -> 2/3.
    assert report.metrics["macro_f1_3way"].value == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert report.metrics["balanced_accuracy"].value == pytest.approx((1 / 2 + 1) / 2)
    # Scores 1, 2/3, 1/2, 2/3: of the four pairs, 1 beats both, 2/3 ties one and beats one.
    assert report.metrics["auc"].value == pytest.approx((2 + 0.5 + 1) / 4)
    assert 0 <= report.metrics["ece"].value <= 1
    assert report.confusion["supported"] == {"supported": 1, "not_enough": 1, "refuted": 0}
    assert report.notes == [
        "a note",
        "4 independent items only: the intervals are too narrow, don't rely on them",
    ]


def test_each_check_is_measured_alone():
    checks = run().by_check
    assert set(checks) == {"words"}
    assert checks["words"]["spoke"].value == 1
    assert checks["words"]["balanced_accuracy"].value == pytest.approx(0.75)
    assert checks["words"]["refusal_precision"].value == pytest.approx(2 / 3)


def test_a_set_of_one_label_leaves_out_what_it_cannot_measure():
    only = ClaimSet("one", SET.claims[:1])
    report = run_claims(only, WordVerifier(), provenance={}, partial=PartialResults.nowhere())
    assert "auc" not in report.metrics
    assert report.metrics["macro_f1_3way"].value == 1


def test_a_score_that_is_no_probability_is_refused():
    class Boastful:
        def verify(self, claim, evidence):
            return Verdict("supported", 1.7, ())

    with pytest.raises(RunFailed, match=r"claim '1'.*no probability"):
        run(Boastful())


def test_a_limit_runs_the_first_claims():
    assert [row["id"] for row in run(limit=2).per_query] == ["1", "2"]
