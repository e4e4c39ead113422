"""Compose an answer from the sources' own sentences, quoted exactly."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.candidates import (
    Candidate,
    is_about_another_remedy,
    is_finding,
    is_list_of_what_is_used,
)
from assistant.compose.conflict import other_side
from assistant.compose.draft import Citation, Draft
from assistant.compose.facets import Facets, text_stems
from assistant.compose.headings import choose_heading, heading_order
from assistant.compose.populations import SPECIAL, VULNERABLE, describe, fits
from assistant.compose.question_kinds import QuestionKind, has_cue, tells
from assistant.compose.selection import (
    FEWEST,
    SelectionLimits,
    asks_what_they_can_take,
    comes_near,
    endangers_them,
    limits_for,
    select,
    speaks_to,
    widened,
)
from assistant.rewrite.remedies import names_medicine
from corpus.document import ChunkKind

TOLD_OR_NOT = (
    QuestionKind.SAFETY,
    QuestionKind.SEEKING_CARE,
    QuestionKind.CAUSE,
    QuestionKind.DIAGNOSIS,
    QuestionKind.ONSET,
    QuestionKind.DURATION,
    QuestionKind.FREQUENCY,
)
"""What a sentence either tells or doesn't; for other questions what is beside the point is a matter of degree."""
TELLING_ENOUGH = 2
LEADING = 3
"""How many of the most relevant sentences may stand under the answering heading."""


def compose_extractive(candidates: Sequence[Candidate], facets: Facets, *, statements: int) -> list[Draft]:
    """Drafts in reading order: the answer first, then cautions and groups. Every text is a verbatim quote."""
    limits = limits_for(facets.kind, statements=statements)
    if facets.other_cramps is not None:
        candidates = [item for item in candidates if facets.other_cramps.told_by.search(item.text)]
    candidates = prefer_fitting(candidates, facets, limits.coverage_floor)
    candidates = prefer_telling(candidates, facets, limits.coverage_floor)
    chosen = select(candidates, facets, limits)
    if len(chosen) < FEWEST:
        chosen = select(candidates, facets, widened(limits))
    opposing = other_side(
        chosen, [item for item in candidates if speaks_to(item, facets, limits.coverage_floor)]
    )
    if opposing is not None:
        chosen = [*chosen[: statements - 1], opposing]
    chosen = hear_every_side(chosen, candidates, facets, limits)
    chosen = say_what_it_holds(chosen, candidates, facets, limits)
    if facets.kind is QuestionKind.SAFETY and asks_what_they_can_take(facets):
        chosen.sort(
            key=lambda item: not endangers_them(item, facets)
        )  # what is dangerous to them comes first
    fitting = [item for item in chosen if item.fits_population]
    leading = {id(item) for item in (fitting or chosen)[:LEADING]}
    order = heading_order(facets.kind)
    placed = [
        (choose_heading(item, facets.kind, asked=facets.populations, leading=id(item) in leading), rank, item)
        for rank, item in enumerate(chosen)
    ]
    placed.sort(
        key=lambda entry: (
            order.index(entry[0]),
            not entry[2].fits_population,
            is_list_of_what_is_used(entry[2].text),
            entry[1],
        )
    )
    return [_draft(heading, item, facets) for heading, _, item in placed]


def prefer_fitting(
    candidates: Sequence[Candidate], facets: Facets, coverage_floor: float
) -> Sequence[Candidate]:
    """Only sentences about the people asked about, where enough of them speak; otherwise all, with their notes."""
    if not any(name in SPECIAL for name in facets.populations):
        return candidates
    # What holds for another special group only says nothing to these people, however few sentences speak to them.
    candidates = [
        item for item in candidates if item.fits_population or not _is_about_special_groups_only(item)
    ]
    fitting = [item for item in candidates if item.fits_population]
    if facets.kind is QuestionKind.DOSE and any(name in VULNERABLE for name in facets.populations):
        # Another's dose may harm them, and one given on dialysis those who are not: no note makes it an answer.
        return [
            item
            for item in fitting
            if set(facets.populations) & set(item.populations) or has_cue(QuestionKind.SAFETY, item.text)
        ]
    speaking = [item for item in fitting if speaks_to(item, facets, coverage_floor)]
    return fitting if len(speaking) >= FEWEST else candidates


