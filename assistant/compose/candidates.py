"""Candidate sentences: every sentence of the retrieved passages, scored for one question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.compose.ages import holds_at
from assistant.compose.cited_sentences import addresses_a_model
from assistant.compose.facets import Facets, coverage, is_said_by, text_stems, with_synonyms
from assistant.compose.populations import CLEAR_POORLY, SPECIAL, fits, populations_in
from assistant.compose.question_kinds import CUES, QuestionKind, has_cue, tells
from assistant.rewrite.remedies import names_medicine, names_remedy
from assistant.verify.direction import tells_effect
from corpus.document import Chunk, ChunkKind, Metadata, SourceKind, SourceStatus, Span
from index.ports import Hit, Vectors

MIN_WORDS, MAX_WORDS = 5, 80

KIND_PRIOR = {
    SourceKind.GUIDELINE: 0.10,
    SourceKind.SYSTEMATIC_REVIEW: 0.10,
    SourceKind.SAFETY_NOTICE: 0.06,
    SourceKind.NARRATIVE_REVIEW: 0.02,
    SourceKind.CONSUMER_TEXT: 0.02,
    SourceKind.TRIAL: 0.01,
}
"""At equal relevance guidelines and reviews come before single trials."""

_ANAPHORIC = re.compile(
    r"^(?:it|they|this|these|those|that|he|she|we|our|its|their|there|however|but|and|or|so|such|also|moreover|furthermore|"
    r"in addition|additionally|therefore|thus|hence|conversely|in contrast|similarly|the (?:former|latter)|both|neither|"
    r"figure|table|fig\.|see|for example|e\.g\.)\b",
    re.IGNORECASE,
)
_METHODS = re.compile(
    r"\b(?:method|participants|design|statistic|search strateg|randomi[sz]ation|eligib|inclusion|data (?:collection|extraction|analysis)|"
    r"references|acknowledg|funding|competing|abbreviation|sample size|ethic|outcome measures|materials)\w*",
    re.IGNORECASE,
)
_NON_FINDING = re.compile(
    r"\b(?:no recommendation|too few data|remains? uncertain|could not tell|no trials?|designed to detect|before treatment|at baseline|were (?:also )?(?:excluded|outside|left out)|was prompted by|stood in for|reviewed \d+|were checked again|"
    r"did not come from|not (?:been )?studied|included \w+ (?:randomi[sz]ed )?trials?)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"^(?:limits|limitations?)\b", re.IGNORECASE)
_CUE_WEIGHTS = {
    QuestionKind.DOSE: 0.14,
    QuestionKind.ONSET: 0.14,
    QuestionKind.CAUSE: 0.12,
    QuestionKind.SEEKING_CARE: 0.18,
}
"""A question about a dose is answered by a sentence that holds one."""


_BARE_LIST = re.compile(r"^(?:[^\W_][\w-]*(?: [\w-]+){0,2}, ){3,}[\w -]+\.?$")
_ANY_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|can|could|may|might|will|would|has|have|had|do|does|did|should|must|help\w*|use|take|avoid|[^\W_]{3,}(?:ed|uces|eases|ents|ides))\b",
    re.IGNORECASE,
)
LIST_OF_WHAT_IS_USED = 0.08
_USED = re.compile(
    r"\bwere the (?:[\w-]+ ){0,4}(?:treatments?|medicines?|remedies)\b|\b(?:most|more) often used\b|\bthat patients\b[^.]*\breported\b|\bsurvey(?:['’]s)?\b",
    re.IGNORECASE,
)
THEIR_AGE, OTHER_AGE = 0.08, 0.15
RECOMMENDATION, RECOMMENDATION_WANTED, RECOMMENDING_WORDS = 0.04, 0.16, 0.06
_RECOMMENDING = re.compile(
    r"\brecommends? (?!ations?\b)|\brecommended\b|\bsuggests? (?:that|offering|against)\b|\bshould (?:be|not|receive|have|undergo)\b|\binsufficient\b|\brecommendation\)",
    re.IGNORECASE,
)
ABOUT_ANOTHER_REMEDY = 0.15
"""Taken off a sentence on a medicine where none is asked about."""
_NOT_ABOUT_REMEDIES = (
    QuestionKind.DIAGNOSIS,
    QuestionKind.DEFINITION,
    QuestionKind.SEEKING_CARE,
    QuestionKind.DURATION,
    QuestionKind.FREQUENCY,
)
_TAKING = re.compile(r"\btak(?:e|es|en|ing)\b", re.IGNORECASE)

TELLS_EFFECT = 0.06
"""Added to a sentence that tells what a remedy does, where just that is asked."""
SAID_BY = 0.25
"""Added where the question asks what just this source says."""


_CAUSES_OF = re.compile(
    r"^[^.;,]+,[^.;]*\b(?:can|may|could|are|is)(?: also| all)? (?:caus\w+|trigger\w*|predispos\w+|bring on|linked (?:with|to)|associated with)\b"
    r"|^[^.;,]*\bthose from [^.;,]+,[^.;]*? and [\w-]+(?: [\w-]+)?",
    re.IGNORECASE,
)
"""A list of what causes something, before the verb that says so or behind "those from"."""
EVERYBODY = 3
"""Special groups that a source must be about to be about people of all kinds."""
_AND_ADULTS = re.compile(r"\b(?:and|or) adults\b|\badults (?:and|or)\b", re.IGNORECASE)
_ADULTS = re.compile(r"\b(?:adults?|men|women)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One sentence that might be quoted. ``relevance`` orders candidates and lies roughly in [0, 1]."""

    chunk: Chunk
    span: Span
    text: str
    metadata: Metadata
    relevance: float
    similarity: float
    coverage: float
    populations: tuple[str, ...]
    fits_population: bool
    vector: Vectors  # unit vector of the sentence, shape (dimension,)
    words: frozenset[str]  # stems of the sentence
    context: frozenset[str]  # stems of its title and headings


