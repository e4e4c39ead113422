"""What requests and responses look like, beside the ``Answer`` itself."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.answer import Answer, Audience
from assistant.conversation import Person
from assistant.storage.records import ConversationRecord, ConversationSummary, MessageRecord
from corpus.document import Document, Metadata, Section, Span
from corpus.recommendations import IssuedRecommendation, issued_recommendations


def _without_control_characters(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r":
            raise ValueError(
                f"the text contains the control character U+{ord(character):04X}; remove it and send it again"
            )
    return text.strip()


PlainText = Annotated[str, AfterValidator(_without_control_characters)]
"""Text without control characters, stripped. Its longest length is a setting, checked by the route."""


class Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorBody(Schema):
    """Every error looks like this."""

    code: str = Field(description="For programs; stable", examples=["conversation_not_found"])
    message: str = Field(description="For people: what is wrong and what to do")


class NewConversation(Schema):
    article: str | None = Field(
        None,
        max_length=100,
        description="Slug of the article that the conversation follows on; its question and answer "
        "become the first turns",
        examples=["treatment-options-for-leg-cramps"],
    )


class NewMessage(Schema):
    question: PlainText = Field(examples=["How much magnesium is safe in pregnancy?"])
    audience: Audience = Field(Audience.PATIENT, description="Whom the answer is written for")
    standalone: PlainText | None = Field(
        None,
        description='The reader\'s own edit of "Searched for: …"; it is searched as it stands',
    )
    about: tuple[Person, ...] = Field(
        (),
        max_length=len(Person),
        description="Whom questions are about unless they say otherwise: the reader's small profile",
        examples=[["pregnancy"]],
    )


class ConversationHead(Schema):
    id: str
    title: str = Field(description="The first question; empty before it")
    article: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, summary: ConversationSummary) -> Self:
        return cls(
            id=summary.id,
            title=summary.title,
            article=summary.article,
            created_at=summary.created_at,
            updated_at=summary.updated_at,
        )


class MessageView(Schema):
    """One turn. An assistant's turn carries its answer, or the error that took its place."""

    position: int
    role: Literal["user", "assistant"]
    content: str
    answer_id: str | None = None
    status: Literal["running", "done", "failed"] | None = None
    answer: Answer | None = None
    error: ErrorBody | None = None

    @classmethod
    def of(cls, message: MessageRecord) -> Self:
        record = message.answer
        if record is None:
            return cls(position=message.position, role=message.role, content=message.content)
        error = record.error
        return cls(
            position=message.position,
            role=message.role,
            content=message.content,
            answer_id=record.id,
            status=record.status,
            answer=record.answer,
            error=None if error is None else ErrorBody(code=error.code, message=error.message),
        )


class ConversationView(ConversationHead):
    seed_messages: int = Field(
        description="How many of the first messages are the article's, not the reader's"
    )
    messages: list[MessageView]

    @classmethod
    def of_record(cls, record: ConversationRecord) -> Self:
        head = ConversationHead.of(record.summary)
        return cls(
            **head.model_dump(),
            seed_messages=_count_seed(record),
            messages=[MessageView.of(message) for message in record.messages],
        )


def _count_seed(record: ConversationRecord) -> int:
    # An article's answer belongs to no conversation.
    first_answers = [message.answer for message in record.messages[:2] if message.answer is not None]
    return 2 if any(answer.conversation_id is None for answer in first_answers) else 0


class DocumentHead(Schema):
    """What a document says of itself."""

    id: str
    title: str
    kind: str = Field(description="What the source is", examples=["systematic_review"])
    issuer: str | None = None
    journal: str | None = None
    year: int | None = None
    authors: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    populations: list[str]
    strength: str | None = None
    certainty: str | None = None
    last_search: str | None = None
    status: str
    superseded_by: str | None = None
    digest: bool = Field(description="Our own words about the named source, not its wording")
    review_status: str
    licence: str | None = None

    @classmethod
    def of(cls, document_id: str, metadata: Metadata) -> Self:
        return cls(
            id=document_id,
            title=metadata.title,
            kind=metadata.kind,
            issuer=metadata.issuer,
            journal=metadata.journal,
            year=metadata.year,
            authors=metadata.authors,
            doi=metadata.doi,
            pmid=metadata.pmid,
            url=metadata.url,
            populations=list(metadata.populations),
            strength=metadata.strength,
            certainty=metadata.certainty,
            last_search=metadata.last_search,
            status=metadata.status,
            superseded_by=metadata.superseded_by,
            digest=metadata.digest,
            review_status=metadata.review_status,
            licence=metadata.licence,
        )


class DocumentList(Schema):
    index_build: str
    total: int
    documents: list[DocumentHead]


