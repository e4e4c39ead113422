"""The data that everything else rests on: documents, their parts, and the chunks cut from them.

One invariant above all: every span is a pair of character offsets into ``Document.text``, and
``document.text[span.start:span.end]`` is the quoted text, byte for byte. A document is known by the
sha256 of its canonical text, so an anchor survives a reindex.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class SourceKind(StrEnum):
    """What a source *is*, never what a text that retells it would like to be."""

    GUIDELINE = "guideline"
    SYSTEMATIC_REVIEW = "systematic_review"
    TRIAL = "trial"
    OBSERVATIONAL_STUDY = "observational_study"
    NARRATIVE_REVIEW = "narrative_review"
    SAFETY_NOTICE = "safety_notice"
    CONSUMER_TEXT = "consumer_text"
    RESEARCH_ARTICLE = "research_article"  # a journal article whose design the metadata do not tell
    UNKNOWN = "unknown"


class SourceStatus(StrEnum):
    """Whether a source still stands."""

    CURRENT = "current"
    CORRECTED = "corrected"
    EXPRESSION_OF_CONCERN = "expression_of_concern"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ReviewStatus(StrEnum):
    """Whether a person has reviewed the text. One truth, shown everywhere."""

    PENDING = "pending_human_review"
    REVIEWED = "reviewed"


class BlockKind(StrEnum):
    """What a run of text inside a section is."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    RECOMMENDATION = "recommendation"


POPULATIONS: frozenset[str] = frozenset(
    {
        "general",
        "adults",
        "older_adults",
        "children",
        "adolescents",
        "pregnancy",
        "breastfeeding",
        "renal_impairment",
        "dialysis",
        "hepatic_impairment",
        "als",
        "diabetes",
        "athletes",
    }
)
"""The controlled vocabulary of populations a source or a recommendation is about."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range ``[start, end)`` into a document's canonical text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row, caption or recommendation; blocks never overlap."""

    kind: BlockKind
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks directly under it.

    ``path`` holds the headings from the outermost to this one; it is empty for text before the
    first heading. The heading's own line lies in the text but in no block.
    """

    path: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommendation of a guideline, graded in its issuer's own words.

    ``strength`` and ``certainty`` are verbatim ("Grade B", "Strong For"); ``None`` where the issuer
    gives none. ``populations`` uses :data:`POPULATIONS`.
    """

    span: Span
    strength: str | None = None
    certainty: str | None = None
    populations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says of other articles: their new status, and their DOIs and PMIDs."""

    status: SourceStatus
    dois: tuple[str, ...] = ()
    pmids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself. Identifiers come from here and from nowhere else."""

    title: str
    kind: SourceKind = SourceKind.UNKNOWN
    issuer: str | None = None
    journal: str | None = None
    year: int | None = None
    authors: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    populations: tuple[str, ...] = ()
    strength: str | None = None
    certainty: str | None = None
    last_search: str | None = None
    status: SourceStatus = SourceStatus.CURRENT
    supersedes: tuple[str, ...] = ()
    superseded_by: str | None = None
    digest: bool = False  # our own words about the named source: never wears the source's badge alone
    review_status: ReviewStatus = ReviewStatus.PENDING
    licence: str | None = None
    notice: Notice | None = None  # set where the document is itself a retraction, concern or correction

    @property
    def issuer_or_journal(self) -> str | None:
        return self.journal or self.issuer


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: canonical text plus everything that points into it."""

    id: str
    text: str
    metadata: Metadata
    sections: tuple[Section, ...]
    recommendations: tuple[Recommendation, ...] = ()
    media_type: str = "text/plain"
    warnings: tuple[str, ...] = ()
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.text.encode("utf-8")).hexdigest())

    def quote(self, span: Span) -> str:
        """Return the exact text of ``span``; raises ``ValueError`` when it runs past the end."""
        if span.end > len(self.text):
            raise ValueError(f"span {span.start}..{span.end} runs past the end of {self.id}")
        return self.text[span.start : span.end]


class ChunkKind(StrEnum):
    PASSAGE = "passage"
    RECOMMENDATION = "recommendation"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of retrieval: one or more whole sentences, one recommendation, or whole table rows.

    ``text == document.text[span.start:span.end]``. ``title`` and ``heading_path`` are context for
    the embedder and the reader; they lie outside the span. ``sentences`` are document offsets.
    ``id`` is a function of the document's text and the span alone, so it is stable over rebuilds.
    """

    id: str
    document_id: str
    document_sha256: str
    span: Span
    text: str
    kind: ChunkKind
    title: str
    heading_path: tuple[str, ...]
    sentences: tuple[Span, ...]
    strength: str | None = None
    certainty: str | None = None
    populations: tuple[str, ...] = ()

    def context(self) -> str:
        """Title and headings, as shown to the embedder before the text."""
        return " > ".join(part for part in (self.title, *self.heading_path) if part)