def score_candidates(
    hits: Sequence[Hit],
    metadata: dict[str, Metadata],
    vectors: Sequence[Vectors],
    question_vector: Vectors,
    facets: Facets,
) -> list[Candidate]:
    """Score every quotable sentence of ``hits``, best first.

    ``vectors[i]`` has one unit row per sentence of ``hits[i].chunk``; ``question_vector`` has shape
    ``(dimension,)``.
    """
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    at_hand = set(metadata)  # a superseded source gives way where the library holds its successor
    found: list[Candidate] = []
    for hit, rows in zip(hits, vectors, strict=True):
        chunk, source = hit.chunk, metadata[hit.chunk.document_id]
        if (
            source.status in (SourceStatus.RETRACTED, SourceStatus.WITHDRAWN)
            or source.superseded_by in at_hand
        ):
            continue
        heading = chunk.heading_path[-1] if chunk.heading_path else ""
        if _LIMITS.search(heading) and facets.kind is not QuestionKind.STRENGTH:
            continue  # what a source can't tell answers only questions about its strength
        context = with_synonyms(text_stems(f"{chunk.title} {' '.join(chunk.heading_path)}"), facets)
        wanted = bool(facets.said_by) and is_said_by(facets, name_source(source))
        similarities = np.asarray(rows, dtype=np.float32) @ question_vector
        for span, similarity, row in zip(chunk.sentences, similarities.tolist(), rows, strict=True):
            text = chunk.text[span.start - chunk.span.start : span.end - chunk.span.start]
            if not is_quotable(text, chunk.kind):
                continue
            words = with_synonyms(text_stems(text), facets)
            own = coverage(facets.key_weights, words)
            covered = coverage(facets.key_weights, words | context)
            populations = _populations_of(text, chunk, source, asked=facets.populations)
            fit = fits(facets.populations, populations)
            relevance = (
                0.50 * max(0.0, similarity)
                + 0.20 * covered
                + 0.12 * own
                + 0.18 * max(0.0, hit.score) / top
                + KIND_PRIOR.get(source.kind, 0.0)
                + _cue(facets, text, heading, fit=fit)
                - (ABOUT_ANOTHER_REMEDY if is_about_another_remedy(facets, text) else 0.0)
                - (
                    LIST_OF_WHAT_IS_USED
                    if facets.kind is QuestionKind.TREATMENT and is_list_of_what_is_used(text)
                    else 0.0
                )
                + _recommends(facets, text, chunk.kind)
                + _of_their_age(facets, chunk.text if chunk.kind is ChunkKind.RECOMMENDATION else text)
                + (0.06 if fit and facets.populations else 0.0)
                + (SAID_BY if wanted else 0.0)
                + (TELLS_EFFECT if facets.asks_effect and tells_effect(text) else 0.0)
                - (0.10 if not fit else 0.0)
                - (0.30 if source.status is SourceStatus.SUPERSEDED else 0.0)
                - (0.08 if not is_finding(text) and facets.kind is not QuestionKind.STRENGTH else 0.0)
                - (0.10 if _ANAPHORIC.match(text) else 0.0)
                + (0.03 if heading.casefold() in ("summary", "conclusion", "conclusions") else 0.0)
                - (0.12 if _METHODS.search(heading) else 0.0)
                - (0.10 if chunk.kind is ChunkKind.TABLE else 0.0)
            )
            found.append(
                Candidate(
                    chunk=chunk,
                    span=span,
                    text=text,
                    metadata=source,
                    relevance=relevance,
                    similarity=similarity,
                    coverage=covered,
                    populations=populations,
                    fits_population=fit,
                    vector=row,
                    words=frozenset(words),
                    context=frozenset(context),
                )
            )
    return sorted(found, key=lambda item: (-item.relevance, item.chunk.id, item.span.start))


