"""The commands: exit codes and what they print. 0 good, 1 failed or missing, 2 bad usage or bad set."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli import app as product
from eval.cli import app
from eval.reports.report import Figure, Percentiles, Report, read_report, write_report
from tests.eval.sets.test_retrieval import write_set


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def run_file(tmp_path):
    def write(name, value, dataset="tiny"):
        path = tmp_path / f"{name}.json"
        rows = [{"id": str(i), "question": f"q{i}", "metrics": {"nDCG@10": value}} for i in range(5)]
        figures = {"nDCG@10": Figure(value=value, low=value, high=value)}
        write_report(
            Report(
                task="retrieval", dataset=dataset, metrics=figures, per_query=rows,
                latency_ms=Percentiles(p50=1, p95=2),
            ),
            path,
        )  # fmt: skip
        return path

    return write


def test_no_arguments_show_the_commands():
    shown = call("--help").output
    for command in (
        "retrieval",
        "claims",
        "answers",
        "compare",
        "report",
        "gate",
        "suite",
        "speed",
        "effort",
        "scale",
        "convert",
    ):
        assert command in shown


def test_compare(run_file):
    result = call("compare", run_file("a", 0.2), run_file("b", 0.4))
    assert result.exit_code == 0
    assert "+0.200" in result.output


def test_compare_for_programs(run_file):
    result = call("compare", run_file("a", 0.2), run_file("b", 0.4), "--json")
    found = json.loads(result.stdout)["measures"]["nDCG@10"]
    assert found["difference"]["value"] == pytest.approx(0.2)
    assert found["better"] == 5


def test_compare_of_two_sets_is_bad_usage(run_file):
    result = call("compare", run_file("a", 0.2), run_file("b", 0.4, dataset="other"))
    assert result.exit_code == 2
    assert "cannot compare" in result.stderr


def test_report_writes_a_page(run_file, tmp_path):
    page = tmp_path / "pages" / "run.html"
    result = call("report", run_file("a", 0.2), "--html", page)
    assert result.exit_code == 0
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(("floor", "code"), [(0.1, 0), (0.3, 1)])
def test_gate(run_file, tmp_path, floor, code):
    floors = tmp_path / "floors.toml"
    floors.write_text(f'[retrieval.tiny]\n"nDCG@10" = {floor}\n')
    result = call("gate", run_file("a", 0.2), "--floors", floors)
    assert result.exit_code == code
    assert "nDCG@10" in result.output


def test_gate_without_floors_is_bad_usage(run_file, tmp_path):
    assert call("gate", run_file("a", 0.2), "--floors", tmp_path / "none.toml").exit_code == 2


@pytest.mark.parametrize("command", ["retrieval", "claims", "answers", "dialogue"])
def test_a_set_that_is_not_there_is_a_bad_set(command, tmp_path):
    result = call(command, tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_a_broken_set_is_named_with_its_line(tmp_path):
    folder = write_set(tmp_path / "broken", corpus=["{oh"])
    result = call("retrieval", folder)
    assert result.exit_code == 2
    assert "corpus.jsonl:1: broken JSON" in result.stderr


def test_an_unknown_fusion_is_bad_usage(tmp_path):
    assert call("retrieval", write_set(tmp_path), "--fusion", "sum").exit_code == 2


def test_an_embedder_that_is_not_there_is_missing(tmp_path):
    result = call(
        "retrieval", write_set(tmp_path), "--embedder", tmp_path / "no-model", "--cache", tmp_path / "c"
    )
    assert result.exit_code == 1


def test_an_unknown_public_set_lists_the_known_ones(tmp_path):
    result = call("convert", "nothing", tmp_path, tmp_path / "out")
    assert result.exit_code == 2
    assert "medquad" in result.stderr


def test_a_public_set_that_is_not_there_says_where_to_get_it(tmp_path):
    result = call("convert", "medquad", tmp_path / "none", tmp_path / "out")
    assert result.exit_code == 1
    assert "abachaa/MedQuAD" in result.stderr


def test_a_damaged_public_set_is_a_bad_set(tmp_path):
    (tmp_path / "corpus.jsonl").write_text('{"doc_id": 7, "abstract": ["S"]}\n')
    claim = {"id": 1, "claim": "c", "evidence": {"7": [{"sentences": [0], "label": "PERHAPS"}]}}
    (tmp_path / "claims_dev.jsonl").write_text(json.dumps(claim) + "\n")
    result = call("convert", "scifact", tmp_path, tmp_path / "out.jsonl")
    assert result.exit_code == 2
    assert "not as published" in result.stderr
    assert "allenai/scifact" in result.stderr


@pytest.mark.parametrize("command", ["claims", "answers"])
def test_a_report_that_could_not_be_written_is_refused_before_the_run(command, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "eval.runners.product.open_answering", lambda index: SimpleNamespace(configuration={})
    )
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "a", "question": "x", "claim": "x", "evidence": ["x"], "label": "supported"}\n')
    result = call(command, file, "--report", tmp_path)
    assert result.exit_code == 2
    assert "is a folder; name a file in it" in result.stderr


def test_the_report_is_there_before_it_is_printed(tmp_path, monkeypatch):
    def stop_listening(report, console):
        assert read_report(path).task == "dialogue"
        raise BrokenPipeError

    path = tmp_path / "run.json"
    monkeypatch.setattr("eval.commands.runs.print_report", stop_listening)
    file = tmp_path / "turns.jsonl"
    file.write_text('{"id": "a", "kind": "k", "question": "gout?", "history": [], "mentions": [["gout"]]}\n')
    result = call("dialogue", file, "--report", path)
    assert isinstance(result.exception, BrokenPipeError | SystemExit)
    assert path.exists()


def test_a_page_that_cannot_be_written_is_bad_usage(run_file, tmp_path):
    result = call("report", run_file("a", 0.2), "--html", tmp_path)
    assert result.exit_code == 2
    assert "is a folder" in result.stderr


def test_a_report_with_figures_that_are_no_numbers_is_refused(tmp_path):
    path = tmp_path / "nan.json"
    path.write_text('{"task": "x", "dataset": "d", "metrics": {"a": {"value": NaN, "low": 0, "high": 1}}}')
    result = call("report", path, "--html", tmp_path / "page.html")
    assert result.exit_code == 2
    assert "metrics.a.value" in result.stderr


@pytest.mark.model
def test_a_retrieval_run_with_the_real_model(tmp_path):
    report = tmp_path / "run.json"
    arguments = ("retrieval", write_set(tmp_path / "tiny"), "--report", report, "--cache", tmp_path / "cache")
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    made = read_report(report)
    assert made.metrics["hit@1"].value == 1.0
    assert set(made.by_turn) == {"1", "2"}
    assert made.provenance["embedder"] == "minilm-medical"
    assert not report.with_name("run.json.partial.jsonl").exists()
    assert "nDCG@10" in result.output


PAGE = """---
id: magnesium
title: Magnesium for leg cramps
source: {title: Magnesium for leg cramps, journal: A Journal, year: 2024, kind: trial, url: "https://example.org"}
population: [adults]
status: current
digest: true
review_status: pending_human_review
---

