"""Answers "how strong is that?", "who says so?", "how old is it?" from what the last answer cited, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Banner, BannerKind
from assistant.compose.banners import pending_review, source_banners
from assistant.compose.candidates import is_quotable
from assistant.compose.draft import Citation, Draft
from assistant.compose.facets import text_stems
from assistant.compose.populations import fits, populations_in
from assistant.compose.references import label
from assistant.conversation import Conversation, Evidence
from assistant.rewrite.about_answer import AboutAnswer, Aspect
from corpus.document import BlockKind, Chunk, ChunkKind, Document, Metadata, SourceStatus, Span
from corpus.recommendations import IssuedRecommendation, recommendation_at
from corpus.sentences import split_sentences

RECOMMENDED = "The recommendation and its grade"
SAID = "What was said, and by whom"
CERTAINTY = "How sure the sources are"
MEANING = "What the grade means, in its issuer's words"

LONGEST_QUOTE = 1200
"""Characters; of a longer recommendation the sentence that was cited is quoted."""

_STATES_CERTAINTY = re.compile(
    r"\b(?:certainty|quality|strength|level|body) of (?:the |this |that )?evidence\b|\b(?:very low|low|moderate|high)[- ](?:certainty|quality)\b"
    r"|\bcertainty (?:was|is)\b|\brisk of bias\b|\b(?:evidence|data) (?:is|was|are|were) (?:\w+ )?(?:weak|limited|conflicting|insufficient|sparse)\b"
    r"|\b(?:weak|limited|conflicting|insufficient) evidence\b",
    re.IGNORECASE,
)
_STANDS = {
    SourceStatus.CURRENT: "The library marks it as current and holds nothing that replaces it.",
    SourceStatus.CORRECTED: "It has been corrected since it was published.",
    SourceStatus.EXPRESSION_OF_CONCERN: "It carries an expression of concern.",
    SourceStatus.RETRACTED: "It has been retracted.",
    SourceStatus.SUPERSEDED: "It has been superseded; the library doesn't hold what replaces it.",
    SourceStatus.WITHDRAWN: "It has been withdrawn.",
}


class SourceLibrary(Protocol):
    """What is asked of the library: the documents that were cited, and those that replace them."""

    def chunk_covering(self, document_id: str, start: int, end: int) -> Chunk | None: ...

    def metadata(self, document_id: str) -> Metadata: ...

    def document(self, document_id: str) -> Document: ...

    def successor(self, document_id: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class AboutSources:
    """Drafts that quote what the last answer cited, the banners that go with them, and the chunks looked at."""

    drafts: tuple[Draft, ...]
    banners: tuple[Banner, ...]
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class _Cited:
    """One span that the last answer cited, found again in the library."""

    chunk: Chunk
    span: Span
    document: Document
    recommendation: IssuedRecommendation | None
    successor: Metadata | None

    @property
    def source(self) -> Metadata:
        return self.document.metadata

    def cite(self, span: Span) -> Citation:
        return Citation(self.chunk, span, self.source)


def answer_about_sources(
    asked: AboutAnswer,
    conversation: Conversation,
    library: SourceLibrary,
    *,
    this_year: int,
    stale_after_years: int,
    statements: int,
) -> AboutSources | None:
    """Answer ``asked`` from ``conversation.evidence``; ``None`` where it isn't known what the last answer cited.

    Where it cited nothing, or nothing that the library still holds, that is said and nothing else. At most ``statements`` drafts, each a quote. Grades, issuers and years are the documents' own; where the
    last answer cited no recommendation, a banner says so and says what it cited instead.
    """
    found = _find_cited(conversation, library)
    if not found:
        if not conversation.evidence and conversation.last_answer:
            return None  # a conversation handed over as bare text
        why = "is no longer in the library" if conversation.evidence else "was nothing"
        text = f"What the previous answer cited {why}, so there is no source to tell about."
        banners = [Banner(kind=BannerKind.ABSTAINED, text=text), pending_review()]
        return AboutSources((), tuple(banners), ()) if conversation.turns else None
    chosen, banners = _choose(asked, found)
    others = [item for item in chosen if item.recommendation is None]
    if len(others) == len(chosen):
        no_grade = ", so there is no grade to give" if asked.aspect is Aspect.STRENGTH else ""
        text = f"The previous answer cites no recommendation{no_grade}. It rests on {_kinds(others)}."
        banners.append(Banner(kind=BannerKind.PARTIAL, text=text))
    elif others and asked.aspect is Aspect.STRENGTH:
        text = f"Not all of the previous answer is a recommendation. It also rests on {_kinds(others)}."
        banners.append(Banner(kind=BannerKind.NOTICE, text=text))
    drafts: dict[tuple[str, Span], Draft] = {}
    # Recommendations come first, so that none is lost where the number of statements is limited.
    for item in sorted(chosen, key=lambda item: item.recommendation is None):
        for draft in _drafts(item, asked, library, this_year=this_year):
            drafts.setdefault((draft.citations[0].chunk.document_id, draft.citations[0].span), draft)
    order = (RECOMMENDED, SAID, CERTAINTY, MEANING)
    kept = sorted(list(drafts.values())[:statements], key=lambda draft: order.index(draft.heading))
    banners += [pending_review()]
    banners += [
        banner
        for banner in source_banners(
            kept,
            asked=(),
            this_year=this_year,
            stale_after_years=stale_after_years,
            successors={item.document.id: item.successor for item in chosen if item.successor is not None},
        )
        if banner.kind is not BannerKind.POPULATION  # whom it is about was said when it was first shown
    ]
    return AboutSources(tuple(kept), tuple(banners), tuple(dict.fromkeys(item.chunk for item in chosen)))


def name_source(source: Metadata) -> str:
    """ "Digest of a guideline, American Academy of Neurology (Neurology), 2010": what it is, whose, from when."""
    return f"{label(source)}, {_issuer(source)}, {source.year or 'no year stated'}"


def _issuer(source: Metadata) -> str:
    """Who speaks, and where: the issuer before the journal that printed it."""
    if source.issuer and source.journal:
        return f"{source.issuer} ({source.journal})"
    return source.issuer or source.journal or "no issuer stated"


def _find_cited(conversation: Conversation, library: SourceLibrary) -> list[_Cited]:
    """What the last answer cited, in the order of its statements; what the library lost meanwhile is left out.

    Evidence comes by reference; a quote's place in the answer's text tells where it was shown.
    """
    found: list[tuple[int, _Cited]] = []
    spoken = conversation.last_answer
    for item in dict.fromkeys(conversation.evidence):
        cited = _find(item, library)
        if cited is not None:
            place = spoken.find(cited.document.quote(cited.span))
            found.append((place if place >= 0 else len(spoken), cited))
    return [cited for _, cited in sorted(found, key=lambda entry: entry[0])]


def _find(item: Evidence, library: SourceLibrary) -> _Cited | None:
    try:
        chunk = library.chunk_covering(item.document_id, item.start, item.end)
        document = library.document(item.document_id)
    except KeyError:
        return None
    span = Span(item.start, item.end)
    if chunk is None or not chunk.span.start <= span.start < span.end <= chunk.span.end:
        return None
    newer = library.successor(document.id)
    issued = None
    if chunk.kind is ChunkKind.RECOMMENDATION:
        issued = recommendation_at(document, span, superseded_by=newer)
    return _Cited(chunk, span, document, issued, library.metadata(newer) if newer else None)


def _choose(asked: AboutAnswer, found: list[_Cited]) -> tuple[list[_Cited], list[Banner]]:
    """The cited spans that are meant by "that", "the second one", "that recommendation"."""
    recommendations = [item for item in found if item.recommendation is not None]
    pool = recommendations if asked.of_recommendations and recommendations else found
    if asked.ordinal is None:
        return pool, []
    if -len(pool) <= asked.ordinal < len(pool):
        return [pool[asked.ordinal]], []
    what = "recommendation" if pool is recommendations else "passage"
    text = f"The previous answer cites {len(pool)} {what}{'' if len(pool) == 1 else 's'}, not that many; all follow."
    return pool, [Banner(kind=BannerKind.NOTICE, text=text)]


# --- drafts -------------------------------------------------------------------------------------------------


def _drafts(item: _Cited, asked: AboutAnswer, library: SourceLibrary, *, this_year: int) -> Iterator[Draft]:
    note = _describe(item, asked.aspect, this_year=this_year)
    if item.recommendation is not None:
        span = item.chunk.span if len(item.chunk.span) <= LONGEST_QUOTE else item.span
        heading = RECOMMENDED if asked.aspect is Aspect.STRENGTH else SAID
        yield _quote(heading, item.cite(span), note, item.recommendation.populations)
        if asked.aspect is Aspect.STRENGTH:
            yield from _explain(item.recommendation, item.source, library)
        return
    if asked.aspect is not Aspect.STRENGTH:
        yield _quote(SAID, item.cite(item.span), note)
        return
    stated = None
    if not _STATES_CERTAINTY.search(item.document.quote(item.span)):
        stated = _sentence_on_certainty(item, library)
    yield _quote(CERTAINTY, item.cite(item.span), note)
    if stated is not None:
        yield _quote(
            CERTAINTY, stated, f"What the same source says of its certainty: {name_source(item.source)}."
        )


def _quote(heading: str, citation: Citation, note: str | None, populations: tuple[str, ...] = ()) -> Draft:
    return Draft(heading, citation.quote, (citation,), populations, note)


def _explain(
    recommendation: IssuedRecommendation, source: Metadata, library: SourceLibrary
) -> Iterator[Draft]:
    """The document's own explanation of the grade, where it gives one."""
    span = recommendation.meaning
    chunk = library.chunk_covering(recommendation.document_id, span.start, span.end) if span else None
    if span is None or chunk is None or not chunk.span.start <= span.start < span.end <= chunk.span.end:
        return
    note = f"The source explains “{recommendation.strength}” so."
    yield _quote(MEANING, Citation(chunk, span, source), note)


