"""Splits one sentence into several short ones: the borders of its clauses, then what each part has before and behind."""

from __future__ import annotations

from dataclasses import replace

from assistant.audience.clauses import find_cuts
from assistant.audience.cut import Cut
from assistant.audience.fronts import (
    find_although,
    find_counted,
    find_evidence,
    find_findings,
    find_people_first,
    find_trials_first,
)
from assistant.audience.shared import find_shared_subject
from assistant.audience.tails import find_tail

_FRONTS = (find_although, find_people_first, find_trials_first, find_evidence, find_findings, find_counted)


def find_splits(text: str) -> list[Cut]:
    """Every place at which ``text`` is cut, in reading order; none overlap."""
    cuts = find_cuts(text)
    if not cuts:
        fronted = next((found for finder in _FRONTS if (found := finder(text))), [])
        if fronted:
            return [*fronted, *_cut_tail(text, fronted[-1].end)]
    made: list[Cut] = []
    start = 0
    for end, after in [*((cut.start, cut.end) for cut in cuts), (len(text), len(text))]:
        made += _split_part(text, start, end)
        start = after
    return sorted([*cuts, *made], key=lambda cut: cut.start)


def _split_part(text: str, start: int, end: int) -> list[Cut]:
    """Cuts within ``text[start:end]``, which stands alone; each leaves a first part that may be cut again."""
    while end > start and text[end - 1] in " .\n":
        end -= 1
    part = text[start:end]
    if ". " in part or not part:
        return []
    tail = find_tail(part)
    if tail:
        moved = [_move(cut, start) for cut in tail]
        return [*_split_part(text, start, moved[0].start), *moved]
    return [_move(cut, start) for cut in find_shared_subject(part)]


def _cut_tail(text: str, start: int) -> list[Cut]:
    """The cut before what trails at the end of ``text``, whose last sentence begins at ``start``."""
    part = text[start:].rstrip(" .\n")
    return [] if ". " in part else [_move(cut, start) for cut in find_tail(part)]


def _move(cut: Cut, by: int) -> Cut:
    return replace(cut, start=cut.start + by, end=cut.end + by)
