"""Makes an answer again from its trace, and says what came out different."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from assistant.answer import Answer, Frozen
from assistant.events import AnswerChain, DoneEvent, ErrorEvent, Request
from assistant.settings import Settings
from assistant.trace import Trace

REPLAYED_SETTINGS = (
    "passages",
    "passages_per_source",
    "statements",
    "stale_after_years",
    "max_question_chars",
    "dense_weight",
    "retrieval_effort",
    "embedder",
    "precision",
)
"""The settings that decide what an extractive answer says."""

Aspect = Literal["searched", "passages", "decision", "banners", "statements", "references", "withheld"]


class Difference(Frozen):
    """One thing that is no longer so, or so only now. ``before`` or ``after`` is null where it was absent."""

    aspect: Aspect
    before: str | None
    after: str | None


class Replay(Frozen):
    """The outcome: equal in every aspect, or the differences in reading order."""

    answer_id: str
    replayed_on: str = Field(description="The build the answer was made again on")
    made_on: str = Field(description="The build it was first made on")
    written_by_model: bool = Field(
        description="A chat model writes anew each time, so its sentences may differ"
    )
    differences: list[Difference]

    @property
    def is_same(self) -> bool:
        return not self.differences


class ReplayFailed(Exception):  # noqa: N818 - reads as what it reports
    """The question could not be answered again; the message says why."""


def replay_settings(settings: Settings, trace: Trace) -> Settings:
    """``settings`` with what decided the first answer put back."""
    known = {name: trace.settings[name] for name in REPLAYED_SETTINGS if name in trace.settings}
    return settings.model_copy(update=known)


def replay_answer(chain: AnswerChain, answer: Answer, trace: Trace) -> Replay:
    """Ask ``chain`` the same again and compare. Give it the clock of ``answer.created_at``: age is said by it.

    Raises :class:`ReplayFailed` when it ends in an error.
    """
    asked = trace.request
    request = Request(
        asked.question,
        asked.conversation(),
        audience=asked.audience,
        standalone=asked.standalone,
        about=tuple(asked.about),
    )
    last = None
    for event in chain.stream_events(request):
        last = event
    if isinstance(last, ErrorEvent):
        raise ReplayFailed(last.message)
    if not isinstance(last, DoneEvent) or last.trace is None:
        raise ReplayFailed("The chain left no trace to compare with.")
    return Replay(
        answer_id=answer.id,
        replayed_on=last.answer.provenance.index_build,
        made_on=answer.provenance.index_build,
        written_by_model=answer.provenance.composer.startswith("model:"),
        differences=[*_compare(answer, trace, last.answer, last.trace)],
    )


def _compare(before: Answer, before_trace: Trace, after: Answer, after_trace: Trace) -> Iterator[Difference]:
    yield from _changed("searched", before.standalone_question, after.standalone_question)
    yield from _lists("passages", _ranking(before_trace), _ranking(after_trace))
    yield from _changed("decision", before_trace.decision, after_trace.decision)
    yield from _lists(
        "banners",
        [f"{banner.kind}: {banner.text}" for banner in before.banners],
        [f"{banner.kind}: {banner.text}" for banner in after.banners],
    )
    yield from _lists("statements", _statements(before), _statements(after))
    yield from _lists("references", _references(before), _references(after))
    yield from _lists(
        "withheld",
        [f"{item.text} ({item.reason})" for item in before.withheld],
        [f"{item.text} ({item.reason})" for item in after.withheld],
    )


def _changed(aspect: Aspect, before: str | None, after: str | None) -> Iterator[Difference]:
    if before != after:
        yield Difference(aspect=aspect, before=before, after=after)


def _lists(aspect: Aspect, before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    """What is gone, what is new, and, where all is kept, that the order changed."""
    for item in before:
        if item not in after:
            yield Difference(aspect=aspect, before=item, after=None)
    for item in after:
        if item not in before:
            yield Difference(aspect=aspect, before=None, after=item)
    if list(before) != list(after) and sorted(before) == sorted(after):
        yield Difference(aspect=aspect, before="; ".join(before), after="; ".join(after))


def _ranking(trace: Trace) -> list[str]:
    return [f"{item.document_id} {item.start}-{item.end}" for item in trace.found]


def _statements(answer: Answer) -> list[str]:
    return [
        f"{section.heading}: {statement.text}"
        for section in answer.sections
        for statement in section.statements
    ]


def _references(answer: Answer) -> list[str]:
    return [
        f"{reference.document_id} ({reference.status}) {span.start}-{span.end} sha256 {reference.document_sha256[:12]}"
        for reference in answer.references
        for span in reference.spans
    ]
