"""Recommendations as things of their own: what was advised, for whom, how strongly, by whom and when.

A parser notes where a recommendation stands and how it is graded (:class:`~corpus.document.Recommendation`);
here that is put together with what its document says of itself. Nothing is added that the document doesn't state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.document import BlockKind, Document, Metadata, Recommendation, SourceStatus, Span
from corpus.parsing.grades import find_grades
from corpus.parsing.populations import stated_populations


class GradingScheme(StrEnum):
    """Whose scheme a grade belongs to. A letter means something else in each."""

    USPSTF = "USPSTF"
    VA_DOD = "VA/DoD"
    CDC = "CDC"
    AAN = "AAN"
    AASM = "AASM"
    ACC_AHA = "ACC/AHA"
    GRADE = "GRADE"


@dataclass(frozen=True, slots=True)
class IssuedRecommendation:
    """One recommendation together with its issuer, its date and its standing.

    ``text == document.text[span.start:span.end]`` and ``action`` is a part of it: the words without the
    mark of the grade. ``strength`` and ``certainty`` are the issuer's own words, ``None`` where it gives none.
    ``meaning`` is the span in which the document itself explains the grade, ``None`` where it doesn't.
    ``superseded_by`` is the id of the document that replaces this one, as either of the two states it.
    """

    document_id: str
    document_sha256: str
    span: Span
    text: str
    action: Span
    populations: tuple[str, ...]
    strength: str | None
    certainty: str | None
    scheme: GradingScheme | None
    meaning: Span | None
    issuer: str | None
    year: int | None
    digest: bool
    status: SourceStatus
    superseded_by: str | None

    @property
    def is_graded(self) -> bool:
        """True where the issuer states a strength or a certainty."""
        return self.strength is not None or self.certainty is not None


def issued_recommendations(
    document: Document, *, superseded_by: str | None = None
) -> tuple[IssuedRecommendation, ...]:
    """Every recommendation of ``document``, in reading order.

    ``superseded_by`` names a newer document that says it replaces this one, where this one doesn't say so itself.
    """
    return tuple(_issue(document, item, superseded_by) for item in document.recommendations)


def recommendation_at(
    document: Document, span: Span, *, superseded_by: str | None = None
) -> IssuedRecommendation | None:
    """The recommendation that ``span`` lies in or overlaps most; ``None`` where it touches none."""

    def shared(item: Recommendation) -> int:
        return min(item.span.end, span.end) - max(item.span.start, span.start)

    best = max(document.recommendations, key=shared, default=None)
    if best is None or shared(best) <= 0:
        return None
    return _issue(document, best, superseded_by)


def _issue(document: Document, item: Recommendation, superseded_by: str | None) -> IssuedRecommendation:
    source, text = document.metadata, document.quote(item.span)
    grades = find_grades(text)
    ends = len(text)
    if grades and not re.search(r"\w", text[grades[-1].end :]) and text[: grades[-1].start].strip():
        ends = len(text[: grades[-1].start].rstrip())
    return IssuedRecommendation(
        document_id=document.id,
        document_sha256=document.sha256,
        span=item.span,
        text=text,
        action=Span(item.span.start, item.span.start + ends),
        populations=item.populations or stated_populations(text) or source.populations,
        strength=item.strength,
        certainty=item.certainty,
        scheme=read_scheme(item.strength, item.certainty, source),
        meaning=find_meaning(document, item.strength),
        issuer=source.issuer or source.journal,
        year=source.year,
        digest=source.digest,
        status=source.status,
        superseded_by=source.superseded_by or superseded_by,
    )


_LETTER = re.compile(
    r"(?:(?:uspstf )?(?:recommendation )?grade |recommendation )?[ABCDI](?: (?:recommendation|statement|grade))?",
    re.IGNORECASE,
)
_FOR_OR_AGAINST = re.compile(r"(?:strong|weak|conditional)(?:ly)? (?:for|against)", re.IGNORECASE)
_BY_ISSUER: tuple[tuple[re.Pattern[str], re.Pattern[str], GradingScheme], ...] = (
    (re.compile(r"Preventive Services Task Force"), _LETTER, GradingScheme.USPSTF),
    (
        re.compile(r"Veterans (?:Affairs|Health Administration)|\bVA/DoD\b|Department of Defense"),
        re.compile(rf"(?:{_LETTER.pattern}|EO|not applicable|n/a|{_FOR_OR_AGAINST.pattern})", re.IGNORECASE),
        GradingScheme.VA_DOD,
    ),
    (
        re.compile(r"Centers for Disease Control"),
        re.compile(r"(?:recommendation )?category:? ?(?:[A-D]|I[A-D]?|II|[1-4])", re.IGNORECASE),
        GradingScheme.CDC,
    ),
    (re.compile(r"American Academy of Neurology"), re.compile(r"level [ABCU]", re.IGNORECASE), GradingScheme.AAN),
    (
        re.compile(r"American Academy of Sleep Medicine"),
        re.compile(r"(?:strong|conditional|standard|guideline|option)\b.*", re.IGNORECASE),
        GradingScheme.AASM,
    ),
    (
        re.compile(r"American (?:College of Cardiology|Heart Association)"),
        re.compile(r"class (?:I|1|2[ab]?|3|II[ab]?|III)\b.*", re.IGNORECASE),
        GradingScheme.ACC_AHA,
    ),
)  # fmt: skip


def read_scheme(strength: str | None, certainty: str | None, source: Metadata) -> GradingScheme | None:
    """Whose scheme the grade is written in, told by its issuer and its form; ``None`` where either leaves doubt."""
    if strength is None and certainty is None:
        return None
    issuer = source.issuer or ""
    first = (strength or "").split(";")[0].strip()
    for issued, form, scheme in _BY_ISSUER:
        if issued.search(issuer):
            return scheme if form.fullmatch(first) else None
    if re.search(r"\bGRADE\b", f"{strength} {certainty}"):
        return GradingScheme.GRADE
    return None


def find_meaning(document: Document, strength: str | None) -> Span | None:
    """Where the document itself explains what ``strength`` means; ``None`` unless just one place does."""
    keys = _keys(strength)
    if not keys:
        return None
    found = [
        block.span
        for section in document.sections
        if any(_EXPLAINS.match(part) for part in section.path)
        and not any(_OF_EVIDENCE.search(part) for part in section.path)
        for block in section.blocks
        if block.kind is not BlockKind.RECOMMENDATION and _explains(document.quote(block.span), keys)
    ]
    return found[0] if len(found) == 1 else None


_EXPLAINS = re.compile(
    r"definitions?\b|what the .*grades? mean|grading|strength of (?:the )?recommendation", re.IGNORECASE
)
_OF_EVIDENCE = re.compile(
    r"certainty|quality of (?:the )?evidence|strength of (?:the )?evidence", re.IGNORECASE
)
_ENTRY = re.compile(
    r"""(?:(?:(?:strength|grade|level|category|class)(?:\s+of\s+(?:the\s+)?recommendations?)?|rating|recommendation)\s*[:*]*\s*)?
        [“"']?(?P<key>.+?)[”"']?\s*(?:\(|;|:|=|[–—]|\s-\s)\s*(?P<rest>.*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)  # fmt: skip


def _explains(text: str, keys: frozenset[str]) -> bool:
    match = _ENTRY.fullmatch(text)
    return match is not None and len(match["rest"].split()) >= 4 and match["key"].casefold() in keys


def _keys(strength: str | None) -> frozenset[str]:
    """The names under which a legend may explain a grade: "B recommendation" stands there as "B"."""
    if strength is None or ";" in strength:
        return frozenset()
    whole = " ".join(strength.split()).casefold()
    bare = re.sub(
        r"^(?:uspstf\s+)?(?:recommendation\s+)?(?:grade|level|category|class|sor)\s*:?\s+", "", whole
    )
    bare = re.sub(r"\s+(?:recommendation|statement|grade)$", "", bare)
    return frozenset({whole, bare, f"{bare} statement"} if len(bare) == 1 else {whole, bare})
