"""Number the sources of an answer, with an honest badge and every span that was quoted."""

from __future__ import annotations

from assistant.answer import Badge, Reference, ReferenceSpan
from assistant.compose.draft import Citation
from corpus.document import Metadata, SourceKind

_KIND_NAMES = {
    SourceKind.GUIDELINE: "guideline",
    SourceKind.SYSTEMATIC_REVIEW: "systematic review",
    SourceKind.TRIAL: "trial",
    SourceKind.OBSERVATIONAL_STUDY: "observational study",
    SourceKind.NARRATIVE_REVIEW: "narrative review",
    SourceKind.SAFETY_NOTICE: "safety notice",
    SourceKind.CONSUMER_TEXT: "text for the public",
    SourceKind.RESEARCH_ARTICLE: "research article",
    SourceKind.UNKNOWN: "text of unknown kind",
}
_ORIGINAL_BADGES: dict[SourceKind, Badge] = {
    SourceKind.GUIDELINE: "Guideline",
    SourceKind.SYSTEMATIC_REVIEW: "Research",
    SourceKind.TRIAL: "Research",
    SourceKind.OBSERVATIONAL_STUDY: "Research",
    SourceKind.NARRATIVE_REVIEW: "Research",
    SourceKind.RESEARCH_ARTICLE: "Research",
}


def badge(metadata: Metadata) -> Badge:
    """The badge of what the text *is*: a digest never wears the badge of its original."""
    return "Summary" if metadata.digest else _ORIGINAL_BADGES.get(metadata.kind, "Summary")


def label(metadata: Metadata) -> str:
    """ "Digest of a guideline" or "Trial": what a reader is told the source is."""
    name = _KIND_NAMES[metadata.kind]
    if not metadata.digest:
        return name[0].upper() + name[1:]
    return f"Digest of {'an' if name[0] in 'aeiou' else 'a'} {name}"


class ReferenceList:
    """Collects citations as statements are shown; numbers documents in order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._citations: dict[str, list[Citation]] = {}

    def cite(self, citation: Citation) -> int:
        """Record a citation and return its document's number, from 1."""
        document_id = citation.chunk.document_id
        number = self._numbers.setdefault(document_id, len(self._numbers) + 1)
        known = self._citations.setdefault(document_id, [])
        if all(other.span != citation.span for other in known):
            known.append(citation)
        return number

    def references(self) -> list[Reference]:
        """All references so far, by number."""
        return [self._reference(document_id, number) for document_id, number in self._numbers.items()]

    def _reference(self, document_id: str, number: int) -> Reference:
        citations = self._citations[document_id]
        source = citations[0].metadata
        return Reference(
            n=number,
            kind=badge(source),
            label=label(source),
            title=source.title,
            issuer_or_journal=source.issuer_or_journal,
            year=source.year,
            doi=source.doi,
            pmid=source.pmid,
            url=source.url,
            digest=source.digest,
            status=source.status.value,
            document_id=document_id,
            document_sha256=citations[0].chunk.document_sha256,
            spans=[
                ReferenceSpan(
                    start=citation.span.start,
                    end=citation.span.end,
                    quote=citation.quote,
                    section=" > ".join(citation.chunk.heading_path),
                )
                for citation in citations
            ],
        )
