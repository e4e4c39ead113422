"""What a standalone question asks for: its kind, the people it is about, and its key words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from assistant.compose.populations import populations_in
from assistant.rewrite.vocabulary import synonyms_in
from assistant.rewrite.words import STOP_WORDS, content_words, stem, tokens


class QuestionKind(StrEnum):
    TREATMENT = "treatment"
    SAFETY = "safety"
    DOSE = "dose"
    CAUSE = "cause"
    DIAGNOSIS = "diagnosis"
    DEFINITION = "definition"
    STRENGTH = "strength"  # "how strong is that?", "who says so?"
    OTHER = "other"


_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.STRENGTH,
        re.compile(
            r"\bhow (?:strong|certain|sure|reliable|good) (?:is|are)\b|\bwho (?:says|said|recommends?)\b|"
            r"\b(?:low|moderate|high|very low)[ -]certainty['\"”’]? mean",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DOSE,
        re.compile(
            r"\bhow (?:much|many)\b|\bdos(?:e|es|age|ing)\b|\bhow (?:often|long) (?:should|do|to|must)\b|\bmaximum\b|\bmg\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.SAFETY,
        re.compile(
            r"\b(?:safe|safety|safely|dangerous|danger|harm(?:ful|s)?|risks?|risky|side effects?|adverse|interact\w*|"
            r"contraindicat\w*|avoid|toxic\w*|overdose|should not|shouldn't|problem(?:s)? with|bad for)\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.CAUSE,
        re.compile(
            r"\bcauses?\b|\bcaused\b|\bwhy\b|\breasons?\b|\bdue to\b|\btriggers?\b|\bbring on\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DIAGNOSIS,
        re.compile(
            r"\bdiagnos\w*|\btests?\b|\btell (?:if|whether|apart)|\bdiffer(?:ence|ent|s)?\b|\bsymptoms?\b|\bsigns?\b|"
            r"\bhow do i know\b|\bdistinguish\w*|\bwhen should i (?:see|call|go|worry|seek)\b|\bred flags?\b|\bwarning\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.TREATMENT,
        re.compile(
            r"\b(?:treat\w*|therap\w*|options?|remed(?:y|ies)|relie\w*|manag\w*|cures?|stop|prevent\w*|get rid|ease|"
            r"what (?:can|should|could) (?:i|we|you|be|one) (?:do|take|try|done|use)|what helps?|what to do)\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DEFINITION,
        re.compile(r"^\W*(?:what(?:'s| is| are)|define|explain|tell me about)\b", re.IGNORECASE),
    ),
)

Rarity = Callable[[str], float]

SITE_STEMS = frozenset(
    "leg calf calve foot feet toe thigh hand arm muscle body night nocturnal nighttime day skeletal limb".split()
)
SITE_WEIGHT = 0.5
"""Where and when something hurts says less about what it is than its name: a source on muscle cramps
speaks to a question about leg cramps, one on restless legs does not."""


@dataclass(frozen=True, slots=True)
class Facets:
    """A question taken apart.

    ``key_weights`` maps the stem of each content word to its rarity in the library; ``unknown`` holds
    content words that occur nowhere in it. ``subject`` (the remedy or thing asked about) and ``topic``
    (the condition) are stems in reading order, so that the last one is the head noun.
    """

    kind: QuestionKind
    populations: tuple[str, ...]
    key_weights: dict[str, float]
    unknown: tuple[str, ...]
    topic: tuple[str, ...]
    subject: tuple[str, ...]
    synonyms: tuple[
        tuple[frozenset[str], frozenset[str]], ...
    ] = ()  # (other name, what it stands for), as stems


def read_facets(question: str, *, topic: str, subject: str, rarity: Rarity) -> Facets:
    """Take ``question`` apart. ``rarity`` is 1 for a word the library does not hold."""
    # Who is asked about is weighed by population, not by words: "pregnant" is met by "in pregnancy".
    words = [
        word
        for word in dict.fromkeys(content_words(question))
        if not word.isdigit() and not populations_in(word)
    ]
    known = {
        stem(word): rarity(word) * (SITE_WEIGHT if stem(word) in SITE_STEMS else 1.0)
        for word in words
        if rarity(word) < 1
    }
    renamed = {stem(part) for name in synonyms_in(question) for part in tokens(name)}
    unknown = tuple(word for word in words if rarity(word) >= 1 and stem(word) not in renamed)
    in_question = {stem(word) for word in words}
    return Facets(
        kind=next((kind for kind, pattern in _KINDS if pattern.search(question)), QuestionKind.OTHER),
        populations=populations_in(question),
        key_weights=known,
        unknown=unknown,
        topic=tuple(stem(word) for word in content_words(topic) if stem(word) in in_question),
        subject=tuple(stem(word) for word in content_words(subject) if stem(word) in in_question),
        synonyms=tuple(
            (frozenset(map(stem, tokens(other))), frozenset(map(stem, tokens(name))))
            for name, others in synonyms_in(question).items()
            for other in others
        ),
    )


def with_synonyms(words: set[str], facets: Facets) -> set[str]:
    """``words`` plus the question's own words for whatever they call by another name."""
    meant: set[str] = set()
    for other, name in facets.synonyms:
        if other <= words:
            meant |= name
    return words | meant


def coverage(key_weights: dict[str, float], text_stems: set[str]) -> float:
    """Share, by rarity, of the question's key words that ``text_stems`` holds; 1.0 when it has none."""
    total = sum(key_weights.values())
    if not total:
        return 1.0
    return sum(weight for key, weight in key_weights.items() if key in text_stems) / total


def text_stems(text: str) -> set[str]:
    """Stems of the words of ``text`` that may carry content."""
    return {stem(word) for word in tokens(text) if word not in STOP_WORDS}
