"""How long retrieval takes as a library grows, and what each effort gives: real passages first, then noisy copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.conversation import Conversation
from eval.measures.ranking import measure_ranking
from eval.reports.report import Figure, Percentiles, summarise, take_percentiles
from eval.runners.clock import StageClock
from eval.runners.ports import Understanding
from eval.sets.records import RetrievalSet
from index.best_sentence import SentencesOfRows
from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import Embedder, Progress, SearchQuery, Vectors
from index.retrieval_effort import BALANCED, RetrievalEffort
from index.vector_index import VectorIndex

SEED = 20261123
NOISE = 0.35
"""Length of the noise added to a copied unit vector: a copy's cosine to its original is about .94."""
RECALL_AT = 10
FOUND = 40
JUDGED_DEPTH = 200
"""How far down a ranking is read for its quality: copies are struck out of it first."""
MEASURE = "nDCG@10"
REST = "rest"
"""What the stages of a search leave over: mixing the scores and picking the best."""


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """A query with the passages that answer it, by their place among the real ones (``> 0`` relevant)."""

    query: SearchQuery
    relevant: Mapping[int, int] = field(default_factory=dict)
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class StageCost:
    """Milliseconds of one stage, by the clock on the wall and by the processor."""

    wall: Percentiles
    cpu: Percentiles


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One size at one effort.

    Milliseconds are of a whole search, the query's embedding included. ``wall`` and ``cpu`` are of queries asked
    in the order of their conversations, each text embedded when it first comes: ``remembered`` is the share of
    texts that were known from an earlier query. ``again`` is of the same queries with all of their texts known.
    ``copies`` is the share of passages that are copies; ``recall`` is of the vector index alone against exact
    search. ``quality`` is nDCG@10 with copies struck out of the rankings, ``None`` where nothing is judged.
    """

    chunks: int
    effort: str
    copies: float
    vectors: str
    recall: float
    wall: Percentiles
    cpu: Percentiles
    again_wall: Percentiles
    again_cpu: Percentiles
    remembered: float
    stages: Mapping[str, StageCost]
    quality: Figure | None

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        body: dict[str, object] = {
            name: getattr(self, name)
            for name in ("chunks", "effort", "copies", "vectors", "recall", "remembered")
        }
        times = {
            "wall": self.wall,
            "cpu": self.cpu,
            "again_wall": self.again_wall,
            "again_cpu": self.again_cpu,
        }
        body |= {name: value.model_dump() for name, value in times.items()}
        body["stages"] = {
            name: {"wall": cost.wall.model_dump(), "cpu": cost.cpu.model_dump()}
            for name, cost in self.stages.items()
        }
        body["nDCG@10"] = None if self.quality is None else self.quality.model_dump()
        return body


def grow(texts: Sequence[str], vectors: Vectors, size: int) -> tuple[list[str], Vectors]:
    """``size`` passages: the given ones, then copies with their words shuffled and their vectors disturbed.

    ``vectors`` has shape ``(len(texts), dimension)``, unit rows, and so has the result. Raises ``ValueError``
    when there is nothing to grow from.
    """
    if not texts:
        raise ValueError("there are no passages to grow a library from")
    more = max(0, size - len(texts))
    chosen = choose_copied(len(texts), more)
    rng = np.random.default_rng(SEED + 1)
    noise = rng.standard_normal((more, vectors.shape[1])).astype(np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    copies = vectors[chosen] + noise
    copies /= np.linalg.norm(copies, axis=1, keepdims=True)
    shuffled = [" ".join(rng.permutation(texts[row].split())) for row in chosen.tolist()]
    grown = np.concatenate([vectors[:size], copies]).astype(np.float32)
    return [*texts[:size], *shuffled], grown


def choose_copied(count: int, copies: int) -> npt.NDArray[np.intp]:
    """Of which of ``count`` passages each copy is one; the same for the same numbers."""
    return np.random.default_rng(SEED).integers(0, count, size=copies)


def _with_copies(sentences: SentencesOfRows, count: int, size: int) -> SentencesOfRows:
    """The sentences of each row of a grown library: a copy has those of the passage it is one of."""
    origin = np.concatenate([np.arange(min(count, size)), choose_copied(count, max(0, size - count))])
    return lambda rows: sentences(origin[np.asarray(rows, dtype=np.intp)].tolist())


def ask_sets(
    sets: Sequence[RetrievalSet], texts: Sequence[str], understand: Understanding
) -> list[AskedQuery]:
    """Every question of the sets as the product searches it, judged by the places of its passages in ``texts``.

    A judgement of a passage that ``texts`` doesn't hold counts as one of a row beyond the last.
    """
    places = {text: row for row, text in enumerate(texts)}
    asked = []
    for one in sets:
        text_of = {passage.id: passage.full_text for passage in one.passages}
        for query in one.queries:
            grades: dict[int, int] = {}
            for passage_id, grade in one.qrels.get(query.id, {}).items():
                row = places.get(text_of.get(passage_id, ""), len(texts))
                grades[row] = max(grade, grades.get(row, 0))
            searched = understand(query.text, Conversation(turns=query.history)).query
            relevant = {row: grade for row, grade in grades.items() if grade > 0}
            asked.append(AskedQuery(searched, relevant, f"{one.name}/{query.conversation}"))
    return asked


class CountingEmbedder:
    """Passes on to an embedder and counts the texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.fingerprint, self.dimension = embedder.fingerprint, embedder.dimension
        self.max_tokens, self.count_tokens = embedder.max_tokens, embedder.count_tokens
        self.texts = 0

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.texts += len(texts)
        return self._embedder.embed(texts, progress=progress)


