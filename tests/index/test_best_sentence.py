"""The best sentence of a passage, with cosines that can be computed by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from index.best_sentence import SentenceScale, best_sentence_cosines
from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import SearchQuery, Vectors
from index.vector_index import VectorIndex
from tests.tiny_embedder import TinyEmbedder

# Both passages hold the question's word twice in the same number of words; one says it in one sentence.
SCATTERED = ("magnesium kidney sleep", "magnesium kidney sleep")
GATHERED = ("magnesium magnesium", "kidney kidney sleep sleep")
ELSEWHERE = ("quinine cramps", "quinine dose")
PASSAGES = (SCATTERED, GATHERED, ELSEWHERE)


def make_search(
    passages: Sequence[tuple[str, ...]] = PASSAGES,
    *,
    share: float = 0.25,
    asked: list[list[int]] | None = None,
) -> HybridSearch:
    embedder = TinyEmbedder()
    texts = [" ".join(sentences) for sentences in passages]

    def sentences_of_rows(rows: Sequence[int]) -> list[Vectors]:
        if asked is not None:
            asked.append(list(rows))
        return [embedder.embed(passages[row]) for row in rows]

    return HybridSearch(
        embedder=embedder,
        vectors=VectorIndex.build(embedder.embed(texts)),
        lexical=LexicalIndex.build(texts),
        dense_weight=1.0,
        text_of_row=texts.__getitem__,
        sentences_of_rows=sentences_of_rows,
        sentence_share=share,
    )


def test_the_greatest_cosine_counts_and_a_row_without_sentences_keeps_its_own() -> None:
    query = np.array([[1.0, 0.0]], dtype=np.float32)
    sentences = [
        np.array([[0.6, 0.8], [0.8, 0.6]], dtype=np.float32),
        np.zeros((0, 2), dtype=np.float32),
        np.array([[0.0, 1.0]], dtype=np.float32),
    ]
    own = np.array([0.1, 0.3, 0.9], dtype=np.float32)
    assert best_sentence_cosines(query, sentences, otherwise=own) == pytest.approx([0.8, 0.3, 0.0])
    assert best_sentence_cosines(query, sentences[1:2], otherwise=own[:1]) == pytest.approx([0.1])


def test_the_blend_by_hand() -> None:
    several = np.zeros((2, 3), dtype=np.float32)
    scale = SentenceScale.of(np.array([0.2, 0.6], dtype=np.float32), [several, several], share=0.25)
    mixed = np.array([1.0, 0.5, 0.0], dtype=np.float32)
    cosines = np.array([0.2, 0.4, 0.9], dtype=np.float32)  # the last lies above the scale
    assert scale.blend(mixed, cosines) == pytest.approx([0.75, 0.375 + 0.125, 0.25])
    flat = SentenceScale(0.4, 0.4, 0.25)
    assert flat.blend(mixed, cosines) == pytest.approx([0.75, 0.375, 0.0])


def test_where_passages_are_single_sentences_the_best_sentence_counts_less() -> None:
    one, several = np.zeros((1, 3), dtype=np.float32), np.zeros((2, 3), dtype=np.float32)
    cosines = np.array([0.2, 0.6, 0.3, 0.4], dtype=np.float32)
    assert SentenceScale.of(cosines, [one, one, one, one], share=0.2).share == 0
    assert SentenceScale.of(cosines, [one, several, several, one], share=0.2).share == 0
    assert SentenceScale.of(cosines, [several, several, several, one], share=0.2).share == pytest.approx(0.1)
    assert SentenceScale.of(cosines, [several] * 4, share=0.2).share == pytest.approx(0.2)


def test_of_passages_that_lie_as_close_the_one_that_says_it_in_a_sentence_comes_first() -> None:
    query = SearchQuery("magnesium")
    alone = [found.row for found in make_search(share=0.0).search(query, k=3)]
    assert alone == [0, 1, 2]  # a tie, by row number
    ranked = make_search().search(query, k=3)
    assert [found.row for found in ranked] == [1, 0, 2]
    # Row 1: cosine and sentence both the best. Row 0: its sentences' cosine is 1/sqrt(3) of the best one's 1.
    assert [found.score for found in ranked] == pytest.approx([1.0, 0.75 + 0.25 / 3**0.5, 0.0])
    assert ranked[0].dense == pytest.approx(1 / 3**0.5)  # the passage's own cosine is still what is told


def test_a_row_is_scored_alone_as_in_the_search() -> None:
    query = SearchQuery("magnesium", shown=("nothing of this is in the library",))
    search = make_search()
    ranked = {found.row: found.score for found in search.search(query, k=3)}
    scored = search.score_rows(query, [2, 0, 1])
    assert [found.row for found in scored] == [2, 0, 1]
    assert {found.row: found.score for found in scored} == pytest.approx(ranked)


def test_where_something_was_shown_sentences_do_not_count() -> None:
    passages = (*PASSAGES, ("take quinine for cramps only on a doctor's word", "kidney"))
    query = SearchQuery("magnesium", shown=(" ".join(passages[3]),))
    asked: list[list[int]] = []
    with_sentences = make_search(passages, asked=asked)
    assert with_sentences.search(query, k=4) == make_search(passages, share=0.0).search(query, k=4)
    assert with_sentences.score_rows(query, [1]) == make_search(passages, share=0.0).score_rows(query, [1])
    assert asked == []


def test_rows_that_are_not_compared_stay_below_in_their_order() -> None:
    passages = tuple((" ".join(["magnesium"] * (80 - i) + ["sleep"] * (i + 1)), "kidney") for i in range(70))
    asked: list[list[int]] = []
    ranked = make_search(passages, asked=asked).search(SearchQuery("magnesium"), k=70)
    assert [len(rows) for rows in asked] == [50]
    assert [found.row for found in ranked][50:] == list(range(50, 70))
    scores = [found.score for found in ranked]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= 0
    assert scores[0] <= 1


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="sentence_share"):
        make_search(share=share)
