"""Comparison of two runs, item by item."""

import pytest

from eval.errors import BadReport
from eval.reports.compare import compare_runs
from eval.reports.report import Report


def run(values, **changes):
    fields = {
        "task": "retrieval",
        "dataset": "tiny",
        "metrics": {},
        "per_query": [
            {"id": name, "question": f"question {name}", "metrics": {"nDCG@10": value}}
            for name, value in values.items()
        ],
    }
    return Report(**{**fields, **changes})


def test_pairs_items_by_id_whatever_their_order():
    found = compare_runs(run({"a": 0.0, "b": 1.0, "c": 0.5}), run({"c": 0.5, "b": 0.25, "a": 0.5}))
    (row,) = found.measures
    assert (row.first, row.second) == (0.5, pytest.approx(1.25 / 3))
    assert (row.comparison.better, row.comparison.worse, row.comparison.same) == (1, 1, 1)
    assert [change.id for change in found.changes] == ["b", "a"]
    assert found.changes[0].text == "question b"


def test_items_of_one_run_only_are_counted_and_left_out():
    found = compare_runs(run({"a": 0.0, "b": 1.0}), run({"a": 1.0, "z": 1.0, "y": 1.0}))
    assert (found.items, found.only_first, found.only_second) == (1, 1, 2)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (run({"a": 1.0}, dataset="other"), "cannot compare"),
        (run({"a": 1.0}, task="claims"), "cannot compare"),
        (run({"z": 1.0}), "share no item"),
        (run({"a": None}), "share no measure"),
    ],
)
def test_what_cannot_be_compared_is_refused(second, message):
    with pytest.raises(BadReport, match=message):
        compare_runs(run({"a": 1.0}), second)


def claims_run(verdicts, **changes):
    golds = ["supported", "supported", "not_enough", "refuted"]
    rows = [
        {
            "id": str(i), "claim": f"claim {i}", "gold": gold, "predicted": said, "score": float(said == "supported"),
            "metrics": {"accuracy_3way": float(gold == said)},
        }
        for i, (gold, said) in enumerate(zip(golds, verdicts, strict=True))
    ]  # fmt: skip
    return run({}, task="claims", per_query=rows, **changes)


def test_figures_of_a_claims_run_that_single_claims_do_not_have_are_compared_too():
    first = claims_run(["supported", "not_enough", "not_enough", "not_enough"])
    found = compare_runs(first, claims_run(["supported", "supported", "not_enough", "refuted"]))
    rows = {row.name: row for row in found.measures}
    # First: supported 2/3, not enough tp 1, fp 2 -> 1/2, refuted 0. Second: all right.
    assert rows["macro_f1_3way"].first == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert rows["macro_f1_3way"].second == 1.0
    assert rows["macro_f1_3way"].comparison.difference.value == pytest.approx(1 - (2 / 3 + 1 / 2) / 3)
    assert rows["macro_f1_3way"].comparison.better is None
    assert list(rows)[:2] == ["macro_f1_3way", "macro_f1_binary"]
    assert [row.name for row in found.measures].count("accuracy_3way") == 1
    assert (found.measure, len(found.changes)) == ("accuracy_3way", 2)


def test_what_the_runs_differ_in_is_told():
    made = {"embedder": "one", "k": 10, "configuration_hash": "a"}
    found = compare_runs(
        run({"a": 1.0}, provenance=made),
        run({"a": 0.5}, provenance={**made, "embedder": "two", "configuration_hash": "b"}),
    )
    assert found.settings == {"embedder": ("one", "two")}
    assert found.notes == ()


def test_a_set_that_changed_between_the_runs_is_noted():
    found = compare_runs(
        run({"a": 1.0}, provenance={"set_content": "x"}), run({"a": 0.5}, provenance={"set_content": "y"})
    )
    assert "the set itself differs" in found.notes[0]
