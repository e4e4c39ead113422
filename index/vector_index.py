"""Nearest vectors by inner product; the one module that imports FAISS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import DamagedBuild
from index.fuse import Rows, Scores
from index.ports import Vectors
from index.selection import top_rows

_faiss: Any = faiss  # its type stubs leave out what the wrappers add

Kind = Literal["flat", "hnsw_sq8"]

FLAT_LIMIT = 50_000
"""Up to here an exact search of 384 dimensions takes about 10 ms on one thread."""

HNSW_NEIGHBOURS = 32
HNSW_EF_CONSTRUCTION = 80
HNSW_EF_SEARCH = 128
RECALL_SAMPLE = 200
RECALL_AT = 10


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of the true ``at`` nearest rows that the index finds, the row itself left out."""

    at: int
    value: float
    queries: int


class VectorIndex:
    """Unit vectors by row number. Exact while small, a graph over 8-bit codes when large.

    Reading is thread-safe.
    """

    def __init__(self, index: Any) -> None:
        self._index = index
        self._flat = _view_flat(index)
        self._codes = _view_codes(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def kind(self) -> Kind:
        return "hnsw_sq8" if self._flat is None else "flat"

    @classmethod
    def build(cls, vectors: Vectors, *, flat_limit: int = FLAT_LIMIT) -> VectorIndex:
        """Index unit rows of shape ``(n, dimension)``; more than ``flat_limit`` rows make a graph.

        Raises ``ValueError`` when ``vectors`` is not a two-dimensional array of finite numbers.
        """
        vectors = _check(vectors)
        count, dimension = vectors.shape
        index: Any
        if count <= flat_limit:
            index = faiss.IndexFlatIP(dimension)
        else:
            index = _faiss.IndexHNSWSQ(
                dimension, _faiss.ScalarQuantizer.QT_8bit, HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT
            )
            index.hnsw.efConstruction = HNSW_EF_CONSTRUCTION
            index.hnsw.efSearch = HNSW_EF_SEARCH
            index.train(vectors)
        if count:
            index.add(vectors)
        return cls(index)

    def search(self, queries: Vectors, k: int, *, width: int = HNSW_EF_SEARCH) -> tuple[Scores, Rows]:
        """The best ``k`` rows for each query: ``(scores, rows)``, each of shape ``(len(queries), k')``.

        ``width`` is how many rows a search of a graph keeps in view (``efSearch``), at least ``k``.
        ``k'`` is ``min(k, len(self))``; scores are inner products, best first. A graph may fall short of
        ``k'``: the places left over hold row -1 and score ``-inf``. Raises ``ValueError`` for ``k`` below 1
        or queries of another dimension.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        queries = self._check_queries(queries)
        k = min(k, len(self))
        if k == 0:
            empty = (len(queries), 0)
            return np.zeros(empty, np.float32), np.zeros(empty, np.int64)
        if self._flat is None:
            effort = _faiss.SearchParametersHNSW(efSearch=max(width, k))
            scores, rows = self._index.search(queries, k, params=effort)
        elif len(queries) == 1:  # FAISS keeps a heap: for the best 1,000 of 16,000 it takes ten times as long
            every: Scores = self._flat @ queries[0]
            best = top_rows(every, k)
            scores, rows = every[best][np.newaxis], best[np.newaxis]
        else:
            scores, rows = self._index.search(queries, k)
        return np.where(rows < 0, -np.inf, scores).astype(np.float32), rows

    def score_all(self, query: Vectors) -> Scores:
        """Inner product of one query, shape ``(1, dimension)``, with every row, shape ``(len(self),)``."""
        query = self._check_queries(query)
        if self._flat is not None:
            scores: Scores = self._flat @ query[0]
            return scores
        return self.score_rows(query, np.arange(len(self), dtype=np.int64))

    def score_rows(self, query: Vectors, rows: Rows) -> Scores:
        """Inner product of one query, shape ``(1, dimension)``, with the given rows."""
        query = self._check_queries(query)
        scores: Scores = self.vectors(rows) @ query[0]
        return scores

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape ``(len(rows), dimension)``; 8-bit codes come back rounded.

        Raises ``IndexError`` for a row that isn't there.
        """
        if rows.size == 0:
            return np.zeros((0, self.dimension), np.float32)
        if not 0 <= rows.min() <= rows.max() < len(self):
            raise IndexError(f"rows must lie in 0..{len(self) - 1}")
        if self._flat is not None:
            chosen: Vectors = self._flat[rows]
            return chosen
        if self._codes is not None:
            return self._codes.decode(rows)
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return found

    def all_vectors(self) -> Vectors:
        """The stored vectors of every row; those of an exact index in place, so they must not be changed."""
        return self.vectors(np.arange(len(self), dtype=np.int64)) if self._flat is None else self._flat

    def measure_recall(self, vectors: Vectors, *, seed: int = 0) -> Recall:
        """Recall against brute force over ``vectors``, the rows this index was built from.

        A seeded sample of rows serves as queries; an exact index is 1 by construction and not measured.
        """
        if self._flat is not None or len(self) < 2:
            return Recall(at=RECALL_AT, value=1.0, queries=0)
        vectors = _check(vectors)
        sample = np.random.default_rng(seed).choice(
            len(vectors), size=min(RECALL_SAMPLE, len(vectors)), replace=False
        )
        at = min(RECALL_AT, len(vectors) - 1)
        exact = np.asarray(faiss.knn(vectors[sample], vectors, at + 1, metric=faiss.METRIC_INNER_PRODUCT)[1])
        found = self.search(vectors[sample], at + 1)[1]
        shares = [
            len((set(true) - {row}) & (set(seen) - {row})) / max(1, len(set(true) - {row}))
            for row, true, seen in zip(sample.tolist(), exact.tolist(), found.tolist(), strict=True)
        ]
        return Recall(at=at, value=float(np.mean(shares)), queries=len(sample))

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Open a saved index; raises :class:`DamagedBuild` when it is missing or unreadable."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise DamagedBuild(
                f"{path}: the vectors can't be read; build the index again or roll back"
            ) from error

    def _check_queries(self, queries: Vectors) -> Vectors:
        queries = _check(queries)
        if queries.shape[1] != self.dimension:
            raise ValueError(f"queries have {queries.shape[1]} dimensions, the index has {self.dimension}")
        return queries