## Findings

Magnesium is unlikely to prevent night leg cramps in older adults.
"""


@pytest.fixture(scope="module")
def small_build(tmp_path_factory):
    """A published build of one page, made by the product's own command."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "magnesium.md").write_text(PAGE, encoding="utf-8")
    out = tmp_path_factory.mktemp("builds")
    done = CliRunner().invoke(product, ["index", "build", "--documents", str(folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.mark.model
def test_answers_over_a_small_build(small_build, tmp_path):
    rows = [
        {
            "id": "a",
            "question": "Does magnesium prevent night leg cramps?",
            "answerable": True,
            "gold_spans": [{"document_id": "magnesium", "quote": "unlikely to prevent"}],
            "gold_documents": ["magnesium"],
        },
        {"id": "b", "question": "Who won the world cup?", "answerable": False},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = tmp_path / "run.json"
    result = call("answers", file, "--index", small_build, "--report", report)
    assert result.exit_code == 0, result.output
    made = read_report(report)
    assert made.metrics["gold_document_found"].value == 1.0
    assert made.metrics["abstention_recall"].value == 1.0
    assert made.counts["failed"] == 0
    assert made.provenance["index_build"]


@pytest.mark.model
def test_retrieval_over_a_build_ranks_documents(small_build, tmp_path):
    folder = write_set(
        tmp_path / "set",
        corpus=[{"_id": "magnesium", "title": "", "text": "stands for the document"}],
        queries=[{"_id": "q", "text": "magnesium cramps"}],
        qrels="query-id\tcorpus-id\tscore\nq\tmagnesium\t1\n",
    )
    report = tmp_path / "run.json"
    assert call("retrieval", folder, "--index", small_build, "--report", report).exit_code == 0
    assert read_report(report).metrics["hit@1"].value == 1.0


@pytest.mark.model
def test_answers_without_a_build_is_missing(tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "a", "question": "x"}\n', encoding="utf-8")
    assert call("answers", file, "--index", tmp_path / "none").exit_code == 1


@pytest.mark.parametrize("command", ["retrieval", "effort", "scale"])
def test_an_unknown_effort_is_refused(command, tmp_path):
    result = call(command, tmp_path, "--effort", "lazy")
    assert result.exit_code == 2
    assert "fast, balanced, thorough" in result.output
