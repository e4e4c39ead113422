"""The main flow, top to bottom: screen -> understand -> retrieve -> compose -> verify -> events."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

from assistant.answer import (
    Answer,
    AnswerabilityNote,
    Banner,
    BannerKind,
    NearestDocument,
    Provenance,
    Section,
    Statement,
    Support,
    Withheld,
)
from assistant.audience.explain import explain, grade_statements
from assistant.compose.abstention import abstention_banner
from assistant.compose.age import newer_on_the_same_question
from assistant.compose.answerability import Answerability
from assistant.compose.banners import pending_review, source_banners
from assistant.compose.candidates import is_finding, name_source
from assistant.compose.conflict import conflict_banners
from assistant.compose.draft import Draft
from assistant.compose.extractive import compose_extractive
from assistant.compose.facets import Facets, is_said_by
from assistant.compose.footer import BY_A_MODEL, write_footer
from assistant.compose.generative import UncitedText, numbered_passages, repair_drafts, write_drafts
from assistant.compose.headings import TREATING
from assistant.compose.known_words import is_known_word, known_words_near
from assistant.compose.model_notices import notice_of_failure
from assistant.compose.parts import find_unmentioned, in_the_readers_words, say_what_is_missing
from assistant.compose.people import name_people, tell_question_from_story
from assistant.compose.populations import describe
from assistant.compose.prompts import PROMPT_VERSION
from assistant.compose.question_kinds import QuestionKind, has_cue
from assistant.compose.recommendations import AboutSources, answer_about_sources
from assistant.compose.references import ReferenceList
from assistant.compose.relevance import is_beside_the_question
from assistant.compose.suggestions import answerable_follow_ups, propose_follow_ups
from assistant.compose.withheld_reasons import why_not_verified, why_refused
from assistant.conversation import Conversation
from assistant.events import (
    BannerEvent,
    DoneEvent,
    ErrorEvent,
    Event,
    MetaEvent,
    ReferencesEvent,
    Request,
    RetrievalEvent,
    RetrievedPassage,
    StatementEvent,
    SuggestionsEvent,
)
from assistant.language_model import Allowance, LanguageModel, LanguageModelError, open_allowance
from assistant.retrieval import Found, Library, recall, retrieve
from assistant.rewrite.about_answer import read_about_answer
from assistant.rewrite.dialogue_acts import DialogueAct
from assistant.rewrite.model_rewriter import rewrite_with_model
from assistant.rewrite.remedies import is_self_care
from assistant.rewrite.spelling import correct_spelling
from assistant.rewrite.standalone import StandaloneQuestion, restate, understand
from assistant.screen.screening import Finding, ScreenOutcome, screen_question
from assistant.settings import Settings
from assistant.trace import Trace, TracedSearch, trace_passages, without_credentials
from assistant.tracing import trace_request, trace_settings
from assistant.verify.verdict import Verdict, Verifier
from corpus.document import ChunkKind, Metadata
from index.ports import Hit

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SHOWN_PASSAGES = 8
NEAREST_SHOWN = 5
SELF_CARE_WAITS = "what one can do oneself waits until someone has examined the danger sign"
EXAMINE_FIRST = (
    "What one can do or take oneself is left out until someone has examined this. Once that is done, say so, "
    "or begin a new conversation to ask about something else."
)
UNTOLD = {
    QuestionKind.SAFETY: "of side effects or safety here",
    QuestionKind.DOSE: "how much or how often",
    QuestionKind.SEEKING_CARE: "when to see a doctor about this",
    QuestionKind.DIAGNOSIS: "how this shows itself or is tested",
    QuestionKind.ONSET: "how soon it works",
    QuestionKind.DURATION: "how long this lasts",
    QuestionKind.FREQUENCY: "how common this is",
}
WELCOME = "You are welcome. Ask on whenever you like."
STANDS_ALONE = (DialogueAct.FIRST, DialogueAct.STANDALONE, DialogueAct.NEW_TOPIC)
LEAVES_TOPIC = (DialogueAct.NEW_TOPIC, DialogueAct.SWITCH)
REMEMBERED_SUGGESTIONS = 4096


@dataclass(slots=True)
class Timings:
    """Milliseconds by stage."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] = round(self.stages.get(stage, 0.0) + (time.perf_counter() - begin) * 1000, 2)


