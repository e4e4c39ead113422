"""Runs a retrieval set: the product's rewriter makes each query, the product's search ranks the corpus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.conversation import Conversation
from eval.errors import RunFailed
from eval.measures.ranking import MEASURES, measure_ranking
from eval.reports.report import (
    Report,
    count_measured,
    summarise,
    summarise_groups,
    take_percentiles,
    take_stage_percentiles,
    warn_of_few,
)
from eval.runners.clock import StageClock
from eval.runners.ports import PassageSearch, Understanding
from eval.runners.progress import PartialResults
from eval.sets.records import Query, RetrievalSet, name_turn

SHOWN_PASSAGES = 10  # of each ranking, kept in the report for the drill-down


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """``use_history=False`` searches the last turn as it stands."""

    k: int = 100
    use_history: bool = True
    limit: int | None = None


def run_retrieval(
    retrieval_set: RetrievalSet,
    search: PassageSearch,
    understand: Understanding,
    options: RetrievalOptions,
    *,
    provenance: dict[str, Any],
    partial: PartialResults,
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Search for every judged query and measure the rankings.

    ``advance`` is called after each query. Raises :class:`RunFailed`, naming the query, when the
    product raises.
    """
    queries = retrieval_set.judged_queries()
    if options.limit is not None:
        queries = queries[: options.limit]
    for query in queries:
        if query.id not in partial.finished:
            try:
                row = _search_one(query, search, understand, options)
            except Exception as error:
                raise RunFailed(f"query {query.id!r}: {type(error).__name__}: {error}") from error
            partial.add(row)
        advance()
    rows = [partial.finished[query.id] for query in queries]
    return _make_report(retrieval_set, queries, rows, options, provenance)


def _search_one(
    query: Query, search: PassageSearch, understand: Understanding, options: RetrievalOptions
) -> dict[str, Any]:
    clock = StageClock()
    conversation = Conversation(turns=query.history if options.use_history else ())
    if not query.text.strip():
        # Nothing was asked, so nothing is searched: the query counts as one that found nothing.
        return {"id": query.id, "searched": "", "leans": False, "ids": [], "scores": [], "stages": {}, "stages_cpu": {},
                "wall_ms": 0.0, "cpu_ms": 0.0}  # fmt: skip
    with clock.stage("understand"):
        understood = understand(query.text, conversation)
    with clock.stage("search"):
        found = search.search(understood.query, k=options.k)
    wall, cpu = clock.wall_ms, clock.cpu_ms
    stages, stages_cpu = (
        {"understand": ours["understand"], **(theirs or {"search": ours["search"]})}
        for ours, theirs in ((clock.stages, found.stages), (clock.stages_cpu, found.stages_cpu))
    )
    return {
        "id": query.id,
        "searched": understood.text,
        "terms": {term: round(weight, 3) for term, weight in understood.query.term_weights.items()},
        "leans": understood.leans_on_history,
        "ids": list(found.ids),
        "scores": [round(score, 6) for score in found.scores],
        "stages": {name: round(value, 4) for name, value in stages.items()},
        "stages_cpu": {name: round(value, 4) for name, value in stages_cpu.items()},
        "wall_ms": round(wall, 4),
        "cpu_ms": round(cpu, 4),
    }


def _make_report(
    retrieval_set: RetrievalSet,
    queries: tuple[Query, ...],
    rows: list[dict[str, Any]],
    options: RetrievalOptions,
    provenance: dict[str, Any],
) -> Report:
    qrels = {query.id: retrieval_set.qrels[query.id] for query in queries}
    measured = measure_ranking({row["id"]: row["ids"] for row in rows}, qrels)
    figures: list[dict[str, float | None]] = [dict(measured[query.id]) for query in queries]
    clusters = [query.conversation for query in queries]
    searched = [row for row in rows if row["searched"]]
    has_history = retrieval_set.has_history and options.use_history
    texts = {passage.id: passage for passage in retrieval_set.passages}

    def describe(passage_id: str) -> dict[str, str]:
        passage = texts.get(passage_id)
        return (
            {"id": passage_id, "title": passage.title, "text": passage.text[:300]}
            if passage
            else {"id": passage_id}
        )

    return Report(
        task="retrieval",
        dataset=retrieval_set.name,
        metrics=summarise(figures, MEASURES, clusters=clusters),
        measured_on=count_measured(figures, MEASURES),
        by_turn=(
            summarise_groups(
                figures, MEASURES, [name_turn(query.turn) for query in queries], clusters=clusters
            )
            if retrieval_set.has_history
            else None
        ),
        by_history=(
            summarise_groups(
                figures,
                MEASURES,
                ["leans on history" if row["leans"] else "stands alone" for row in rows],
                clusters=clusters,
            )
            if has_history
            else None
        ),
        counts={
            "passages": len(retrieval_set.passages),
            "queries": len(queries),
            "unjudged queries left out": len(retrieval_set.queries) - len(retrieval_set.judged_queries()),
            "conversations": len(set(clusters)),
        },
        latency_ms=take_percentiles([row["wall_ms"] for row in searched]),
        cpu_ms=take_percentiles([row["cpu_ms"] for row in searched]),
        stages_ms=take_stage_percentiles([row["stages"] for row in searched]),
        stages_cpu_ms=take_stage_percentiles([row["stages_cpu"] for row in searched]),
        notes=[*retrieval_set.notes, *warn_of_few(clusters)],
        provenance=provenance,
        per_query=[
            {
                "id": query.id,
                "question": query.text,
                "conversation": query.conversation,
                "turn": query.turn,
                "history": [{"role": turn.role, "content": turn.content} for turn in query.history],
                "searched": row["searched"],
                "terms": row.get("terms", {}),
                "leans_on_history": row["leans"],
                "metrics": measured[query.id],
                "gold": [
                    {**describe(passage_id), "grade": grade, "rank": _rank(row["ids"], passage_id)}
                    for passage_id, grade in sorted(
                        retrieval_set.qrels[query.id].items(), key=lambda item: -item[1]
                    )
                    if grade > 0
                ][:50],
                "found": [
                    {
                        **describe(passage_id),
                        "score": score,
                        "grade": retrieval_set.qrels[query.id].get(passage_id, 0),
                    }
                    for passage_id, score in list(zip(row["ids"], row["scores"], strict=True))[
                        :SHOWN_PASSAGES
                    ]
                ],
                "wall_ms": row["wall_ms"],
                "cpu_ms": row["cpu_ms"],
                "stages_ms": row["stages"],
                "stages_cpu_ms": row["stages_cpu"],
            }
            for query, row in zip(queries, rows, strict=True)
        ],
    )


def _rank(ids: list[str], passage_id: str) -> int | None:
    return ids.index(passage_id) + 1 if passage_id in ids else None