def name_source(source: Metadata) -> str:
    """Issuer, journal and title in one line."""
    return " ".join(filter(None, (source.issuer, source.journal, source.title)))


def is_quotable(text: str, kind: ChunkKind) -> bool:
    """Whether a sentence can stand alone before a reader: whole, declarative, of readable length."""
    words = text.split()
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return False
    if kind is ChunkKind.TABLE:
        return True
    if addresses_a_model(text):
        return False  # a document's text is data: what talks to a model is not told to a reader
    if _BARE_LIST.match(text) and not _ANY_VERB.search(text):
        return False  # key words strung together to be found say nothing
    stripped = text.rstrip("\"'”’) ")
    return not stripped.endswith(("?", ":", ";", ",")) and text[:1] not in ",;:)%"


def is_finding(text: str) -> bool:
    """Whether ``text`` tells something found or advised, not what was left out or could not be told."""
    return _NON_FINDING.search(text) is None


def is_list_of_what_is_used(text: str) -> bool:
    """Whether ``text`` tells what people use or a source describes, not what helps: no advice, though it names remedies."""
    return _USED.search(text) is not None


def _recommends(facets: Facets, text: str, kind: ChunkKind) -> float:
    """Who asks whether something should be done wants the recommendation before what was found on the way to it."""
    if not facets.wants_recommendation:
        return RECOMMENDATION if kind is ChunkKind.RECOMMENDATION else 0.0
    graded = RECOMMENDATION_WANTED if kind is ChunkKind.RECOMMENDATION else 0.0
    return graded + (RECOMMENDING_WORDS if _RECOMMENDING.search(text) else 0.0)


def _of_their_age(facets: Facets, text: str) -> float:
    """What is said of other ages than the one asked about gives way; a recommendation is read as a whole."""
    holds = holds_at(facets.age, text) if facets.age is not None else None
    if holds is None:
        return 0.0
    return THEIR_AGE if holds else -OTHER_AGE


def is_about_another_remedy(facets: Facets, text: str) -> bool:
    """Whether ``text`` is about a medicine, where signs or meanings are asked for and no medicine is named.

    "Anyone taking quinine should see a doctor about bruising" answers few who ask when to see a doctor.
    """
    if facets.kind not in _NOT_ABOUT_REMEDIES or not facets.topic:
        return False
    if facets.subject and (facets.kind is QuestionKind.DEFINITION or any(map(names_remedy, facets.subject))):
        return False
    if not names_medicine(text) or any(map(names_medicine, facets.key_weights)):
        return False
    if facets.kind is QuestionKind.FREQUENCY:
        return True  # "halved in 86% of women on magnesium" does not tell how many have cramps
    return has_cue(QuestionKind.TREATMENT, text) or _TAKING.search(text) is not None


def _cue(facets: Facets, text: str, heading: str, *, fit: bool) -> float:
    kind = facets.kind
    clear_poorly = any(name in CLEAR_POORLY for name in facets.populations)
    if kind is QuestionKind.DOSE and clear_poorly and fit and has_cue(QuestionKind.SAFETY, text):
        return _CUE_WEIGHTS[
            kind
        ]  # "how much with kidney disease?": what is dangerous to them is part of the answer
    return _CUE_WEIGHTS.get(kind, 0.09) if kind in CUES and tells(kind, text, heading) else 0.0


def read_own_people(text: str, *, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Who a sentence is about by its own words.

    "Pregnancy, dialysis and some medicines can trigger cramps" names causes: it is about those people for them alone.
    """
    own = populations_in(text)
    causes = _CAUSES_OF.match(text) if own and not set(own) & set(asked) else None
    if causes and not populations_in(text[causes.end() :]):
        return ()
    return (*own, "adults") if own and _AND_ADULTS.search(text) else own


def _populations_of(text: str, chunk: Chunk, source: Metadata, *, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The narrowest statement of who a sentence is about: its own words, its chunk's, its source's."""
    own = read_own_people(text, asked=asked)
    told = own or chunk.populations or source.populations
    if told and sum(name in SPECIAL for name in told) >= EVERYBODY and _ADULTS.search(text):
        return ("adults",)  # a fact sheet on everybody: "400 mg a day for men" is no dose for children
    return told
