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
