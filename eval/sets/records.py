"""What a benchmark set is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation import Turn
from assistant.verify.verdict import Label


@dataclass(frozen=True, slots=True)
class Passage:
    """One unit of a retrieval corpus. Either ``title`` or ``text`` is non-empty."""

    id: str
    title: str
    text: str

    @property
    def full_text(self) -> str:
        """Title and text as one string, the form in which BEIR systems index a document."""
        return f"{self.title}\n{self.text}".strip() if self.title.strip() else self.text


@dataclass(frozen=True, slots=True)
class Query:
    """The last user turn and what was said before it, oldest first."""

    id: str
    text: str
    history: tuple[Turn, ...] = ()

    @property
    def turn(self) -> int:
        """Which user turn of its conversation this is, from 1."""
        return 1 + sum(turn.role == "user" for turn in self.history)

    @property
    def conversation(self) -> str:
        """Key shared by all queries of one conversation: a digest of its first user turn.

        The opening turn itself has no history, so its own text is the key. Two conversations that
        open alike share a key, which only makes an interval wider.
        """
        first = next((turn.content for turn in self.history if turn.role == "user"), self.text)
        return hashlib.sha256(" ".join(first.split()).casefold().encode("utf-8")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus, queries over it, and graded judgements: query id -> passage id -> grade (> 0 relevant).

    ``notes`` tell of oddities that public sets have and that the loader put right.
    """

    name: str
    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...] = ()

    @property
    def has_history(self) -> bool:
        return any(query.history for query in self.queries)

    def judged_queries(self) -> tuple[Query, ...]:
        """The queries that have at least one judgement, in file order; only these are measured."""
        return tuple(query for query in self.queries if self.qrels.get(query.id))


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the texts it is held against, and whether they support it."""

    id: str
    claim: str
    evidence: tuple[str, ...]
    label: Label


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """Claims, and ``notes`` on harmless oddities that the loader put right."""

    name: str
    claims: tuple[Claim, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words that answer the question: ``quote`` occurs verbatim in the document's canonical text."""

    document_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """One question to the whole chain, with whichever labels the set has (``None``: no such label)."""

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    answerable: bool | None = None
    must_have: tuple[str, ...] = ()
    red_flag: bool | None = None
    unsafe: bool | None = None
    gold_documents: tuple[str, ...] = ()
    gold_spans: tuple[GoldSpan, ...] = ()

    @property
    def turn(self) -> int:
        return 1 + sum(turn.role == "user" for turn in self.history)

    @property
    def conversation(self) -> str:
        """Key shared by the turns of one conversation; see :attr:`Query.conversation`."""
        return Query(self.id, self.question, self.history).conversation


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """Questions to the whole chain, and ``notes`` on oddities that the loader put right."""

    name: str
    items: tuple[AnswerItem, ...]
    notes: tuple[str, ...] = ()


def name_set(path: Path) -> str:
    """The name of a set in reports: its folder's or file's name without ``.jsonl[.gz]``."""
    name = path.resolve().name
    for ending in (".gz", ".jsonl"):
        name = name.removesuffix(ending)
    return name


def name_turn(turn: int) -> str:
    """The key of a turn in ``by_turn``: "1", "2", "3+"."""
    return str(turn) if turn < 3 else "3+"
