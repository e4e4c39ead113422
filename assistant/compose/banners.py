"""The notices above an answer: age, status, population, review. Each says one thing a reader must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.answer import Banner, BannerKind
from assistant.compose.age import is_stale
from assistant.compose.draft import Draft
from assistant.compose.populations import SPECIAL, describe, fits
from corpus.document import Metadata, SourceStatus

PENDING_REVIEW = "Awaiting human review: no clinician has reviewed this answer, and the digests it quotes are marked as unreviewed."
_STATUS_WORDS = {
    SourceStatus.SUPERSEDED: "has been superseded by a newer version",
    SourceStatus.EXPRESSION_OF_CONCERN: "carries an expression of concern",
    SourceStatus.CORRECTED: "has been corrected since",
    SourceStatus.RETRACTED: "has been retracted",
    SourceStatus.WITHDRAWN: "has been withdrawn",
}


def pending_review() -> Banner:
    """The one statement of review status."""
    return Banner(kind=BannerKind.PENDING_REVIEW, text=PENDING_REVIEW)


def source_banners(
    drafts: Sequence[Draft],
    *,
    asked: tuple[str, ...],
    this_year: int,
    stale_after_years: int,
    newer: Callable[[Metadata, str], Metadata | None] = lambda *_: None,
    successors: Mapping[str, Metadata] | None = None,
) -> list[Banner]:
    """Banners that follow from the sources actually cited.

    ``newer(source, said)`` finds a newer source on what was quoted of an old one; ``successors`` maps the id of a document to the
    newer one that supersedes it, where the library holds that.
    """
    cited = _unique_sources(drafts)
    sources = list(cited.values())
    banners: list[Banner] = []
    if drafts and not any(fits(asked, draft.populations) for draft in drafts):
        told = tuple(dict.fromkeys(name for draft in drafts for name in draft.populations))
        special = tuple(name for name in asked if name in SPECIAL or name == "older_adults")
        wanted = describe(tuple(name for name in special if name not in told) or special)
        about = describe(told)
        if wanted and about:
            text = f"The library has no direct evidence about {wanted}. What follows is about {about}."
        else:
            text = f"What follows is about {about}; it may not hold for other people."
        banners.append(Banner(kind=BannerKind.POPULATION, text=text))
    old = sorted(
        (s for s in sources if is_stale(s, this_year=this_year, after_years=stale_after_years)),
        key=lambda source: source.year or 0,
    )
    if old:
        said = {id(c.metadata): draft.text for draft in reversed(drafts) for c in draft.citations}
        later = {source.title: newer(source, said.get(id(source), "")) for source in old}
        text = (
            f"More than {stale_after_years} years old, so newer evidence may differ: "
            f"{'; '.join(f'{_short(source)} ({source.year})' for source in old)}."
        )
        for found in dict.fromkeys(item for item in later.values() if item):
            years = dict.fromkeys(str(s.year) for s in old if later[s.title] == found)
            text += f" Newer than what is from {' and '.join(years)}, on the same question: {_short(found)} ({found.year})."
        banners.append(Banner(kind=BannerKind.OUTDATED, text=text))
    for document_id, source in cited.items():
        successor = (successors or {}).get(document_id)
        if successor is not None:
            text = f"{_short(source)} has been superseded by {_short(successor)}{_issued(successor)}."
        elif source.status in _STATUS_WORDS:
            text = f"{_short(source)} {_STATUS_WORDS[source.status]}."
        else:
            continue
        banners.append(Banner(kind=BannerKind.SOURCE_STATUS, text=text))
    if sources and all(source.digest for source in sources):
        banners.append(
            Banner(
                kind=BannerKind.SECONDARY_SOURCE,
                text="The words quoted are digests of the named sources, not the sources' own wording; each links to its original.",
            )
        )
    return banners


def _unique_sources(drafts: Sequence[Draft]) -> dict[str, Metadata]:
    found: dict[str, Metadata] = {}
    for draft in drafts:
        for citation in draft.citations:
            found.setdefault(citation.chunk.document_id, citation.metadata)
    return found


def _issued(source: Metadata) -> str:
    named = ", ".join(str(part) for part in (source.issuer_or_journal, source.year) if part)
    return f" ({named})" if named else ""


def _short(source: Metadata) -> str:
    return f"“{source.title}”" if len(source.title) <= 90 else f"“{source.title[:87].rstrip()}…”"
