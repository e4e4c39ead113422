"""How much work one search may do: the knobs that trade time for quality, under three names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.ports import SearchQuery

EffortName = Literal["fast", "balanced", "thorough"]


@dataclass(frozen=True, slots=True)
class RetrievalEffort:
    """The knobs of one effort. More of each costs more time; none changes what the index holds."""

    name: EffortName
    wordings: Literal["longest", "all"]
    """Which wordings of a question are embedded: the longest, which holds the reader's own words and what the
    conversation adds to them, or all. Embedding is the dearest part, and its cost does not grow with the library."""
    scored_whole: int
    """Up to so many rows every row is a candidate. Beyond, the best of either part are."""
    candidates: int
    """How many of the best rows each part, dense and lexical, puts forward."""
    graph_width: int
    """Least width of the search in a graph of vectors (``efSearch``); it is never below ``candidates``."""
    compared_with_shown: int
    """How many of the best rows are compared, word sequence by word sequence, with what a reader was shown."""
    compared_by_sentence: int
    """How many of the best rows are compared by the sentence of theirs that lies closest to the question."""

    def choose_wordings(self, query: SearchQuery) -> tuple[str, ...]:
        """The texts to embed for ``query``, blank ones left out; none for a blank query."""
        texts: Sequence[str] = query.dense_texts or (query.text,)
        written = tuple(text for text in texts if text.strip())
        if self.wordings == "all" or not written:
            return written
        return (max(written, key=len),)


FAST = RetrievalEffort(
    "fast",
    wordings="longest",
    scored_whole=10_000,
    candidates=300,
    graph_width=128,
    compared_with_shown=30,
    compared_by_sentence=30,
)
BALANCED = RetrievalEffort(
    "balanced",
    wordings="all",
    scored_whole=10_000,
    candidates=1_000,
    graph_width=128,
    compared_with_shown=60,
    compared_by_sentence=50,
)
"""Scoring 10,000 rows takes about 2 ms. Scales taken over 200 candidates lost up to .008 nDCG@10 on two of four sets."""
THOROUGH = RetrievalEffort(
    "thorough",
    wordings="all",
    scored_whole=50_000,
    candidates=4_000,
    graph_width=4_000,
    compared_with_shown=200,
    compared_by_sentence=100,
)

EFFORTS: tuple[RetrievalEffort, ...] = (FAST, BALANCED, THOROUGH)


def find_effort(name: str) -> RetrievalEffort:
    """The effort of that name; raises ``ValueError`` for another one."""
    for effort in EFFORTS:
        if effort.name == name:
            return effort
    raise ValueError(
        f"retrieval_effort must be one of {', '.join(one.name for one in EFFORTS)}, got {name!r}"
    )
