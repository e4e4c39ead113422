"""Routes for the library: which documents there are, their text, and one passage in its place."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.web.dependencies import Library
from assistant.web.errors import ApiError, error_responses
from assistant.web.library import DocumentLibrary, current_build
from assistant.web.schemas import DocumentHead, DocumentList, DocumentView, SpanView
from corpus.document import Document, Span

router = APIRouter(prefix="/api/documents", tags=["documents"])

MAX_SPAN_CHARS = 20_000


@router.get("", summary="List the library", responses=error_responses(422, 503))
def list_documents(
    library: Library,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DocumentList:
    """Every document's metadata, a page at a time, in the library's order."""
    build = current_build(library)
    documents = library.documents()
    return DocumentList(
        index_build=build,
        total=len(documents),
        documents=[DocumentHead.of(name, metadata) for name, metadata in documents[offset : offset + limit]],
    )


@router.get(
    "/{document_id:path}/span", summary="Read a passage in its place", responses=error_responses(404, 422)
)
def read_span(
    document_id: str,
    library: Library,
    start: Annotated[int, Query(ge=0, description="First character")],
    end: Annotated[int, Query(ge=1, description="One past the last character")],
    context: Annotated[int, Query(ge=0, le=2000, description="Characters to show on each side")] = 320,
) -> SpanView:
    """The exact characters `start` to `end` of the document's text, with what stands around them.

    Compare `sha256` with the citation's: where they differ, the document changed after the answer was made.
    """
    if not start < end <= start + MAX_SPAN_CHARS:
        raise ApiError(
            422,
            "invalid_span",
            f"A span has 1 to {MAX_SPAN_CHARS:,} characters, and its start before its end.",
        )
    document = _document(library, document_id)
    try:
        return SpanView.of_span(document, Span(start, end), context=context)
    except ValueError:
        raise ApiError(
            422,
            "invalid_span",
            f"The span runs past the end of the document, which has {len(document.text):,} characters.",
        ) from None


@router.get("/{document_id:path}", summary="Read a document", responses=error_responses(404, 422))
def read_document(document_id: str, library: Library) -> DocumentView:
    """Metadata, canonical text, sections, and the recommendations with their grades."""
    document = _document(library, document_id)
    return DocumentView.of_document(document, superseded_by=library.successor(document_id))


def _document(library: DocumentLibrary, document_id: str) -> Document:
    try:
        return library.document(document_id)
    except KeyError:
        raise ApiError(
            404, "document_not_found", "The library has no such document. It may have been taken out since."
        ) from None
