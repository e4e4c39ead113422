"""Choose the passages to answer from: no text twice, not all from one source, current and stronger sources first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from corpus.document import Metadata, SourceKind, SourceStatus
from index.novelty import word_sequences
from index.ports import Hit

TIE = 0.01
"""Scores no further apart than this, on their scale of 0 to 1, count as equal."""
PASSAGES_PER_SOURCE = 5

MetadataOf = Callable[[str], Metadata]

_STRONGEST = {SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW}
_STANDING = {SourceStatus.CURRENT, SourceStatus.CORRECTED}
_SPACE = re.compile(r"\s+")


def diversify(
    hits: Sequence[Hit], metadata_of: MetadataOf, *, k: int, per_source: int = PASSAGES_PER_SOURCE
) -> list[Hit]:
    """The best ``k`` of ``hits`` (best first), each text once and at most ``per_source`` from one document.

    A passage repeats a better one when all its sequences of words stand in it, so that case and punctuation
    may differ and a number or a "not" may not. Of those with the same text the one of the source to be
    preferred stands for all, at the place of the best. Among passages whose scores tie (``TIE``) a source that still stands comes before one that was
    superseded, withdrawn or retracted, then a guideline or systematic review before the rest; a source whose
    successor is among the hits comes after its successor's best. Scores are those of the places, so they
    still fall. Hits beyond ``per_source`` fill places that would stay empty. Raises ``ValueError`` for ``k``
    or ``per_source`` below 1.
    """
    if k < 1 or per_source < 1:
        raise ValueError(f"k and per_source must be at least 1, got {k} and {per_source}")
    metadata = {hit.chunk.document_id: metadata_of(hit.chunk.document_id) for hit in hits}
    ordered = _settle_ties(_put_successors_first(_fold_repeats(hits, metadata), metadata), metadata)
    kept: list[Hit] = []
    spare: list[Hit] = []
    counts: Counter[str] = Counter()
    for hit in ordered:
        counts[hit.chunk.document_id] += 1
        (kept if counts[hit.chunk.document_id] <= per_source else spare).append(hit)
    kept = kept[:k]
    return sorted([*kept, *spare[: k - len(kept)]], key=lambda hit: -hit.score)


def _preference(hit: Hit, metadata: Mapping[str, Metadata]) -> tuple[bool, bool]:
    source = metadata[hit.chunk.document_id]
    return source.status in _STANDING and not source.superseded_by, source.kind in _STRONGEST


def _fold_repeats(hits: Sequence[Hit], metadata: Mapping[str, Metadata]) -> list[Hit]:
    """One hit for each text; found through the word sequences that earlier, better hits hold."""
    kept: list[Hit] = []
    texts: dict[str, int] = {}
    holders: dict[tuple[str, ...], list[int]] = {}
    for hit in hits:
        plain = _SPACE.sub(" ", hit.chunk.text).strip().casefold()
        sequences = word_sequences(plain)
        shared = Counter(place for sequence in sequences for place in holders.get(sequence, ()))
        repeated = [place for place, count in shared.most_common(1) if count == len(sequences)]
        place = texts.get(plain, repeated[0] if repeated else -1)
        if place < 0:
            texts[plain] = len(kept)
            for sequence in sequences:
                holders.setdefault(sequence, []).append(len(kept))
            kept.append(hit)
        elif len(sequences) == len(word_sequences(kept[place].chunk.text)) and _preference(
            hit, metadata
        ) > _preference(kept[place], metadata):
            kept[place] = replace(hit, score=kept[place].score)
    return kept


def _put_successors_first(hits: list[Hit], metadata: Mapping[str, Metadata]) -> list[Hit]:
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.chunk.document_id, hit.score)
    lowered = []
    for hit in hits:
        successor = metadata[hit.chunk.document_id].superseded_by
        limit = best.get(successor, hit.score + 1) - TIE if successor else hit.score
        lowered.append(replace(hit, score=limit) if limit < hit.score else hit)
    return sorted(lowered, key=lambda hit: -hit.score)


def _settle_ties(hits: list[Hit], metadata: Mapping[str, Metadata]) -> list[Hit]:
    settled: list[Hit] = []
    begin = 0
    while begin < len(hits):
        end = begin + 1
        while end < len(hits) and hits[begin].score - hits[end].score <= TIE:
            end += 1
        run = hits[begin:end]
        scores = [hit.score for hit in run]
        run.sort(key=lambda hit: _preference(hit, metadata), reverse=True)  # stable: equals keep their order
        settled += [replace(hit, score=score) for hit, score in zip(run, scores, strict=True)]
        begin = end
    return settled
