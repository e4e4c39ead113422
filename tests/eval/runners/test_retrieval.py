"""A retrieval run from end to end, small enough to work out by hand."""

import pytest

from assistant.conversation import Turn
from eval.errors import RunFailed
from eval.runners.corpus_search import CorpusSearch
from eval.runners.progress import PartialResults
from eval.runners.retrieval import RetrievalOptions, run_retrieval
from eval.sets.records import Passage, Query, RetrievalSet
from index.vector_cache import VectorCache
from tests.eval.small_parts import WordEmbedder, understand_with_last_turn

PASSAGES = (
    Passage("m", "", "magnesium tablets"),
    Passage("q", "", "quinine tablets"),
    Passage("mp", "", "magnesium pregnancy"),
)
HISTORY = (Turn("user", "magnesium"), Turn("assistant", "unlikely"))
SET = RetrievalSet(
    "tiny",
    PASSAGES,
    (
        Query("1_1", "quinine"),
        Query("1_2", "pregnancy", HISTORY),
        Query("1_3", "tablets", HISTORY),
        Query("x", "no judgement"),
        Query("e", ""),
    ),
    {"1_1": {"q": 1}, "1_2": {"mp": 1}, "1_3": {"m": 1}, "e": {"m": 1}},
)


@pytest.fixture
def run(tmp_path):
    def run_it(retrieval_set=SET, understand=understand_with_last_turn, partial=None, **options):
        cache = VectorCache(tmp_path / "vectors")
        search = CorpusSearch(retrieval_set.passages, embedder=WordEmbedder(), cache=cache)
        return run_retrieval(
            retrieval_set,
            search,
            understand,
            RetrievalOptions(**options),
            provenance={"made": "here"},
            partial=partial or PartialResults.nowhere(),
        )

    return run_it


def test_figures_of_a_run(run):
    report = run()
    assert report.task == "retrieval"
    assert {row["id"]: row["metrics"]["hit@1"] for row in report.per_query} == {
        "1_1": 1,
        "1_2": 1,
        "1_3": 1,
        "e": 0,
    }
    assert report.metrics["hit@1"].value == 0.75
    assert report.metrics["hit@1"].low <= 0.75 <= report.metrics["hit@1"].high
    assert report.counts["unjudged queries left out"] == 1
    assert report.provenance == {"made": "here"}


def test_breakdowns(run):
    report = run()
    assert set(report.by_turn) == {"1", "2"}
    assert report.by_turn["2"]["hit@1"].value == 1
    assert set(report.by_history) == {"leans on history", "stands alone"}


def test_the_last_turn_alone_loses_the_topic(run):
    alone = run(use_history=False)
    assert alone.by_history is None
    row = next(row for row in alone.per_query if row["id"] == "1_3")
    assert row["searched"] == "tablets"


def test_the_drill_down_tells_where_the_gold_passage_came(run):
    row = next(row for row in run().per_query if row["id"] == "1_2")
    assert row["gold"] == [{"id": "mp", "title": "", "text": "magnesium pregnancy", "grade": 1, "rank": 1}]
    assert row["found"][0]["grade"] == 1
    assert row["history"][0]["content"] == "magnesium"


def test_times_stand_beside_the_figures(run):
    report = run()
    assert report.latency_ms.p50 <= report.latency_ms.p95
    assert {"understand", "embed", "dense", "lexical", "fuse"} <= set(report.stages_ms)
    assert report.stages_cpu_ms.keys() == report.stages_ms.keys()
    assert report.per_query[0]["stages_cpu_ms"].keys() == report.per_query[0]["stages_ms"].keys()


def test_an_interrupted_run_goes_on(run, tmp_path):
    asked = []

    def understand(question, conversation):
        asked.append(question)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return understand_with_last_turn(question, conversation)

    path = tmp_path / "p.jsonl"
    with pytest.raises(KeyboardInterrupt), PartialResults(path, "c") as partial:
        run(understand=understand, partial=partial)
    with PartialResults(path, "c") as partial:
        report = run(understand=understand, partial=partial)
    assert asked == ["quinine", "pregnancy", "tablets", "tablets"]
    assert report.metrics["hit@1"].value == 0.75


def test_a_failure_names_the_query(run):
    def understand(question, conversation):
        raise ZeroDivisionError("oh")

    with pytest.raises(RunFailed, match="query '1_1': ZeroDivisionError: oh"):
        run(understand=understand)


def test_a_limit_runs_the_first_queries(run):
    assert [row["id"] for row in run(limit=2).per_query] == ["1_1", "1_2"]
