"""An idea that helps is seen to help, and one that does nothing gives exactly nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.conversation import Turn
from assistant.rewrite.standalone import RewriteParts
from eval.runners.ablation import WHOLE, RememberingEmbedder, SearchParts, run_ablation
from eval.runners.corpus_search import CorpusSearch
from eval.runners.product import make_understanding
from eval.sets.records import Passage, Query, RetrievalSet
from index.vector_cache import VectorCache
from tests.eval.small_parts import WordEmbedder

PASSAGES = (
    Passage("a", "", "quinine for night cramps"),
    Passage("b", "", "dose of quinine"),
    Passage("c", "", "massage for back pain"),
    Passage("d", "", "dose of massage"),
)
HISTORY = (Turn("user", "Does quinine help night cramps?"), Turn("assistant", "quinine for night cramps"))


def make_set(history: tuple[Turn, ...]) -> RetrievalSet:
    text = "what dose?" if history else "dose of quinine"
    return RetrievalSet("tiny", PASSAGES, (Query("q", text, history),), {"q": {"b": 1}})


def ablate(retrieval_set: RetrievalSet, folder: Path):  # type: ignore[no-untyped-def]
    embedder = RememberingEmbedder(WordEmbedder())

    def make_search(parts: SearchParts) -> CorpusSearch:
        weight = 0.5 if parts.dense_weight is None else parts.dense_weight
        return CorpusSearch(
            PASSAGES, embedder=embedder, cache=VectorCache(folder), dense_weight=weight, titles=parts.titles
        )

    def make_rewriter(search: CorpusSearch, parts: RewriteParts):  # type: ignore[no-untyped-def]
        return make_understanding(search.rarity, parts=parts)

    return run_ablation(retrieval_set, make_search, make_rewriter, provenance={})  # type: ignore[arg-type]


def test_weighing_what_was_shown_is_measured(tmp_path: Path) -> None:
    report = ablate(make_set(HISTORY), tmp_path)
    rows = {row["idea"]: row for row in report.details["ablation"]}
    assert report.metrics[WHOLE].value == pytest.approx(1.0)
    assert rows["titles"]["gives"]["value"] == 0  # no passage has one
    shown = rows["shown passages weighed"]
    assert shown["gives"]["value"] == pytest.approx(1 - shown["without"])
    assert report.counts == {"queries": 1, "conversations": 1, "passages": 4}


def test_single_questions_leave_out_what_only_follow_ups_use(tmp_path: Path) -> None:
    ideas = [row["idea"] for row in ablate(make_set(()), tmp_path).details["ablation"]]
    assert ideas == ["synonym vocabulary", "dense part", "lexical part", "best sentence", "titles"]


def test_a_text_is_embedded_once() -> None:
    inner = WordEmbedder()
    embedder = RememberingEmbedder(inner)
    first, second = embedder.embed(["a b", "c"]), embedder.embed(["c", "a b", "c"])
    assert inner.embedded == ["a b", "c"]
    assert (second == first[[1, 0, 1]]).all()
