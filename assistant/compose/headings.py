"""Headings that fit the question, and the heading each sentence belongs under."""

from __future__ import annotations

import re

from assistant.compose.candidates import Candidate
from assistant.compose.populations import SPECIAL
from assistant.compose.question_kinds import QuestionKind
from assistant.rewrite.remedies import find_measure, find_medicine
from corpus.document import SourceKind

ANSWER = "Answer"
FIRST_STEPS = "What to do first"
MEDICINES = "Medicines and supplements"
GROUPS = "Special groups"
CAUTIONS = "Cautions"
CERTAINTY = "How sure the sources are"
MORE = "What else the sources say"
TREATING = (FIRST_STEPS, MEDICINES, GROUPS)
"""Headings whose sentences are about treating."""

_ORDER = {
    QuestionKind.TREATMENT: (FIRST_STEPS, MEDICINES, GROUPS, CAUTIONS, CERTAINTY, MORE),
    QuestionKind.STRENGTH: (CERTAINTY, MORE),
}
_DEFAULT_ORDER = (ANSWER, CAUTIONS, GROUPS, MORE)

_CERTAINTY = re.compile(
    r"\b(?:certainty|uncertain\w*|conclusive\w*|inconclusive|unclear|insufficient|no trials?|little evidence|not enough|quality of (?:the )?evidence|no recommendation|too few data)\b",
    re.IGNORECASE,
)
_NO_RECOMMENDATION = re.compile(r"\bno recommendation\b", re.IGNORECASE)
_CAUTION = re.compile(
    r"\b(?:avoid\w*|should not|must not|not recommended|no longer recommended|do not (?:use|take|give)|not be used|contraindicat\w*|serious|fatal|"
    r"death|toxic\w*|warn\w*|caution\w*|adverse|side effects?|harm\w*|diarrh\w*|thrombocytop\w*|arrhythm\w*|haemolyt\w*|hemolyt\w*|"
    r"hypersensitiv\w*|bleeding|overdose|interact\w*|unsafe|hypermagn\w*|impaired (?:renal|kidney)|kidney (?:disease|failure|impairment)|seek medical|withdraw\w*)\b",
    re.IGNORECASE,
)
_CAUTION_SECTION = re.compile(
    r"\b(?:safety|harms?|warning\w*|caution\w*|adverse|side effects?|contraindicat\w*|when to seek)\b",
    re.IGNORECASE,
)


def heading_order(kind: QuestionKind) -> tuple[str, ...]:
    """Headings in reading order for a question of this kind."""
    return _ORDER.get(kind, _DEFAULT_ORDER)


def choose_heading(candidate: Candidate, kind: QuestionKind, *, asked: tuple[str, ...], leading: bool) -> str:
    """The heading for one sentence. ``leading`` marks the sentences that answer most directly."""
    if kind is QuestionKind.STRENGTH:
        return CERTAINTY if leading else MORE
    special = [name for name in candidate.populations if name in SPECIAL]
    off_group = bool(special) and not any(name in asked for name in special) and not candidate.fits_population
    cautious = is_cautionary(candidate)
    if kind is QuestionKind.TREATMENT:
        if off_group:
            return GROUPS
        if cautious:
            return CAUTIONS
        text = candidate.text
        if _NO_RECOMMENDATION.search(text):
            return CERTAINTY
        medicine, physical = find_medicine(text), find_measure(text)
        if medicine is not None and (physical is None or medicine <= physical):
            return MEDICINES
        if physical is not None:
            return FIRST_STEPS
        if _CERTAINTY.search(candidate.text):
            return CERTAINTY
        return GROUPS if special and len(special) == len(candidate.populations) and not asked else MORE
    if leading:
        return ANSWER
    if off_group:
        return GROUPS
    return CAUTIONS if cautious else MORE


def is_cautionary(candidate: Candidate) -> bool:
    """Whether the sentence warns: by its words, or by standing under a safety heading."""
    section = candidate.chunk.heading_path[-1] if candidate.chunk.heading_path else ""
    return bool(
        _CAUTION.search(candidate.text)
        or _CAUTION_SECTION.search(section)
        or candidate.metadata.kind is SourceKind.SAFETY_NOTICE
    )
