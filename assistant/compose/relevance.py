"""Whether a written sentence rests on words about the question, or on something planted beside it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.candidates import Candidate
from assistant.compose.draft import Draft
from assistant.compose.facets import Facets

FAR = 0.4
"""Cosine to the question. Over twelve questions to the bundled library 13 of 496 relevant sentences lay below it and
held no key word of the question; of the sentences about nothing medical that were planted to test it, none lay above."""


def is_beside_the_question(draft: Draft, candidates: Sequence[Candidate], facets: Facets) -> bool:
    """Whether ``draft`` rests on a sentence that shares no key word with the question and is far from it.

    A document may hold anything; that a model copies a sentence faithfully doesn't make it an answer.
    """
    return any(
        item.similarity < FAR and not any(key in item.words for key in facets.key_weights)
        for item in candidates
        for citation in draft.citations
        if item.chunk.id == citation.chunk.id
        and item.span.start < citation.span.end
        and citation.span.start < item.span.end
    )
