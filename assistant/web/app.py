"""Builds the web application: the page, the API, and what they stand on."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from assistant.events import AnswerChain
from assistant.service import AssistantService
from assistant.settings import Settings
from assistant.storage.repository import ConversationRepository
from assistant.web import answers, conversations, documents, health, page
from assistant.web.articles import ARTICLES, Article, ArticleShelf
from assistant.web.dependencies import WebState
from assistant.web.errors import install_error_handlers
from assistant.web.library import DocumentLibrary
from assistant.web.middleware import BodyLimit, SecurityHeaders

logger = logging.getLogger(__name__)

_DESCRIPTION = """\
Answers medical follow-up questions with sentences that each cite the very words they rest on.

Start a conversation, ask in it, and read the answer as a stream of events or whole. Every citation is a span
of a document's canonical text, which `/api/documents/{id}/span` shows in its place. Errors all look alike:
a `code` for programs and a `message` for people.
"""

_TAGS = [
    {"name": "conversations", "description": "Ask, and ask on"},
    {"name": "answers", "description": "Read, follow and export answers"},
    {"name": "documents", "description": "The library that answers rest on"},
    {"name": "operations", "description": "For those who run the server"},
]


def create_app(
    settings: Settings,
    *,
    chain: AnswerChain,
    library: DocumentLibrary,
    repository: ConversationRepository,
    articles: Sequence[Article] = ARTICLES,
    frame_ancestors: Sequence[str] = ("'self'",),
    ping_s: float = 15.0,
    shutdown_s: float = 10.0,
) -> FastAPI:
    """Build the application. The caller opens ``repository`` and closes it after the server has stopped.

    The first of ``articles`` is the page at ``/``. ``ping_s`` is the time between comments on a silent
    stream; ``shutdown_s`` is what questions being answered get when the server stops.
    """
    if not articles:
        raise ValueError("the page needs at least one article")
    service = AssistantService(chain, repository)
    shelf = ArticleShelf(articles, settings=settings, library=library, repository=repository, service=service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(repository.close_stale_runs)
        await run_in_threadpool(_begin_articles, shelf)
        yield
        await run_in_threadpool(service.close, timeout_s=shutdown_s)

    app = FastAPI(
        title="Follow-up question assistant",
        description=_DESCRIPTION,
        version="1",
        openapi_tags=_TAGS,
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.state.web = WebState(
        settings=settings,
        service=service,
        repository=repository,
        library=library,
        articles=shelf,
        ping_s=ping_s,
    )
    app.state.templates = page.create_templates()
    for router in (conversations.router, answers.router, documents.router, health.router, page.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(packages=[("assistant.web", "static")]), name="static")
    install_error_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, frame_ancestors=frame_ancestors)
    return app


def _begin_articles(shelf: ArticleShelf) -> None:
    """Have the articles made before the first reader comes; a failure here is met again by the page."""
    for article in shelf.articles:
        try:
            shelf.answer(article.slug, timeout_s=0)
        except Exception:
            logger.exception("article %s could not be begun", article.slug)


def _operation_id(route: APIRoute) -> str:
    return route.name
