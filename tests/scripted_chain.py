"""A chain that follows a script, a small library, and answers that rest on it: for tests of the channels.

The texts are made up for the tests; the identifiers use the DOI prefix that is reserved for examples.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from assistant.answer import (
    Answer,
    Audience,
    Badge,
    Banner,
    BannerKind,
    NearestDocument,
    Provenance,
    Reference,
    ReferenceSpan,
    Section,
    Statement,
    Support,
)
from assistant.events import (
    BannerEvent,
    DoneEvent,
    Event,
    MetaEvent,
    ReferencesEvent,
    Request,
    RetrievalEvent,
    RetrievedPassage,
    StatementEvent,
    SuggestionsEvent,
)
from assistant.trace import Trace, TracedRequest
from corpus.document import Block, BlockKind, Document, Metadata, SourceKind, Span
from corpus.document import Section as DocumentSection

BUILD = "build-1"

Script = Callable[[Request], Iterable[Event]]
"""What the chain does with one request. It may wait or raise between events, as a chain may."""


class ScriptedChain:
    """Answers each request with the next script; the last script serves all further requests."""

    def __init__(self, *scripts: Script) -> None:
        self.requests: list[Request] = []
        self._scripts = list(scripts)
        self._lock = threading.Lock()

    def stream_events(self, request: Request) -> Iterator[Event]:
        with self._lock:
            self.requests.append(request)
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        yield from script(request)


class Gate:
    """Lets a test hold a script at a point: the script waits until the test opens."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def wait(self) -> None:
        self.reached.set()
        if not self._open.wait(timeout=30):
            raise TimeoutError("the test never opened the gate")

    def open(self) -> None:
        self._open.set()


def tell(answer: Answer, request: Request) -> list[Event]:
    """Return the events that, put together, equal ``answer`` made for ``request`` under a fresh id."""
    answer = answer.model_copy(
        update={
            "id": uuid.uuid4().hex,
            "question": request.question,
            "standalone_question": request.standalone or answer.standalone_question or request.question,
            "audience": request.audience,
        }
    )
    passages = [
        RetrievedPassage(
            document_id=reference.document_id,
            title=reference.title,
            section=span.section,
            score=1 / reference.n,
        )
        for reference in answer.references
        for span in reference.spans
    ]
    return [
        MetaEvent(
            answer_id=answer.id,
            question=answer.question,
            standalone_question=answer.standalone_question,
            conversation_id=request.conversation_id,
        ),
        *(BannerEvent(banner=banner) for banner in answer.banners),
        RetrievalEvent(passages=passages),
        *(
            StatementEvent(heading=section.heading, statement=statement)
            for section in answer.sections
            for statement in section.statements
        ),
        ReferencesEvent(references=answer.references),
        SuggestionsEvent(suggestions=answer.suggestions),
        DoneEvent(answer=answer),
    ]


def telling(answer: Answer) -> Script:
    """A script that gives ``answer`` to whatever is asked."""
    return lambda request: tell(answer, request)


def pausing(answer: Answer, gate: Gate, *, after: int = 1) -> Script:
    """A script that gives ``answer``, and waits at ``gate`` once ``after`` events are out."""

    def script(request: Request) -> Iterator[Event]:
        events = tell(answer, request)
        yield from events[:after]
        gate.wait()
        yield from events[after:]

    return script


def failing(error: Exception, *, after: int = 0) -> Script:
    """A script that raises ``error`` once ``after`` events of an ordinary answer are out."""

    def script(request: Request) -> Iterator[Event]:
        yield from tell(magnesium_answer(), request)[:after]
        raise error

    return script


class SmallLibrary:
    """A library held in memory."""

    def __init__(self, *documents: Document) -> None:
        self._documents = {document.id: document for document in documents}

    @property
    def build_id(self) -> str:
        return BUILD

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def documents(self) -> Sequence[tuple[str, Metadata]]:
        return [(document.id, document.metadata) for document in self._documents.values()]

    def successor(self, document_id: str) -> str | None:
        newer = self._documents[document_id].metadata.superseded_by
        return newer if newer in self._documents else None


def write_document(name: str, metadata: Metadata, **sections: Sequence[str]) -> Document:
    """Build a document whose sections hold one paragraph for each text; ``_`` in a heading is a space."""
    text = ""
    parts: list[DocumentSection] = []
    for key, paragraphs in sections.items():
        heading = key.replace("_", " ")
        text += f"{heading}\n\n"
        blocks = []
        for paragraph in paragraphs:
            blocks.append(Block(BlockKind.PARAGRAPH, Span(len(text), len(text) + len(paragraph))))
            text += f"{paragraph}\n\n"
        parts.append(DocumentSection(path=(heading,), blocks=tuple(blocks)))
    return Document(id=name, text=text.rstrip() + "\n", metadata=metadata, sections=tuple(parts))


