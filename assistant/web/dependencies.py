"""What routes are given, as named types, so that a signature reads as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Header, Request

from assistant.service import AssistantService
from assistant.settings import Settings
from assistant.storage.repository import ConversationRepository
from assistant.web.articles import ArticleShelf
from assistant.web.errors import ApiError
from assistant.web.library import DocumentLibrary


@dataclass(frozen=True, slots=True)
class WebState:
    """Everything the application was built from."""

    settings: Settings
    service: AssistantService
    repository: ConversationRepository
    library: DocumentLibrary
    articles: ArticleShelf
    ping_s: float


def _state(request: Request) -> WebState:
    return cast(WebState, request.app.state.web)


def _settings(request: Request) -> Settings:
    return _state(request).settings


def _service(request: Request) -> AssistantService:
    return _state(request).service


def _repository(request: Request) -> ConversationRepository:
    return _state(request).repository


def _library(request: Request) -> DocumentLibrary:
    return _state(request).library


def _articles(request: Request) -> ArticleShelf:
    return _state(request).articles


def _ping_s(request: Request) -> float:
    return _state(request).ping_s


def _last_event_id(
    last_event_id: Annotated[
        str | None, Header(description="Number of the last event received; the stream goes on after it")
    ] = None,
) -> int:
    if not last_event_id:
        return 0
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) <= 9):
        raise ApiError(422, "invalid_request", "Last-Event-ID is the number of the last event received.")
    return int(last_event_id)


def _wants_json(accept: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    return "application/json" in accept and "text/event-stream" not in accept


CurrentSettings = Annotated[Settings, Depends(_settings)]
Service = Annotated[AssistantService, Depends(_service)]
Repository = Annotated[ConversationRepository, Depends(_repository)]
Library = Annotated[DocumentLibrary, Depends(_library)]
Articles = Annotated[ArticleShelf, Depends(_articles)]
PingInterval = Annotated[float, Depends(_ping_s)]
LastEventId = Annotated[int, Depends(_last_event_id)]
WantsJson = Annotated[bool, Depends(_wants_json)]
