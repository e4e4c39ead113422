"""Sources that disagree about one remedy are set side by side, never averaged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Banner, BannerKind
from assistant.compose.candidates import Candidate
from assistant.compose.draft import Draft
from assistant.compose.populations import SPECIAL, describe
from assistant.verify.direction import Finding, read_finding
from corpus.document import Metadata

_REMEDIES = {
    "magnesium": r"magnesium",
    "quinine": r"quinine",
    "calcium": r"\bcalcium\b(?! channel)",
    "vitamin B": r"vitamin b\b|b[- ]complex|vitamin b12|vitamin b6",
    "vitamin K2": r"vitamin k2?\b|menaquinone",
    "vitamin E": r"vitamin e\b",
    "stretching": r"stretch\w*",
    "baclofen": r"baclofen",
    "diltiazem": r"diltiazem",
    "pickle juice": r"pickle juice",
    "taurine": r"taurine",
    "mexiletine": r"mexiletine",
    "gabapentin": r"gabapentin(?! enacarbil)",
    "dopamine agonists": r"pramipexole|ropinirole|rotigotine|dopamine agonists?",
    "statins": r"\bstatins?\b",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _REMEDIES.items()}


@dataclass(frozen=True, slots=True)
class Report:
    """What one source reports about one remedy, in which people."""

    remedy: str
    finding: Finding
    special: frozenset[str]


def remedies_in(text: str) -> frozenset[str]:
    """The remedies that ``text`` names."""
    return frozenset(name for name, pattern in _COMPILED.items() if pattern.search(text))


def read_reports(text: str, populations: Iterable[str]) -> tuple[Report, ...]:
    """The findings a sentence reports; none for a sentence that leaves the question open or is about harm."""
    finding = read_finding(text)
    if finding is None:
        return ()
    special = frozenset(populations) & SPECIAL
    return tuple(
        Report(name, finding, special) for name, pattern in _COMPILED.items() if pattern.search(text)
    )


def conflict_banners(drafts: Sequence[Draft]) -> list[Banner]:
    """One banner for each remedy on which two cited sources report opposite findings for the same people."""
    found: dict[tuple[str, frozenset[str]], dict[Finding, dict[str, Metadata]]] = {}
    for draft in drafts:
        source = draft.citations[0]
        for report in read_reports(draft.text, draft.populations):
            sides = found.setdefault((report.remedy, report.special), {})
            sides.setdefault(report.finding, {})[source.chunk.document_id] = source.metadata
    banners = []
    for (remedy, special), sides in found.items():
        benefit, none = sides.get("benefit", {}), sides.get("no_benefit", {})
        if not benefit or not none or set(benefit) == set(none):
            continue
        people = describe(tuple(sorted(special)))
        about = f"{remedy} in {people}" if people else remedy
        banners.append(
            Banner(
                kind=BannerKind.CONFLICT,
                text=f"Sources disagree about {about}. A benefit is reported by {_names(benefit)}; no clear benefit by {_names(none)}.",
            )
        )
    return banners


def other_side(chosen: Sequence[Candidate], pool: Iterable[Candidate]) -> Candidate | None:
    """The best sentence of ``pool`` that contradicts a chosen one about the same remedy and people, if the
    answer holds one side only: a reader who sees one finding sees the other. No source is set against itself."""
    reporters: dict[Report, set[str]] = {}
    for item in chosen:
        for report in read_reports(item.text, item.populations):
            reporters.setdefault(report, set()).add(item.chunk.document_id)
    for item in pool:
        for report in read_reports(item.text, item.populations):
            opposite = replace(report, finding="benefit" if report.finding == "no_benefit" else "no_benefit")
            others = reporters.get(opposite, set()) - {item.chunk.document_id}
            if others and report not in reporters:
                return item
    return None


def _names(sources: dict[str, Metadata]) -> str:
    return ", ".join(f"“{source.title}” ({source.year or 'no year'})" for source in sources.values())
