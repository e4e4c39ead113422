"""What the web asks of the indexed library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from corpus.document import Document, Metadata


class LibraryUnavailable(Exception):  # noqa: N818 - reads as what it reports
    """No build can be served now."""

    def __init__(self) -> None:
        super().__init__("The library has no index to serve. Make one with `followup index build`.")


class DocumentLibrary(Protocol):
    """The documents of the published build, as canonical text. Called from several threads."""

    @property
    def build_id(self) -> str:
        """Names the build that serves now; raises when none can be served."""

    def document(self, document_id: str) -> Document:
        """Return the document; raises a ``KeyError`` where there is none."""

    def documents(self) -> Sequence[tuple[str, Metadata]]:
        """Return every document's id and metadata."""

    def successor(self, document_id: str) -> str | None:
        """Return the id of the document that supersedes this one, if the library holds one."""


def current_build(library: DocumentLibrary) -> str:
    """Name the build that serves now; raises ``LibraryUnavailable``, whatever the library raised."""
    try:
        return library.build_id
    except Exception as error:
        raise LibraryUnavailable from error


class PublishedLibrary:
    """The library as the build that serves at the moment has it; a newly published one is seen at once.

    ``current`` returns that build, and raises when there is none.
    """

    def __init__(self, current: Callable[[], DocumentLibrary]) -> None:
        self._current = current

    @property
    def build_id(self) -> str:
        return self._current().build_id

    def document(self, document_id: str) -> Document:
        """Raises a ``KeyError`` where there is none."""
        return self._current().document(document_id)

    def documents(self) -> Sequence[tuple[str, Metadata]]:
        return self._current().documents()

    def successor(self, document_id: str) -> str | None:
        return self._current().successor(document_id)
