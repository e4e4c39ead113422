"""The index as LangChain knows such things: embeddings, a vector store, and a retriever over the library."""

# The names of arguments are LangChain's, used or not.
# ruff: noqa: A002, ARG002, ARG003

from __future__ import annotations

import copy
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance

from index.errors import DamagedBuild
from index.fuse import Scores
from index.library_index import IndexHandle, LibraryIndex
from index.manifest import hash_file
from index.ports import Embedder, Hit, SearchQuery, Vectors
from index.selection import top_rows
from index.vector_index import VectorIndex

DocumentFilter = Callable[[Document], bool] | Mapping[str, Any]
"""A test of documents, or metadata that must be equal."""

POINTER = "store.json"


class EmbedderEmbeddings(Embeddings):
    """Our embedder as LangChain embeddings."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@dataclass(frozen=True, slots=True)
class _Entry:
    document: Document
    vector: Vectors  # shape (dimension,), unit length


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The store at one moment: entries and index always belong together."""

    entries: tuple[_Entry, ...]
    index: VectorIndex


class FaissVectorStore(VectorStore):
    """A small store that changes, searched by cosine. Thread-safe.

    A document without an id gets one made from its content and metadata, so the same document added twice
    is stored once. :meth:`get_by_ids` and search always speak of the same documents. The index is made
    anew at the first search after a change, which suits stores that are read more often than written.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self._entries: dict[str, _Entry] = {}
        self._snapshot: _Snapshot | None = None
        self._lock = threading.Lock()

    @property
    def embeddings(self) -> Embeddings:
        return self._embedding

    def __len__(self) -> int:
        return len(self._entries)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Add texts, or replace those whose ids are already there; returns the ids, in order.

        Raises ``ValueError`` when ``metadatas`` or ``ids`` don't fit the texts, or an embedding isn't a
        vector of the store's dimension with a direction.
        """
        contents = list(texts)
        described = metadatas if metadatas is not None else [{} for _ in contents]
        named = ids if ids is not None else [None] * len(contents)
        if not len(contents) == len(described) == len(named):
            raise ValueError(
                f"{len(contents)} texts need as many metadatas and ids, got {len(described)} and {len(named)}"
            )
        if not contents:
            return []
        vectors = _unit_rows(self._embedding.embed_documents(contents))
        added: dict[str, _Entry] = {}
        keys: list[str] = []
        for content, metadata, name, vector in zip(contents, described, named, vectors, strict=True):
            key = name or content_id(content, metadata)
            document = Document(id=key, page_content=content, metadata=copy.deepcopy(metadata))
            added[key] = _Entry(document, vector)
            keys.append(key)
        with self._lock:
            self._check_dimension(vectors)
            self._entries = self._entries | added
            self._snapshot = None
        return keys

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Remove documents by id; all of them for ``None``. Ids that aren't there are passed over."""
        with self._lock:
            gone = set(self._entries if ids is None else ids)
            self._entries = {key: entry for key, entry in self._entries.items() if key not in gone}
            self._snapshot = None
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents that the store holds now, each once, in the order of ``ids``."""
        entries = self._entries
        return [_copy(entries[key].document) for key in dict.fromkeys(ids) if key in entries]

    def similarity_search(
        self, query: str, k: int = 4, *, filter: DocumentFilter | None = None, **kwargs: Any
    ) -> list[Document]:
        """The ``k`` nearest documents, best first, among those that pass ``filter``."""
        return [document for document, _ in self.similarity_search_with_score(query, k, filter=filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, *, filter: DocumentFilter | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The ``k`` nearest documents and their cosines, best first."""
        if not self._entries:
            return []
        return self._search(self._embedding.embed_query(query), k, filter)

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, *, filter: DocumentFilter | None = None, **kwargs: Any
    ) -> list[Document]:
        """The ``k`` documents nearest to a vector, best first."""
        return [document for document, _ in self._search(embedding, k, filter)]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: DocumentFilter | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """``k`` of the ``fetch_k`` nearest documents, near the query yet unlike each other."""
        if not self._entries:
            return []
        return self.max_marginal_relevance_search_by_vector(
            self._embedding.embed_query(query), k, fetch_k, lambda_mult, filter=filter
        )

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: DocumentFilter | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) around a vector.

        ``lambda_mult`` 1 asks for nearness alone, 0 for variety alone.
        """
        query = _unit_rows([embedding])
        found = self._find(query, max(k, fetch_k), filter)
        if not found:
            return []
        vectors = [entry.vector.tolist() for entry, _ in found]
        chosen = maximal_marginal_relevance(query[0], vectors, lambda_mult=lambda_mult, k=k)
        return [_copy(found[place][0].document) for place in chosen]

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> FaissVectorStore:
        """A store of the given texts."""
        store = cls(embedding)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def save(self, folder: Path) -> None:
        """Write the store; whoever reads meanwhile sees the old or the new one, never a mixture.

        Raises ``TypeError`` when a document's metadata is not JSON.
        """
        folder.mkdir(parents=True, exist_ok=True)
        snapshot = self._current()
        lines = [
            json.dumps({"id": document.id, "text": document.page_content, "metadata": document.metadata})
            for document in (entry.document for entry in (snapshot.entries if snapshot else ()))
        ]
        documents = folder / "documents.new"
        documents.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        names = {"documents": _name_by_content(documents, "documents", ".jsonl")}
        if snapshot is not None:
            vectors = folder / "vectors.new"
            snapshot.index.save(vectors)
            names["vectors"] = _name_by_content(vectors, "vectors", ".faiss")
        draft = folder / f"{POINTER}.new"
        draft.write_text(json.dumps(names), encoding="utf-8")
        draft.replace(folder / POINTER)
        for pattern in ("documents-*.jsonl", "vectors-*.faiss"):
            for path in folder.glob(pattern):
                if path.name not in names.values():
                    path.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path, embedding: Embeddings) -> FaissVectorStore:
        """Open a saved store.

        Raises :class:`DamagedBuild` when a file is missing or changed, or vectors and documents don't belong
        together.
        """
        store = cls(embedding)
        try:
            names = json.loads((folder / POINTER).read_text(encoding="utf-8"))
            for name in names.values():
                digest = Path(str(name)).stem.rpartition("-")[2]
                if Path(str(name)).name != name or not hash_file(folder / name).startswith(digest):
                    raise DamagedBuild(f"{folder / name} was changed; save the store again")
            lines = (folder / names["documents"]).read_text(encoding="utf-8").splitlines()
            documents = [json.loads(line) for line in lines]
            if "vectors" in names:
                index = VectorIndex.load(folder / names["vectors"])
                if len(index) != len(documents):
                    raise DamagedBuild(f"{folder}: vectors and documents don't fit; save the store again")
                rows = index.vectors(np.arange(len(index), dtype=np.int64))
                for item, vector in zip(documents, rows, strict=True):
                    document = Document(id=item["id"], page_content=item["text"], metadata=item["metadata"])
                    store._entries[item["id"]] = _Entry(document, vector)
            elif documents:
                raise DamagedBuild(f"{folder} holds documents without vectors; save the store again")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedBuild(f"{folder} can't be read as a vector store: {error}") from error
        return store

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (1.0 + cosine) / 2.0

    def _search(
        self, embedding: list[float], k: int, chosen: DocumentFilter | None
    ) -> list[tuple[Document, float]]:
        return [
            (_copy(entry.document), score) for entry, score in self._find(_unit_rows([embedding]), k, chosen)
        ]

    def _find(self, query: Vectors, k: int, chosen: DocumentFilter | None) -> list[tuple[_Entry, float]]:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        snapshot = self._current()
        if snapshot is None:
            return []
        if chosen is None:
            scores, rows = snapshot.index.search(query, k)
            pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
            return [(snapshot.entries[row], score) for row, score in pairs if row >= 0]
        passing = [
            row for row, entry in enumerate(snapshot.entries) if _passes(_copy(entry.document), chosen)
        ]
        if not passing:
            return []
        wanted = np.asarray(passing, dtype=np.int64)
        found: Scores = snapshot.index.score_rows(query, wanted)
        return [(snapshot.entries[passing[i]], float(found[i])) for i in top_rows(found, k)]

    def _current(self) -> _Snapshot | None:
        """Entries with the index over them, made anew after a change; ``None`` while the store is empty."""
        with self._lock:
            if self._snapshot is None and self._entries:
                entries = tuple(self._entries.values())
                index = VectorIndex.build(np.stack([entry.vector for entry in entries]))
                self._snapshot = _Snapshot(entries, index)
            return self._snapshot

    def _check_dimension(self, vectors: Vectors) -> None:
        for entry in self._entries.values():
            if entry.vector.shape[0] != vectors.shape[1]:
                raise ValueError(
                    f"the store holds vectors of {entry.vector.shape[0]} dimensions, got {vectors.shape[1]}"
                )
            return


class LibraryRetriever(BaseRetriever):
    """Passages of the published library as LangChain documents.

    Metadata of each: ``document_id``, ``start``, ``end``, ``sha256`` (of the document's whole text, in which
    ``[start:end]`` is the passage), ``title``, ``heading_path``, ``kind``, ``score``.
    """

    library: LibraryIndex | IndexHandle
    k: int = 4

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        library = self.library.current() if isinstance(self.library, IndexHandle) else self.library
        hits = library.search(SearchQuery(query), k=self.k if k is None else k)
        return [_describe(hit, library) for hit in hits]


def content_id(content: str, metadata: Mapping[str, Any]) -> str:
    """An id that depends on a document's content and metadata alone."""
    described = json.dumps([content, metadata], sort_keys=True, default=str)
    return hashlib.sha256(described.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _describe(hit: Hit, library: LibraryIndex) -> Document:
    chunk = hit.chunk
    return Document(
        id=chunk.id,
        page_content=chunk.text,
        metadata={
            "document_id": chunk.document_id,
            "start": chunk.span.start,
            "end": chunk.span.end,
            "sha256": chunk.document_sha256,
            "title": chunk.title,
            "heading_path": list(chunk.heading_path),
            "kind": library.metadata(chunk.document_id).kind.value,
            "score": hit.score,
        },
    )


def _passes(document: Document, chosen: DocumentFilter) -> bool:
    if callable(chosen):
        return chosen(document)
    return all(document.metadata.get(key) == value for key, value in chosen.items())


def _copy(document: Document) -> Document:
    """A copy that the caller may change without changing the store."""
    return document.model_copy(deep=True)


def _unit_rows(rows: Sequence[Sequence[float]]) -> Vectors:
    vectors = np.asarray(rows, dtype=np.float32)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError("embeddings must be vectors of one length with finite numbers")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if (lengths == 0).any():
        raise ValueError("an embedding of zeros has no direction")
    unit: Vectors = vectors / lengths
    return unit


def _name_by_content(path: Path, kind: str, suffix: str) -> str:
    """Rename a written file after its own hash, flushed to the disk; returns the new name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    name = f"{kind}-{hash_file(path)[:32]}{suffix}"
    path.replace(path.with_name(name))
    return name
