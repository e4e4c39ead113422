"""Check a build against itself: every file, every count, every span, and that texts find themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from corpus.chunking import embedding_text
from corpus.document import Document
from index.chunk_store import ChunkStore, StoredChunk
from index.errors import DamagedBuild, IndexStoreError
from index.lexical_index import LexicalIndex
from index.library_index import LibraryIndex
from index.manifest import LIBRARY, MANIFEST, SENTENCES, VECTORS, WORDS, Manifest, hash_files
from index.ports import Embedder, SearchQuery
from index.tokens import split_words
from index.vector_index import VectorIndex

MOST_PROBLEMS = 50
PROBES = 8
PROBE_DEPTH = 10
SAME_VECTOR = 0.99
"""Least cosine of a stored vector with the text embedded again; 8-bit codes and batches cost about .001."""


def verify_build(folder: Path) -> list[str]:
    """Hash every file again, count the stores, and slice every chunk out of its document again.

    Returns the problems, at most ``MOST_PROBLEMS``, each a sentence; an empty list means the build is whole.
    """
    try:
        manifest = Manifest.read(folder)
    except IndexStoreError as error:
        return [str(error)]
    problems = _compare_files(folder, manifest)
    try:
        store = ChunkStore(folder / LIBRARY)
    except IndexStoreError as error:
        return [*problems, str(error)]
    try:
        problems += _compare_counts(folder, manifest, store)
        problems += _compare_spans(store, manifest)
    except IndexStoreError as error:
        problems.append(str(error))
    finally:
        store.close()
    return problems[:MOST_PROBLEMS]


def probe_build(folder: Path, embedder: Embedder) -> list[str]:
    """Open the build as a reader would, and let a few of its chunks find themselves.

    Returns the problems; an empty list means that every probed chunk was found.
    """
    try:
        library = LibraryIndex.open_build(folder, embedder)
    except IndexStoreError as error:
        return [str(error)]
    store = ChunkStore(folder / LIBRARY)
    vectors = VectorIndex.load(folder / VECTORS)
    try:
        count = store.chunk_count
        rows = np.unique(np.linspace(0, count - 1, num=min(PROBES, count)).astype(np.int64))
        chunks = [store.at(int(row)) for row in rows]
        texts = [embedding_text(item.chunk, count_tokens=embedder.count_tokens) for item in chunks]
        again = embedder.embed(texts)
        cosines = np.einsum("ij,ij->i", again, vectors.vectors(rows))
        problems = [
            f"row {item.row} of the vectors is not chunk {item.chunk.id}"
            for item, cosine in zip(chunks, cosines.tolist(), strict=True)
            if cosine < SAME_VECTOR
        ]
        problems += [
            f"chunk {item.chunk.id} is not found by its own text"
            for item, text in zip(chunks, texts, strict=True)
            if not _finds_itself(library, item, text)
        ]
    finally:
        store.close()
        library.close()
    return problems


def _finds_itself(library: LibraryIndex, item: StoredChunk, text: str) -> bool:
    if not split_words(text):
        return True
    hits = library.search(SearchQuery(text), k=PROBE_DEPTH)
    # Boilerplate may be there many times over; then its twin will do.
    return any(hit.chunk.id == item.chunk.id or hit.chunk.text == item.chunk.text for hit in hits)


def _compare_files(folder: Path, manifest: Manifest) -> list[str]:
    found = hash_files(folder)
    problems = [f"{name} is missing" for name in manifest.files if name not in found]
    problems += [f"{name} is not part of the build" for name in found if name not in manifest.files]
    problems += [
        f"{name} was changed: its sha256 is not the one in {MANIFEST}"
        for name, digest in manifest.files.items()
        if name in found and found[name] != digest
    ]
    return problems


def _compare_counts(folder: Path, manifest: Manifest, store: ChunkStore) -> list[str]:
    wanted = manifest.counts
    counted = [
        ("documents", store.document_count, wanted.documents),
        ("chunks", store.chunk_count, wanted.chunks),
        ("vectors", len(VectorIndex.load(folder / VECTORS)), wanted.chunks),
        ("rows of words", len(LexicalIndex.load(folder / WORDS)), wanted.chunks),
    ]
    if manifest.sentence_vectors:
        try:
            rows = len(np.load(folder / SENTENCES, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError) as error:
            raise DamagedBuild(f"{SENTENCES} can't be read: {error}") from error
        counted.append(("sentence vectors", rows, wanted.sentences))
    return [
        f"there are {found} {what}, the manifest says {expected}"
        for what, found, expected in counted
        if found != expected
    ]


def _compare_spans(store: ChunkStore, manifest: Manifest) -> list[str]:
    problems: list[str] = []
    document: Document | None = None
    sentences = 0
    for item in store.chunks():
        chunk = item.chunk
        if item.first_sentence != sentences:
            problems.append(f"the sentences of chunk {chunk.id} are numbered wrongly")
        sentences += len(chunk.sentences)
        if document is None or document.id != chunk.document_id:
            document = store.document(chunk.document_id)
        if document.text[chunk.span.start : chunk.span.end] != chunk.text:
            problems.append(f"chunk {chunk.id} is not the text at its place in {chunk.document_id}")
        elif chunk.document_sha256 != document.sha256:
            problems.append(f"chunk {chunk.id} belongs to another text of {chunk.document_id}")
        elif not all(
            chunk.span.start <= span.start <= span.end <= chunk.span.end for span in chunk.sentences
        ):
            problems.append(f"chunk {chunk.id} has a sentence outside its span")
        if len(problems) >= MOST_PROBLEMS:
            return problems
    if sentences != manifest.counts.sentences:
        problems.append(f"there are {sentences} sentences, the manifest says {manifest.counts.sentences}")
    return problems
