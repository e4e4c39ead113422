"""Compose an answer from the sources' own sentences, quoted exactly."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.candidates import Candidate
from assistant.compose.conflict import other_side
from assistant.compose.draft import Citation, Draft
from assistant.compose.facets import Facets
from assistant.compose.headings import choose_heading, heading_order
from assistant.compose.populations import SPECIAL, describe, fits
from assistant.compose.selection import FEWEST, limits_for, select, speaks_to, widened

LEADING = 3
"""How many of the most relevant sentences may stand under the answering heading."""


def compose_extractive(candidates: Sequence[Candidate], facets: Facets, *, statements: int) -> list[Draft]:
    """Drafts in reading order: the answer first, then cautions and groups. Every text is a verbatim quote."""
    limits = limits_for(facets.kind, statements=statements)
    candidates = prefer_fitting(candidates, facets, limits.coverage_floor)
    chosen = select(candidates, facets, limits)
    if len(chosen) < FEWEST:
        chosen = select(candidates, facets, widened(limits))
    opposing = other_side(
        chosen, [item for item in candidates if speaks_to(item, facets, limits.coverage_floor)]
    )
    if opposing is not None:
        chosen = [*chosen[: statements - 1], opposing]
    fitting = [item for item in chosen if item.fits_population]
    leading = {id(item) for item in (fitting or chosen)[:LEADING]}
    order = heading_order(facets.kind)
    placed = [
        (choose_heading(item, facets.kind, asked=facets.populations, leading=id(item) in leading), rank, item)
        for rank, item in enumerate(chosen)
    ]
    placed.sort(key=lambda entry: (order.index(entry[0]), not entry[2].fits_population, entry[1]))
    return [_draft(heading, item, facets) for heading, _, item in placed]


def prefer_fitting(
    candidates: Sequence[Candidate], facets: Facets, coverage_floor: float
) -> Sequence[Candidate]:
    """Only sentences about the people asked about, where enough of them speak; otherwise all, with their notes."""
    if not any(name in SPECIAL for name in facets.populations):
        return candidates
    fitting = [item for item in candidates if item.fits_population]
    speaking = [item for item in fitting if speaks_to(item, facets, coverage_floor)]
    return fitting if len(speaking) >= FEWEST else candidates


def _draft(heading: str, item: Candidate, facets: Facets) -> Draft:
    return Draft(
        heading=heading,
        text=item.text,
        citations=(Citation(item.chunk, item.span, item.metadata),),
        populations=item.populations,
        note=population_note(item.populations, facets.populations),
    )


def population_note(about: tuple[str, ...], asked: tuple[str, ...]) -> str | None:
    """Say it beside the statement when the evidence is about other people than the question."""
    if fits(asked, about):
        return None
    studied = describe(about) or "people in general"
    wanted = describe(asked)
    return f"Evidence about {studied}, not {wanted}." if wanted else f"Evidence about {studied} only."
