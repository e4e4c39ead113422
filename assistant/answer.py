"""The answer: one pydantic model for the terminal, the API, the event stream and the database."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DISCLAIMER = (
    "General information from published sources, not medical advice for you. "
    "Check it with a doctor, midwife or pharmacist before you act on it."
)

UNSUPPORTED = "Its source does not clearly support it."

Badge = Literal["Guideline", "Research", "Summary"]
ReviewState = Literal["pending_human_review", "reviewed"]


class Audience(StrEnum):
    PATIENT = "patient"
    PROFESSIONAL = "professional"
    STUDENT = "student"


class BannerKind(StrEnum):
    RED_FLAG = "red_flag"
    REFUSAL = "refusal"
    PENDING_REVIEW = "pending_review"
    ABSTAINED = "abstained"
    PARTIAL = "partial"
    OUTDATED = "outdated"
    CONFLICT = "conflict"
    POPULATION = "population"
    SECONDARY_SOURCE = "secondary_source"
    SOURCE_STATUS = "source_status"
    DOSING = "dosing"
    NOTICE = "notice"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Banner(Frozen):
    """A notice above the answer. Danger signs come first, always."""

    kind: BannerKind
    text: str


class Support(Frozen):
    """The verifier's verdict on one statement against the spans it cites."""

    verdict: Literal["supported", "not_enough", "refuted"]
    score: float = Field(ge=0, le=1, description="Calibrated probability that the spans support the text")
    checks: dict[str, bool] = Field(description="Layer name -> passed")


class TermGloss(Frozen):
    """A term as the statement writes it, and what it means in plain words."""

    term: str
    gloss: str


class Statement(Frozen):
    """One sentence of the answer. It is never shown unless its verdict is ``supported``."""

    text: str
    citations: list[int] = Field(description="Numbers into `references`")
    support: Support
    population: str | None = None
    strength: str | None = None
    certainty: str | None = None
    note: str | None = Field(default=None, description="A mismatch or caveat shown beside the statement")
    plain: str | None = Field(
        default=None, description="`text` in plain words, verified against it; null where that failed"
    )
    figures: list[str] = Field(
        default_factory=list, description="Statistics in brackets that `plain` leaves out of its sentence"
    )
    terms: list[TermGloss] = Field(default_factory=list, description="Terms of `text`, explained")


class Section(Frozen):
    heading: str
    statements: list[Statement]


class ReferenceSpan(Frozen):
    """The exact words: ``document.text[start:end] == quote``."""

    start: int
    end: int
    quote: str
    section: str = Field(description="Heading path, joined by ' > '; empty before the first heading")


class Reference(Frozen):
    n: int
    kind: Badge
    label: str = Field(description="What the source is, e.g. 'Digest of a systematic review'")
    title: str
    issuer_or_journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    digest: bool = False
    status: str = "current"
    document_id: str
    document_sha256: str
    spans: list[ReferenceSpan]


class Withheld(Frozen):
    """A sentence that verification refused. For reviewers; never shown to readers as an answer."""

    text: str
    reason: str
    plain: str = Field(
        default=UNSUPPORTED,
        description="The reason in plain words, for readers; it repeats nothing of `text`",
    )


class NearestDocument(Frozen):
    """What the library looked at when it could not answer."""

    document_id: str
    title: str


class AnswerabilityNote(Frozen):
    """Why the question was answered, answered in part, or not."""

    score: float = Field(
        ge=0, le=1, description="Calibrated probability that the library answers; 0 after a veto"
    )
    threshold: float = Field(description="Below it nothing is answered")
    decision: Literal["answer", "partial", "abstain"]
    missing: list[str] = Field(description="What the library holds nothing about, or leaves unanswered")
    reason: str = Field(default="", description="The veto that fell, if one did")


TokenCount = Literal["by the endpoint", "partly estimated", "estimated"]


class ModelUsage(Frozen):
    """What the chat model read and wrote for one answer: rewording, writing and repair together."""

    model: str = Field(description="Its name, as configured")
    calls: int
    input_tokens: int
    output_tokens: int
    counted: TokenCount = Field(
        description="Who counted the tokens. Where the endpoint gave no `usage` for a call, one token is "
        "taken for every three bytes of its text, and 16 more for the frame of its prompt: rather too many "
        "than too few, but text that a model keeps to itself is not in it"
    )
    cost: float | None = Field(
        description="In the currency of the configured prices; null where none are set"
    )


class Provenance(Frozen):
    """Enough to make the answer again."""

    index_build: str
    embedder: str
    composer: str
    prompt_version: str
    timings_ms: dict[str, float]
    usage: ModelUsage | None = Field(default=None, description="Null where no chat model was asked")


class Answer(Frozen):
    """The whole answer to one question."""

    id: str
    question: str
    standalone_question: str
    audience: Audience
    created_at: datetime
    abstained: bool
    review_status: ReviewState
    banners: list[Banner]
    sections: list[Section]
    references: list[Reference]
    withheld: list[Withheld]
    suggestions: list[str]
    nearest: list[NearestDocument] = Field(default_factory=list)
    answerability: AnswerabilityNote | None = Field(
        default=None, description="None where the screen stopped it"
    )
    disclaimer: str = DISCLAIMER
    footer: list[str] = Field(
        default_factory=list,
        description="Small lines for readers below the answer: who wrote it, and what the chat model cost "
        "where prices are set",
    )
    reading_grade: float | None = Field(
        default=None, description="Flesch-Kincaid grade of what the audience reads first"
    )
    provenance: Provenance

    def statements(self) -> list[Statement]:
        """All statements, in reading order."""
        return [statement for section in self.sections for statement in section.statements]
