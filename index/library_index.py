"""A published build, open for search."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.document import Chunk, Document, Metadata
from index.chunk_store import ChunkStore
from index.errors import DamagedBuild, ForeignBuild, IndexStoreError, UnknownChunk, UnusableBuild
from index.hybrid_search import DENSE_WEIGHT, HybridSearch, RankedRow
from index.lexical_index import LexicalIndex
from index.manifest import LIBRARY, SENTENCES, VECTORS, WORDS, Manifest, hash_file
from index.ports import Embedder, Hit, SearchQuery, Vectors
from index.publishing import CURRENT, current_build
from index.retrieval_effort import BALANCED, RetrievalEffort
from index.tokens import split_words
from index.vector_index import VectorIndex

logger = logging.getLogger(__name__)

HASHED_WHEN_OPENED = 256 * 2**20
"""Builds up to this many bytes are hashed when opened (about a fifth of a second); ``verify`` hashes all."""

REMEMBERED_SENTENCES = 20_000
LOOKED_AT_EVERY_S = 1.0


class LibraryIndex:
    """One build: its documents, its chunks, and the search over them. Thread-safe."""

    def __init__(
        self,
        *,
        manifest: Manifest,
        store: ChunkStore,
        search: HybridSearch,
        sentences: SentenceVectors,
    ) -> None:
        self._manifest = manifest
        self._store = store
        self._search = search
        self._sentences = sentences

    @classmethod
    def open_current(
        cls,
        out: Path,
        embedder: Embedder,
        *,
        dense_weight: float = DENSE_WEIGHT,
        effort: RetrievalEffort = BALANCED,
    ) -> LibraryIndex:
        """Open the build that serves.

        Raises :class:`index.errors.NoBuild` when nothing was published, and what :meth:`open_build` raises.
        """
        folder = current_build(out)
        try:
            return cls.open_build(folder, embedder, dense_weight=dense_weight, effort=effort)
        except UnusableBuild:
            newer = current_build(out)
            if newer == folder:
                raise
            # It was replaced while opening.
            return cls.open_build(newer, embedder, dense_weight=dense_weight, effort=effort)

    @classmethod
    def open_build(
        cls,
        folder: Path,
        embedder: Embedder,
        *,
        dense_weight: float = DENSE_WEIGHT,
        effort: RetrievalEffort = BALANCED,
    ) -> LibraryIndex:
        """Open one build.

        Raises :class:`ForeignBuild` when it was made by another embedder or in another format, and
        :class:`DamagedBuild` when a file is missing, changed or doesn't fit the others.
        """
        manifest = Manifest.read(folder)
        if manifest.embedder != embedder.fingerprint or manifest.dimension != embedder.dimension:
            raise ForeignBuild(
                f"build {manifest.build_id} was made with the embedder {manifest.embedder}, this program uses "
                f"{embedder.fingerprint}; choose that embedder and precision again (FOLLOWUP_EMBEDDER, "
                "FOLLOWUP_PRECISION), or run `followup index build`"
            )
        _check_files(folder, manifest)
        vectors = VectorIndex.load(folder / VECTORS)
        lexical = LexicalIndex.load(folder / WORDS)
        sentence_vectors = _open_sentences(folder, manifest)
        store = ChunkStore(folder / LIBRARY)
        counts = (store.document_count, store.chunk_count, len(vectors), len(lexical), vectors.dimension)
        wanted = manifest.counts
        if counts != (wanted.documents, wanted.chunks, wanted.chunks, wanted.chunks, manifest.dimension):
            store.close()
            raise DamagedBuild(
                f"the parts of build {manifest.build_id} don't fit together; build again or roll back"
            )
        sentences = SentenceVectors(embedder, store, sentence_vectors)
        search = HybridSearch(
            embedder=embedder,
            vectors=vectors,
            lexical=lexical,
            dense_weight=dense_weight,
            effort=effort,
            text_of_row=lambda row: store.at(row).chunk.text,
            # Embedding the sentences of the best rows for each question would take longer than all the rest.
            sentences_of_rows=sentences.of_rows if sentence_vectors is not None else None,
        )
        return cls(manifest=manifest, store=store, search=search, sentences=sentences)

    @property
    def build_id(self) -> str:
        return self._manifest.build_id

    @property
    def embedder_fingerprint(self) -> str:
        return self._manifest.embedder

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def search(self, query: SearchQuery, *, k: int) -> list[Hit]:
        """The best ``k`` chunks, best first; none for a blank query. Raises ``ValueError`` for ``k`` < 1."""
        return [self._hit(found) for found in self._search.search(query, k=k)]

    def score_chunks(self, query: SearchQuery, chunk_ids: Sequence[str]) -> list[Hit]:
        """Score chunks on the scale of :meth:`search` for this query, best first.

        Each chunk counts once; ids that this build doesn't hold are left out.
        """
        rows = []
        for chunk_id in dict.fromkeys(chunk_ids):
            try:
                rows.append(self._store.find(chunk_id).row)
            except UnknownChunk:
                continue
        hits = [self._hit(found) for found in self._search.score_rows(query, rows)]
        return sorted(hits, key=lambda hit: -hit.score)

    def document(self, document_id: str) -> Document:
        """The document of that id; raises :class:`index.errors.UnknownDocument`."""
        return self._store.document(document_id)

    def documents(self) -> list[tuple[str, Metadata]]:
        """Every document's id and metadata, in the order in which they were read."""
        return self._store.list_metadata()

    def metadata(self, document_id: str) -> Metadata:
        """One document's metadata; raises :class:`index.errors.UnknownDocument`."""
        return self._store.metadata(document_id)

    def successor(self, document_id: str) -> str | None:
        """The id of the document here that supersedes this one, as either of the two states it."""
        return self._store.successors().get(document_id)

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk of that id; raises :class:`index.errors.UnknownChunk`."""
        return self._store.find(chunk_id).chunk

    def chunk_covering(self, document_id: str, start: int, end: int) -> Chunk | None:
        """The chunk that shares most characters with ``[start, end)`` of a document; ``None`` if none does."""
        found = self._store.covering(document_id, start, end)
        return found.chunk if found else None

    def sentence_vectors(self, chunk: Chunk) -> Vectors:
        """One unit row for each of ``chunk.sentences``."""
        return self._sentences.of([chunk])[0]

    def sentence_vectors_many(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        """What :meth:`sentence_vectors` gives for each chunk, with at most one call of the embedder."""
        return self._sentences.of(chunks)

    def embed_query(self, text: str) -> Vectors:
        """The unit vector of ``text``, shape ``(dimension,)``; the same that :meth:`search` uses for it."""
        vector: Vectors = self._search.embed_query(SearchQuery(text))[0]
        return vector

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word among the chunks, in [0, 1]; 0 for a stop word."""
        return self._search.lexical.rarity(word)

    def measure_background(self, text: str) -> tuple[float, float]:
        """Mean and standard deviation of the cosine between ``text`` and the library's chunks."""
        return self._search.measure_background(text)

    def similar_words(self, word: str) -> tuple[str, ...]:
        """Words whose stem is one edit away from that of ``word``, or the same in another spelling; one for each
        stem, as they are written in the library."""
        found = []
        for stem, row in self._search.lexical.similar_words(word):
            chunk = self._store.at(row).chunk
            written = re.findall(r"[^\W\d_]+", f"{chunk.text} {chunk.context()}".lower())
            form = next((form for form in written if split_words(form) == [stem]), stem)
            if form != word.lower():
                found.append(form)
        return tuple(found)

    def close(self) -> None:
        """Close the build's files; no method may be called afterwards."""
        self._store.close()

    def _hit(self, found: RankedRow) -> Hit:
        return Hit(self._store.at(found.row).chunk, found.score, found.dense, found.lexical)


