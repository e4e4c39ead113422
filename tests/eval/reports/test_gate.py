"""Floors: what holds, what fails, what cannot be read."""

from pathlib import Path

import pytest

from eval.errors import BadReport
from eval.reports.gate import hold_against_floors, read_floors
from eval.reports.report import Figure, Report


def report(**figures):
    metrics = {name: Figure(value=value, low=0, high=1) for name, value in figures.items()}
    return Report(task="answers", dataset="tiny", metrics=metrics)


def floors(tmp_path, text):
    path = tmp_path / "floors.toml"
    path.write_text(text, encoding="utf-8")
    return read_floors(path)


def test_a_number_is_a_lower_bound_and_a_table_may_be_an_upper_one(tmp_path):
    bounds = floors(tmp_path, "[answers.tiny]\nsupported = 1.0\nover_refused = {max = 0.1}")
    findings = hold_against_floors([report(supported=1.0, over_refused=0.2)], bounds)
    assert [finding.passed for finding in findings] == [True, False]


@pytest.mark.parametrize(("value", "passed"), [(0.499, False), (0.5, True), (0.4999995, True), (0.9, True)])
def test_a_floor_holds_from_its_very_value(tmp_path, value, passed):
    (finding,) = hold_against_floors(
        [report(supported=value)], floors(tmp_path, "[answers.tiny]\nsupported = 0.5")
    )
    assert finding.passed is passed


def test_a_missing_measure_does_not_pass(tmp_path):
    (finding,) = hold_against_floors([report()], floors(tmp_path, "[answers.tiny]\nsupported = 0.0"))
    assert finding.passed is False
    assert finding.value is None


def test_a_report_without_floors_cannot_pass_unseen(tmp_path):
    with pytest.raises(BadReport, match="no bound for answers/tiny"):
        hold_against_floors([report()], floors(tmp_path, "[claims.other]\nauc = 0.5"))


@pytest.mark.parametrize(
    "text",
    ["", "not toml [", "answers = 1", "[answers]\ntiny = 1", "[answers.tiny]\na = 'x'", "[answers.tiny]\na = true",
     "[answers.tiny]\na = {least = 1}", "[answers.tiny]\na = {}"],
)  # fmt: skip
def test_a_wrong_floors_file_is_refused(tmp_path, text):
    with pytest.raises(BadReport, match=r"floors\.toml"):
        floors(tmp_path, text)


def test_a_missing_floors_file_is_refused():
    with pytest.raises(BadReport, match="no such file"):
        read_floors(Path("nowhere.toml"))
