"""Measure the evidence: what the retrieved sentences say about whether a question is answered at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.compose.candidates import Candidate
from assistant.compose.facets import Facets, coverage
from assistant.compose.question_kinds import has_cue
from assistant.compose.selection import names, speaks_to
from index.ports import Hit

LOOKED_AT = 40
"""How many of the most relevant sentences are weighed."""
AGREEING_COVERAGE = 0.7
SMALLEST_SPREAD = 0.03
"""Least standard deviation taken for a library's background: a handful of passages has next to none."""


def measure_evidence(
    hits: Sequence[Hit], candidates: Sequence[Candidate], facets: Facets, background: tuple[float, float]
) -> Mapping[str, float]:
    """The features of the answerability model, by name; none when there is no candidate sentence.

    ``background`` is the mean and the standard deviation of the question's cosine over the library's
    passages. Cosines are told as distances from that mean in such standard deviations (z-scores) beside the
    plain ones; coverage is a share of the question's words, weighed by rarity, words that the library
    doesn't hold included with the weight 1.
    """
    looked_at = candidates[:LOOKED_AT]
    if not looked_at:
        return {}
    mean, spread = background[0], max(background[1], SMALLEST_SPREAD)

    def standing(cosine: float) -> float:
        return (cosine - mean) / spread

    known = sum(facets.key_weights.values())
    whole = known + len(facets.unknown)
    held = {id(item): coverage(facets.key_weights, set(item.words | item.context)) for item in looked_at}
    share = known / whole if whole else 1.0
    best = max(looked_at, key=lambda item: 0.6 * item.similarity + 0.4 * held[id(item)] * share)
    rarest = max(facets.key_weights, key=facets.key_weights.__getitem__, default="")
    ranked = sorted((item.similarity for item in looked_at), reverse=True)
    by_document: dict[str, float] = {}
    for item in looked_at:
        key = item.chunk.document_id
        by_document[key] = max(by_document.get(key, -1.0), item.similarity)
    nearest = sorted(by_document.values(), reverse=True)[:3]
    speaking = [item for item in looked_at if speaks_to(item, facets, 0.5)]
    similarities = np.asarray([item.similarity for item in looked_at])
    passages: dict[str, set[str]] = {}
    for item in looked_at:
        passages.setdefault(item.chunk.id, set(item.context)).update(item.words)
    dense = sorted((hit.dense for hit in hits), reverse=True)
    words = best.words | best.context
    return {
        "cosine": ranked[0],
        "cosine_best": best.similarity,
        "standing": standing(ranked[0]),
        "standing_best": standing(best.similarity),
        "standing_documents": standing(sum(nearest) / len(nearest)),
        "standing_passage": standing(dense[0]) if dense else 0.0,
        "above_others": (ranked[0] - float(np.median(similarities)))
        / max(float(similarities.std()), SMALLEST_SPREAD),
        "passage_gap": dense[0] - dense[min(9, len(dense) - 1)] if dense else 0.0,
        "coverage_best": held[id(best)] * share,
        "coverage_sentence": coverage(facets.key_weights, set(best.words)) * share,
        "coverage_any": max(held.values()) * share,
        "coverage_passage": max(coverage(facets.key_weights, stems) for stems in passages.values()) * share,
        "unknown": 1.0 - share,
        "rarest_held": float(not rarest or rarest in words),
        "rarest_weight": facets.key_weights.get(rarest, 0.0),
        "subject_held": float(names(facets.subject, words, facets)),
        "topic_held": float(names(facets.topic, words, facets)),
        "speaking": math.log1p(len({item.chunk.document_id for item in speaking})),
        "agreeing": math.log1p(
            len({item.chunk.document_id for item in looked_at if held[id(item)] * share >= AGREEING_COVERAGE})
        ),
        "cue": float(has_cue(facets.kind, best.text)),
        "fits": float(any(item.fits_population for item in speaking)),
        "words": math.log1p(len(facets.key_weights) + len(facets.unknown)),
        "rarity": known / max(1, len(facets.key_weights)),
    }
