"""Decide whether the library answers at all: one score, one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.compose.candidates import Candidate
from assistant.compose.facets import Facets, QuestionKind
from assistant.compose.populations import SPECIAL
from assistant.compose.selection import speaks_to
from assistant.rewrite.words import stem

UNSAFE_TO_CARRY_OVER = (QuestionKind.SAFETY, QuestionKind.DOSE)
"""What is safe for adults, and how much of it, says nothing about a child or a pregnancy."""

Decision = Literal["answer", "partial", "abstain"]

THRESHOLD = 0.52
UNKNOWN_PENALTY = 0.18


@dataclass(frozen=True, slots=True)
class Answerability:
    """``score`` in [0, 1]: how well the best evidence speaks to the question. ``missing``: words of the
    question that the library doesn't hold."""

    decision: Decision
    score: float
    missing: tuple[str, ...]


def judge_answerability(
    candidates: Sequence[Candidate], facets: Facets, *, threshold: float = THRESHOLD
) -> Answerability:
    """Weigh the best sentences: semantic similarity and the share of the question's key words they hold."""
    if any(stem(word) in facets.subject for word in facets.unknown):
        return Answerability("abstain", 0.0, facets.unknown)  # the very thing asked about isn't there
    speaking = [item for item in candidates[:40] if speaks_to(item, facets, 0.5)]
    if not speaking or not (facets.key_weights or not facets.unknown):
        return Answerability("abstain", 0.0, facets.unknown)
    asked = [name for name in facets.populations if name in SPECIAL]
    if asked and facets.kind in UNSAFE_TO_CARRY_OVER and not any(item.fits_population for item in speaking):
        return Answerability("abstain", 0.0, facets.unknown)
    best = max(0.6 * max(0.0, item.similarity) + 0.4 * item.coverage for item in speaking)
    total = len(facets.unknown) + len(facets.key_weights)
    score = best - UNKNOWN_PENALTY * len(facets.unknown) / max(1, total) * 2
    score = min(1.0, max(0.0, score))
    if score < threshold:
        return Answerability("abstain", score, facets.unknown)
    return Answerability("partial" if facets.unknown else "answer", score, facets.unknown)
