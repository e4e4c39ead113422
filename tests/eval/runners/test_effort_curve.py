"""Quality by effort: each is compared with the usual one on the same questions."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from assistant.conversation import Turn
from eval.reports.curves import print_efforts
from eval.reports.html import render_html
from eval.runners.corpus_search import CorpusSearch
from eval.runners.effort_curve import run_effort_curve
from eval.runners.ports import Understood
from eval.sets.records import Passage, Query, RetrievalSet
from index.ports import SearchQuery
from index.retrieval_effort import BALANCED, FAST, RetrievalEffort
from index.vector_cache import VectorCache
from tests.eval.small_parts import WordEmbedder

PASSAGES = (Passage("a", "", "quinine"), Passage("b", "", "one two three four"))
SET = RetrievalSet("tiny", PASSAGES, (Query("q", "quinine", (Turn("user", "hello"),)),), {"q": {"a": 1}})


def test_what_the_fast_one_loses_is_seen(tmp_path: Path) -> None:
    def open_search(effort: RetrievalEffort):  # type: ignore[no-untyped-def]
        search = CorpusSearch(
            PASSAGES, embedder=WordEmbedder(), cache=VectorCache(tmp_path), dense_weight=1.0, effort=effort
        )
        wordings = ("quinine", "quinine", "one two three four")
        return search, lambda question, _: Understood(question, SearchQuery(question, wordings), True)

    report = run_effort_curve(SET, open_search, (FAST, BALANCED), provenance={})
    fast, balanced = report.details["efforts"]
    assert (fast["effort"], balanced["effort"]) == ("fast", "balanced")
    assert balanced["figure"]["value"] == pytest.approx(1.0)
    assert balanced["difference"] is None
    assert fast["difference"]["value"] == pytest.approx(fast["figure"]["value"] - 1)
    assert fast["figure"]["value"] < 1
    shown = StringIO()
    print_efforts(report, Console(file=shown, width=150))
    assert "[1.000, 1.000]" in shown.getvalue()
    page = render_html(report)
    assert "What time buys" in page
    assert "nDCG@10 against time" in page