STRETCHING = write_document(
    "example-guideline-2021-cramps",
    Metadata(
        title="Care of muscle cramps: a guideline for examples",
        kind=SourceKind.GUIDELINE,
        issuer="Example Society of Neurology",
        year=2021,
        url="https://example.org/guidelines/cramps",
        populations=("adults",),
        digest=True,
    ),
    Summary=["This guideline covers adults who have painful cramps of the calf at night."],
    Recommendations=[
        "Adults with nocturnal leg cramps may try stretching the calf before sleep.",
        "Quinine should not be used routinely for leg cramps, because serious harm outweighs its benefit.",
    ],
    Safety=["A single swollen, hot and painful calf needs an urgent examination for a clot."],
)
MAGNESIUM = write_document(
    "example-review-2020-magnesium",
    Metadata(
        title="Magnesium for muscle cramps: a review for examples",
        kind=SourceKind.SYSTEMATIC_REVIEW,
        journal="Example Database of Reviews",
        year=2020,
        doi="10.5555/example.magnesium",
        pmid="00000001",
        url="https://example.org/reviews/magnesium",
        populations=("older_adults", "pregnancy"),
    ),
    Findings=[
        "The review found eleven trials. In older adults, magnesium is unlikely to prevent cramps to a "
        "degree that people notice. Most of the trials lasted four weeks.",
        "In pregnancy, the trials disagree on whether magnesium helps with leg cramps.",
    ],
    Dose_and_use=["The trials gave 200 to 520 mg of elemental magnesium a day by mouth."],
    Safety=["People with kidney disease can build up magnesium and were left out of the trials."],
)
LEAFLET = write_document(
    "example-leaflet-1997-cramps",
    Metadata(
        title="Leg cramps: a leaflet for examples",
        kind=SourceKind.CONSUMER_TEXT,
        issuer="Example Health Service",
        year=1997,
        populations=("general",),
    ),
    Summary=["Gentle massage of the muscle can ease a cramp while it lasts."],
)


def sample_library() -> SmallLibrary:
    return SmallLibrary(STRETCHING, MAGNESIUM, LEAFLET)


def cite(n: int, document: Document, *quotes: str) -> Reference:
    """Return reference ``n`` to ``quotes``, each found in ``document`` where it stands."""
    kinds: dict[SourceKind, Badge] = {SourceKind.GUIDELINE: "Guideline", SourceKind.CONSUMER_TEXT: "Summary"}
    labels = {SourceKind.GUIDELINE: "Digest of a guideline", SourceKind.CONSUMER_TEXT: "Consumer text"}
    metadata = document.metadata
    spans = []
    for quote in quotes:
        start = document.text.index(quote)
        section = next(
            section
            for section in document.sections
            if any(block.span.start <= start < block.span.end for block in section.blocks)
        )
        spans.append(
            ReferenceSpan(start=start, end=start + len(quote), quote=quote, section=" > ".join(section.path))
        )
    return Reference(
        n=n,
        kind=kinds.get(metadata.kind, "Research"),
        label=labels.get(metadata.kind, "Systematic review"),
        title=metadata.title,
        issuer_or_journal=metadata.issuer_or_journal,
        year=metadata.year,
        doi=metadata.doi,
        pmid=metadata.pmid,
        url=metadata.url,
        digest=metadata.digest,
        status=metadata.status,
        document_id=document.id,
        document_sha256=document.sha256,
        spans=spans,
    )


def say(
    text: str,
    *citations: int,
    population: str | None = None,
    strength: str | None = None,
    certainty: str | None = None,
    note: str | None = None,
) -> Statement:
    return Statement(
        text=text,
        citations=list(citations),
        support=Support(verdict="supported", score=0.97, checks={"quote": True}),
        population=population,
        strength=strength,
        certainty=certainty,
        note=note,
    )


