"""Search by meaning and by words at once, over row numbers."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.best_sentence import SENTENCE_SHARE, SentenceScale, SentencesOfRows, best_sentence_cosines
from index.fuse import Rows, Scores, ScoreScale
from index.lexical_index import LexicalIndex
from index.novelty import share_shown, shown_sequences
from index.ports import Embedder, Progress, SearchQuery, Vectors
from index.retrieval_effort import BALANCED, RetrievalEffort
from index.selection import top_positive_rows, top_rows
from index.vector_index import VectorIndex

DENSE_WEIGHT = 0.7
REMEMBERED_QUERIES = 1024
PRIOR_BACKGROUND = (0.08, 0.10)
"""Mean and standard deviation of MiniLM's cosine between a question and passages on anything else."""
PRIOR_ROWS = 10
SHOWN_SHARE = 0.5
"""A row counts as shown when this share of its word sequences was."""
BACKGROUND_ROWS = 2000
"""How many evenly spaced rows say how close a library's passages lie to a question as a rule."""
SHOWN_PENALTY = 0.5
"""Taken off a shown row's score, which lies in [0, 1]. Chosen on CAsT 2021 and iKAT 2023."""

TOPIC_WEIGHT = 0.2
"""Taken off a row that is as far as can be from all that was shown, while a conversation goes on. Chosen like
``SHOWN_PENALTY``; from .1 to .4 the figures are alike, from .6 they fall."""

TextOfRow = Callable[[int], str]


class Stages(Protocol):
    """Notes what each stage of a search takes: ``embed``, ``lexical``, ``nearest`` (the search
    of the graph, or of all rows where there is none), ``dense`` (the candidates' vectors and cosines), ``novelty``,
    ``sentences`` (the best sentence of the best rows)."""

    def stage(self, name: str) -> AbstractContextManager[None]: ...


