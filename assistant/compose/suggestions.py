"""Follow-ups the library can answer: templates about what was just read, each retrieved before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from assistant.compose.facets import SITE_STEMS, Facets
from assistant.compose.people import PHRASES
from assistant.compose.populations import populations_in
from assistant.compose.question_kinds import QuestionKind
from assistant.rewrite.remedies import names_medicine
from assistant.rewrite.topics import names_condition
from assistant.rewrite.words import content_words, is_plural, stem

OFFERED = 3
TRIED = 5
"""Each try costs a retrieval; a reader waits for none of them, but the last event does."""


def propose_follow_ups(facets: Facets, *, topic: str, subject: str) -> Iterator[str]:
    """Questions a reader might ask next about the same people, most useful first; none is checked yet.

    Only a condition is a topic to ask on about: "side" (of "side effects") is none, nor is "leg".
    """
    if not names_condition(topic) or {stem(word) for word in content_words(topic)} <= SITE_STEMS:
        topic = ""
    told = populations_in(topic)
    people = "".join(
        f" {PHRASES[name]}" for name in facets.populations if name in PHRASES and name not in told
    )
    if names_medicine(subject):
        if facets.kind is not QuestionKind.SAFETY:
            yield f"{'Are' if is_plural(subject) else 'Is'} {subject} safe{people}?"
        # What a drink holds was studied by dose, not the drink.
        if facets.kind is not QuestionKind.DOSE and subject.casefold() not in dict(facets.held_by_name):
            about = f" for {topic}" if topic else ""
            yield f"What dose of {subject} was studied{about}{people}?"
    if topic:
        if facets.kind is not QuestionKind.TREATMENT:
            yield f"What are the treatment options for {topic}{people}?"
        if not facets.populations:
            yield f"What helps with {topic} in pregnancy?"
            yield f"What helps with {topic} in older people?"
        if facets.kind is not QuestionKind.CAUSE:
            yield f"What causes {topic}?"
        yield f"When should someone with {topic} see a doctor?"


def answerable_follow_ups(
    proposals: Iterator[str], can_answer: Callable[[str], bool], *, asked: str
) -> list[str]:
    """The first few proposals that the library answers."""
    kept: list[str] = []
    for proposal in islice(proposals, TRIED):
        if proposal.casefold() != asked.casefold() and can_answer(proposal):
            kept.append(proposal)
        if len(kept) == OFFERED:
            break
    return kept
