"""Opens the product's own parts for the runners; every import of a heavy part is in here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant.conversation import Conversation
from assistant.events import AnswerChain
from assistant.settings import Settings, tell_wrong_setting
from assistant.verify.verdict import Verifier
from eval.errors import BadReport, NotReady
from eval.runners.answers import DocumentTexts
from eval.runners.ports import Found, PassageSearch, Understanding, Understood
from eval.sets.records import Passage
from index.errors import IndexStoreError
from index.ports import Embedder, Hit, SearchQuery
from index.retrieval_effort import RetrievalEffort, find_effort

if TYPE_CHECKING:
    from assistant.rewrite.standalone import RewriteParts
    from eval.runners.ablation import MakeSearch, MakeUnderstanding, SearchParts
    from eval.runners.effort_curve import OpenSearch

Rarity = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class OpenedSearch:
    """A search, the rewriter that makes its queries, and all that their results depend on."""

    search: PassageSearch
    understand: Understanding
    configuration: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedAnswering:
    """A chain over a published build, and what its answers are judged with."""

    chain: AnswerChain
    verifier: Verifier
    texts: DocumentTexts
    configuration: dict[str, Any]


def make_understanding(rarity: Rarity | None, *, parts: RewriteParts | None = None) -> Understanding:
    """The product's rewriter, with word rarity from the corpus that is searched; ``parts`` leaves ideas out."""
    from assistant.rewrite.standalone import ALL_PARTS, understand  # noqa: PLC0415

    def understand_question(question: str, conversation: Conversation) -> Understood:
        standalone = understand(question, conversation, rarity=rarity, parts=parts or ALL_PARTS)
        return Understood(standalone.text, standalone.query, standalone.leans_on_history)

    return understand_question


