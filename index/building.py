"""Make a build from a folder of documents, and publish it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.chunking import CHUNKER_VERSION, chunk_document, embedding_text
from corpus.document import Notice
from corpus.errors import UnreadableDocument
from corpus.parsing.registry import PARSER_VERSIONS
from corpus.reading import read_documents
from index.chunk_store import ChunkStoreWriter
from index.errors import EmptyBuild, SelfCheckFailed
from index.lexical_index import LexicalIndex
from index.library_index import sentence_texts
from index.manifest import (
    FORMAT_VERSION,
    LIBRARY,
    SENTENCES,
    VECTORS,
    WORDS,
    Counts,
    Manifest,
    VectorsMade,
    hash_files,
)
from index.ports import Embedder, Vectors
from index.progress import BuildProgress, NoProgress
from index.publishing import (
    CACHE,
    making_folder,
    move_into_place,
    new_build_id,
    prune,
    publish,
    sync_tree,
    writing,
)
from index.tokens import TOKENIZER_VERSION
from index.vector_cache import VectorCache
from index.vector_index import FLAT_LIMIT, VectorIndex
from index.verifying import probe_build, verify_build

logger = logging.getLogger(__name__)

SENTENCE_LIMIT = 30_000
"""Up to so many sentences their vectors are computed beforehand (384 dimensions in 16 bits: 23 MB)."""

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Counts of ``embedded`` and ``reused`` are of distinct texts of chunks."""

    build_id: str
    documents: int
    chunks: int
    sentences: int
    embedded: int
    reused: int
    unreadable: tuple[tuple[str, str], ...]
    seconds: float
    seconds_by_stage: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """The report as a JSON object; ``unreadable`` is a list of ``{"name", "reason"}``."""
        unreadable = [{"name": name, "reason": reason} for name, reason in self.unreadable]
        return json.dumps(asdict(self) | {"unreadable": unreadable}, indent=2, ensure_ascii=False)


@dataclass(slots=True)
class _Contents:
    """What the stages after reading need of the chunks, by row."""

    texts: list[str] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    sentences: list[str] | None = field(default_factory=list)
    sentence_count: int = 0
    documents: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


class _Stages:
    """Times the stages of a build and tells the listeners about them."""

    def __init__(self, progress: BuildProgress, on_step: Step) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._on_step = on_step

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[BuildProgress]:
        self._progress.start(name, total)
        begin = time.perf_counter()
        yield self._progress
        self.seconds[name] = round(time.perf_counter() - begin, 3)
        self._on_step(name)


def build_index(
    sources: Sequence[Path],
    *,
    out: Path,
    embedder: Embedder,
    progress: BuildProgress | None = None,
    sentence_limit: int = SENTENCE_LIMIT,
    flat_limit: int = FLAT_LIMIT,
    on_step: Step = lambda _: None,
) -> BuildReport:
    """Read ``sources``, index them in a private folder below ``out``, check the result, and publish it.

    Only texts without a vector in the cache are embedded. The build published before serves until the
    pointer is replaced, and whatever goes wrong before that leaves it untouched. ``sentence_limit`` is the
    largest number of sentences whose vectors are stored, ``flat_limit`` the largest number of chunks that
    are searched exactly. ``on_step`` is called with the name of each stage as it ends.

    Raises :class:`EmptyBuild` when there is nothing to index, :class:`SelfCheckFailed` when the new build
    is faulty, :class:`index.errors.WriterBusy` while another build is being made.
    """
    begin = time.perf_counter()
    stages = _Stages(progress or NoProgress(), on_step)
    with writing(out):
        build_id = new_build_id()
        folder = making_folder(out, build_id)
        cache = VectorCache(out / CACHE)

        contents = _read_sources(sources, folder, embedder, stages, sentence_limit=sentence_limit)
        vectors, embedded = _embed_chunks(contents, cache, embedder, stages)
        made = _write_vectors(vectors, folder, stages, flat_limit=flat_limit)
        _write_words(contents, folder, stages)
        stored_sentences = _write_sentences(contents, folder, cache, embedder, stages)

        with stages.stage("writing"):
            Manifest(
                format_version=FORMAT_VERSION,
                build_id=build_id,
                created_at=datetime.now(UTC),
                embedder=embedder.fingerprint,
                dimension=embedder.dimension,
                counts=Counts(
                    documents=contents.documents,
                    chunks=len(contents.texts),
                    sentences=contents.sentence_count,
                    unreadable=len(contents.unreadable),
                ),
                vectors=made,
                sentence_vectors=stored_sentences,
                tokenizer_version=TOKENIZER_VERSION,
                chunker_version=CHUNKER_VERSION,
                parser_versions=dict(PARSER_VERSIONS),
                sources=[str(path) for path in sources],
                files=hash_files(folder),
            ).write(folder)
            sync_tree(folder)
        with stages.stage("checking"):
            problems = verify_build(folder) or probe_build(folder, embedder)
            if problems:
                raise SelfCheckFailed(
                    "the new build is faulty and was not published; the one before it goes on serving. "
                    + "; ".join(problems)
                )
        with stages.stage("moving"):
            move_into_place(out, build_id)
        with stages.stage("publishing"):
            publish(out, build_id)
        with stages.stage("tidying"):
            for removed in prune(out):
                logger.info("Removed %s.", removed)
            cache.forget_others([*contents.inputs, *(contents.sentences or ())], embedder)
    return BuildReport(
        build_id=build_id,
        documents=contents.documents,
        chunks=len(contents.texts),
        sentences=contents.sentence_count,
        embedded=embedded,
        reused=len(set(contents.inputs)) - embedded,
        unreadable=tuple(contents.unreadable),
        seconds=round(time.perf_counter() - begin, 3),
        seconds_by_stage=stages.seconds,
    )