@dataclass(frozen=True, slots=True)
class _Codes:
    """8-bit codes in place, shape ``(n, dimension)``; each stands for ``offset + scale * code``.

    NumPy decodes 2,000 of them at once in a third of the time that FAISS takes one by one.
    """

    codes: npt.NDArray[np.uint8]
    scale: Scores
    offset: Scores

    def decode(self, rows: Rows) -> Vectors:
        decoded: Vectors = self.codes[rows].astype(np.float32)
        decoded *= self.scale
        decoded += self.offset
        return decoded


def _view_codes(index: Any) -> _Codes | None:
    """The codes of a graph over 8-bit codes, without a copy; ``None`` for other kinds."""
    graph = faiss.downcast_index(index)
    if not isinstance(graph, faiss.IndexHNSWSQ) or graph.ntotal == 0:
        return None
    storage: Any = _faiss.downcast_index(graph.storage)
    if storage.sq.qtype != _faiss.ScalarQuantizer.QT_8bit:
        return None
    trained = _faiss.vector_to_array(storage.sq.trained)  # the least value of each place, then its spread
    low, spread = trained[: graph.d], trained[graph.d :]
    if storage.code_size != graph.d or len(spread) != graph.d:
        return None
    codes = _faiss.rev_swig_ptr(storage.codes.data(), graph.ntotal * graph.d).reshape(graph.ntotal, graph.d)
    scale = (spread / 255).astype(np.float32)  # a code stands for the middle of its step
    return _Codes(codes, scale, (low + 0.5 * scale).astype(np.float32))


def _view_flat(index: Any) -> Vectors | None:
    """The vectors of an exact index in place, without a copy; ``None`` for other kinds."""
    flat = faiss.downcast_index(index)
    if not isinstance(flat, faiss.IndexFlat):
        return None
    if flat.ntotal == 0:
        return np.zeros((0, flat.d), np.float32)
    view: Vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
    return view


def _check(vectors: Vectors) -> Vectors:
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"expected rows of vectors, got shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("vectors must be finite numbers")
    return np.ascontiguousarray(vectors, dtype=np.float32)
