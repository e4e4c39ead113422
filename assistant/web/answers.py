"""Routes for answers: whole, as events, and their references for other programs."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from assistant.answer import Answer
from assistant.storage.repository import ConversationRepository
from assistant.trace import Trace
from assistant.web.dependencies import LastEventId, PingInterval, Repository, Service
from assistant.web.errors import ApiError, error_response, error_responses
from assistant.web.reference_formats import bibtex, ris
from assistant.web.schemas import ErrorBody
from assistant.web.sse import follow_answer, stream

router = APIRouter(prefix="/api/answers", tags=["answers"])


@router.get(
    "/{answer_id}",
    summary="Read an answer",
    response_model=Answer,
    responses={
        202: {"model": ErrorBody, "description": "Still being made"},
        **error_responses(404, 422, 500),
    },
)
def read_answer(answer_id: str, repository: Repository) -> Answer | Response:
    """The whole answer with every citation's exact words."""
    record = repository.answer(answer_id)
    if record.status == "running":
        return error_response(
            202,
            "answer_running",
            "The answer is still being made. Ask again in a moment.",
            **{"Retry-After": "1"},
        )
    return _finished(answer_id, repository)


@router.get(
    "/{answer_id}/trace",
    summary="Read how an answer came about",
    response_model=Trace,
    responses=error_responses(404, 422, 500),
)
def read_trace(answer_id: str, repository: Repository) -> Trace:
    """What was searched, what was found with its scores, how it was decided, and by which build and settings.

    What was chosen and what was withheld stands in the answer itself.
    """
    return repository.trace(answer_id)


@router.get(
    "/{answer_id}/events",
    summary="Follow an answer, or go on following it",
    response_class=Response,
    responses={
        200: {"description": "Server-sent events", "content": {"text/event-stream": {}}},
        204: {"description": "No event comes after the one named; do not connect again"},
        **error_responses(404, 422),
    },
)
async def follow(
    answer_id: str, service: Service, repository: Repository, after: LastEventId, ping_s: PingInterval
) -> Response:
    """The same events as when the question was asked, from the first or from after `Last-Event-ID`."""
    record = await run_in_threadpool(repository.answer, answer_id)
    if record.status != "running" and not await run_in_threadpool(repository.events, answer_id, after=after):
        return Response(status_code=204)
    events = follow_answer(answer_id, after=after, service=service, repository=repository)
    return stream(events, ping_s=ping_s)


@router.get(
    "/{answer_id}/references.bib",
    summary="References as BibTeX",
    response_class=PlainTextResponse,
    responses=error_responses(404, 422),
)
def references_bibtex(answer_id: str, repository: Repository) -> Response:
    return _download(
        bibtex(_finished(answer_id, repository).references), "references.bib", "application/x-bibtex"
    )


@router.get(
    "/{answer_id}/references.ris",
    summary="References as RIS",
    response_class=PlainTextResponse,
    responses=error_responses(404, 422),
)
def references_ris(answer_id: str, repository: Repository) -> Response:
    text = ris(_finished(answer_id, repository).references)
    return _download(text, "references.ris", "application/x-research-info-systems")


def _finished(answer_id: str, repository: ConversationRepository) -> Answer:
    record = repository.answer(answer_id)
    if record.answer is not None:
        return record.answer
    if record.error is not None:
        raise ApiError(404, "answer_failed", record.error.message)
    raise ApiError(404, "answer_running", "The answer is still being made. Ask again in a moment.")


def _download(text: str, name: str, media_type: str) -> Response:
    return Response(
        text, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
