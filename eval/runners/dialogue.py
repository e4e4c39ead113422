"""Runs a dialogue set: is each turn, stated on its own, about what it must be about?"""

from __future__ import annotations

from typing import Any

from assistant.conversation import Conversation
from eval.errors import RunFailed
from eval.reports.report import Report, count_measured, summarise, summarise_groups, take_percentiles
from eval.runners.clock import StageClock
from eval.runners.ports import Understanding
from eval.sets.dialogue import DialogueItem, DialogueSet
from eval.sets.records import Query

MEASURES = ("understood", "mentions", "omits", "leans_on_history")


def run_dialogue(
    dialogue_set: DialogueSet, understand: Understanding, *, provenance: dict[str, Any]
) -> Report:
    """State every turn on its own and check the wording.

    understood         1 if everything below is right
    mentions, omits    share of required words that occur; share of unwanted words that do not
    leans_on_history   1 if the rewriter says rightly whether the turn needed the history

    Raises :class:`RunFailed`, naming the turn, when the rewriter raises.
    """
    rows: list[dict[str, Any]] = []
    for item in dialogue_set.items:
        clock = StageClock()
        try:
            understood = understand(item.question, Conversation(turns=item.history, offered=item.offered))
        except Exception as error:
            raise RunFailed(f"turn {item.id!r}: {type(error).__name__}: {error}") from error
        wall = clock.wall_ms
        rows.append(
            {
                "id": item.id,
                "question": item.question,
                "history": [{"role": turn.role, "content": turn.content} for turn in item.history],
                "searched": understood.text,
                "terms": {term: round(weight, 3) for term, weight in understood.query.term_weights.items()},
                "labels": {
                    "mentions": [list(words) for words in item.mentions],
                    "omits": list(item.omits),
                    "offered": list(item.offered),
                },
                "metrics": judge_wording(item, understood.text, understood.leans_on_history),
                "wall_ms": round(wall, 4),
            }
        )
    figures: list[dict[str, float | None]] = [dict(row["metrics"]) for row in rows]
    clusters = [Query(item.id, item.question, item.history).conversation for item in dialogue_set.items]
    return Report(
        task="dialogue",
        dataset=dialogue_set.name,
        metrics=summarise(figures, MEASURES, clusters=clusters),
        measured_on=count_measured(figures, MEASURES),
        by_history=summarise_groups(
            figures, MEASURES, [item.kind for item in dialogue_set.items], clusters=clusters
        ),
        counts={"turns": len(rows)},
        latency_ms=take_percentiles([row["wall_ms"] for row in rows]),
        provenance=provenance,
        per_query=rows,
    )


def judge_wording(item: DialogueItem, text: str, leans: bool) -> dict[str, float]:
    """Return the measures of one turn; one without unwanted words or label lacks that measure."""
    lowered = text.casefold()
    present = [any(word.casefold() in lowered for word in words) for words in item.mentions]
    absent = [word.casefold() not in lowered for word in item.omits]
    figures = {"mentions": sum(present) / len(present)}
    if absent:
        figures["omits"] = sum(absent) / len(absent)
    right_lean = True
    if item.leans_on_history is not None:
        right_lean = leans == item.leans_on_history
        figures["leans_on_history"] = float(right_lean)
    figures["understood"] = float(all(present) and all(absent) and right_lean)
    return figures