def answer_of(
    *,
    sections: Sequence[Section] = (),
    references: Sequence[Reference] = (),
    banners: Sequence[Banner] = (),
    suggestions: Sequence[str] = (),
    nearest: Sequence[NearestDocument] = (),
    abstained: bool = False,
    standalone: str = "",
) -> Answer:
    """An answer still without id and question; ``tell`` fills them in."""
    pending = Banner(kind=BannerKind.PENDING_REVIEW, text="Pending human review.")
    return Answer(
        id="template",
        question="",
        standalone_question=standalone,
        audience="patient",  # type: ignore[arg-type]
        created_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        abstained=abstained,
        review_status="pending_human_review",
        banners=[*banners, pending],
        sections=list(sections),
        references=list(references),
        withheld=[],
        suggestions=list(suggestions),
        nearest=list(nearest),
        provenance=Provenance(
            index_build=BUILD,
            embedder="none",
            composer="scripted",
            prompt_version="0",
            timings_ms={"total": 1.0},
        ),
    )


def article_answer() -> Answer:
    """Treatments of leg cramps: two headings, three references, a danger sign and notes."""
    stretching, quinine = (
        "Adults with nocturnal leg cramps may try stretching the calf before sleep.",
        "Quinine should not be used routinely for leg cramps, because serious harm outweighs its benefit.",
    )
    older = "In older adults, magnesium is unlikely to prevent cramps to a degree that people notice."
    massage = "Gentle massage of the muscle can ease a cramp while it lasts."
    return answer_of(
        banners=[
            Banner(kind=BannerKind.OUTDATED, text="Source 3 is from 1997; newer evidence may say otherwise."),
            Banner(
                kind=BannerKind.RED_FLAG,
                text="A single swollen, hot and painful calf, sudden weakness or dark urine needs urgent "
                "medical care. Call your emergency number or go to an emergency department.",
            ),
        ],
        sections=[
            Section(
                heading="Stretching and massage",
                statements=[
                    say(stretching, 1, population="adults", strength="Grade C"),
                    say(massage, 3, note="This source is from 1997."),
                ],
            ),
            Section(
                heading="Medicines and supplements",
                statements=[
                    say(older, 2, population="older_adults", certainty="moderate"),
                    say(quinine, 1, strength="Grade A"),
                ],
            ),
        ],
        references=[
            cite(1, STRETCHING, stretching, quinine),
            cite(2, MAGNESIUM, older),
            cite(3, LEAFLET, massage),
        ],
        suggestions=["How much magnesium was tried?", "What about magnesium in pregnancy?"],
    )


def magnesium_answer() -> Answer:
    """Magnesium in pregnancy and its doses, from one review."""
    pregnancy = "In pregnancy, the trials disagree on whether magnesium helps with leg cramps."
    dose = "The trials gave 200 to 520 mg of elemental magnesium a day by mouth."
    kidneys = "People with kidney disease can build up magnesium and were left out of the trials."
    return answer_of(
        standalone="magnesium for leg cramps in pregnancy: dose and safety",
        banners=[
            Banner(
                kind=BannerKind.DOSING,
                text="Doses are what trials gave, not a prescription. Ask a doctor, midwife or pharmacist.",
            )
        ],
        sections=[
            Section(
                heading="Magnesium",
                statements=[
                    say(pregnancy, 1, population="pregnancy", certainty="low"),
                    say(dose, 1, note="The trials were not all in pregnancy."),
                ],
            ),
            Section(heading="Safety", statements=[say(kidneys, 1, population="renal_impairment")]),
        ],
        references=[cite(1, MAGNESIUM, pregnancy, dose, kidneys)],
        suggestions=["Is magnesium safe with kidney disease?"],
    )


def abstaining_answer() -> Answer:
    """Nothing found: the documents that came nearest, and no statement."""
    return answer_of(
        abstained=True,
        banners=[
            Banner(
                kind=BannerKind.ABSTAINED,
                text="The library does not answer this question. These documents came nearest.",
            )
        ],
        nearest=[
            NearestDocument(document_id=document.id, title=document.metadata.title)
            for document in (MAGNESIUM, LEAFLET)
        ],
    )


def sample_trace(answer_id: str) -> Trace:
    """The trace of an answer that was stopped before the search."""
    return Trace(
        answer_id=answer_id,
        request=TracedRequest(
            question="How much?",
            turns=[],
            evidence=[],
            offered=[],
            audience=Audience.PATIENT,
            standalone=None,
            about=[],
        ),
        searched=None,
        found=[],
        decision=None,
        decision_score=None,
        missing=[],
        index_build=BUILD,
        embedder="scripted",
        composer="extractive",
        prompt_version="1",
        model_endpoint=None,
        settings={"passages": 40},
        software="followup",
    )