def _sentence_on_certainty(item: _Cited, library: SourceLibrary) -> Citation | None:
    """What the document itself says of how sure it is, in the sentence nearest to what was cited."""
    cited = item.document.quote(item.span)
    wanted, people = text_stems(cited), populations_in(cited) or item.source.populations
    best: tuple[int, Span] | None = None
    for section in item.document.sections:
        for block in section.blocks:
            if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                continue
            for span in split_sentences(item.document.quote(block.span), offset=block.span.start):
                text = item.document.quote(span)
                about = populations_in(text)
                if not _STATES_CERTAINTY.search(text) or not is_quotable(text, ChunkKind.PASSAGE):
                    continue
                if about and not fits(people, about):
                    continue  # how sure it is about pregnancy says nothing about older adults
                shared = len(wanted & text_stems(text))
                if best is None or shared > best[0]:
                    best = shared, span
    if best is None:
        return None
    chunk = library.chunk_covering(item.document.id, best[1].start, best[1].end)
    if chunk is None or not chunk.span.start <= best[1].start < best[1].end <= chunk.span.end:
        return None
    return Citation(chunk, best[1], item.source)


# --- wording ------------------------------------------------------------------------------------------------


def _describe(item: _Cited, aspect: Aspect, *, this_year: int) -> str:
    source, parts = item.source, []
    if aspect is Aspect.STRENGTH:
        parts.append(_describe_grade(item))
    parts.append(f"{name_source(source)}.")
    if aspect is Aspect.AGE:
        if source.year:
            parts.append(_age(this_year - source.year))
        if source.last_search:
            parts.append(f"It searched the evidence up to {source.last_search}.")
    if item.successor is not None:
        parts.append(
            f"Superseded by “{item.successor.title}” ({_issuer(item.successor)}, {item.successor.year or 'no year stated'})."
        )
    elif aspect is Aspect.STANDING or source.status is not SourceStatus.CURRENT:
        parts.append(_STANDS[source.status])
    return " ".join(part for part in parts if part)


def _describe_grade(item: _Cited) -> str:
    issued = item.recommendation
    if issued is None:
        stated = [
            f"{name} of the whole source, as it states it: {value}."
            for name, value in (("Strength", item.source.strength), ("Certainty", item.source.certainty))
            if value
        ]
        return " ".join(["Not a recommendation.", *stated])
    if not issued.is_graded:
        return "No grade is stated for this recommendation."
    scheme = f" ({issued.scheme.value} scheme)" if issued.scheme else ""
    parts = [f"Strength as stated: {issued.strength}{scheme}."] if issued.strength else []
    if issued.certainty:
        parts.append(f"Certainty as stated: {issued.certainty}.")
    return " ".join(parts)


def _age(years: int) -> str:
    if years <= 0:
        return "Published this year."
    return f"Published {years} year{'' if years == 1 else 's'} ago."


def _kinds(items: Sequence[_Cited]) -> str:
    """What the spans come from: each source once, with the certainty that it states of itself."""
    named: dict[str, str] = {}
    for item in items:
        source = item.source
        text = f"“{source.title}” ({name_source(source)}"
        if source.certainty:
            text += f"; certainty as it states it: {source.certainty}"
        named.setdefault(item.document.id, f"{text})")
    return "; ".join(named.values())
