"""A grown library keeps the real passages first, and every size is searched."""

from __future__ import annotations

import numpy as np
import pytest

from eval.runners.scale import grow, measure_scale
from index.ports import SearchQuery
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


def test_every_size_is_measured() -> None:
    embedder = TinyEmbedder()
    queries = [SearchQuery("leg cramps"), SearchQuery("quinine", shown=("quinine and platelets",))]
    rows = measure_scale(TEXTS, embedder.embed(TEXTS), queries, [3, 50], embedder=embedder)
    assert [row.chunks for row in rows] == [3, 50]
    assert [row.copies for row in rows] == [0.0, 0.94]
    assert all(row.wall_p95 >= row.wall_p50 > 0 for row in rows)
