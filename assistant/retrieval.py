"""Finds the evidence for a standalone question, and judges whether it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.compose.answerability import Answerability, judge_answerability, load_answerability
from assistant.compose.candidates import Candidate, score_candidates
from assistant.compose.facets import Facets, read_facets
from assistant.compose.parts import split_questions
from assistant.compose.people import PHRASES
from assistant.compose.question_kinds import QuestionKind
from assistant.compose.recommendations import AboutSources
from assistant.compose.selection import asks_what_they_can_take
from assistant.conversation import Conversation, Turn
from assistant.rewrite.standalone import StandaloneQuestion, restate, understand
from assistant.settings import Settings
from corpus.document import Chunk, Document, Metadata
from index.diversity import diversify
from index.ports import Hit, SearchQuery, Vectors

DANGEROUS_MEDICINES = "risk and toxicity of medicines and supplements"
"""Searched besides what is asked, where people are asked about for whom common remedies may be dangerous."""
NAMED_TOO = 3
"""Passages looked at that name a thing together with what it holds."""
WHEN_TO_SEE_A_DOCTOR = "when to see a doctor about"
"""Searched besides what is asked, where somebody tells at length what worries them."""


class Library(Protocol):
    """What answering needs of a published index."""

    @property
    def build_id(self) -> str: ...

    @property
    def embedder_fingerprint(self) -> str: ...

    def search(self, query: SearchQuery, *, k: int) -> list[Hit]: ...

    def score_chunks(self, query: SearchQuery, chunk_ids: Sequence[str]) -> list[Hit]: ...

    def chunk_covering(self, document_id: str, start: int, end: int) -> Chunk | None: ...

    def sentence_vectors_many(self, chunks: Sequence[Chunk]) -> list[Vectors]: ...

    def embed_query(self, text: str) -> Vectors: ...

    def rarity(self, word: str) -> float: ...

    def similar_words(self, word: str) -> tuple[str, ...]: ...

    def measure_background(self, text: str) -> tuple[float, float]: ...

    def metadata(self, document_id: str) -> Metadata: ...

    def document(self, document_id: str) -> Document: ...

    def successor(self, document_id: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of retrieval for one standalone question."""

    hits: list[Hit]
    candidates: list[Candidate]
    facets: Facets
    answerability: Answerability
    parts: tuple[Found, ...] = ()  # of each of several questions asked at once, where all are answered


def retrieve(
    standalone: StandaloneQuestion, conversation: Conversation, library: Library, settings: Settings
) -> Found:
    """What was found for the question; where it asks several things, for as many as are answered."""
    whole = _retrieve_one(standalone, conversation, library, settings)
    parts = split_questions(standalone.text)
    if len(parts) == 1:
        return whole
    first = restate(parts[0])
    asked = Conversation(turns=(Turn("user", parts[0]),))
    others = [understand(part, asked, rarity=library.rarity) for part in parts[1:]]
    found = [(one.text, _retrieve_one(one, conversation, library, settings)) for one in (first, *others)]
    return join_parts(whole, found)


def _retrieve_one(
    standalone: StandaloneQuestion, conversation: Conversation, library: Library, settings: Settings
) -> Found:
    wanted = settings.passages
    hits = diversify(
        library.search(standalone.query, k=2 * wanted),
        library.metadata,
        k=wanted,
        per_source=settings.passages_per_source,
    )
    hits = _merge(hits, _earlier_evidence(standalone, conversation, library))
    facets = read_facets(
        standalone.text,
        topic=standalone.topic,
        subject=standalone.subject,
        rarity=library.rarity,
    )
    if asks_what_they_can_take(facets):
        people = " ".join(PHRASES[name] for name in facets.populations if name in PHRASES)
        hits = _merge(hits, library.search(SearchQuery(f"{DANGEROUS_MEDICINES} {people}"), k=wanted // 4))
    if facets.kind is QuestionKind.SEEKING_CARE and standalone.topic:
        hits = _merge(
            hits, library.search(SearchQuery(f"{WHEN_TO_SEE_A_DOCTOR} {standalone.topic}"), k=wanted // 4)
        )
    for name, holds in facets.held_by_name:  # "tonic water": what it holds is what sources speak of
        hits = _merge(hits, library.search(SearchQuery(f"{name} {holds}"), k=NAMED_TOO))
    metadata = with_successors({hit.chunk.document_id for hit in hits}, library)
    candidates = score_candidates(
        hits,
        metadata,
        library.sentence_vectors_many([hit.chunk for hit in hits]),
        library.embed_query(standalone.text),
        facets,
    )
    judged = judge_answerability(
        hits,
        candidates,
        facets,
        question=standalone.text,
        background=library.measure_background(standalone.text),
        model=load_answerability(settings.embedder),
    )
    return Found(hits, candidates, facets, judged)


def _earlier_evidence(
    standalone: StandaloneQuestion, conversation: Conversation, library: Library
) -> list[Hit]:
    """What the last answer cited, weighed again for this question; a switch of topic leaves it behind."""
    if not standalone.leans_on_history:
        return []
    chunks = [
        library.chunk_covering(item.document_id, item.start, item.end) for item in conversation.evidence
    ]
    return library.score_chunks(standalone.query, [chunk.id for chunk in chunks if chunk])


def recall(about: AboutSources, standalone: StandaloneQuestion, library: Library) -> Found:
    """What was cited before, in the place of what is retrieved."""
    facets = read_facets(
        standalone.text, topic=standalone.topic, subject=standalone.subject, rarity=library.rarity
    )
    hits = [Hit(chunk, score=1.0, dense=1.0, lexical=0.0) for chunk in about.chunks]
    return Found(hits, [], facets, Answerability("answer", 1.0, ()))


def join_parts(whole: Found, parts: Sequence[tuple[str, Found]]) -> Found:
    """The evidence for those questions of several that are answered, and the wording of those that are not."""
    answered = [found for _, found in parts if found.answerability.decision != "abstain"]
    unanswered = tuple(text for text, found in parts if found.answerability.decision == "abstain")
    if answered and not unanswered:
        return replace(whole, parts=tuple(answered))
    if not answered:
        return whole
    lead = answered[0]
    missing = tuple(dict.fromkeys(word for _, found in parts for word in found.answerability.missing))
    judged = replace(lead.answerability, decision="partial", missing=missing, unanswered=unanswered)
    return replace(lead, answerability=judged)


def with_successors(document_ids: Iterable[str], library: Library) -> dict[str, Metadata]:
    """Metadata of the documents, and of what supersedes them where the library holds that too."""
    metadata = {key: library.metadata(key) for key in document_ids}
    for source in list(metadata.values()):
        if source.superseded_by and source.superseded_by not in metadata:
            with suppress(KeyError):
                metadata[source.superseded_by] = library.metadata(source.superseded_by)
    return metadata


def _merge(hits: list[Hit], more: list[Hit]) -> list[Hit]:
    known = {hit.chunk.id for hit in hits}
    return sorted([*hits, *(hit for hit in more if hit.chunk.id not in known)], key=lambda hit: -hit.score)
