"""How long retrieval takes as a library grows: real passages first, then noisy copies of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from eval.runners.clock import StageClock
from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import Embedder, SearchQuery, Vectors
from index.vector_index import VectorIndex

SEED = 20261123
NOISE = 0.35
"""Length of the noise added to a copied unit vector: a copy's cosine to its original is about .94."""
RECALL_AT = 10
FOUND = 40


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One size. Milliseconds are of a whole search, the query's embedding included; ``copies`` is the share
    of passages that are copies; ``recall`` is of the vector index alone against exact search."""

    chunks: int
    copies: float
    vectors: str
    recall: float
    wall_p50: float
    wall_p95: float
    cpu_p50: float
    cpu_p95: float

    def to_dict(self) -> dict[str, float | int | str]:
        return asdict(self)


def grow(texts: Sequence[str], vectors: Vectors, size: int) -> tuple[list[str], Vectors]:
    """``size`` passages: the given ones, then copies with their words shuffled and their vectors disturbed.

    ``vectors`` has shape ``(len(texts), dimension)``, unit rows, and so has the result. Raises ``ValueError``
    when there is nothing to grow from.
    """
    if not texts:
        raise ValueError("there are no passages to grow a library from")
    rng = np.random.default_rng(SEED)
    more = max(0, size - len(texts))
    chosen = rng.integers(0, len(texts), size=more)
    noise = rng.standard_normal((more, vectors.shape[1])).astype(np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    copies = vectors[chosen] + noise
    copies /= np.linalg.norm(copies, axis=1, keepdims=True)
    shuffled = [" ".join(rng.permutation(texts[row].split())) for row in chosen.tolist()]
    grown = np.concatenate([vectors[:size], copies]).astype(np.float32)
    return [*texts[:size], *shuffled], grown


def measure_scale(
    texts: Sequence[str],
    vectors: Vectors,
    queries: Sequence[SearchQuery],
    sizes: Sequence[int],
    *,
    embedder: Embedder,
    advance: Callable[[int], None] = lambda _: None,
) -> list[ScaleRow]:
    """Search libraries of each size with everything on. Each query is embedded anew, as a reader's would be."""
    rows = []
    for size in sizes:
        grown_texts, grown = grow(texts, vectors, size)
        index = VectorIndex.build(grown)
        search = HybridSearch(
            embedder=embedder,
            vectors=index,
            lexical=LexicalIndex.build(grown_texts),
            text_of_row=grown_texts.__getitem__,
        )
        walls, cpus = [], []
        for query in queries:
            clock = StageClock()
            search.search(query, k=FOUND)
            walls.append(clock.wall_ms)
            cpus.append(clock.cpu_ms)
            advance(1)
        rows.append(
            ScaleRow(
                chunks=len(grown_texts),
                copies=round(max(0.0, 1 - len(texts) / len(grown_texts)), 3),
                vectors=index.kind,
                recall=index.measure_recall(grown).value,
                wall_p50=round(float(np.percentile(walls, 50)), 1),
                wall_p95=round(float(np.percentile(walls, 95)), 1),
                cpu_p50=round(float(np.percentile(cpus, 50)), 1),
                cpu_p95=round(float(np.percentile(cpus, 95)), 1),
            )
        )
    return rows
