"""Reports: their keys are a contract, and they come back as they were written."""

import json

import pytest

from eval.errors import BadReport
from eval.reports.report import (
    Figure,
    Percentiles,
    Report,
    count_measured,
    read_report,
    summarise,
    summarise_groups,
    take_percentiles,
    take_stage_percentiles,
    warn_of_few,
    write_report,
)


def make(**changes):
    fields = {
        "task": "retrieval",
        "dataset": "tiny",
        "metrics": {"nDCG@10": Figure(value=0.5, low=0.4, high=0.6)},
        "latency_ms": Percentiles(p50=1.0, p95=2.0),
        "provenance": {"k": 10},
        "per_query": [{"id": "a", "metrics": {"nDCG@10": 0.5}}],
    }
    return Report(**{**fields, **changes})


def test_the_keys_that_others_read(tmp_path):
    path = tmp_path / "deep" / "run.json"
    write_report(make(by_turn={"1": {"nDCG@10": Figure(value=1, low=1, high=1)}}), path)
    written = json.loads(path.read_text())
    assert written["task"] == "retrieval"
    assert written["metrics"]["nDCG@10"] == {"value": 0.5, "low": 0.4, "high": 0.6}
    assert written["by_turn"]["1"]["nDCG@10"]["value"] == 1
    assert written["latency_ms"] == {"p50": 1.0, "p95": 2.0}
    assert written["provenance"] == {"k": 10}


def test_a_report_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "run.json"
    write_report(make(), path)
    assert read_report(path) == make()


def test_parts_without_a_value_are_left_out(tmp_path):
    path = tmp_path / "run.json"
    write_report(make(), path)
    assert "by_turn" not in json.loads(path.read_text())


def test_numbers_that_json_lacks_become_null(tmp_path):
    path = tmp_path / "run.json"
    write_report(make(per_query=[{"id": "a", "x": float("nan")}]), path)
    assert json.loads(path.read_text())["per_query"][0]["x"] is None


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file"), ("{", "not a report"), ('{"task": "x"}', "not a report.*dataset")],
)
def test_what_is_no_report_is_refused(tmp_path, content, message):
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadReport, match=message):
        read_report(path)


def test_a_mean_is_over_the_rows_that_have_the_measure():
    figures = summarise([{"a": 1.0}, {"a": 0.0, "b": 1.0}, {}], ["a", "b", "c"])
    assert figures["a"].value == 0.5
    assert figures["b"] == Figure(value=1, low=1, high=1)
    assert "c" not in figures


def test_rows_that_have_a_measure_are_counted():
    assert count_measured([{"a": 1.0, "b": None}, {"a": 0.0}, {}], ["a", "b", "c"]) == {"a": 2}


def test_stages_are_measured_over_the_rows_that_went_through_them():
    taken = take_stage_percentiles([{"embed": 1.0}, {"embed": 3.0, "fuse": 5.0}])
    assert taken == {"embed": Percentiles(p50=2.0, p95=2.9), "fuse": Percentiles(p50=5.0, p95=5.0)}


@pytest.mark.parametrize(
    ("clusters", "noted"), [([], False), (["a"] * 50, True), (list("abc"), True), (range(10), False)]
)
def test_few_conversations_are_warned_of_however_many_turns_they_have(clusters, noted):
    assert bool(warn_of_few(list(clusters))) is noted


def test_groups_are_measured_apart():
    groups = summarise_groups([{"a": 1.0}, {"a": 0.0}, {"a": 0.0}], ["a"], ["x", "y", "x"])
    assert (groups["x"]["a"].value, groups["y"]["a"].value) == (0.5, 0.0)


def test_percentiles_by_hand():
    assert take_percentiles([1, 2, 3, 4, 5]) == Percentiles(p50=3.0, p95=4.8)
    assert take_percentiles([]) is None
