"""The product's hybrid search over the passages of a set, in memory, with each stage timed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.sentences import split_sentences
from eval.runners.clock import StageClock
from eval.runners.ports import Found
from eval.sets.records import Passage
from index.best_sentence import SENTENCE_SHARE, SentencesOfRows
from index.fuse import RRF_K, reciprocal_rank_fusion
from index.hybrid_search import DENSE_WEIGHT, TOPIC_WEIGHT, HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import Embedder, Progress, SearchQuery, Vectors
from index.retrieval_effort import BALANCED, RetrievalEffort
from index.vector_cache import VectorCache
from index.vector_index import VectorIndex

RRF_DEPTH = 200
"""How far down each ranking reciprocal rank fusion looks."""


class CorpusSearch:
    """Ranks the passages of one corpus; a passage's title is the context of its text.

    Vectors of passages are kept in ``cache`` between runs; queries are always embedded, so that timing
    them times the model. Whatever the stages of a search leave over is called ``fuse``.
    Sentences are embedded as a build embeds them, without their title.
    ``titles=False`` leaves the titles out; ``topic_weight`` and ``sentence_share`` as in :class:`HybridSearch`. ``fusion`` is ``"mix"`` or ``"rrf"`` (both rankings by rank alone, ``dense_weight`` unused).
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
        sentence_share: float = SENTENCE_SHARE,
        effort: RetrievalEffort = BALANCED,
        progress: Progress | None = None,
    ) -> None:
        if fusion not in {"mix", "rrf"}:
            raise ValueError(f"fusion must be mix or rrf, got {fusion!r}")
        self._ids = [passage.id for passage in passages]
        self._fusion = fusion
        contexts = [passage.title if titles else "" for passage in passages]
        texts = [passage.text for passage in passages]
        inputs = [f"{title}\n{text}" if title else text for title, text in zip(contexts, texts, strict=True)]
        lexical = LexicalIndex.build(texts, contexts=contexts)
        vectors = VectorIndex.build(cache.embed(inputs, embedder, progress=progress)[0])

        sentences = (
            embed_sentences(texts, embedder, cache, progress)
            if fusion == "mix" and sentence_share > 0
            else None
        )

        def make_search(weight: float, sentences_of_rows: SentencesOfRows | None = None) -> HybridSearch:
            return HybridSearch(
                embedder=embedder,
                vectors=vectors,
                lexical=lexical,
                dense_weight=weight,
                text_of_row=texts.__getitem__,
                topic_weight=topic_weight,
                sentences_of_rows=sentences_of_rows,
                sentence_share=sentence_share,
                effort=effort,
            )

        self._mixed = make_search(dense_weight, sentences)
        self._dense, self._worded = make_search(1.0), make_search(0.0)

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word in this corpus."""
        return self._mixed.lexical.rarity(word)

    def search(self, query: SearchQuery, *, k: int) -> Found:
        clock = StageClock()
        ranked = (
            self._fuse_ranks(query, k, clock) if self._fusion == "rrf" else self._mix_scores(query, k, clock)
        )
        rest, rest_cpu = (
            max(0.0, whole - sum(parts.values()))
            for whole, parts in ((clock.wall_ms, clock.stages), (clock.cpu_ms, clock.stages_cpu))
        )
        return Found(
            ids=tuple(self._ids[row] for row, _ in ranked),
            scores=tuple(score for _, score in ranked),
            stages={**clock.stages, "fuse": rest},
            stages_cpu={**clock.stages_cpu, "fuse": rest_cpu},
        )

    def _mix_scores(self, query: SearchQuery, k: int, clock: StageClock) -> list[tuple[int, float]]:
        return [(found.row, found.score) for found in self._mixed.search(query, k=k, stages=clock)]

    def _fuse_ranks(self, query: SearchQuery, k: int, clock: StageClock) -> list[tuple[int, float]]:
        depth = max(k, RRF_DEPTH)
        dense = [found.row for found in self._dense.search(query, k=depth, stages=clock)]
        worded = [
            found.row for found in self._worded.search(query, k=depth, stages=clock) if found.lexical > 0
        ]
        return reciprocal_rank_fusion([dense, worded], k=RRF_K)[:k]


def embed_sentences(
    texts: Sequence[str], embedder: Embedder, cache: VectorCache, progress: Progress | None
) -> SentencesOfRows:
    """Embed every sentence of every text; what is returned gives the vectors of a text's sentences by its row."""
    sentences: list[str] = []
    begins = [0]
    for text in texts:
        sentences += [text[span.start : span.end] for span in split_sentences(text)]
        begins.append(len(sentences))
    # Kept as a build keeps them, in half precision.
    vectors = cache.embed(sentences, embedder, progress=progress)[0].astype(np.float16)

    def sentences_of_rows(rows: Sequence[int]) -> list[Vectors]:
        return [np.asarray(vectors[begins[row] : begins[row + 1]], dtype=np.float32) for row in rows]

    return sentences_of_rows