def open_corpus_search(
    passages: Sequence[Passage],
    *,
    embedder: str | None = None,
    dense_weight: float | None = None,
    fusion: str = "mix",
    effort: str | None = None,
    cache: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> OpenedSearch:
    """Index the passages of a set in memory. Vectors come from ``cache`` where it has them.

    Raises :class:`NotReady` when the embedder cannot be loaded.
    """
    from eval.runners.corpus_search import CorpusSearch  # noqa: PLC0415
    from index.vector_cache import VectorCache  # noqa: PLC0415

    settings = read_settings()
    weight = settings.dense_weight if dense_weight is None else dense_weight
    model = open_embedder(settings, embedder)
    search = CorpusSearch(
        passages,
        embedder=model,
        cache=VectorCache(cache),
        dense_weight=weight,
        fusion=fusion,
        effort=find_effort(effort or settings.retrieval_effort),
        progress=advance,
    )
    configuration = {
        "embedder": embedder or settings.embedder,
        "embedder_fingerprint": model.fingerprint,
        "fusion": fusion,
        "dense_weight": weight if fusion == "mix" else None,
        "effort": effort or settings.retrieval_effort,
    }
    return OpenedSearch(search, make_understanding(search.rarity), configuration)


def open_ablated_search(
    passages: Sequence[Passage],
    *,
    embedder: str | None = None,
    cache: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[MakeSearch, MakeUnderstanding, dict[str, Any]]:
    """Makers of searches over the passages with ideas left out, which share one embedder; its configuration.

    Raises :class:`NotReady` when the embedder cannot be loaded.
    """
    from eval.runners.ablation import RememberingEmbedder  # noqa: PLC0415
    from eval.runners.corpus_search import CorpusSearch  # noqa: PLC0415
    from index.best_sentence import SENTENCE_SHARE  # noqa: PLC0415
    from index.hybrid_search import TOPIC_WEIGHT  # noqa: PLC0415
    from index.vector_cache import VectorCache  # noqa: PLC0415

    settings = read_settings()
    model = open_embedder(settings, embedder)
    queries = RememberingEmbedder(model)

    def make_search(parts: SearchParts) -> PassageSearch:
        return CorpusSearch(
            passages,
            embedder=queries,
            cache=VectorCache(cache),
            dense_weight=settings.dense_weight if parts.dense_weight is None else parts.dense_weight,
            titles=parts.titles,
            topic_weight=TOPIC_WEIGHT if parts.topic_weight is None else parts.topic_weight,
            sentence_share=SENTENCE_SHARE if parts.sentence_share is None else parts.sentence_share,
            progress=advance,
        )

    def make_rewriter(search: PassageSearch, parts: RewriteParts) -> Understanding:
        rarity = search.rarity if isinstance(search, CorpusSearch) else None
        return make_understanding(rarity, parts=parts)

    configuration = {
        "embedder": embedder or settings.embedder,
        "embedder_fingerprint": model.fingerprint,
        "dense_weight": settings.dense_weight,
    }
    return make_search, make_rewriter, configuration


def open_search_at_efforts(
    passages: Sequence[Passage], *, embedder: str | None = None, cache: Path
) -> tuple[OpenSearch, dict[str, Any]]:
    """A maker of searches over the passages by effort, which share one embedder; its configuration.

    Raises :class:`NotReady` when the embedder cannot be loaded.
    """
    from eval.runners.corpus_search import CorpusSearch  # noqa: PLC0415
    from index.vector_cache import VectorCache  # noqa: PLC0415

    settings = read_settings()
    model = open_embedder(settings, embedder)

    def open_search(effort: RetrievalEffort) -> tuple[PassageSearch, Understanding]:
        search = CorpusSearch(
            passages,
            embedder=model,
            cache=VectorCache(cache),
            dense_weight=settings.dense_weight,
            effort=effort,
        )
        return search, make_understanding(search.rarity)

    configuration = {
        "embedder": embedder or settings.embedder,
        "embedder_fingerprint": model.fingerprint,
        "dense_weight": settings.dense_weight,
    }
    return open_search, configuration


def open_build_search(
    index: Path, *, embedder: str | None = None, dense_weight: float | None = None, effort: str | None = None
) -> OpenedSearch:
    """Search a published build. A document ranks by its best chunk, and is named by its id.

    Raises :class:`NotReady` when there is no usable build.
    """
    from assistant.assembly import open_library  # noqa: PLC0415

    changes = {
        key: value
        for key, value in {
            "index": index,
            "embedder": embedder,
            "dense_weight": dense_weight,
            "retrieval_effort": effort,
        }.items()
        if value is not None
    }
    settings = read_settings().model_copy(update=changes)
    with _not_ready():
        library = open_library(settings).current()
    configuration = {
        "index_build": library.build_id,
        "embedder_fingerprint": library.embedder_fingerprint,
        "fusion": "mix",
        "dense_weight": settings.dense_weight,
        "effort": settings.retrieval_effort,
    }
    return OpenedSearch(BuildSearch(library.search), make_understanding(library.rarity), configuration)


class BuildSearch:
    """Ranks documents by their best chunk."""

    chunks_per_document = 4

    def __init__(self, search: Callable[..., list[Hit]]) -> None:
        self._search = search

    def search(self, query: SearchQuery, *, k: int) -> Found:
        best: dict[str, float] = {}
        for hit in self._search(query, k=k * self.chunks_per_document):
            best.setdefault(hit.chunk.document_id, hit.score)
        ranked = list(best.items())[:k]
        return Found(tuple(name for name, _ in ranked), tuple(score for _, score in ranked))


def open_verifier() -> Verifier:
    """The product's verifier; raises :class:`NotReady` when its data do not fit its code."""
    from assistant.verify.loading import load_verifier  # noqa: PLC0415

    with _not_ready():
        return load_verifier()


def open_strict() -> Verifier:
    """The verifier as the chain uses it: what a reader may be shown."""
    from assistant.verify.strict import StrictVerifier  # noqa: PLC0415

    return StrictVerifier(open_verifier())


def open_answering(index: Path | None) -> OpenedAnswering:
    """The whole chain over the published build of ``index`` (default: the settings' folder).

    Raises :class:`NotReady` when there is no usable build.
    """
    from assistant.assembly import open_chain, open_library  # noqa: PLC0415

    settings = read_settings()
    if index is not None:
        settings = settings.model_copy(update={"index": index})
    with _not_ready():
        handle = open_library(settings)
        library = handle.current()
        chain = open_chain(settings, handle)
    configuration = {
        "index_build": library.build_id,
        "embedder_fingerprint": library.embedder_fingerprint,
        "composer": settings.openai_model or "extractive",
        "dense_weight": settings.dense_weight,
        "effort": settings.retrieval_effort,
        "passages": settings.passages,
        "statements": settings.statements,
    }
    return OpenedAnswering(chain, open_verifier(), LibraryTexts(library), configuration)


class LibraryTexts:
    """Canonical texts of a published build."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._texts: dict[str, str | None] = {}

    def text_of(self, document_id: str) -> str | None:
        if document_id not in self._texts:
            try:
                self._texts[document_id] = str(self._library.document(document_id).text)
            except KeyError:
                self._texts[document_id] = None
        return self._texts[document_id]


def read_settings() -> Settings:
    """The settings of environment and ``.env``; raises :class:`BadReport` (exit 2) when one is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadReport(f"a setting is wrong: {tell_wrong_setting(error)}") from error


def open_embedder(settings: Settings, name: str | None = None) -> Embedder:
    """The embedder of that name, or the settings'; raises :class:`NotReady`."""
    from index.embedder import load_embedder  # noqa: PLC0415

    with _not_ready():
        return load_embedder(
            name or settings.embedder, precision=settings.precision, threads=settings.threads
        )


@contextmanager
def _not_ready() -> Iterator[None]:
    try:
        yield
    except (IndexStoreError, ValueError) as error:
        raise NotReady(str(error)) from error
