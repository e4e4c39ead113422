"""Vectors, against brute force."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.errors import DamagedBuild
from index.ports import Vectors
from index.vector_index import VectorIndex


def unit_rows(count: int, dimension: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@pytest.fixture(params=["flat", "hnsw_sq8"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def build(vectors: Vectors, kind: str) -> VectorIndex:
    index = VectorIndex.build(vectors, flat_limit=len(vectors) if kind == "flat" else 0)
    assert index.kind == kind
    return index


def test_finds_what_brute_force_finds(kind: str) -> None:
    vectors, queries = unit_rows(600, 16), unit_rows(20, 16, seed=1)
    index = build(vectors, kind)
    scores, rows = index.search(queries, 10)
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    share = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(rows.tolist(), exact.tolist(), strict=True)])
    assert share == 1.0 if kind == "flat" else share > 0.9
    assert scores == pytest.approx(np.take_along_axis(queries @ vectors.T, rows, 1), abs=0.02)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_one_query_and_many_are_answered_alike() -> None:
    index, queries = build(unit_rows(600, 16), "flat"), unit_rows(5, 16, seed=1)
    scores, rows = index.search(queries, 50)
    for number in range(5):
        alone = index.search(queries[number : number + 1], 50)
        assert alone[1].tolist() == rows[number : number + 1].tolist()
        assert alone[0] == pytest.approx(scores[number : number + 1], abs=1e-6)


def test_scores_of_chosen_rows_and_of_all(kind: str) -> None:
    vectors, query = unit_rows(300, 16), unit_rows(1, 16, seed=1)
    index = build(vectors, kind)
    tolerance = 1e-6 if kind == "flat" else 0.02
    assert index.score_all(query) == pytest.approx(vectors @ query[0], abs=tolerance)
    rows = np.array([5, 299, 5])
    assert index.score_rows(query, rows) == pytest.approx(vectors[rows] @ query[0], abs=tolerance)
    assert index.vectors(np.zeros(0, np.int64)).shape == (0, 16)
    with pytest.raises(IndexError, match=r"0\.\.299"):
        index.vectors(np.array([300]))


def test_codes_are_decoded_as_faiss_decodes_them(tmp_path: Path) -> None:
    vectors, rows = unit_rows(300, 16), np.array([7, 0, 299, 7])
    build(vectors, "hnsw_sq8").save(tmp_path / "vectors.faiss")
    stored = faiss.read_index(str(tmp_path / "vectors.faiss"))
    again = VectorIndex.load(tmp_path / "vectors.faiss")
    assert again.vectors(rows) == pytest.approx(stored.reconstruct_batch(rows), abs=1e-6)
    assert again.all_vectors() == pytest.approx(vectors, abs=0.02)


def test_a_wider_search_of_a_graph_finds_no_less() -> None:
    vectors, queries = unit_rows(3000, 32), unit_rows(30, 32, seed=1)
    index = build(vectors, "hnsw_sq8")
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :5]

    def share(width: int) -> float:
        found = index.search(queries, 5, width=width)[1].tolist()
        return float(np.mean([len(set(a) & set(b)) / 5 for a, b in zip(found, exact.tolist(), strict=True)]))

    assert share(5) < share(400)


def test_saved_and_loaded_searches_the_same(kind: str, tmp_path: Path) -> None:
    vectors, queries = unit_rows(300, 16), unit_rows(5, 16, seed=1)
    index = build(vectors, kind)
    index.save(tmp_path / "folder" / "vectors.faiss")
    again = VectorIndex.load(tmp_path / "folder" / "vectors.faiss")
    assert (len(again), again.dimension, again.kind) == (300, 16, kind)
    mine, theirs = index.search(queries, 7), again.search(queries, 7)
    assert np.array_equal(mine[0], theirs[0])
    assert np.array_equal(mine[1], theirs[1])


def test_k_beyond_the_number_of_rows_gives_all(kind: str) -> None:
    index = build(unit_rows(3, 8), kind)
    scores, rows = index.search(unit_rows(1, 8, seed=1), 10)
    assert scores.shape == rows.shape == (1, 3)
    assert sorted(rows[0].tolist()) == [0, 1, 2]


def test_recall_is_measured_where_it_can_fall_short() -> None:
    vectors = unit_rows(800, 16)
    recall = build(vectors, "hnsw_sq8").measure_recall(vectors)
    assert recall.queries == 200
    assert recall.at == 10
    assert 0.9 < recall.value <= 1
    assert build(vectors, "flat").measure_recall(vectors).value == 1


def test_recall_notices_an_index_over_other_rows() -> None:
    recall = build(unit_rows(800, 16), "hnsw_sq8").measure_recall(unit_rows(800, 16, seed=9))
    assert recall.value < 0.5


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex.build(np.zeros((0, 8), np.float32))
    assert index.search(unit_rows(2, 8), 3)[1].shape == (2, 0)
    assert index.score_all(unit_rows(1, 8)).shape == (0,)


@pytest.mark.parametrize(
    "vectors",
    [np.zeros(3, np.float32), np.zeros((2, 0), np.float32), np.full((1, 3), np.nan, np.float32)],
)
def test_what_is_not_rows_of_numbers_is_refused(vectors: Vectors) -> None:
    with pytest.raises(ValueError, match=r"rows of vectors|finite"):
        VectorIndex.build(vectors)


def test_bad_queries_are_refused() -> None:
    index = VectorIndex.build(unit_rows(3, 8))
    with pytest.raises(ValueError, match="4 dimensions"):
        index.search(unit_rows(1, 4), 1)
    with pytest.raises(ValueError, match="at least 1"):
        index.search(unit_rows(1, 8), 0)


def test_a_file_that_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"not an index")
    for name in ("vectors.faiss", "missing.faiss"):
        with pytest.raises(DamagedBuild, match="can't be read"):
            VectorIndex.load(tmp_path / name)