def _read_sources(
    sources: Sequence[Path], folder: Path, embedder: Embedder, stages: _Stages, *, sentence_limit: int
) -> _Contents:
    """Parse and chunk; documents and chunks go to the store at once, only what is to be embedded stays."""
    contents = _Contents()
    notices: list[Notice] = []
    with stages.stage("reading") as progress, ChunkStoreWriter(folder / LIBRARY) as store:
        for item in read_documents(sources):
            if isinstance(item, UnreadableDocument):
                contents.unreadable.append((item.name, item.reason))
                continue
            chunks = chunk_document(item, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens)
            try:
                store.add(item, chunks)
            except ValueError as error:
                contents.unreadable.append((item.id, str(error)))
                continue
            contents.documents += 1
            for chunk in chunks:
                contents.texts.append(chunk.text)
                contents.contexts.append(chunk.context())
                contents.inputs.append(embedding_text(chunk, count_tokens=embedder.count_tokens))
                contents.sentence_count += len(chunk.sentences)
                if contents.sentence_count > sentence_limit:
                    contents.sentences = None
                elif contents.sentences is not None:
                    contents.sentences += sentence_texts(chunk)
            if item.metadata.notice:
                notices.append(item.metadata.notice)
            progress.advance(1)
        for notice in notices:
            for document_id in store.apply_notice(notice):
                logger.info("%s: %s by a notice.", document_id, notice.status.value)
    if not contents.texts:
        read = f"; {len(contents.unreadable)} files can't be read" if contents.unreadable else ""
        first = "".join(f" ({name}: {reason})" for name, reason in contents.unreadable[:1])
        named = ", ".join(str(path) for path in sources) or "no sources"
        raise EmptyBuild(
            f"there is no text to index in {named}{read}{first}; nothing was published. "
            "Name a folder that holds documents."
        )
    return contents


def _embed_chunks(
    contents: _Contents, cache: VectorCache, embedder: Embedder, stages: _Stages
) -> tuple[Vectors, int]:
    with stages.stage("embedding", len(contents.inputs)) as progress:
        return cache.embed(contents.inputs, embedder, progress=progress.advance)


def _write_vectors(vectors: Vectors, folder: Path, stages: _Stages, *, flat_limit: int) -> VectorsMade:
    with stages.stage("indexing vectors"):
        index = VectorIndex.build(vectors, flat_limit=flat_limit)
        recall = index.measure_recall(vectors)
        index.save(folder / VECTORS)
        return VectorsMade(
            kind=index.kind, recall_at=recall.at, recall=recall.value, recall_queries=recall.queries
        )


def _write_words(contents: _Contents, folder: Path, stages: _Stages) -> None:
    with stages.stage("indexing words", len(contents.texts)) as progress:
        LexicalIndex.build(contents.texts, contexts=contents.contexts, progress=progress.advance).save(
            folder / WORDS
        )


def _write_sentences(
    contents: _Contents, folder: Path, cache: VectorCache, embedder: Embedder, stages: _Stages
) -> bool:
    """Store the vectors of all sentences, if there are few enough; says whether they were."""
    if contents.sentences is None:
        return False
    with stages.stage("embedding sentences", len(contents.sentences)) as progress:
        vectors, _ = cache.embed(contents.sentences, embedder, progress=progress.advance)
        np.save(folder / SENTENCES, vectors.astype(np.float16), allow_pickle=False)
    return True
