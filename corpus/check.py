"""Holds the bundled library against its rules and lists every breach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document, SourceKind, SourceStatus
from corpus.errors import LibraryError, UnreadableDocument
from corpus.parsing.identifiers import DOI, PMID
from corpus.reading import read_documents

LEAST_DIGESTS = 50

_KINDS_OF_DIGESTS = frozenset(SourceKind) - {SourceKind.RESEARCH_ARTICLE, SourceKind.UNKNOWN}
_PLACEHOLDERS = ("todo", "tbd", "xxx", "unknown", "n/a")


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """What was found: the documents that parsed, and one sentence for each breach of a rule."""

    documents: tuple[Document, ...]
    problems: tuple[str, ...]

    def raise_for_problems(self) -> None:
        """Raise ``LibraryError`` with every problem where there is one."""
        if self.problems:
            raise LibraryError("\n".join(self.problems))


def check_library(folder: Path, *, least: int = LEAST_DIGESTS) -> LibraryReport:
    """Read every digest in ``folder`` and check each alone and all of them together."""
    documents: list[Document] = []
    problems: list[str] = []
    for item in read_documents([folder]):
        if isinstance(item, UnreadableDocument):
            problems.append(str(item))
        else:
            documents.append(item)
    if len(documents) < least:
        problems.append(f"{folder.name}: {len(documents)} readable digests; at least {least} are needed.")
    for document in documents:
        problems += [f"{document.id}: {problem}" for problem in _problems_of(document, folder)]
    problems += _problems_of_links(documents)
    problems += _problems_of_identifiers(documents)
    return LibraryReport(tuple(documents), tuple(problems))


def _problems_of(document: Document, folder: Path) -> list[str]:
    metadata = document.metadata
    problems = []
    if not (folder / f"{document.id}.md").is_file():
        problems.append(f"the file must be named {document.id}.md, as its id says.")
    if not metadata.digest:
        problems.append("digest must be true: every file here is a digest.")
    if metadata.kind not in _KINDS_OF_DIGESTS:
        problems.append(f"source.kind {metadata.kind.value!r} is not one for digests.")
    if metadata.doi is not None and not DOI.fullmatch(metadata.doi):
        problems.append(f"source.doi {metadata.doi!r} is no DOI.")
    if metadata.pmid is not None and not PMID.fullmatch(metadata.pmid):
        problems.append(f"source.pmid {metadata.pmid!r} is no PubMed identifier.")
    for name, value in (
        ("issuer", metadata.issuer),
        ("journal", metadata.journal),
        ("title", metadata.title),
    ):
        if value is not None and value.strip().lower() in _PLACEHOLDERS:
            problems.append(f"{name} is a placeholder ({value}).")
    if not document.sections:
        problems.append("the digest holds no text.")
    if any(not section.path for section in document.sections):
        problems.append("text stands before the first heading.")
    problems += _problems_of_recommendations(document)
    problems += document.warnings
    return problems


def _problems_of_recommendations(document: Document) -> list[str]:
    problems = []
    headed = any(
        part.lower().startswith("recommendation") for section in document.sections for part in section.path
    )
    if headed and not document.recommendations:
        problems.append("a Recommendations heading has no list items below it.")
    for recommendation in document.recommendations:
        # Not every issuer grades, but a list item without any braces was forgotten.
        if not (recommendation.strength or recommendation.certainty or recommendation.populations):
            quote = document.quote(recommendation.span)[:60]
            problems.append(
                f'the recommendation "{quote}..." has no braces; give strength="..." as the issuer states it '
                '(none where the issuer gives none) and population="...".'
            )
    return problems


def _problems_of_links(documents: Sequence[Document]) -> list[str]:
    by_id = {document.id: document for document in documents}
    problems = []
    for document in documents:
        for older_id in document.metadata.supersedes:
            older = by_id.get(older_id)
            if older is None:
                problems.append(f"{document.id}: supersedes {older_id}, which is not in the library.")
            elif older.metadata.superseded_by != document.id:
                problems.append(f"{older_id}: superseded_by must name {document.id}, which supersedes it.")
        newer_id = document.metadata.superseded_by
        if newer_id is not None:
            newer = by_id.get(newer_id)
            if newer is None:
                problems.append(f"{document.id}: superseded_by {newer_id}, which is not in the library.")
            elif document.id not in newer.metadata.supersedes:
                problems.append(f"{newer_id}: supersedes must list {document.id}, which names it.")
            if document.metadata.status is SourceStatus.CURRENT:
                problems.append(f"{document.id}: is superseded by {newer_id} but its status is current.")
    return problems


def _problems_of_identifiers(documents: Sequence[Document]) -> list[str]:
    """One identifier names one source: two digests with the same DOI or PMID are a slip of the pen."""
    problems = []
    for name in ("doi", "pmid"):
        values = Counter(
            value.lower() for document in documents if (value := getattr(document.metadata, name)) is not None
        )
        for value, count in values.items():
            if count > 1:
                holders = [
                    document.id
                    for document in documents
                    if (getattr(document.metadata, name) or "").lower() == value
                ]
                problems.append(f"{', '.join(holders)}: the same {name} {value}.")
    return problems
