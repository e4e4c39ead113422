"""The articles that readers ask on from; each one's answer is made once for a build and kept."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from assistant.answer import Answer
from assistant.events import DoneEvent, ErrorEvent
from assistant.service import AssistantService, Run
from assistant.settings import Settings
from assistant.storage.repository import ConversationRepository
from assistant.web.library import DocumentLibrary, current_build

_ANSWERING = (
    "embedder",
    "precision",
    "dense_weight",
    "retrieval_effort",
    "passages",
    "statements",
    "stale_after_years",
    "openai_base_url",
    "openai_model",
    "model_max_tokens",
)
"""The settings that change what an answer says."""


@dataclass(frozen=True, slots=True)
class Article:
    """A page of its own. Its text is the assistant's answer to ``question``."""

    slug: str
    question: str


ARTICLES = (
    Article(
        slug="treatment-options-for-leg-cramps", question="What are the treatment options for leg cramps?"
    ),
)


class ArticleNotFound(KeyError):  # noqa: N818 - reads as what it reports
    """No article has that slug."""


class ArticleShelf:
    """Finds an article's answer for the build that serves now, or has it made; one run at a time each."""

    def __init__(
        self,
        articles: Sequence[Article],
        *,
        settings: Settings,
        library: DocumentLibrary,
        repository: ConversationRepository,
        service: AssistantService,
    ) -> None:
        self._articles = {article.slug: article for article in articles}
        answering = {name: getattr(settings, name) for name in _ANSWERING}
        self._variant = json.dumps([version("followup"), answering], sort_keys=True)
        self._library = library
        self._repository = repository
        self._service = service
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(self._articles.values())

    def article(self, slug: str) -> Article:
        """Raises ``ArticleNotFound``."""
        try:
            return self._articles[slug]
        except KeyError:
            raise ArticleNotFound(slug) from None

    def answer(self, slug: str, *, timeout_s: float) -> Answer | ErrorEvent | None:
        """Return the article's answer, why it failed, or ``None`` when it is not ready in ``timeout_s``.

        After a failure the next call tries again. Raises ``ArticleNotFound``, ``ServiceOverloaded``,
        ``LibraryUnavailable``.
        """
        article = self.article(slug)
        key = self._key(article)
        with self._lock:
            run = self._runs.get(key)
            if run is None:
                stored = self._repository.article_answer(key)
                if stored is not None:
                    return stored
                run = self._service.produce_article(article.question, article_key=key)
                self._runs[key] = run
        last = run.wait(timeout_s)
        if last is None:
            return None
        with self._lock:
            if self._runs.get(key) is run:
                del self._runs[key]
        return last.answer if isinstance(last, DoneEvent) else last

    def _key(self, article: Article) -> str:
        made_with = json.dumps([article.question, current_build(self._library), self._variant])
        return f"{article.slug}:{hashlib.sha256(made_with.encode()).hexdigest()[:32]}"
