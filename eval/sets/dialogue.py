"""Loads dialogue sets: turns whose standalone wording must mention some words and leave out others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from assistant.conversation import Turn
from eval.sets.lines import Identifier, Problems, Row, read_rows
from eval.sets.records import name_set
from eval.sets.retrieval import TurnRow, read_history


@dataclass(frozen=True, slots=True)
class DialogueItem:
    """One turn in its conversation.

    ``kind`` groups the figures. Of each tuple in ``mentions`` at least one must occur in the standalone
    wording, in any case; none of ``omits`` may. ``offered`` holds the follow-ups the last answer suggested.
    """

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    offered: tuple[str, ...]
    mentions: tuple[tuple[str, ...], ...]
    omits: tuple[str, ...]
    leans_on_history: bool | None


@dataclass(frozen=True, slots=True)
class DialogueSet:
    name: str
    items: tuple[DialogueItem, ...]


class DialogueRow(Row):
    id: Identifier = Field(min_length=1)
    kind: str = Field(min_length=1)
    question: str = Field(min_length=1)
    history: list[TurnRow]
    offered: list[str] = Field(default_factory=list)
    mentions: list[list[str]]
    omits: list[str] = Field(default_factory=list)
    leans_on_history: bool | None = None


def load_dialogue_set(path: Path) -> DialogueSet:
    """Read a dialogue set; raises :class:`eval.errors.BadSet` with file and line of each breach."""
    problems = Problems()
    items: dict[str, DialogueItem] = {}
    for line, row in read_rows(path, DialogueRow, problems):
        if row.id in items:
            problems.add(path, line, f"id {row.id!r} is given twice")
        elif not row.mentions or not all(row.mentions):
            problems.add(path, line, f"turn {row.id!r} has no words to mention")
        else:
            items[row.id] = DialogueItem(
                id=row.id,
                kind=row.kind,
                question=row.question,
                history=read_history(row.history),
                offered=tuple(row.offered),
                mentions=tuple(tuple(words) for words in row.mentions),
                omits=tuple(row.omits),
                leans_on_history=row.leans_on_history,
            )
    if not items and not problems.found:
        problems.add(path, None, "holds no turns")
    problems.raise_if_any()
    return DialogueSet(name_set(path), tuple(items.values()))
