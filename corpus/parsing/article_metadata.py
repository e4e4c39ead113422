"""What the titles and author lists of journal articles say, in whichever format they come."""

from __future__ import annotations

import re

from corpus.document import SourceKind, SourceStatus

_FATE = re.compile(
    r"[\[\s]*(?P<word>retracted|withdrawn|expression of concern)(?:\s+(?:article|paper|chapter|publication))?\s*[:.\]–—-]",
    re.IGNORECASE,
)
_STATUS_OF_WORD = {
    "retracted": SourceStatus.RETRACTED,
    "withdrawn": SourceStatus.WITHDRAWN,
    "expression of concern": SourceStatus.EXPRESSION_OF_CONCERN,
}

_NO_TRIAL_RESULTS = re.compile(
    r"\bprotocol\b|\bsecondary analys[ie]s\b|\bpost[ -]?hoc\b|\brationale and design\b|\bcost[ -](?:effectiveness|utility)\b"
    r"|\b(?:rats?|mice|mouse|murine|rabbits?|dogs?|pigs?|porcine|ovine|animal model)\b",
    re.IGNORECASE,
)
_DESIGNS: tuple[tuple[SourceKind, re.Pattern[str]], ...] = (
    (SourceKind.SYSTEMATIC_REVIEW, re.compile(r"\bsystematic (?:literature )?review\b|\bmeta-?analys[ie]s\b", re.I)),
    (
        SourceKind.TRIAL,
        re.compile(
            r"\brandomi[sz]ed\b.*\b(?:trial|study)\b|\b(?:controlled|clinical|crossover|cross-over|pilot|phase [1-4i]+v?\w?) trial\b"
            r"|\b(?:placebo[ -]controlled|double[ -]blind)\b|\brandomi[sz]ed comparison\b",
            re.I,
        ),
    ),
    (
        SourceKind.OBSERVATIONAL_STUDY,
        re.compile(r"\b(?:cohort|case[ -]control|cross[ -]sectional|observational|registry[ -]based) (?:study|analysis|survey)\b", re.I),
    ),
)  # fmt: skip


def shorten_authors(names: list[str]) -> str | None:
    """Return up to three names and "et al." for the rest; ``None`` where there is none."""
    if not names:
        return None
    return ", ".join(names[:3]) + (", et al." if len(names) > 3 else "")


def status_from_title(title: str) -> SourceStatus | None:
    """Publishers write the fate of an article before its title: "RETRACTED: Magnesium for ..."."""
    match = _FATE.match(title)
    return _STATUS_OF_WORD[match.group("word").lower()] if match else None


def design_from_title(title: str) -> SourceKind | None:
    """Return the design that the authors state in the title, as reporting standards ask them to.

    A protocol, a secondary analysis or an experiment on animals is no trial; then ``None``.
    """
    for kind, pattern in _DESIGNS:
        if pattern.search(title):
            return None if kind is SourceKind.TRIAL and not is_report_of_trial(title) else kind
    return None


def is_report_of_trial(title: str) -> bool:
    """False where the title says protocol, secondary analysis, cost study or animals."""
    return not _NO_TRIAL_RESULTS.search(title)