class _Untimed:
    def stage(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One row of a ranking. ``score`` orders; ``dense`` is a cosine, ``lexical`` a BM25 score."""

    row: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class _Candidates:
    rows: Rows
    vectors: Vectors
    dense: Scores
    lexical: Scores
    scale: ScoreScale
    query: Vectors
    lexical_of_all: Scores


class HybridSearch:
    """Ranks rows by a min-max mix of cosine and BM25. Thread-safe.

    The candidates are the best ``candidates`` rows of either part (default: as ``effort`` says, all rows of a
    small index); each gets both scores, and the mix scales them over the candidates. With ``text_of_row``,
    rows that repeat what the query says was shown rank lower, and rows like them higher. With
    ``sentences_of_rows``, the best rows are also compared by their best sentence, except where something that was
    shown is among them: then likeness to it decides, and sentences gave nothing (CAsT 2021, iKAT 2023).
    Raises ``ValueError`` when the two indexes differ in length, or for a weight or share outside [0, 1].
    """

    def __init__(
        self,
        *,
        embedder: Embedder,
        vectors: VectorIndex,
        lexical: LexicalIndex,
        dense_weight: float = DENSE_WEIGHT,
        candidates: int | None = None,
        effort: RetrievalEffort = BALANCED,
        text_of_row: TextOfRow | None = None,
        shown_penalty: float = SHOWN_PENALTY,
        topic_weight: float = TOPIC_WEIGHT,
        sentences_of_rows: SentencesOfRows | None = None,
        sentence_share: float = SENTENCE_SHARE,
    ) -> None:
        if len(vectors) != len(lexical):
            raise ValueError(f"{len(vectors)} vectors can't be paired with {len(lexical)} rows of words")
        if not 0 <= dense_weight <= 1:
            raise ValueError(f"dense_weight must lie in [0, 1], got {dense_weight}")
        if not 0 <= sentence_share <= 1:
            raise ValueError(f"sentence_share must lie in [0, 1], got {sentence_share}")
        self._vectors = vectors
        self._lexical = lexical
        self._dense_weight = dense_weight
        self._candidates = candidates
        self._effort = effort
        self._text_of_row = text_of_row
        self._shown_penalty = shown_penalty
        self._topic_weight = topic_weight
        self._sentences_of_rows = sentences_of_rows if sentence_share > 0 else None
        self._sentence_share = sentence_share
        self._queries = QueryEncoder(embedder)

    def __len__(self) -> int:
        return len(self._lexical)

    @property
    def lexical(self) -> LexicalIndex:
        return self._lexical

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        embedder: Embedder,
        dense_weight: float = DENSE_WEIGHT,
        candidates: int | None = None,
        progress: Progress | None = None,
    ) -> HybridSearch:
        """Index texts in memory, one row each. A context (a title, headings) goes before its text.

        ``progress`` counts embedded texts. Texts longer than the embedder reads are cut by it.
        """
        lexical = LexicalIndex.build(texts, contexts=contexts)
        inputs = (
            list(texts)
            if contexts is None
            else [
                f"{context}\n{text}" if context else text
                for context, text in zip(contexts, texts, strict=True)
            ]
        )
        return cls(
            embedder=embedder,
            vectors=VectorIndex.build(embedder.embed(inputs, progress=progress)),
            lexical=lexical,
            dense_weight=dense_weight,
            candidates=candidates,
            text_of_row=texts.__getitem__,
        )

    def search(self, query: SearchQuery, *, k: int, stages: Stages | None = None) -> list[RankedRow]:
        """The best ``k`` rows, best first, ties by row number; none for a blank query.

        ``stages`` notes the time of each stage. Raises ``ValueError`` for ``k`` below 1 or a term weight outside (0, 1].
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        clock = stages or _Untimed()
        found = self._find_candidates(query, at_least=k, stages=clock)
        if found is None:
            return []
        scores = self._score(found, query, at_least=k, stages=clock)
        return [
            RankedRow(int(found.rows[i]), float(scores[i]), float(found.dense[i]), float(found.lexical[i]))
            for i in top_rows(scores, k)
        ]

    def _score(self, found: _Candidates, query: SearchQuery, *, at_least: int, stages: Stages) -> Scores:
        """The score of each candidate, as :class:`HybridSearch` says."""
        mixed = found.scale.mix(found.dense, found.lexical, dense_weight=self._dense_weight)
        with stages.stage("novelty") if query.shown else nullcontext():
            given = self._find_given(mixed, found, query, at_least=at_least)
            if given:
                return self._weigh_given(mixed, found, given)
        if self._sentences_of_rows is None:
            return mixed
        with stages.stage("sentences"):
            best, cosines, scale = self._compare_by_sentence(mixed, found, self._sentences_of_rows)
            # Rows that are not compared keep their order below those that are.
            scores = np.asarray((1 - scale.share) * mixed, dtype=np.float32)
            scores[best] = scale.blend(mixed[best], cosines)
            return scores

    def _find_given(
        self, mixed: Scores, found: _Candidates, query: SearchQuery, *, at_least: int
    ) -> list[int]:
        """Positions of those of the best candidates that the reader has been given already."""
        if not query.shown or self._text_of_row is None:
            return []
        sequences = shown_sequences(query.shown)
        pool = self._effort.compared_with_shown
        text_of_row = self._text_of_row
        return [
            int(position)
            for position in top_rows(mixed, max(pool, min(at_least, pool * 2)))
            if share_shown(text_of_row(int(found.rows[position])), sequences) > SHOWN_SHARE
        ]

    def _weigh_given(self, mixed: Scores, found: _Candidates, given: Sequence[int]) -> Scores:
        """Prefer what is new on the same topic.

        Candidates that the reader has been given already are lowered; every one then loses by
        its distance from them, ``topic_weight * (largest likeness - likeness)``, where a row's likeness is
        its greatest cosine with a row that was shown.
        """
        likeness = (found.vectors @ found.vectors[given].T).max(axis=1)
        weighed = mixed - np.float32(self._topic_weight) * (likeness.max() - likeness)
        weighed[given] -= np.float32(self._shown_penalty)
        return np.asarray(weighed, dtype=np.float32)

    def _compare_by_sentence(
        self, mixed: Scores, found: _Candidates, sentences_of_rows: SentencesOfRows
    ) -> tuple[Rows, Scores, SentenceScale]:
        """Positions of the best candidates, the cosine of the best sentence of each, and the scale of these."""
        best = top_rows(mixed, self._effort.compared_by_sentence)
        sentences = sentences_of_rows([int(row) for row in found.rows[best]])
        cosines = best_sentence_cosines(found.query, sentences, otherwise=found.dense[best])
        return best, cosines, SentenceScale.of(cosines, sentences, share=self._sentence_share)

    def score_rows(self, query: SearchQuery, rows: Sequence[int]) -> list[RankedRow]:
        """Score the given rows on the scale that :meth:`search` uses for this query, in the order given.

        A row outside the candidates gets at most what the weakest of them could. Raises ``IndexError`` for
        a row that isn't there.
        """
        found = self._find_candidates(query, at_least=1) if rows else None
        if found is None:
            return [RankedRow(row, 0.0, 0.0, 0.0) for row in rows]
        wanted = np.asarray(rows, dtype=np.int64)
        dense = self._vectors.score_rows(found.query, wanted)
        lexical = found.lexical_of_all[wanted]
        mixed = found.scale.mix(dense, lexical, dense_weight=self._dense_weight)
        if self._sentences_of_rows is not None:
            scale = self._sentence_scale(found, query, self._sentences_of_rows)
            if scale is not None:
                cosines = best_sentence_cosines(found.query, self._sentences_of_rows(rows), otherwise=dense)
                mixed = scale.blend(mixed, cosines)
        return [
            RankedRow(row, float(mixed[i]), float(dense[i]), float(lexical[i])) for i, row in enumerate(rows)
        ]

    def _sentence_scale(
        self, found: _Candidates, query: SearchQuery, sentences_of_rows: SentencesOfRows
    ) -> SentenceScale | None:
        """The scale on which :meth:`search` weighs sentences for this query; ``None`` where it doesn't."""
        mixed = found.scale.mix(found.dense, found.lexical, dense_weight=self._dense_weight)
        if self._find_given(mixed, found, query, at_least=1):
            return None
        return self._compare_by_sentence(mixed, found, sentences_of_rows)[2]

    def embed_query(self, query: SearchQuery) -> Vectors:
        """The query's unit vector, shape ``(1, dimension)``."""
        return self._queries.encode(self._effort.choose_wordings(query) or (query.text,))

    def measure_background(self, text: str) -> tuple[float, float]:
        """Mean and standard deviation of the cosine between ``text`` and the rows, over at most
        ``BACKGROUND_ROWS`` evenly spaced ones; see :func:`describe_background`. ``(0, 0)`` for a blank text.

        A cosine means little by itself: its scale belongs to the embedder and to the library's topics.
        """
        if not text.strip():
            return 0.0, 0.0
        if len(self) == 0:
            return PRIOR_BACKGROUND
        rows = np.linspace(0, len(self) - 1, num=min(len(self), BACKGROUND_ROWS)).astype(np.int64)
        cosines = self._vectors.score_rows(self._queries.encode((text,)), rows)
        return describe_background(cosines)

    def _find_candidates(
        self, query: SearchQuery, *, at_least: int, stages: Stages | None = None
    ) -> _Candidates | None:
        clock = stages or _Untimed()
        dense_texts = self._effort.choose_wordings(query)
        if not dense_texts or len(self) == 0:
            return None
        with clock.stage("embed"):
            vector = self._queries.encode(dense_texts)
        with clock.stage("lexical"):
            lexical = self._lexical.score_all(
                query.text if query.lexical_text is None else query.lexical_text,
                term_weights=query.term_weights,
            )
        whole = self._candidates is None and len(self) <= self._effort.scored_whole
        if not whole:
            size = max(self._candidates or self._effort.candidates, at_least)
            with clock.stage("nearest"):
                nearest = self._vectors.search(vector, size, width=self._effort.graph_width)[1][0]
            with clock.stage("lexical"):
                worded = top_positive_rows(lexical, size)
        with clock.stage("dense"):
            rows = (
                np.arange(len(self), dtype=np.int64) if whole else _join_rows(nearest[nearest >= 0], worded)
            )
            # Read once: rows of 8-bit codes are decoded, and what was shown is compared with them again.
            vectors = self._vectors.all_vectors() if whole else self._vectors.vectors(rows)
            dense: Scores = vectors @ vector[0]
        return _Candidates(
            rows=rows,
            vectors=vectors,
            dense=dense,
            lexical=lexical[rows],
            scale=ScoreScale.of(dense, lexical[rows]),
            query=vector,
            lexical_of_all=lexical,
        )


def _join_rows(first: Rows, second: Rows) -> Rows:
    """The rows of either, each once, in order; NumPy's own union takes eight times as long for so few."""
    joined: Rows = np.sort(np.concatenate([first, second]))
    kept: Rows = joined[np.append(joined[:1] >= 0, joined[1:] != joined[:-1])]
    return kept


def describe_background(cosines: Scores) -> tuple[float, float]:
    """Mean and standard deviation of ``cosines``, drawn towards those of unrelated texts where they are few.

    A library of three passages, all of them about the question, says nothing of what an unrelated passage
    scores: ``PRIOR_ROWS`` passages of the usual kind are added to it.
    """
    rows = len(cosines)
    if rows == 0:
        return PRIOR_BACKGROUND
    weight = rows / (rows + PRIOR_ROWS)
    mean = weight * float(cosines.mean()) + (1 - weight) * PRIOR_BACKGROUND[0]
    variance = weight * float(cosines.var()) + (1 - weight) * PRIOR_BACKGROUND[1] ** 2
    return mean, math.sqrt(variance)


class QueryEncoder:
    """Embeds query texts, and remembers the vectors of the latest ones. Thread-safe."""

    def __init__(self, embedder: Embedder, *, remembered: int = REMEMBERED_QUERIES) -> None:
        self._embedder = embedder
        self._remembered = remembered
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The normalised sum of the texts' unit vectors, shape ``(1, dimension)``.

        Texts not seen lately are embedded in one batch. Where the vectors cancel out, the first one counts
        alone. Raises ``ValueError`` when there is no text.
        """
        if not texts:
            raise ValueError("a query needs at least one text")
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            for text, vector in zip(missing, self._embedder.embed(missing), strict=True):
                known[text] = vector
        with self._lock:
            for text, vector in known.items():
                self._vectors[text] = vector
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._remembered:
                self._vectors.popitem(last=False)
        if len(texts) == 1:
            return known[texts[0]][np.newaxis]
        total = np.sum([known[text] for text in texts], axis=0)
        length = float(np.linalg.norm(total))
        if length < 1e-6:
            return known[texts[0]][np.newaxis]
        return np.asarray(total / length, dtype=np.float32)[np.newaxis]
