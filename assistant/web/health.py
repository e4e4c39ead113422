"""Routes for those who watch over the server."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.web.dependencies import Library
from assistant.web.errors import error_responses
from assistant.web.library import current_build
from assistant.web.schemas import Health, Readiness

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="Is the server alive?")
async def health() -> Health:
    return Health()


@router.get("/readyz", summary="Can it answer?", responses=error_responses(503))
def readiness(library: Library) -> Readiness:
    """Names the index build that serves now."""
    return Readiness(index_build=current_build(library))
