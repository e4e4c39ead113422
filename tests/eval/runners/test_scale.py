"""A grown library keeps the real passages first, and every size is searched."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from eval.runners.product import make_understanding
from eval.runners.scale import AskedQuery, ask_sets, grow, measure_scale
from eval.sets.records import Passage, Query, RetrievalSet
from index.ports import SearchQuery, Vectors
from index.retrieval_effort import FAST, THOROUGH
from tests.tiny_embedder import TinyEmbedder

TEXTS = ["magnesium for leg cramps at night", "quinine and platelets", "stretching the calf before bed"]


def test_a_library_grows_by_noisy_copies_and_shrinks_by_leaving_out() -> None:
    vectors = TinyEmbedder().embed(TEXTS)
    texts, grown = grow(TEXTS, vectors, 10)
    assert texts[:3] == TEXTS
    assert {tuple(sorted(text.split())) for text in texts} == {tuple(sorted(text.split())) for text in TEXTS}
    np.testing.assert_allclose(np.linalg.norm(grown, axis=1), 1, atol=1e-5)
    assert float((grown[3:] @ vectors.T).max(axis=1).min()) > 0.9
    assert grow(TEXTS, vectors, 2)[0] == TEXTS[:2]
    with pytest.raises(ValueError, match="no passages"):
        grow([], vectors[:0], 5)


def test_every_size_is_measured_at_every_effort() -> None:
    embedder = TinyEmbedder()
    queries = [
        AskedQuery(SearchQuery("leg cramps"), {0: 1}, "a"),
        AskedQuery(SearchQuery("quinine", shown=("quinine and platelets",)), {2: 1}, "b"),
    ]
    rows = measure_scale(
        TEXTS, embedder.embed(TEXTS), queries, [3, 50], embedder=embedder, efforts=(FAST, THOROUGH)
    )
    assert [(row.chunks, row.effort) for row in rows] == [
        (3, "fast"), (3, "thorough"), (50, "fast"), (50, "thorough"),
    ]  # fmt: skip
    assert [row.copies for row in rows] == [0.0, 0.0, 0.94, 0.94]
    assert all(row.wall.p95 >= row.wall.p50 > 0 for row in rows)
    assert all(list(row.stages) == ["embed", "lexical", "dense", "novelty", "rest"] for row in rows)
    qualities = [row.quality.value for row in rows if row.quality]
    assert len(qualities) == 4  # the copies are struck out, so the first passage stays the first
    assert all(0.5 <= value < 1 for value in qualities)


def test_texts_known_from_earlier_queries_are_told_from_new_ones() -> None:
    embedder = TinyEmbedder()
    queries = [
        AskedQuery(SearchQuery("x", dense_texts=("quinine", "dose of quinine"))),
        AskedQuery(SearchQuery("y", dense_texts=("quinine", "sleep"))),
    ]
    row = measure_scale(TEXTS, embedder.embed(TEXTS), queries, [3], embedder=embedder)[0]
    assert row.remembered == 0.25
    assert row.quality is None
    assert row.to_dict()["nDCG@10"] is None
    with pytest.raises(ValueError, match="no questions"):
        measure_scale(TEXTS, embedder.embed(TEXTS), [], [3], embedder=embedder)


def test_quality_is_not_told_where_a_judged_passage_was_left_out() -> None:
    embedder = TinyEmbedder()
    queries = [AskedQuery(SearchQuery("stretching"), {2: 1})]
    small, whole = measure_scale(TEXTS, embedder.embed(TEXTS), queries, [2, 3], embedder=embedder)
    assert small.quality is None
    assert whole.quality is not None
    assert whole.quality.value == 1


def test_questions_are_judged_by_the_places_of_their_passages() -> None:
    passages = tuple(Passage(name, "", text) for name, text in zip("abc", TEXTS, strict=True))
    judged = RetrievalSet(
        "tiny", passages, (Query("q", "leg cramps", ()),), {"q": {"c": 2, "a": 0, "gone": 1}}
    )
    asked = ask_sets([judged], TEXTS, make_understanding(lambda _: 1.0))
    assert [one.relevant for one in asked] == [{2: 2, 3: 1}]


def test_a_copy_is_compared_by_the_sentences_of_its_original() -> None:
    embedder = TinyEmbedder()
    asked: list[int] = []
    of_texts = [np.repeat(embedder.embed([text]), 2, axis=0) for text in TEXTS]

    def sentences(rows: Sequence[int]) -> list[Vectors]:
        asked.extend(rows)
        return [of_texts[row] for row in rows]

    queries = [AskedQuery(SearchQuery("leg cramps"), {0: 1})]
    row = measure_scale(TEXTS, embedder.embed(TEXTS), queries, [30], embedder=embedder, sentences=sentences)[
        0
    ]
    assert "sentences" in row.stages
    assert set(asked) == {0, 1, 2}
