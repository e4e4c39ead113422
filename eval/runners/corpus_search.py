"""The product's hybrid search over the passages of a set, in memory, with each stage timed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import cast

from eval.runners.ports import Found
from eval.sets.records import Passage
from index.fuse import RRF_K, Rows, Scores, reciprocal_rank_fusion
from index.hybrid_search import DENSE_WEIGHT, TOPIC_WEIGHT, HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import Embedder, Progress, SearchQuery, Vectors
from index.vector_cache import VectorCache
from index.vector_index import VectorIndex

RRF_DEPTH = 200
"""How far down each ranking reciprocal rank fusion looks."""


class StageTimes:
    """Milliseconds by stage of the search in hand. Not for use by two threads."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def add(self, stage: str, started: float) -> None:
        self.spent[stage] = self.spent.get(stage, 0.0) + (time.perf_counter() - started) * 1000


class TimedEmbedder:
    """Passes on to an embedder and notes the time as ``embed``."""

    def __init__(self, embedder: Embedder, times: StageTimes) -> None:
        self._embedder = embedder
        self._times = times

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        started = time.perf_counter()
        vectors = self._embedder.embed(texts, progress=progress)
        self._times.add("embed", started)
        return vectors


class TimedVectorIndex(VectorIndex):
    """Notes the time of a search as ``dense``."""

    times: StageTimes

    def search(self, queries: Vectors, k: int) -> tuple[Scores, Rows]:
        started = time.perf_counter()
        found = super().search(queries, k)
        self.times.add("dense", started)
        return found

    def score_all(self, query: Vectors) -> Scores:
        started = time.perf_counter()
        scores = super().score_all(query)
        self.times.add("dense", started)
        return scores

    def score_rows(self, query: Vectors, rows: Rows) -> Scores:
        started = time.perf_counter()
        scores = super().score_rows(query, rows)
        self.times.add("dense", started)
        return scores


class TimedLexicalIndex(LexicalIndex):
    """Notes the time of scoring as ``lexical``."""

    times: StageTimes

    def score_all(self, text: str, *, term_weights: Mapping[str, float] | None = None) -> Scores:
        started = time.perf_counter()
        scores = super().score_all(text, term_weights=term_weights)
        self.times.add("lexical", started)
        return scores


class CorpusSearch:
    """Ranks the passages of one corpus; a passage's title is the context of its text.

    Vectors of passages are kept in ``cache`` between runs; queries are always embedded, so that timing
    them times the model.
    ``titles=False`` leaves the titles out; ``topic_weight`` as in :class:`HybridSearch`. ``fusion`` is ``"mix"`` or ``"rrf"`` (both rankings by rank alone, ``dense_weight`` unused).
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        *,
        embedder: Embedder,
        cache: VectorCache,
        dense_weight: float = DENSE_WEIGHT,
        fusion: str = "mix",
        titles: bool = True,
        topic_weight: float = TOPIC_WEIGHT,
        progress: Progress | None = None,
    ) -> None:
        if fusion not in {"mix", "rrf"}:
            raise ValueError(f"fusion must be mix or rrf, got {fusion!r}")
        self._ids = [passage.id for passage in passages]
        self._fusion = fusion
        self._times = StageTimes()
        contexts = [passage.title if titles else "" for passage in passages]
        texts = [passage.text for passage in passages]
        inputs = [f"{title}\n{text}" if title else text for title, text in zip(contexts, texts, strict=True)]
        lexical = cast(TimedLexicalIndex, TimedLexicalIndex.build(texts, contexts=contexts))
        embedded, _ = cache.embed(inputs, embedder, progress=progress)
        vectors = cast(TimedVectorIndex, TimedVectorIndex.build(embedded))
        lexical.times = vectors.times = self._times
        timed = TimedEmbedder(embedder, self._times)

        def make_search(weight: float) -> HybridSearch:
            return HybridSearch(
                embedder=timed,
                vectors=vectors,
                lexical=lexical,
                dense_weight=weight,
                text_of_row=texts.__getitem__,
                topic_weight=topic_weight,
            )

        self._mixed = make_search(dense_weight)
        self._dense, self._worded = make_search(1.0), make_search(0.0)

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word in this corpus."""
        return self._mixed.lexical.rarity(word)

    def search(self, query: SearchQuery, *, k: int) -> Found:
        self._times.spent = {}
        started = time.perf_counter()
        ranked = self._fuse_ranks(query, k) if self._fusion == "rrf" else self._mix_scores(query, k)
        total = (time.perf_counter() - started) * 1000
        stages = dict(self._times.spent)
        stages["fuse"] = max(0.0, total - sum(stages.values()))
        return Found(
            ids=tuple(self._ids[row] for row, _ in ranked),
            scores=tuple(score for _, score in ranked),
            stages=stages,
        )

    def _mix_scores(self, query: SearchQuery, k: int) -> list[tuple[int, float]]:
        return [(found.row, found.score) for found in self._mixed.search(query, k=k)]

    def _fuse_ranks(self, query: SearchQuery, k: int) -> list[tuple[int, float]]:
        depth = max(k, RRF_DEPTH)
        dense = [found.row for found in self._dense.search(query, k=depth)]
        worded = [found.row for found in self._worded.search(query, k=depth) if found.lexical > 0]
        return reciprocal_rank_fusion([dense, worded], k=RRF_K)[:k]
