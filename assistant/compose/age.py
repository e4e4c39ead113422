"""Which sources are old, and what newer the library holds on the same question."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.candidates import Candidate
from assistant.compose.conflict import remedies_in
from assistant.compose.facets import Facets
from assistant.compose.selection import speaks_to
from corpus.document import Metadata, SourceKind

SPEAKING = 0.5
"""Share of the question's key words that a newer source's sentence must hold, as for a quoted one."""

_WEIGHTY = frozenset({SourceKind.GUIDELINE, SourceKind.SYSTEMATIC_REVIEW, SourceKind.SAFETY_NOTICE})


def is_stale(source: Metadata, *, this_year: int, after_years: int) -> bool:
    """Whether ``source`` was published more than ``after_years`` years ago; unknown years are not."""
    return source.year is not None and this_year - source.year > after_years


def newer_on_the_same_question(
    source: Metadata, said: str, candidates: Sequence[Candidate], facets: Facets
) -> Metadata | None:
    """The newest guideline, review or safety notice that answers the same question for the same people.

    ``said`` is what was quoted of ``source``: where it names a remedy, the newer one must speak of that too.
    ``None`` when none is newer than ``source``, or its year is unknown.
    """
    remedies = remedies_in(said)
    if source.year is None:
        return None
    found = [
        item.metadata
        for item in candidates
        if item.metadata.kind in _WEIGHTY
        and (item.metadata.year or 0) > source.year
        and item.fits_population
        and (not remedies or remedies & remedies_in(item.text))
        and set(item.metadata.populations) & set(source.populations)
        and speaks_to(item, facets, SPEAKING)
    ]
    return max(found, key=lambda metadata: metadata.year or 0, default=None)
