"""Errors of the index package.

IndexStoreError
├── EmbedderUnavailable   the embedding model is missing, damaged or of an unknown kind
├── NoBuild               nothing has been published in the folder of builds
├── UnusableBuild         a build can't be opened; it is never deleted
│   ├── ForeignBuild      made by another embedder or in another format
│   └── DamagedBuild      a file is missing, changed or unreadable
├── BuildFailed           a build was not published; the one that serves is untouched
│   ├── EmptyBuild        there was nothing to index
│   ├── SelfCheckFailed   the new build didn't pass its own check
│   └── WriterBusy        another process is writing to the same folder
├── UnknownDocument       no document with that id; also a ``KeyError``
└── UnknownChunk          no chunk with that id; also a ``KeyError``

Every message says what to do next.
"""

from __future__ import annotations


class IndexStoreError(Exception):
    """Base of all errors this package raises on purpose."""


class EmbedderUnavailable(IndexStoreError):  # noqa: N818 - reads as what it reports
    """The embedding model can't be loaded."""


class NoBuild(IndexStoreError):  # noqa: N818
    """Nothing has been published yet."""


class UnusableBuild(IndexStoreError):  # noqa: N818
    """A build can't be opened."""


class ForeignBuild(UnusableBuild):
    """The build belongs to another embedder or another format of the index."""


class DamagedBuild(UnusableBuild):
    """A file of the build is missing, changed or unreadable."""


class BuildFailed(IndexStoreError):  # noqa: N818
    """A build was not published; what was published before still serves."""


class EmptyBuild(BuildFailed):
    """The sources held no text to index."""


class SelfCheckFailed(BuildFailed):
    """The finished build didn't pass its own check; the message lists the problems."""


class WriterBusy(BuildFailed):
    """Another process holds the write lock of the folder of builds."""


class UnknownDocument(IndexStoreError, KeyError):  # noqa: N818
    """The library holds no document with that id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"the library holds no document {document_id!r}")
        self.document_id = document_id

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownChunk(IndexStoreError, KeyError):  # noqa: N818
    """The library holds no chunk with that id."""

    def __init__(self, chunk_id: str) -> None:
        super().__init__(f"the library holds no chunk {chunk_id!r}")
        self.chunk_id = chunk_id

    def __str__(self) -> str:
        return str(self.args[0])