class SentenceVectors:
    """Vectors of the sentences of chunks: from the build where it has them, else made and remembered."""

    def __init__(
        self,
        embedder: Embedder,
        store: ChunkStore,
        stored: npt.NDArray[np.float16] | None,
        *,
        remembered: int = REMEMBERED_SENTENCES,
    ) -> None:
        self._remembered = remembered
        self._embedder = embedder
        self._store = store
        self._stored = stored
        self._made: OrderedDict[str, Vectors] = OrderedDict()
        self._made_rows = 0
        self._lock = threading.Lock()

    def of(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        """One array of unit rows for each chunk; every text that is missing goes into one batch."""
        if self._stored is not None:
            return [self._read(chunk, self._stored) for chunk in chunks]
        with self._lock:
            known = {chunk.id: self._made[chunk.id] for chunk in chunks if chunk.id in self._made}
        missing = {chunk.id: chunk for chunk in chunks if chunk.id not in known}
        texts = [text for chunk in missing.values() for text in sentence_texts(chunk)]
        vectors = (
            self._embedder.embed(texts) if texts else np.zeros((0, self._embedder.dimension), np.float32)
        )
        begin = 0
        for chunk in missing.values():
            known[chunk.id] = vectors[begin : begin + len(chunk.sentences)]
            begin += len(chunk.sentences)
        self._remember(known)
        return [known[chunk.id] for chunk in chunks]

    def of_rows(self, rows: Sequence[int]) -> list[Vectors]:
        """What :meth:`of` gives for the chunks of these rows."""
        return self.of([self._store.at(row).chunk for row in rows])

    def _read(self, chunk: Chunk, stored: npt.NDArray[np.float16]) -> Vectors:
        first = self._store.find(chunk.id).first_sentence
        return np.asarray(stored[first : first + len(chunk.sentences)], dtype=np.float32)

    def _remember(self, known: dict[str, Vectors]) -> None:
        with self._lock:
            for chunk_id, vectors in known.items():
                if chunk_id not in self._made:
                    self._made_rows += len(vectors)
                self._made[chunk_id] = vectors
                self._made.move_to_end(chunk_id)
            while self._made_rows > self._remembered and len(self._made) > 1:
                self._made_rows -= len(self._made.popitem(last=False)[1])


class IndexHandle:
    """The build that serves, and every later one as it is published. Thread-safe.

    Raises, when made, what :meth:`LibraryIndex.open_current` raises.
    """

    def __init__(
        self,
        out: Path,
        embedder: Embedder,
        *,
        dense_weight: float = DENSE_WEIGHT,
        effort: RetrievalEffort = BALANCED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._embedder = embedder
        self._dense_weight = dense_weight
        self._effort = effort
        self._clock = clock
        self._swapping = threading.Lock()
        self._pointer = self._read_pointer()
        self._looked_at = clock()
        self._library = LibraryIndex.open_current(out, embedder, dense_weight=dense_weight, effort=effort)

    def current(self) -> LibraryIndex:
        """The library to answer from now.

        Looks at the pointer at most once a second. One thread opens a new build while the others go on with
        the old one; whoever holds the old one can finish with it. A new build that can't be opened is
        reported in the log, and the old one goes on serving.
        """
        if self._clock() - self._looked_at < LOOKED_AT_EVERY_S or not self._swapping.acquire(blocking=False):
            return self._library
        try:
            self._looked_at = self._clock()
            pointer = self._read_pointer()
            if pointer != self._pointer:
                self._pointer = pointer
                self._swap()
        finally:
            self._swapping.release()
        return self._library

    def _swap(self) -> None:
        try:
            if current_build(self._out).name == self._library.build_id:
                return
            self._library = LibraryIndex.open_current(
                self._out, self._embedder, dense_weight=self._dense_weight, effort=self._effort
            )
        except IndexStoreError as error:
            logger.error(
                "The newly published build can't be opened; %s goes on serving. %s",
                self._library.build_id,
                error,
            )
        else:
            logger.info("Now serving build %s.", self._library.build_id)

    def _read_pointer(self) -> tuple[int, int, int] | None:
        try:
            found = (self._out / CURRENT).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def sentence_texts(chunk: Chunk) -> list[str]:
    """The text of each of the chunk's sentences."""
    offset = chunk.span.start
    return [chunk.text[span.start - offset : span.end - offset] for span in chunk.sentences]


def _check_files(folder: Path, manifest: Manifest) -> None:
    advice = "build the index again or roll back"
    missing = [name for name in manifest.files if not (folder / name).is_file()]
    if missing:
        raise DamagedBuild(f"build {manifest.build_id} lacks {', '.join(missing)}; {advice}")
    if sum((folder / name).stat().st_size for name in manifest.files) > HASHED_WHEN_OPENED:
        return
    for name, expected in manifest.files.items():
        if hash_file(folder / name) != expected:
            raise DamagedBuild(f"{name} of build {manifest.build_id} was changed; {advice}")


def _open_sentences(folder: Path, manifest: Manifest) -> npt.NDArray[np.float16] | None:
    if not manifest.sentence_vectors:
        return None
    try:
        stored: npt.NDArray[np.float16] = np.load(folder / SENTENCES, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DamagedBuild(
            f"{folder / SENTENCES} can't be read ({error}); build the index again or roll back"
        ) from error
    if stored.dtype != np.float16 or stored.shape != (manifest.counts.sentences, manifest.dimension):
        raise DamagedBuild(f"{folder / SENTENCES} doesn't fit its build; build the index again or roll back")
    return stored