@dataclass(slots=True)
class AnswerUnderway:
    """What has been shown so far; the final answer is put together from nothing else."""

    id: str
    request: Request
    standalone: StandaloneQuestion
    created_at: datetime
    timings: Timings
    build_id: str
    embedder: str
    allowance: Allowance  # one for all calls of the chat model: rewording, writing, repair
    composer: str = "extractive"
    banners: list[Banner] = field(default_factory=list)
    statements: list[tuple[str, Statement]] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    nearest: list[NearestDocument] = field(default_factory=list)
    references: ReferenceList = field(default_factory=ReferenceList)
    in_danger: bool = False  # a danger sign was told, now or before, and nobody has looked at it
    self_care_waits: bool = False  # then what one can do oneself is withheld
    answerability: AnswerabilityNote | None = None

    def explain_once(self, statement: Statement) -> Statement:
        """``statement`` without the terms that an earlier one explained."""
        known = {item.term for _, shown in self.statements for item in shown.terms}
        return statement.model_copy(
            update={"terms": [item for item in statement.terms if item.term not in known]}
        )

    def finish(self) -> Answer:
        """The whole answer. Sections keep the order in which their first statement was shown."""
        headings = list(dict.fromkeys(heading for heading, _ in self.statements))
        usage = self.allowance.spending.usage()
        return Answer(
            id=self.id,
            question=self.request.question,
            standalone_question=self.standalone.text,
            audience=self.request.audience,
            created_at=self.created_at,
            abstained=not self.statements,
            review_status="pending_human_review",
            banners=self.banners,
            sections=[
                Section(
                    heading=heading, statements=[shown for own, shown in self.statements if own == heading]
                )
                for heading in headings
            ],
            references=self.references.references(),
            withheld=self.withheld,
            suggestions=self.suggestions,
            nearest=self.nearest,
            answerability=self.answerability,
            reading_grade=grade_statements([shown for _, shown in self.statements], self.request.audience),
            provenance=Provenance(
                index_build=self.build_id,
                embedder=self.embedder,
                composer=self.composer,
                prompt_version=PROMPT_VERSION,
                timings_ms=self.timings.stages,
                usage=usage,
            ),
            footer=write_footer(
                self.composer, usage, [shown for _, shown in self.statements], self.request.audience
            ),
        )


