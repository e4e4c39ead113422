"""Small real implementations of the product's ports, whose results one can work out by hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from assistant.answer import (
    Answer,
    Audience,
    Banner,
    BannerKind,
    Provenance,
    Reference,
    ReferenceSpan,
    Section,
    Statement,
    Support,
)
from assistant.conversation import Conversation
from assistant.events import (
    BannerEvent,
    DoneEvent,
    Event,
    MetaEvent,
    Request,
    RetrievalEvent,
    RetrievedPassage,
    StatementEvent,
)
from assistant.verify.verdict import Check, Verdict
from eval.runners.ports import Understood
from index.ports import SearchQuery


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


class WordEmbedder:
    """Each word adds to one of 256 places, chosen by its digest; counts what it embeds."""

    dimension = 256
    max_tokens = 512

    def __init__(self, fingerprint: str = "words/256") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, progress=None) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, text in enumerate(texts):
            self.embedded.append(text)
            for word in words_of(text) or ["-"]:
                rows[i, int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
            if progress is not None:
                progress(1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def count_tokens(self, text: str) -> int:
        return len(words_of(text))


def understand_with_last_turn(question: str, conversation: Conversation) -> Understood:
    """Puts the last user turn before the question."""
    earlier = conversation.user_turns[-1:]
    text = " ".join([*earlier, question])
    return Understood(text, SearchQuery(text), bool(earlier))


class WordVerifier:
    """Supported when every word of the claim is in the evidence; refuted when only "not" is missing."""

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        wanted, have = set(words_of(claim)), set(words_of(" ".join(evidence)))
        missing = wanted - have
        score = 1 - len(missing) / len(wanted)
        label = "supported" if not missing else "refuted" if missing == {"not"} else "not_enough"
        return Verdict(
            label, score, (Check("words", not missing, f"missing: {sorted(missing)}" if missing else ""),)
        )


LIBRARY = {
    "magnesium": "Magnesium is unlikely to help older adults. Magnesium can cause diarrhoea.",
    "quinine": "Quinine can cause bleeding.",
}


class SmallChain:
    """Answers with the sentences of the document whose name the question holds."""

    def __init__(self, *, wrong_quote: bool = False) -> None:
        self.asked: list[Request] = []
        self._wrong_quote = wrong_quote

    def stream_events(self, request: Request) -> Iterator[Event]:
        self.asked.append(request)
        text = " ".join([*request.conversation.user_turns, request.question]).casefold()
        yield MetaEvent(answer_id="a", question=request.question, standalone_question=text)
        banners = []
        if "swollen" in text:
            banners.append(Banner(kind=BannerKind.RED_FLAG, text="Call for help now."))
        if "kill" in text:
            banners.append(Banner(kind=BannerKind.REFUSAL, text="No."))
        for banner in banners:
            yield BannerEvent(banner=banner)
        names = [] if banners else [name for name in LIBRARY if name in text]
        yield RetrievalEvent(
            passages=[RetrievedPassage(document_id=n, title=n, section="", score=1.0) for n in names]
        )
        statements, references = [], []
        for n, name in enumerate(names, 1):
            sentence = LIBRARY[name].split(". ")[0].rstrip(".") + "."
            quote = "something else" if self._wrong_quote else sentence
            references.append(
                Reference(
                    n=n,
                    kind="Summary",
                    label="Digest",
                    title=name,
                    document_id=name,
                    document_sha256="0" * 64,
                    spans=[ReferenceSpan(start=0, end=len(sentence), quote=quote, section="")],
                )
            )
            support = Support(verdict="supported", score=0.9, checks={"words": True})
            statements.append(Statement(text=sentence, citations=[n], support=support))
        for statement in statements:
            yield StatementEvent(heading="Findings", statement=statement)
        yield DoneEvent(
            answer=Answer(
                id="a", question=request.question, standalone_question=text, audience=Audience.PATIENT,
                created_at=datetime(2026, 1, 1, tzinfo=UTC), abstained=not statements,
                review_status="pending_human_review", banners=banners,
                sections=[Section(heading="Findings", statements=statements)] if statements else [],
                references=references, withheld=[], suggestions=[],
                provenance=Provenance(index_build="b", embedder="e", composer="small", prompt_version="0",
                                      timings_ms={"retrieve": 1.5}),
            )
        )  # fmt: skip


class SmallTexts:
    def text_of(self, document_id: str) -> str | None:
        return LIBRARY.get(document_id)