class SectionView(Schema):
    """A section and the half-open span of its blocks in ``text``."""

    path: list[str]
    start: int
    end: int

    @classmethod
    def of(cls, section: Section) -> Self | None:
        """Return ``None`` for a section without text of its own."""
        if not section.blocks:
            return None
        return cls(
            path=list(section.path), start=section.blocks[0].span.start, end=section.blocks[-1].span.end
        )


class RecommendationView(Schema):
    """One recommendation with its grade as its issuer states it; ``text[start:end]`` are its exact words."""

    document_id: str
    start: int
    end: int
    text: str
    action: str = Field(description="The text without the mark of its grade")
    populations: list[str]
    strength: str | None = Field(description="In the issuer's own words; null where it gives none")
    certainty: str | None
    scheme: str | None = Field(
        description="Whose grading scheme it is, where that is certain", examples=["USPSTF"]
    )
    meaning: str | None = Field(description="How the document itself explains the grade; its exact words")
    meaning_start: int | None
    meaning_end: int | None
    issuer: str | None
    year: int | None
    digest: bool
    status: str
    superseded_by: str | None

    @classmethod
    def of(cls, document: Document, item: IssuedRecommendation) -> Self:
        return cls(
            document_id=item.document_id,
            start=item.span.start,
            end=item.span.end,
            text=item.text,
            action=document.quote(item.action),
            populations=list(item.populations),
            strength=item.strength,
            certainty=item.certainty,
            scheme=item.scheme,
            meaning=document.quote(item.meaning) if item.meaning else None,
            meaning_start=item.meaning.start if item.meaning else None,
            meaning_end=item.meaning.end if item.meaning else None,
            issuer=item.issuer,
            year=item.year,
            digest=item.digest,
            status=item.status,
            superseded_by=item.superseded_by,
        )

    @classmethod
    def of_document(cls, document: Document, *, superseded_by: str | None = None) -> list[Self]:
        """Every recommendation of the document, in reading order."""
        found = issued_recommendations(document, superseded_by=superseded_by)
        return [cls.of(document, item) for item in found]


class DocumentView(DocumentHead):
    sha256: str = Field(description="Of the canonical text in UTF-8")
    text: str = Field(description="The canonical text that every span points into")
    sections: list[SectionView]
    recommendations: list[RecommendationView]

    @classmethod
    def of_document(cls, document: Document, *, superseded_by: str | None = None) -> Self:
        """``superseded_by`` names a newer document that says it replaces this one."""
        head = DocumentHead.of(document.id, document.metadata)
        sections = [SectionView.of(section) for section in document.sections]
        return cls(
            **head.model_dump(),
            sha256=document.sha256,
            text=document.text,
            sections=[section for section in sections if section is not None],
            recommendations=RecommendationView.of_document(document, superseded_by=superseded_by),
        )


class SpanView(Schema):
    """A passage in its place: ``before + quote + after`` is one run of the text of the passage's section."""

    document: DocumentHead
    sha256: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    cut_before: bool = Field(description="The section begins earlier than `before`")
    cut_after: bool = Field(description="The section goes on after `after`")
    section: str = Field(description="Heading path, joined by ' > '")

    @classmethod
    def of_span(cls, document: Document, span: Span, *, context: int) -> Self:
        """Cut ``context`` characters each side, at word borders and inside the section.

        Raises ``ValueError`` where the span runs past the end.
        """
        quote = document.quote(span)
        path, place = _surroundings(document, span)
        first = _word_start(document.text, max(place.start, span.start - context), place.start, span.start)
        last = _word_end(document.text, min(place.end, span.end + context), place.end, span.end)
        return cls(
            document=DocumentHead.of(document.id, document.metadata),
            sha256=document.sha256,
            start=span.start,
            end=span.end,
            quote=quote,
            before=document.text[first : span.start],
            after=document.text[span.end : last],
            cut_before=first > place.start,
            cut_after=last < place.end,
            section=" > ".join(path),
        )


def _surroundings(document: Document, span: Span) -> tuple[tuple[str, ...], Span]:
    """Return the heading path of the section that ``span`` begins in, and where that section's text lies."""
    for section in document.sections:
        if any(block.span.start <= span.start < block.span.end for block in section.blocks):
            start, end = section.blocks[0].span.start, section.blocks[-1].span.end
            return section.path, Span(start, max(end, span.end))
    return (), Span(0, len(document.text))


def _word_start(text: str, position: int, first: int, limit: int) -> int:
    if position == first:
        return first
    while position < limit and not text[position - 1].isspace():
        position += 1
    return position


def _word_end(text: str, position: int, last: int, limit: int) -> int:
    if position == last:
        return last
    while position > limit and not text[position].isspace():
        position -= 1
    return position


class Health(Schema):
    status: Literal["ok"] = "ok"


class Readiness(Schema):
    status: Literal["ready"] = "ready"
    index_build: str