class FollowUpChain:
    """Answers follow-up questions from one library. Thread-safe: all state but a cache is per call."""

    def __init__(
        self,
        *,
        library: Callable[[], Library],
        verifier: Verifier,
        settings: Settings,
        model: LanguageModel | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._library, self._verifier, self._settings = library, verifier, settings
        self._model, self._clock = model, clock
        # Suggestions recur from answer to answer; whether a build answers one doesn't change.
        self._answerable: dict[tuple[str, str], bool] = {}

    def stream_events(self, request: Request) -> Iterator[Event]:
        """Yield events as they become true; the last is ``DoneEvent`` or ``ErrorEvent``."""
        timings = Timings()
        library = self._library()  # one build serves the whole answer, whatever is published meanwhile
        with timings.measure("screen"):
            screened = screen_question(
                request.standalone or request.question,  # the reader's own edit is what is searched
                max_chars=self._settings.max_question_chars,
                history=request.conversation.user_turns,
            )
        if screened.kind == "invalid":
            yield ErrorEvent(code="invalid_question", message=screened.message)
            return
        allowance = open_allowance(self._settings)
        with timings.measure("understand"):
            spelt = correct_spelling(
                screened.text,
                rarity=library.rarity,
                similar_words=library.similar_words,
                is_known=is_known_word,
                known_near=known_words_near,
            )
            standalone = self._understand(spelt.text, request, library, allowance)
        answer = AnswerUnderway(
            id=uuid.uuid4().hex,
            request=request,
            standalone=standalone,
            created_at=self._clock(),
            timings=timings,
            build_id=library.build_id,
            embedder=library.embedder_fingerprint,
            allowance=allowance,
        )
        yield MetaEvent(
            answer_id=answer.id,
            question=request.question,
            standalone_question=standalone.text,
            conversation_id=request.conversation_id,
        )
        yield from self._show_banners(answer, screening_banners(screened))
        standing = screened.standing if standalone.act not in LEAVES_TOPIC else ()
        yield from self._show_banners(answer, standing_banners(standing))
        answer.in_danger = bool(standing) or screened.kind == "red_flag"
        answer.self_care_waits = any(item.self_care_waits for item in (*screened.findings, *standing))
        if screened.stop or (any(item.stop for item in standing) and standalone.leans_on_history):
            yield DoneEvent(answer=answer.finish(), trace=self._trace(answer, None))
            return

        if standalone.act is DialogueAct.COURTESY:
            yield from self._show_banners(answer, [Banner(kind=BannerKind.NOTICE, text=WELCOME)])
            yield DoneEvent(answer=answer.finish(), trace=self._trace(answer, None))
            return

        with timings.measure("retrieve"):
            about = self._about_sources(screened.text, answer, library)
            if about is None:
                found = retrieve(standalone, request.conversation, library, self._settings)
            else:
                found = recall(about, standalone, library)
        if about is None:
            answer.answerability = note_answerability(found.answerability)
        yield RetrievalEvent(passages=[_passage(hit) for hit in found.hits[:SHOWN_PASSAGES]])

        if about is not None:
            yield from self._show_banners(answer, about.banners)
            for draft in about.drafts:
                yield from self._show_if_supported(answer, draft)
        elif found.answerability.decision == "abstain":
            yield from self._abstain(answer, found)
        else:
            yield from self._answer(answer, found, library)
        yield ReferencesEvent(references=answer.references.references())
        if not answer.in_danger:  # who may need an ambulance is not offered further reading
            with timings.measure("suggest"):
                answer.suggestions = self._suggest(answer, found, library)
        yield SuggestionsEvent(suggestions=answer.suggestions)
        yield DoneEvent(answer=answer.finish(), trace=self._trace(answer, found))

    # --- stages ---------------------------------------------------------------------------------------------

    def _understand(
        self, question: str, request: Request, library: Library, allowance: Allowance
    ) -> StandaloneQuestion:
        if request.standalone:
            return restate(" ".join(question.split()))
        understood = understand(question, request.conversation, rarity=library.rarity)
        if self._model is not None and request.conversation.turns and not read_about_answer(question):
            understood = rewrite_with_model(
                self._model, understood, question, request.conversation, allowance=allowance
            )
        if understood.act in STANDS_ALONE and not understood.leans_on_history:
            understood = tell_question_from_story(understood)
        return name_people(understood, question, request.conversation, profile=request.about)

    def _about_sources(self, question: str, answer: AnswerUnderway, library: Library) -> AboutSources | None:
        """A question about the last answer's sources is answered from what that answer cited."""
        asked = None if answer.request.standalone else read_about_answer(question)
        if asked is None:
            return None
        return answer_about_sources(
            asked,
            answer.request.conversation,
            library,
            this_year=answer.created_at.year,
            stale_after_years=self._settings.stale_after_years,
            statements=self._settings.statements,
        )

    def _abstain(self, answer: AnswerUnderway, found: Found) -> Iterator[Event]:
        answer.nearest = nearest_documents(found.hits)
        yield from self._show_banners(
            answer,
            [
                abstention_banner(
                    found.answerability,
                    found.facets,
                    asked=answer.standalone.text,
                    in_danger=answer.in_danger,
                    found_any=bool(found.hits),
                ),
                pending_review(),
            ],
        )

    def _answer(self, answer: AnswerUnderway, found: Found, library: Library) -> Iterator[Event]:
        with answer.timings.measure("compose"):
            drafts = compose_extractive(found.candidates, found.facets, statements=self._settings.statements)
            if not drafts:  # no sentence speaks to all that is asked at once: one question after another
                drafts = compose_parts(found.parts, statements=self._settings.statements)
        if not drafts:
            yield from self._abstain(answer, found)
            return
        drafts = yield from self._leave_out_self_care(answer, drafts)
        if not drafts:
            return
        banners = [pending_review()]
        if gap := say_what_no_draft_tells(answer.standalone.text, drafts, found.facets):
            banners.insert(0, Banner(kind=BannerKind.PARTIAL, text=gap))
        if found.answerability.decision == "partial":
            text = say_what_is_missing(
                in_the_readers_words(found.answerability.missing, answer.standalone.text),
                found.answerability.unanswered,
            )
            banners.insert(0, Banner(kind=BannerKind.PARTIAL, text=text))
        banners += conflict_banners(drafts)
        banners += source_banners(
            drafts,
            asked=found.facets.populations,
            this_year=answer.created_at.year,
            stale_after_years=self._settings.stale_after_years,
            newer=lambda source, said: newer_on_the_same_question(
                source, said, found.candidates, found.facets
            ),
            successors=_successors(drafts, library),
        )
        yield from self._show_banners(answer, banners)
        if self._model is not None:
            try:
                yield from self._write_with_model(self._model, answer, found)
            except LanguageModelError as error:
                logger.warning("chat model failed: %s", error)
                notice = notice_of_failure(
                    error, answered=bool(answer.statements), withheld=bool(answer.withheld)
                )
                yield from self._show_banners(answer, [Banner(kind=BannerKind.NOTICE, text=notice)])
            if answer.statements:
                return
            answer.composer = "extractive"
        for draft in drafts:
            yield from self._show_if_supported(answer, draft)

    def _leave_out_self_care(
        self, answer: AnswerUnderway, drafts: list[Draft]
    ) -> Generator[Event, None, list[Draft]]:
        """In danger, the drafts without what one might do instead of seeking help; a notice says so."""
        kept = [draft for draft in drafts if not (answer.self_care_waits and is_self_care(draft.text))]
        if len(kept) < len(drafts):
            yield from self._show_banners(answer, [Banner(kind=BannerKind.NOTICE, text=EXAMINE_FIRST)])
        for draft in drafts:
            if draft not in kept:
                self._withhold(answer, draft.text, SELF_CARE_WAITS, plain=why_not_verified(SELF_CARE_WAITS))
        return kept

    def _write_with_model(
        self, model: LanguageModel, answer: AnswerUnderway, found: Found
    ) -> Iterator[Event]:
        answer.composer = f"{BY_A_MODEL}{model.name}"
        question, passages = answer.standalone.text, numbered_passages(found.candidates)
        drafts = write_drafts(model, question, passages, found.facets, allowance=answer.allowance)
        yield from self._judge(answer, drafts, found)
        if answer.withheld and len(answer.statements) < self._settings.statements:
            refused = tuple(answer.withheld)
            drafts = repair_drafts(
                model, question, passages, found.facets, refused, allowance=answer.allowance
            )
            yield from self._judge(answer, drafts, found)

    def _judge(
        self, answer: AnswerUnderway, drafts: Iterator[Draft | UncitedText], found: Found
    ) -> Iterator[Event]:
        """Put each draft to the verifier once, in the order written, until the answer is full."""
        for written in drafts:
            known = {shown.text for _, shown in answer.statements}
            if isinstance(written, UncitedText):
                reason = written.reason
                self._withhold(answer, written.text, reason, plain=why_not_verified(reason))
            elif is_beside_the_question(written, found.candidates, found.facets):
                reason = "rests on words that have nothing to do with the question"
                self._withhold(answer, written.text, reason, plain=why_not_verified(reason))
            elif written.text not in known and len(answer.statements) < self._settings.statements:
                yield from self._show_if_supported(answer, written)

    def _show_if_supported(self, answer: AnswerUnderway, draft: Draft) -> Iterator[Event]:
        """The promise: nothing unverified passes this point, nor, in danger, what one might do instead of seeking help."""
        if answer.self_care_waits and is_self_care(draft.text):  # written by a chat model: never shown either
            self._withhold(answer, draft.text, SELF_CARE_WAITS, plain=why_not_verified(SELF_CARE_WAITS))
            return
        with answer.timings.measure("verify"):
            verdict = self._verifier.verify(draft.text, tuple(citation.quote for citation in draft.citations))
        if verdict.label != "supported":
            reason = "; ".join(verdict.reasons) or f"verdict: {verdict.label}"
            self._withhold(answer, draft.text, reason, plain=why_refused(verdict))
            return
        with answer.timings.measure("audience"):
            statement = answer.explain_once(
                explain(_statement(draft, verdict, answer.references), self._verifier)
            )
        answer.statements.append((draft.heading, statement))
        yield StatementEvent(heading=draft.heading, statement=statement)

    def _withhold(self, answer: AnswerUnderway, text: str, reason: str, *, plain: str) -> None:
        logger.info("withheld from %s: %s", answer.id, reason)
        withheld = Withheld(text=text, reason=reason, plain=plain)
        if withheld not in answer.withheld:  # a repair may bring the same sentence back
            answer.withheld.append(withheld)

    def _show_banners(self, answer: AnswerUnderway, banners: Sequence[Banner]) -> Iterator[Event]:
        for banner in banners:
            answer.banners.append(banner)
            yield BannerEvent(banner=banner)

    def _trace(self, answer: AnswerUnderway, found: Found | None) -> Trace:
        judged = found.answerability if found else None
        return Trace(
            answer_id=answer.id,
            request=trace_request(answer.request),
            searched=TracedSearch.of(answer.standalone.query) if found else None,
            found=trace_passages(found.hits) if found else [],
            decision=judged.decision if judged else None,
            decision_score=round(judged.score, 4) if judged else None,
            missing=list(judged.missing) if judged else [],
            index_build=answer.build_id,
            embedder=answer.embedder,
            composer=answer.composer,
            prompt_version=PROMPT_VERSION,
            model_endpoint=without_credentials(self._settings.openai_base_url) if self._model else None,
            usage=answer.allowance.spending.usage(),
            settings=trace_settings(self._settings),
            software=f"followup {version('followup')}",
        )

    def _suggest(self, answer: AnswerUnderway, found: Found, library: Library) -> list[str]:
        standalone = answer.standalone
        proposals = propose_follow_ups(found.facets, topic=standalone.topic, subject=standalone.subject)

        def can_answer(question: str) -> bool:
            key = (library.build_id, question)
            if key not in self._answerable:
                if len(self._answerable) >= REMEMBERED_SUGGESTIONS:
                    self._answerable.clear()
                found = retrieve(restate(question), Conversation(), library, self._settings)
                self._answerable[key] = found.answerability.decision == "answer"
            return self._answerable[key]

        return answerable_follow_ups(proposals, can_answer, asked=standalone.text)


def compose_parts(parts: Sequence[Found], *, statements: int) -> list[Draft]:
    """Drafts for questions asked at once, in their order, each told once."""
    drafts: dict[str, Draft] = {}
    for part in parts:
        for draft in compose_extractive(part.candidates, part.facets, statements=statements // len(parts)):
            drafts.setdefault(draft.text, draft)
    return list(drafts.values())


def screening_banners(screened: ScreenOutcome) -> list[Banner]:
    """What the screen found, danger signs first."""
    kinds = {"red_flag": BannerKind.RED_FLAG, "unsafe": BannerKind.REFUSAL}
    banners = [
        Banner(kind=kinds[screened.kind], text=finding.message)
        for finding in screened.findings
        if screened.kind in kinds
    ]
    if screened.dosing and not screened.stop:
        text = "A dose for a particular person depends on age, kidneys, other medicines and more: ask a pharmacist or doctor. Below is what the sources say."
        banners.append(Banner(kind=BannerKind.DOSING, text=text))
    if screened.stopping and not screened.stop:
        text = "Whether to stop or change a medicine is for you and whoever prescribed it, or a pharmacist, to decide: ask before you do. Below is what the sources say."
        banners.append(Banner(kind=BannerKind.DOSING, text=text))
    return banners


def standing_banners(standing: Sequence[Finding]) -> list[Banner]:
    """Danger signs of earlier messages, which stay in force."""
    return [
        Banner(
            kind=BannerKind.RED_FLAG, text=f"This still stands from what you wrote before: {finding.message}"
        )
        for finding in standing
    ]


def say_what_no_draft_tells(question: str, drafts: Sequence[Draft], facets: Facets) -> str:
    """What was asked and is in none of the drafts, in a sentence or two; empty when nothing is left out."""
    said = [f"{draft.text} {draft.citations[0].chunk.title}" for draft in drafts]
    if unmentioned := find_unmentioned(question, facets, said):
        named = " or ".join(f"“{name}”" for name in unmentioned)
        return f"No passage found speaks of {named} here. What follows leaves that open."
    if facets.said_by and not any(
        is_said_by(facets, name_source(citation.metadata)) for draft in drafts for citation in draft.citations
    ):
        return "Nothing found comes from the source you name. What follows is what others say."
    if facets.kind is QuestionKind.TREATMENT and not any(
        draft.heading in TREATING and has_cue(QuestionKind.TREATMENT, draft.text) and is_finding(draft.text)
        for draft in drafts
    ):
        return "The library holds no treatment for just this. What follows is what it says about it."
    if facets.kind in UNTOLD and not any(has_cue(facets.kind, draft.text) for draft in drafts):
        return (
            f"No passage found tells {UNTOLD[facets.kind]}. What follows is what the library says about it."
        )
    return ""


def note_answerability(judged: Answerability) -> AnswerabilityNote:
    return AnswerabilityNote(
        score=round(judged.score, 4),
        threshold=judged.threshold,
        decision=judged.decision,
        missing=[*judged.missing, *judged.unanswered],
        reason=judged.reason,
    )


def nearest_documents(hits: Sequence[Hit]) -> list[NearestDocument]:
    """The documents closest to the question, each once."""
    found = {hit.chunk.document_id: hit.chunk.title for hit in hits}
    return [
        NearestDocument(document_id=key, title=title) for key, title in list(found.items())[:NEAREST_SHOWN]
    ]


def _statement(draft: Draft, verdict: Verdict, references: ReferenceList) -> Statement:
    graded = next(
        (item.chunk for item in draft.citations if item.chunk.kind is ChunkKind.RECOMMENDATION), None
    )
    return Statement(
        text=draft.text,
        citations=list(dict.fromkeys(references.cite(citation) for citation in draft.citations)),
        support=Support(
            verdict=verdict.label,
            score=round(verdict.score, 4),
            checks={check.name: check.passed for check in verdict.checks},
        ),
        population=describe(draft.populations),
        strength=graded.strength if graded else None,
        certainty=graded.certainty if graded else None,
        note=draft.note,
    )


def _successors(drafts: Sequence[Draft], library: Library) -> dict[str, Metadata]:
    """The newer documents that supersede what the drafts cite, by the id of the older one."""
    cited = dict.fromkeys(citation.chunk.document_id for draft in drafts for citation in draft.citations)
    newer = {document_id: library.successor(document_id) for document_id in cited}
    return {older: library.metadata(name) for older, name in newer.items() if name is not None}


def _passage(hit: Hit) -> RetrievedPassage:
    return RetrievedPassage(
        document_id=hit.chunk.document_id,
        title=hit.chunk.title,
        section=" > ".join(hit.chunk.heading_path),
        score=round(hit.score, 4),
    )