def measure_scale(
    texts: Sequence[str],
    vectors: Vectors,
    queries: Sequence[AskedQuery],
    sizes: Sequence[int],
    *,
    embedder: Embedder,
    sentences: SentencesOfRows | None = None,
    efforts: Sequence[RetrievalEffort] = (BALANCED,),
    advance: Callable[[int], None] = lambda _: None,
) -> list[ScaleRow]:
    """Search libraries of each size with everything on, at each effort; ``advance`` counts queries.

    ``sentences`` gives the vectors of the sentences of a row of ``texts``; without them the comparison by best
    sentence is off.

    Raises ``ValueError`` when there is nothing to grow from or nothing to ask.
    """
    if not queries:
        raise ValueError("there are no questions to ask")
    rows = []
    for size in sizes:
        grown_texts, grown = grow(texts, vectors, size)
        index, lexical = VectorIndex.build(grown), LexicalIndex.build(grown_texts)
        recall = index.measure_recall(grown).value
        real = min(len(texts), size)
        of_rows = _with_copies(sentences, len(texts), size) if sentences is not None else None
        for effort in efforts:
            counting = CountingEmbedder(embedder)
            search = HybridSearch(
                embedder=counting,
                vectors=index,
                lexical=lexical,
                effort=effort,
                text_of_row=grown_texts.__getitem__,
                sentences_of_rows=of_rows,
            )
            embedder.embed(["a first text, which finds the model not yet at work"])
            new, cold = [_time(search, asked.query, advance) for asked in queries], counting.texts
            again = [_time(search, asked.query, lambda _: None) for asked in queries]
            wanted = sum(len(effort.choose_wordings(asked.query)) for asked in queries)
            rows.append(
                ScaleRow(
                    chunks=len(grown_texts),
                    effort=effort.name,
                    copies=round(max(0.0, 1 - len(texts) / len(grown_texts)), 3),
                    vectors=index.kind,
                    recall=recall,
                    wall=_percentiles([one.wall_ms for one in new]),
                    cpu=_percentiles([one.cpu_ms for one in new]),
                    again_wall=_percentiles([one.wall_ms for one in again]),
                    again_cpu=_percentiles([one.cpu_ms for one in again]),
                    remembered=round(1 - cold / max(1, wanted), 3),
                    stages=_split_stages(new),
                    quality=_measure_quality(search, queries, real=real),
                )
            )
    return rows


@dataclass(frozen=True, slots=True)
class _Timed:
    wall_ms: float
    cpu_ms: float
    stages: Mapping[str, float]
    stages_cpu: Mapping[str, float]


def _time(search: HybridSearch, query: SearchQuery, advance: Callable[[int], None]) -> _Timed:
    clock = StageClock()
    search.search(query, k=FOUND, stages=clock)
    wall, cpu = clock.wall_ms, clock.cpu_ms
    advance(1)
    rest = max(0.0, wall - sum(clock.stages.values())), max(0.0, cpu - sum(clock.stages_cpu.values()))
    return _Timed(wall, cpu, {**clock.stages, REST: rest[0]}, {**clock.stages_cpu, REST: rest[1]})


def _split_stages(timed: Sequence[_Timed]) -> dict[str, StageCost]:
    """The cost of each stage over the queries that went through it; ``rest`` comes last."""
    found = dict.fromkeys(name for one in timed for name in one.stages if name != REST)
    return {
        name: StageCost(
            _percentiles([one.stages[name] for one in timed if name in one.stages]),
            _percentiles([one.stages_cpu[name] for one in timed if name in one.stages_cpu]),
        )
        for name in (*found, REST)
    }


def _measure_quality(search: HybridSearch, queries: Sequence[AskedQuery], *, real: int) -> Figure | None:
    """nDCG@10 among the first ``real`` rows; ``None`` when nothing is judged or a judged row was left out."""
    judged = [asked for asked in queries if asked.relevant]
    if not judged or any(row >= real for asked in judged for row in asked.relevant):
        return None
    rankings, qrels = {}, {}
    for number, asked in enumerate(judged):
        found = search.search(asked.query, k=JUDGED_DEPTH)
        rankings[str(number)] = [str(one.row) for one in found if one.row < real]
        qrels[str(number)] = {str(row): grade for row, grade in asked.relevant.items()}
    measured = measure_ranking(rankings, qrels)
    figures = [measured[str(number)] for number in range(len(judged))]
    return summarise(figures, [MEASURE], clusters=[asked.conversation for asked in judged]).get(MEASURE)


def _percentiles(milliseconds: Sequence[float]) -> Percentiles:
    found = take_percentiles(milliseconds)
    if found is None:
        raise ValueError("no time was measured")
    return found
