"""The efforts: what each one leaves out, and that the usual one leaves out nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import SearchQuery
from index.retrieval_effort import BALANCED, EFFORTS, FAST, THOROUGH, RetrievalEffort, find_effort
from index.vector_index import VectorIndex
from tests.tiny_embedder import WORDS, TinyEmbedder

QUERY = SearchQuery("dose?", dense_texts=("dose?", "dose? magnesium cramps", "dose of magnesium"))


def make_texts(count: int) -> list[str]:
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(WORDS, size=rng.integers(1, 9))) for _ in range(count)]


def test_efforts_are_found_by_name_and_grow() -> None:
    assert [find_effort(effort.name) for effort in EFFORTS] == [FAST, BALANCED, THOROUGH]
    for knob in ("scored_whole", "candidates", "graph_width", "compared_with_shown", "compared_by_sentence"):
        values = [getattr(effort, knob) for effort in EFFORTS]
        assert values == sorted(values)
    with pytest.raises(ValueError, match="fast, balanced, thorough"):
        find_effort("lazy")


def test_the_fast_one_embeds_the_longest_wording_alone() -> None:
    assert FAST.choose_wordings(QUERY) == ("dose? magnesium cramps",)
    assert BALANCED.choose_wordings(QUERY) == QUERY.dense_texts
    embedder, texts = TinyEmbedder(), make_texts(5)
    vectors, lexical = VectorIndex.build(embedder.embed(texts)), LexicalIndex.build(texts)
    HybridSearch(embedder=embedder, vectors=vectors, lexical=lexical, effort=FAST).search(QUERY, k=3)
    assert embedder.calls == [texts, ["dose? magnesium cramps"]]


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("text", ["", "  "])
def test_a_blank_query_embeds_nothing(effort: RetrievalEffort, text: str) -> None:
    assert effort.choose_wordings(SearchQuery(text, dense_texts=(text, " "))) == ()


@pytest.mark.parametrize("flat_limit", [50_000, 0])
def test_few_candidates_rank_as_all_of_them_do_at_the_top(flat_limit: int) -> None:
    texts, embedder = make_texts(400), TinyEmbedder()
    vectors = VectorIndex.build(embedder.embed(texts), flat_limit=flat_limit)
    lexical = LexicalIndex.build(texts)

    def rank(candidates: int, whole: int) -> list[int]:
        effort = dataclasses.replace(BALANCED, scored_whole=whole, candidates=candidates, graph_width=400)
        search = HybridSearch(embedder=embedder, vectors=vectors, lexical=lexical, effort=effort)
        return [found.row for found in search.search(SearchQuery("magnesium dose for kidney"), k=5)]

    assert rank(400, 0) == rank(1, 400)
    assert rank(100, 0)[0] == rank(1, 400)[0]


def test_stages_are_told() -> None:
    from eval.runners.clock import StageClock

    texts = make_texts(50)
    embedder = TinyEmbedder()
    effort = dataclasses.replace(BALANCED, scored_whole=10)
    search = HybridSearch(
        embedder=embedder,
        vectors=VectorIndex.build(embedder.embed(texts)),
        lexical=LexicalIndex.build(texts),
        effort=effort,
        text_of_row=texts.__getitem__,
    )
    clock = StageClock()
    query = SearchQuery("magnesium", shown=(texts[0],))
    timed = search.search(query, k=3, stages=clock)
    assert timed == search.search(query, k=3)
    assert list(clock.stages) == list(clock.stages_cpu) == ["embed", "lexical", "nearest", "dense", "novelty"]
