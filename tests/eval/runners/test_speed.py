"""Speed: processes are accounted for, rates are of the very texts that are indexed."""

import pytest

from eval.errors import RunFailed
from eval.runners.speed import ask_timed, measure_command, measure_embedder
from eval.sets.records import AnswerItem
from tests.eval.small_parts import SmallChain, WordEmbedder

DOCUMENT = """# Magnesium

Magnesium is unlikely to help older adults. Magnesium can cause diarrhoea.
"""


def test_a_command_costs_time_and_memory():
    cost = measure_command(["--help"])
    assert cost.wall_s >= 0
    assert cost.cpu_s > 0
    assert cost.largest_rss_mib > 1


def test_a_command_that_fails_is_told():
    with pytest.raises(RunFailed, match="exit 2"):
        measure_command(["no-such-command"])


def test_a_failure_that_is_an_answer_may_pass():
    assert measure_command(["no-such-command"], good=frozenset({0, 2})).wall_s >= 0


def test_the_embedder_is_measured_on_the_chunks_of_the_documents(tmp_path):
    (tmp_path / "magnesium.md").write_text(DOCUMENT, encoding="utf-8")
    embedder = WordEmbedder()
    measured = {m.name: m.value for m in measure_embedder(embedder, [tmp_path])}
    assert measured["chunks of the library"] >= 1
    assert measured["embedder's own rate"] > 0
    assert any("diarrhoea" in text for text in embedder.embedded)


def test_documents_without_text_cannot_be_measured(tmp_path):
    with pytest.raises(RunFailed, match="no text"):
        measure_embedder(WordEmbedder(), [tmp_path])


def test_an_answer_is_timed_by_event_and_stage():
    row = ask_timed(SmallChain(), AnswerItem("a", "Does magnesium help?"))
    assert set(row["stages_ms"]) == {"first_event", "first_statement", "retrieve"}
    assert row["stages_ms"]["first_event"] <= row["stages_ms"]["first_statement"] <= row["wall_ms"]
