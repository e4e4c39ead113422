"""Documents and chunks in one SQLite file, as exactly as they were."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpus.document import (
    Chunk,
    ChunkKind,
    Document,
    Metadata,
    Notice,
    Recommendation,
    Section,
    SourceStatus,
    Span,
)
from index.errors import DamagedBuild, UnknownChunk, UnknownDocument

REMEMBERED_DOCUMENTS = 256
REMEMBERED_CHUNKS = 8192

_SCHEMA = """
CREATE TABLE documents (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    sections TEXT NOT NULL,
    recommendations TEXT NOT NULL,
    warnings TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE chunks (
    "row" INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id),
    document_sha256 TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    heading_path TEXT NOT NULL,
    sentences TEXT NOT NULL,
    strength TEXT,
    certainty TEXT,
    populations TEXT NOT NULL,
    first_sentence INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX chunks_by_place ON chunks (document_id, "start");
"""

_CHUNK_COLUMNS = (
    'id, document_id, document_sha256, "start", "end", kind, title, heading_path, sentences, '
    "strength, certainty, populations, text"
)
_DOCUMENT_COLUMNS = "id, sha256, media_type, metadata, sections, recommendations, warnings, text"

_GRAVITY = {
    SourceStatus.CORRECTED: 1,
    SourceStatus.SUPERSEDED: 2,
    SourceStatus.EXPRESSION_OF_CONCERN: 3,
    SourceStatus.WITHDRAWN: 4,
    SourceStatus.RETRACTED: 5,
}

_METADATA = TypeAdapter(Metadata)
_SECTIONS = TypeAdapter(tuple[Section, ...])
_RECOMMENDATIONS = TypeAdapter(tuple[Recommendation, ...])
_OFFSETS = TypeAdapter(tuple[tuple[int, int], ...])
_STRINGS = TypeAdapter(tuple[str, ...])


class ChunkStoreWriter:
    """Writes a new store, rows numbered in the order added; nothing is there for readers until closed.

    A context manager. Raises ``FileExistsError`` when the file is already there.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileExistsError(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        # The file is private until the whole build is checked and synced: a crash needs no journal.
        self._connection.execute("PRAGMA journal_mode = MEMORY")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self._rows = 0
        self._sentences = 0

    def __enter__(self) -> ChunkStoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
            self._connection.execute("ANALYZE")
        self._connection.close()

    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Add a document and its chunks; raises ``ValueError``, adding nothing, when an id is taken."""
        self._connection.execute("SAVEPOINT document")
        try:
            self._insert(document, chunks)
        except sqlite3.IntegrityError as error:
            self._connection.execute("ROLLBACK TO document")
            raise ValueError(f"{document.id}: an id is already taken ({error})") from error
        finally:
            self._connection.execute("RELEASE document")
        self._rows += len(chunks)
        self._sentences += sum(len(chunk.sentences) for chunk in chunks)

    def apply_notice(self, notice: Notice) -> list[str]:
        """Give the documents a notice is about the status it states, unless theirs is worse; return their ids.

        Call it when all documents are added: a notice may come before or after what it is about.
        """
        changed = []
        for key, values in (("doi", notice.dois), ("pmid", notice.pmids)):
            for value in values:
                rows = self._connection.execute(
                    "SELECT id, metadata FROM documents WHERE lower(json_extract(metadata, ?)) = ?",
                    (f"$.{key}", value.lower()),
                ).fetchall()
                for document_id, stored in rows:
                    metadata = _METADATA.validate_json(stored)
                    if _GRAVITY[notice.status] <= _GRAVITY.get(metadata.status, 0):
                        continue
                    told = _METADATA.dump_json(replace(metadata, status=notice.status)).decode()
                    self._connection.execute(
                        "UPDATE documents SET metadata = ? WHERE id = ?", (told, document_id)
                    )
                    changed.append(document_id)
        return changed

    def _insert(self, document: Document, chunks: Sequence[Chunk]) -> None:
        self._connection.execute(
            f"INSERT INTO documents ({_DOCUMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                document.id,
                document.sha256,
                document.media_type,
                _METADATA.dump_json(document.metadata).decode(),
                _SECTIONS.dump_json(document.sections).decode(),
                _RECOMMENDATIONS.dump_json(document.recommendations).decode(),
                _STRINGS.dump_json(document.warnings).decode(),
                document.text,
            ),
        )
        first_sentence = self._sentences
        for row, chunk in enumerate(chunks, start=self._rows):
            self._connection.execute(
                f'INSERT INTO chunks ("row", {_CHUNK_COLUMNS}, first_sentence) '  # noqa: S608
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row, *_encode_chunk(chunk), first_sentence),
            )
            first_sentence += len(chunk.sentences)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with its row, and the number of its first sentence among all sentences of the build."""

    row: int
    first_sentence: int
    chunk: Chunk


class ChunkStore:
    """Reads a store. Thread-safe; raises :class:`DamagedBuild` when the file can't be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        if not path.is_file():
            raise DamagedBuild(f"{path} is missing; build the index again or roll back")
        # Immutable: a published store never changes, so SQLite needs no locks and writes no side files.
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._document = lru_cache(maxsize=REMEMBERED_DOCUMENTS)(self._read_document)
        self._metadata = lru_cache(maxsize=None)(self._read_metadata)
        self._successors: Mapping[str, str] | None = None
        self._by_row = lru_cache(maxsize=REMEMBERED_CHUNKS)(self._read_row)
        try:
            self._counts = (self._count("documents"), self._count("chunks"))
        except DamagedBuild:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; no method may be called afterwards."""
        with self._lock:
            self._connection.close()

    @property
    def document_count(self) -> int:
        return self._counts[0]

    @property
    def chunk_count(self) -> int:
        return self._counts[1]

    def document(self, document_id: str) -> Document:
        """The document of that id; raises :class:`UnknownDocument`."""
        return self._document(document_id)

    def metadata(self, document_id: str) -> Metadata:
        """The document's metadata, without reading its text; raises :class:`UnknownDocument`."""
        return self._metadata(document_id)

    def list_metadata(self) -> list[tuple[str, Metadata]]:
        """Every document's id and metadata, in the order of the build."""
        ids = self._fetch("SELECT id FROM documents ORDER BY position", ())
        return [(str(document_id), self._metadata(str(document_id))) for (document_id,) in ids]

    def successors(self) -> Mapping[str, str]:
        """Older document's id -> id of the newest document that supersedes it, as either of the two states it.

        Holds only documents of this store. Read once.
        """
        if self._successors is None:
            stated = self._fetch(
                "SELECT id FROM documents WHERE json_extract(metadata, '$.superseded_by') IS NOT NULL "
                "OR json_array_length(metadata, '$.supersedes') > 0 ORDER BY position",
                (),
            )
            pairs = [
                pair
                for (name,) in stated
                for pair in (
                    *((older, str(name)) for older in self._metadata(str(name)).supersedes),
                    (str(name), self._metadata(str(name)).superseded_by),
                )
            ]
            found: dict[str, str] = {}
            for older, newer in pairs:
                if newer is None or older == newer or not (self._holds(older) and self._holds(newer)):
                    continue
                known = found.get(older)
                if known is None or (self._metadata(newer).year or 0) > (self._metadata(known).year or 0):
                    found[older] = newer
            self._successors = found
        return self._successors

    def _holds(self, document_id: str) -> bool:
        return bool(self._fetch("SELECT 1 FROM documents WHERE id = ?", (document_id,)))

    def documents(self) -> Iterator[Document]:
        """Every document, in the order of the build, one in memory at a time."""
        for (document_id,) in self._fetch("SELECT id FROM documents ORDER BY position", ()):
            yield self._read_document(str(document_id))

    def at(self, row: int) -> StoredChunk:
        """The chunk of a row; raises ``IndexError`` when there is no such row."""
        return self._by_row(row)

    def find(self, chunk_id: str) -> StoredChunk:
        """The chunk of an id; raises :class:`UnknownChunk`."""
        found = self._fetch('SELECT "row" FROM chunks WHERE id = ?', (chunk_id,))
        if not found:
            raise UnknownChunk(chunk_id)
        return self._by_row(int(found[0][0]))

    def covering(self, document_id: str, start: int, end: int) -> StoredChunk | None:
        """The chunk that shares most characters with ``[start, end)`` of a document, if any does.

        A chunk that holds the whole range wins over a longer one that doesn't; ties go to the first.
        """
        found = self._fetch(
            'SELECT "row", min("end", ?) - max("start", ?) AS shared FROM chunks '
            'WHERE document_id = ? AND "start" < ? AND "end" > ? ORDER BY shared DESC, "row" LIMIT 1',
            (end, start, document_id, max(end, start + 1), start),
        )
        return self._by_row(int(found[0][0])) if found else None

    def chunks(self) -> Iterator[StoredChunk]:
        """Every chunk, in the order of rows, read afresh."""
        for row in range(self.chunk_count):
            yield self._read_row(row)

    def _read_document(self, document_id: str) -> Document:
        found = self._fetch(
            f"SELECT {_DOCUMENT_COLUMNS} FROM documents WHERE id = ?",  # noqa: S608
            (document_id,),
        )
        if not found:
            raise UnknownDocument(document_id)
        name, sha256, media_type, metadata, sections, recommendations, warnings, text = found[0]
        try:
            document = Document(
                id=name,
                text=text,
                metadata=_METADATA.validate_json(metadata),
                sections=_SECTIONS.validate_json(sections),
                recommendations=_RECOMMENDATIONS.validate_json(recommendations),
                media_type=media_type,
                warnings=_STRINGS.validate_json(warnings),
            )
        except ValidationError as error:
            raise self._damaged(f"document {document_id!r}: {error.errors()[0]['msg']}") from error
        if document.sha256 != sha256:
            raise self._damaged(f"the text of document {document_id!r} is not what was indexed")
        return document

    def _read_metadata(self, document_id: str) -> Metadata:
        found = self._fetch("SELECT metadata FROM documents WHERE id = ?", (document_id,))
        if not found:
            raise UnknownDocument(document_id)
        try:
            return _METADATA.validate_json(found[0][0])
        except ValidationError as error:
            raise self._damaged(f"document {document_id!r}: {error.errors()[0]['msg']}") from error

    def _read_row(self, row: int) -> StoredChunk:
        found = self._fetch(
            f'SELECT first_sentence, {_CHUNK_COLUMNS} FROM chunks WHERE "row" = ?',  # noqa: S608
            (row,),
        )
        if not found:
            raise IndexError(f"rows go from 0 to {self.chunk_count - 1}, there is no {row}")
        first_sentence, *fields = found[0]
        try:
            return StoredChunk(row, int(first_sentence), _decode_chunk(fields))
        except (ValidationError, ValueError, TypeError) as error:
            raise self._damaged(f"chunk {row}: {error}") from error

    def _count(self, table: str) -> int:
        return int(self._fetch(f"SELECT count(*) FROM {table}", ())[0][0])  # noqa: S608

    def _fetch(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, what: str) -> DamagedBuild:
        return DamagedBuild(f"{self._path}: {what}; build the index again or roll back")


def _encode_chunk(chunk: Chunk) -> tuple[Any, ...]:
    return (
        chunk.id,
        chunk.document_id,
        chunk.document_sha256,
        chunk.span.start,
        chunk.span.end,
        chunk.kind.value,
        chunk.title,
        _STRINGS.dump_json(chunk.heading_path).decode(),
        _OFFSETS.dump_json(tuple((span.start, span.end) for span in chunk.sentences)).decode(),
        chunk.strength,
        chunk.certainty,
        _STRINGS.dump_json(chunk.populations).decode(),
        chunk.text,
    )


def _decode_chunk(fields: Sequence[Any]) -> Chunk:
    name, document_id, sha256, start, end, kind, title, headings, sentences, *graded, populations, text = (
        fields
    )
    return Chunk(
        id=name,
        document_id=document_id,
        document_sha256=sha256,
        span=Span(start, end),
        text=text,
        kind=ChunkKind(kind),
        title=title,
        heading_path=_STRINGS.validate_json(headings),
        sentences=tuple(Span(first, last) for first, last in _OFFSETS.validate_json(sentences)),
        strength=graded[0],
        certainty=graded[1],
        populations=_STRINGS.validate_json(populations),
    )
