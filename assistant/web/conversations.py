"""Routes for conversations and the questions asked in them."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.events import DoneEvent, ErrorEvent
from assistant.settings import Settings
from assistant.web.articles import ArticleNotFound
from assistant.web.dependencies import Articles, CurrentSettings, PingInterval, Repository, Service, WantsJson
from assistant.web.errors import ApiError, error_responses
from assistant.web.schemas import ConversationHead, ConversationView, NewConversation, NewMessage
from assistant.web.sse import follow_run, stream

router = APIRouter(prefix="/api/conversations", tags=["conversations"])

ARTICLE_WAIT_S = 10.0
"""How long a new conversation waits for the article it follows on; after that it starts without."""

_STREAM_EXAMPLE = """\
: open

id: 1
event: meta
data: {"type":"meta","answer_id":"4f0c…","question":"…","standalone_question":"…","conversation_id":"…"}

id: 2
event: statement
data: {"type":"statement","heading":"Magnesium","statement":{"text":"…","citations":[1],"support":{…}}}

id: 3
event: done
data: {"type":"done","answer":{…}}
"""


@router.post(
    "",
    status_code=201,
    summary="Start a conversation",
    responses=error_responses(404, 422, 503),
)
def create_conversation(
    body: NewConversation, service: Service, repository: Repository, articles: Articles
) -> ConversationView:
    """Start an empty conversation, or one that follows on an article."""
    seed = None
    if body.article is not None:
        try:
            made = articles.answer(body.article, timeout_s=ARTICLE_WAIT_S)
        except ArticleNotFound:
            raise ApiError(404, "article_not_found", "There is no such article.") from None
        seed = made if isinstance(made, Answer) else None
    conversation_id = service.start_conversation(article=body.article, seed=seed)
    return ConversationView.of_record(repository.conversation(conversation_id))


@router.get("", summary="List recent conversations", responses=error_responses(404, 422))
def list_conversations(
    request: Request,
    settings: CurrentSettings,
    repository: Repository,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[ConversationHead]:
    """The latest first. Only where the server listens to its own machine alone: elsewhere a conversation
    is found by its id, which its readers keep to themselves."""
    if not (_is_loopback(settings.host) and _is_loopback(request.url.hostname or "")):
        raise ApiError(
            404,
            "not_listed",
            "Conversations are listed only on a server that listens to its own machine alone.",
        )
    return [ConversationHead.of(summary) for summary in repository.recent_conversations(limit=limit)]


@router.get("/{conversation_id}", summary="Read a conversation", responses=error_responses(404, 422))
def read_conversation(conversation_id: str, repository: Repository) -> ConversationView:
    """All turns, oldest first, each answer whole; enough to show the conversation again."""
    return ConversationView.of_record(repository.conversation(conversation_id))


@router.delete(
    "/{conversation_id}",
    status_code=204,
    summary="Delete a conversation",
    responses=error_responses(404, 422),
)
def delete_conversation(conversation_id: str, repository: Repository) -> None:
    """Delete it with its answers, for good. A question still being answered is given up."""
    repository.delete_conversation(conversation_id)


@router.post(
    "/{conversation_id}/messages",
    summary="Ask a question",
    response_model=Answer,
    responses={
        200: {
            "description": "The answer: as a stream of events while it is made, or whole with "
            "`Accept: application/json`",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _STREAM_EXAMPLE}},
        },
        **error_responses(404, 409, 413, 422, 500, 503),
    },
)
async def ask_question(
    conversation_id: str,
    body: NewMessage,
    settings: CurrentSettings,
    service: Service,
    ping_s: PingInterval,
    wants_json: WantsJson,
) -> Response:
    """Ask, and get the answer as server-sent events: `meta`, `banner`, `retrieval`, `statement`,
    `references`, `suggestions`, then `done` with the whole answer, or `error`.

    Each has an increasing id. When the connection breaks, the answer is still made: go on with
    `GET /api/answers/{id}/events` and `Last-Event-ID`, or read it whole at `GET /api/answers/{id}`.
    """
    _check_length(body.question, settings)
    if body.standalone is not None:
        _check_length(body.standalone, settings)
    run = await run_in_threadpool(
        service.ask, conversation_id, body.question, body.audience, body.standalone or None, body.about
    )
    if not wants_json:
        return stream(follow_run(run), ping_s=ping_s)
    async for _, event in follow_run(run):
        if isinstance(event, DoneEvent):
            return JSONResponse(event.answer.model_dump(mode="json"))
        if isinstance(event, ErrorEvent):
            raise ApiError(500, event.code, event.message)
    raise ApiError(500, "internal_error", "The answer has no end.")


def _check_length(question: str, settings: Settings) -> None:
    if not question:
        raise ApiError(422, "empty_question", "Write a question first.")
    if len(question) > settings.max_question_chars:
        raise ApiError(
            422,
            "question_too_long",
            f"The question has {len(question):,} characters; at most {settings.max_question_chars:,} are read. "
            "Shorten it and ask again.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
