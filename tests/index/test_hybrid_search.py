"""Hybrid search over vectors that can be computed by hand."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

from index.hybrid_search import (
    PRIOR_BACKGROUND,
    PRIOR_ROWS,
    HybridSearch,
    QueryEncoder,
    describe_background,
)
from index.lexical_index import LexicalIndex
from index.ports import SearchQuery
from index.vector_index import VectorIndex
from tests.tiny_embedder import TinyEmbedder

TEXTS = [
    "magnesium cramps",  # (1, 0, ..., 1) / sqrt 2
    "magnesium magnesium dose",  # (2, ..., 1) / sqrt 5
    "quinine cramps",
    "sleep well tonight",
]


def make_search(dense_weight: float = 0.5, candidates: int | None = None) -> HybridSearch:
    return HybridSearch.from_texts(
        TEXTS, embedder=TinyEmbedder(), dense_weight=dense_weight, candidates=candidates
    )


def test_scores_by_hand() -> None:
    ranked = make_search().search(SearchQuery("magnesium"), k=4)
    words = LexicalIndex.build(TEXTS).score_all("magnesium")
    cosines = {0: 1 / math.sqrt(2), 1: 2 / math.sqrt(5), 2: 0.0, 3: 0.0}
    assert {found.row: found.dense for found in ranked} == pytest.approx(cosines)
    assert {found.row: found.lexical for found in ranked} == pytest.approx(dict(enumerate(words.tolist())))
    high = cosines[1]
    expected = {row: 0.5 * cosines[row] / high + 0.5 * words[row] / words.max() for row in range(4)}
    assert {found.row: found.score for found in ranked} == pytest.approx(expected)
    assert [found.row for found in ranked] == sorted(expected, key=lambda row: (-expected[row], row))


def test_each_part_can_decide_alone() -> None:
    query = SearchQuery("tonight", dense_texts=("quinine",))
    assert make_search(1.0).search(query, k=1)[0].row == 2
    assert make_search(0.0).search(query, k=1)[0].row == 3


def test_a_row_found_by_words_alone_gets_its_cosine() -> None:
    query = SearchQuery("tonight", dense_texts=("quinine quinine sleep",))  # row 2 is nearest
    found = make_search(dense_weight=0.0, candidates=1).search(query, k=1)[0]
    assert found.row == 3
    assert found.dense == pytest.approx(1 / math.sqrt(5))


def test_all_rows_of_a_small_index_are_candidates() -> None:
    whole, pool = make_search(), make_search(candidates=4)
    for text in ("magnesium", "quinine cramps", "tonight"):
        assert whole.search(SearchQuery(text), k=4) == pool.search(SearchQuery(text), k=4)
    assert len(make_search(candidates=1).search(SearchQuery("magnesium"), k=1)) == 1


def test_dense_texts_are_summed_and_normalised() -> None:
    search = make_search()
    vector = search.embed_query(SearchQuery("x", dense_texts=("magnesium", "magnesium", "dose")))
    expected = TinyEmbedder().embed(["magnesium magnesium dose"])
    assert vector == pytest.approx(expected)


def test_lexical_text_and_term_weights_take_part() -> None:
    search = make_search(0.0)
    assert search.search(SearchQuery("magnesium", lexical_text="quinine"), k=1)[0].row == 2
    query = SearchQuery("cramps", term_weights={"quinine": 0.5})
    assert [found.row for found in search.search(query, k=2)] == [2, 0]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_blank_query_finds_nothing(text: str) -> None:
    assert make_search().search(SearchQuery(text), k=3) == []


def test_an_empty_corpus_finds_nothing() -> None:
    search = HybridSearch.from_texts([], embedder=TinyEmbedder())
    assert search.search(SearchQuery("magnesium"), k=3) == []


def test_k_is_checked_and_may_exceed_the_rows() -> None:
    assert len(make_search().search(SearchQuery("magnesium"), k=100)) == 4
    with pytest.raises(ValueError, match="k must be"):
        make_search().search(SearchQuery("magnesium"), k=0)


def test_rows_scored_again_get_the_scores_of_the_search() -> None:
    search, query = make_search(), SearchQuery("magnesium cramps")
    ranked = {found.row: found for found in search.search(query, k=4)}
    assert search.score_rows(query, [2, 0]) == [ranked[2], ranked[0]]
    assert search.score_rows(query, []) == []


def test_a_row_outside_the_candidates_scores_no_higher_than_they() -> None:
    search, query = make_search(candidates=1), SearchQuery("magnesium")
    ranked = search.search(query, k=1)
    again = search.score_rows(query, [3])
    assert again[0].score <= ranked[-1].score
    assert again[0].score == 0


def test_context_is_part_of_both_indexes() -> None:
    embedder = TinyEmbedder()
    search = HybridSearch.from_texts(
        ["it helps", "it fails"], contexts=["Magnesium", "Quinine"], embedder=embedder, dense_weight=0.5
    )
    assert embedder.calls == [["Magnesium\nit helps", "Quinine\nit fails"]]
    found = search.search(SearchQuery("quinine"), k=2)
    assert found[0].row == 1
    assert found[0].lexical > 0


def test_indexes_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="paired"):
        HybridSearch(
            embedder=TinyEmbedder(),
            vectors=VectorIndex.build(np.eye(2, dtype=np.float32)),
            lexical=LexicalIndex.build(["one"]),
        )
    with pytest.raises(ValueError, match="dense_weight"):
        make_search(dense_weight=2)


def test_shown_passages_rank_lower_when_texts_are_known() -> None:
    text = "Magnesium did not reduce cramps in older adults in any trial"
    search = HybridSearch.from_texts([text, "Magnesium and cramps"], embedder=TinyEmbedder())
    query = SearchQuery("magnesium cramps older adults trial")
    assert search.search(query, k=2)[0].row == 0
    shown = SearchQuery("magnesium cramps older adults trial", shown=(text,))
    assert search.search(shown, k=2)[0].row == 1


def test_query_vectors_are_remembered() -> None:
    embedder = TinyEmbedder()
    encoder = QueryEncoder(embedder, remembered=2)
    encoder.encode(["magnesium", "quinine"])
    encoder.encode(["quinine"])
    assert embedder.calls == [["magnesium", "quinine"]]
    encoder.encode(["dose"])  # pushes out magnesium, the one not used lately
    encoder.encode(["quinine", "magnesium"])
    assert embedder.calls[1:] == [["dose"], ["magnesium"]]
    with pytest.raises(ValueError, match="at least one text"):
        encoder.encode([])


def test_threads_get_the_answers_of_one() -> None:
    search = make_search()
    queries = [SearchQuery(text) for text in TEXTS] * 10
    expected = [search.search(query, k=3) for query in queries]
    fresh, found = make_search(), {}

    def answer(number: int) -> None:
        found[number] = fresh.search(queries[number], k=3)

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(queries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(len(queries))] == expected


def test_rows_like_the_shown_ones_rank_higher_than_others() -> None:
    texts = ["stretching cramps one two three four", "sleep help", "stretching help"]
    search = HybridSearch.from_texts(texts, embedder=TinyEmbedder(), dense_weight=0.0)
    plain = search.search(SearchQuery("help cramps one two three four"), k=3)
    assert [found.row for found in plain] == [0, 1, 2]  # rows 1 and 2 tie
    shown = search.search(SearchQuery("help cramps one two three four", shown=(texts[0],)), k=3)
    order = [found.row for found in shown]
    assert order.index(2) < order.index(1)


def test_the_background_of_a_few_passages_is_drawn_towards_the_usual() -> None:
    assert describe_background(np.zeros(0, np.float32)) == PRIOR_BACKGROUND
    mean, spread = describe_background(np.full(PRIOR_ROWS, 0.5, np.float32))
    assert mean == pytest.approx((0.5 + PRIOR_BACKGROUND[0]) / 2)
    assert spread == pytest.approx(math.sqrt(PRIOR_BACKGROUND[1] ** 2 / 2))
    mean, _ = describe_background(np.full(1_000_000, 0.5, np.float32))
    assert mean == pytest.approx(0.5, abs=1e-4)
