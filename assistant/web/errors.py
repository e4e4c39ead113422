"""Turns every failure into one error model: a code for programs, a sentence for people."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.service import ServiceOverloaded
from assistant.storage.errors import (
    AnswerNotFound,
    ConversationBusy,
    ConversationNotFound,
    TraceNotFound,
    UnreadableRecord,
)
from assistant.web.library import LibraryUnavailable
from assistant.web.schemas import ErrorBody

logger = logging.getLogger(__name__)


class ApiError(Exception):
    """A request that cannot be served, with its HTTP status and what to do about it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the error model for ``statuses`` in OpenAPI."""
    meanings = {
        404: "There is nothing under that id",
        409: "The conversation's last question is still being answered",
        413: "The request is too large",
        422: "The request is not valid; the message says why",
        500: "Answering failed",
        503: "Not ready, or too many questions at once",
    }
    # By reference, not as a model: FastAPI would give a model the media type of the route's success.
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    return {status: {"content": content, "description": meanings[status]} for status in statuses}


def error_response(status: int, code: str, message: str, **headers: str) -> JSONResponse:
    return JSONResponse(ErrorBody(code=code, message=message).model_dump(), status, headers=headers)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of ``app`` in the error model."""

    @app.exception_handler(ApiError)
    async def api_error(_: Request, error: ApiError) -> JSONResponse:
        return error_response(error.status, error.code, error.message)

    @app.exception_handler(ConversationNotFound)
    async def no_conversation(_: Request, error: ConversationNotFound) -> JSONResponse:
        return error_response(404, "conversation_not_found", str(error))

    @app.exception_handler(TraceNotFound)
    @app.exception_handler(AnswerNotFound)
    async def no_answer(_: Request, error: AnswerNotFound | TraceNotFound) -> JSONResponse:
        return error_response(404, "answer_not_found", str(error))

    @app.exception_handler(ConversationBusy)
    async def busy(_: Request, error: ConversationBusy) -> JSONResponse:
        return error_response(409, "conversation_busy", str(error))

    @app.exception_handler(ServiceOverloaded)
    async def overloaded(_: Request, error: ServiceOverloaded) -> JSONResponse:
        return error_response(503, "overloaded", str(error), **{"Retry-After": "5"})

    @app.exception_handler(LibraryUnavailable)
    async def no_library(_: Request, error: LibraryUnavailable) -> JSONResponse:
        logger.error("the library cannot be served", exc_info=error)
        return error_response(503, "not_ready", str(error))

    @app.exception_handler(UnreadableRecord)
    async def unreadable(_: Request, error: UnreadableRecord) -> JSONResponse:
        return error_response(500, "unreadable_record", str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, "invalid_request", _explain(error))

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return error_response(error.status_code, code, f"{error.detail}.", **(error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        logger.error("request failed", exc_info=error)
        return error_response(500, "internal_error", "The server failed; its log has the cause. Try again.")


def _explain(error: RequestValidationError) -> str:
    """Say in a sentence what is wrong, naming the fields but never repeating what was sent."""
    parts = []
    for problem in error.errors()[:5]:
        place = ".".join(str(step) for step in problem["loc"] if step not in {"body", "query", "path"})
        parts.append(f"{place}: {problem['msg']}" if place else str(problem["msg"]))
    return "; ".join(parts) + "."
