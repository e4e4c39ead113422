"""Choose few sentences that answer: relevant, not repeating each other, not all from one source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.compose.candidates import Candidate, is_finding
from assistant.compose.facets import Facets, coverage
from assistant.compose.populations import CLEAR_POORLY, populations_in
from assistant.compose.question_kinds import QuestionKind, has_cue
from assistant.rewrite.remedies import names_medicine

DUPLICATE_COSINE = 0.90
DUPLICATE_OVERLAP = 0.75
FEWEST = 3
"""An answer of fewer statements is worth a second look."""
WIDENING = 0.85
CLOSE = 0.55
"""Cosine above which a sentence speaks to a question in other words."""
PHRASE_COVERAGE = 0.45
NEAR_COVERAGE = 0.4
LOOKED_AT_LOOSELY = 12
ENDANGERED = frozenset(
    {"renal_impairment", "dialysis", "hepatic_impairment", "pregnancy", "breastfeeding", "children"}
)
"""People whose bodies deal with medicines otherwise, or with whom another is at risk."""
DIVERSITY = 0.30
"""Weight of the similarity to sentences already chosen (maximal marginal relevance, Carbonell & Goldstein 1998)."""


@dataclass(frozen=True, slots=True)
class SelectionLimits:
    """``relative_floor``: least relevance, as a share of the best sentence's."""

    statements: int
    per_document: int
    relative_floor: float
    coverage_floor: float


def limits_for(kind: QuestionKind, *, statements: int) -> SelectionLimits:
    """Broad questions get up to ``statements`` sentences; narrow ones a handful."""
    if kind is QuestionKind.TREATMENT:
        return SelectionLimits(statements=statements, per_document=2, relative_floor=0.62, coverage_floor=0.5)
    return SelectionLimits(
        statements=min(statements, 6), per_document=2, relative_floor=0.72, coverage_floor=0.5
    )


def widened(limits: SelectionLimits) -> SelectionLimits:
    """Limits for a second look where few sources speak: more from each, and less strict."""
    return replace(
        limits, statements=FEWEST, per_document=FEWEST, relative_floor=limits.relative_floor * WIDENING
    )


def select(candidates: Sequence[Candidate], facets: Facets, limits: SelectionLimits) -> list[Candidate]:
    """Greedy maximal-marginal-relevance choice, best first. ``candidates`` come sorted by relevance."""
    speaking = [item for item in candidates if speaks_to(item, facets, limits.coverage_floor)]
    if not speaking:
        speaking = [item for item in candidates[:LOOKED_AT_LOOSELY] if comes_near(item, facets)]
    if not speaking:
        return []
    floor = limits.relative_floor * speaking[0].relevance
    pool = [item for item in speaking if item.relevance >= floor]
    closest = {id(item): 0.0 for item in pool}  # similarity to the nearest sentence already chosen
    chosen: list[Candidate] = []
    per_document: Counter[str] = Counter()
    while pool and len(chosen) < limits.statements:
        best = max(pool, key=lambda item: item.relevance - DIVERSITY * closest[id(item)])
        pool.remove(best)
        if per_document[best.chunk.document_id] >= limits.per_document or repeats(best, chosen):
            continue
        chosen.append(best)
        per_document[best.chunk.document_id] += 1
        for item in pool:
            closest[id(item)] = max(closest[id(item)], _cosine(item, best))
    return chosen


def speaks_to(candidate: Candidate, facets: Facets, coverage_floor: float) -> bool:
    """Whether the sentence, read under its title, is about what was asked.

    It must name the remedy asked about, if one is; and it must either hold enough of the question's key
    words, the topic's head noun among them, or be very close in meaning. This is what keeps warm water
    for labour pain out of an answer about leg cramps.
    """
    if facets.kind is QuestionKind.STRENGTH:
        return candidate.coverage >= coverage_floor
    words = candidate.context | candidate.words
    if facets.kind is QuestionKind.SEEKING_CARE and has_cue(facets.kind, candidate.text):
        return names(
            facets.topic[-1:], words, facets
        )  # "every night" tells of the one who asks, not what to look for
    if asks_what_they_can_take(facets) and endangers_them(candidate, facets):
        return True
    if not names(facets.subject, words, facets):
        return False
    topic = (
        () if asks_if_safe_for_them(facets) and has_cue(QuestionKind.SAFETY, candidate.text) else facets.topic
    )
    if candidate.similarity >= CLOSE and names(topic[-1:], words, facets):
        return True
    return candidate.coverage >= coverage_floor and names(topic, words, facets)


def asks_what_they_can_take(facets: Facets) -> bool:
    """Whether treatments are asked for on behalf of people to whom common ones are dangerous."""
    for_them = any(name in ENDANGERED for name in facets.populations)
    # "What is safe for her?" asks what she can take.
    asked = facets.kind is QuestionKind.TREATMENT or (
        facets.kind in (QuestionKind.SAFETY, QuestionKind.DOSE)
        and not facets.subject
        and not any(map(names_medicine, facets.key_weights))
    )
    return for_them and asked


def endangers_them(candidate: Candidate, facets: Facets) -> bool:
    """Whether the sentence itself warns just these people of a medicine: worth knowing whatever it is taken for."""
    told = set(populations_in(candidate.text))
    return (
        any(name in told for name in facets.populations if name in ENDANGERED)
        and names_medicine(candidate.text)
        and has_cue(QuestionKind.SAFETY, candidate.text)
        and is_finding(candidate.text)
    )


def asks_if_safe_for_them(facets: Facets) -> bool:
    """Whether a remedy is asked about for particular people: its dangers to them matter whatever it is taken for."""
    if not facets.subject or not facets.populations:
        return False
    if facets.kind is QuestionKind.DOSE:
        return any(name in CLEAR_POORLY for name in facets.populations)
    return facets.kind is QuestionKind.SAFETY


def comes_near(candidate: Candidate, facets: Facets) -> bool:
    """Whether the sentence names the remedy asked about and is close in words or in meaning.

    For questions that are judged answerable although no sentence names their topic in their own words:
    "a clot in the leg" is "deep vein thrombosis" to its source.
    """
    if not names(facets.subject, candidate.words | candidate.context, facets):
        return False
    return candidate.coverage >= NEAR_COVERAGE or candidate.similarity >= CLOSE


def names(phrase: tuple[str, ...], words: frozenset[str], facets: Facets) -> bool:
    """Whether ``words`` hold the head noun of ``phrase`` and most of its weight; true when nothing is asked."""
    weights = {key: facets.key_weights[key] for key in phrase if key in facets.key_weights}
    if not weights:
        return True
    return phrase[-1] in words and coverage(weights, set(words)) >= PHRASE_COVERAGE


def repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether ``candidate`` says what a chosen sentence already says."""
    words = candidate.words
    return any(
        _cosine(candidate, other) >= DUPLICATE_COSINE
        or len(words & other.words) >= DUPLICATE_OVERLAP * min(len(words), len(other.words))
        for other in chosen
    )


def _cosine(one: Candidate, other: Candidate) -> float:
    return float(np.dot(one.vector, other.vector))