def _is_about_special_groups_only(item: Candidate) -> bool:
    return bool(item.populations) and all(name in SPECIAL for name in item.populations)


def prefer_telling(
    candidates: Sequence[Candidate], facets: Facets, coverage_floor: float
) -> Sequence[Candidate]:
    """Only sentences that tell what is asked (a danger, when to see a doctor), where some do.

    Who asks what not to take is not served by what may help.
    """
    about = [item for item in candidates if not is_about_another_remedy(facets, item.text)]
    telling = about
    if facets.kind is QuestionKind.DEFINITION:  # what is recommended for something does not say what it is
        telling = [item for item in telling if item.chunk.kind is not ChunkKind.RECOMMENDATION]
    if facets.kind is QuestionKind.TREATMENT or facets.asks_how:
        telling = [item for item in telling if is_finding(item.text)]
        if facets.without_medicines:
            telling = [item for item in telling if not names_medicine(item.text)]
    # What tells two things apart is said of each of them by itself, in words that no cue lists.
    sets_apart = facets.kind is QuestionKind.DIAGNOSIS and bool(facets.sides)
    if facets.kind in TOLD_OR_NOT and not facets.asks_more and not sets_apart:
        telling = [item for item in telling if _tells(item, facets)]
    speaking = [item for item in telling if speaks_to(item, facets, coverage_floor)]
    if len(speaking) >= TELLING_ENOUGH:
        return telling
    # What to do about a medicine is no answer to who takes none and asks for signs, tests or when to see a doctor;
    # it may be all that tells what something is.
    return candidates if facets.kind is QuestionKind.DEFINITION else about


def _tells(item: Candidate, facets: Facets) -> bool:
    heading = item.chunk.heading_path[-1] if item.chunk.heading_path else ""
    return tells(facets.kind, item.text, heading)


def hear_every_side(
    chosen: list[Candidate], candidates: Sequence[Candidate], facets: Facets, limits: SelectionLimits
) -> list[Candidate]:
    """``chosen`` with the best sentence on each thing the question sets beside another and none speaks of.

    "Compare magnesium and stretching" is not answered by four sentences on stretching.
    """
    for keys in facets.sides:
        if any(keys <= item.words for item in chosen):
            continue
        about = (item for item in candidates if keys <= item.words and comes_near(item, facets))
        if (best := next(about, None)) is not None:
            chosen = [*chosen[: limits.statements - 1], best]
    return chosen


def say_what_it_holds(
    chosen: list[Candidate], candidates: Sequence[Candidate], facets: Facets, limits: SelectionLimits
) -> list[Candidate]:
    """``chosen`` with a sentence first that says why it answers, where what is asked about goes by another name in it.

    Who asks about tonic water and is told of quinine needs to hear that the one holds the other.
    """
    for name, holds in facets.held_by_name:
        if any(name in item.text.casefold() for item in chosen):
            continue
        both = (
            item
            for item in candidates
            if name in item.text.casefold() and text_stems(holds) <= text_stems(item.text)
        )
        if chosen and (link := next(both, None)) is not None:
            return [link, *chosen[: limits.statements - 1]]
    return chosen


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
    if "adults" in about and not any(name in SPECIAL for name in asked):
        return None  # older people are adults: that nothing is on them alone needs no note at every sentence
    studied = describe(about) or "people in general"
    wanted = describe(tuple(name for name in asked if name not in about) or asked)
    return f"Evidence about {studied}, not {wanted}." if wanted else f"Evidence about {studied} only."
