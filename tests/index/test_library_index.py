"""An open build: search, documents, evidence, sentences; and the handle that follows the pointer."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from index.building import build_index
from index.errors import DamagedBuild, ForeignBuild, NoBuild, UnknownChunk, UnknownDocument
from index.library_index import IndexHandle, LibraryIndex, SentenceVectors, sentence_texts
from index.manifest import FORMAT_VERSION, LIBRARY, VECTORS, Manifest, hash_files
from index.ports import Retriever, SearchQuery
from index.publishing import CURRENT, current_build, rollback
from index.retrieval_effort import FAST
from tests.index.library import TEXTS, write_library
from tests.tiny_embedder import TinyEmbedder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_library(tmp_path / "documents")


@pytest.fixture
def out(tmp_path: Path, documents: Path) -> Path:
    build_index([documents], out=tmp_path / "builds", embedder=TinyEmbedder())
    return tmp_path / "builds"


@pytest.fixture
def library(out: Path) -> LibraryIndex:
    return LibraryIndex.open_current(out, TinyEmbedder())


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_search_gives_hits_in_order(library: LibraryIndex) -> None:
    retriever: Retriever = library
    hits = retriever.search(SearchQuery("quinine platelets"), k=3)
    assert len(hits) == 3
    assert "platelets" in hits[0].chunk.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert retriever.search(SearchQuery(" "), k=3) == []


def test_every_hit_is_a_slice_of_its_document(library: LibraryIndex) -> None:
    for hit in library.search(SearchQuery("cramps"), k=10):
        document = library.document(hit.chunk.document_id)
        assert document.quote(hit.chunk.span) == hit.chunk.text
        assert document.sha256 == hit.chunk.document_sha256


def test_documents_and_metadata(library: LibraryIndex) -> None:
    listed = library.documents()
    assert [metadata.title for _, metadata in listed] == [
        "Magnesium for cramps",
        "Quinine for cramps",
        "Stretching before sleep",
    ]
    first = listed[0][0]
    assert library.metadata(first) == library.document(first).metadata
    for ask in (library.document, library.metadata):
        with pytest.raises(UnknownDocument, match="no document 'nope'"):
            ask("nope")
    with pytest.raises(UnknownChunk):
        library.chunk("nope")


def test_evidence_of_an_earlier_answer_is_found_and_scored_again(library: LibraryIndex) -> None:
    query = SearchQuery("kidney disease")
    hits = library.search(query, k=5)
    chunk = hits[0].chunk
    assert library.chunk(chunk.id) == chunk
    assert library.chunk_covering(chunk.document_id, chunk.span.start + 3, chunk.span.end - 3) == chunk
    assert library.chunk_covering(chunk.document_id, 10**6, 10**6 + 1) is None
    again = library.score_chunks(query, [hits[1].chunk.id, "nope", chunk.id, chunk.id])
    assert again == hits[:2]


@pytest.mark.parametrize("sentence_limit", [100, 0])
def test_sentence_vectors(documents: Path, tmp_path: Path, sentence_limit: int) -> None:
    out = tmp_path / "other"
    build_index([documents], out=out, embedder=TinyEmbedder(), sentence_limit=sentence_limit)
    embedder = TinyEmbedder()
    library = LibraryIndex.open_current(out, embedder)
    chunks = [hit.chunk for hit in library.search(SearchQuery("magnesium"), k=5)]
    embedder.calls.clear()
    many = library.sentence_vectors_many([*chunks, chunks[0]])
    texts = [sentence_texts(chunk) for chunk in chunks]
    assert [len(call) for call in embedder.calls] == ([] if sentence_limit else [sum(map(len, texts))])
    for chunk, sentences, vectors in zip(chunks, texts, many, strict=False):
        assert vectors == pytest.approx(TinyEmbedder().embed(sentences), abs=1e-3)
        assert library.sentence_vectors(chunk) == pytest.approx(vectors)
    assert (many[-1] == many[0]).all()
    assert len(embedder.calls) == (0 if sentence_limit else 1)
    assert library.sentence_vectors_many([]) == []


def test_sentences_are_slices_of_their_document(library: LibraryIndex) -> None:
    for hit in library.search(SearchQuery("cramps"), k=10):
        document = library.document(hit.chunk.document_id)
        assert sentence_texts(hit.chunk) == [document.quote(span) for span in hit.chunk.sentences]


def test_embed_query_is_the_vector_of_the_search(library: LibraryIndex) -> None:
    vector = library.embed_query("magnesium dose")
    assert vector.shape == (TinyEmbedder().dimension,)
    assert vector == pytest.approx(TinyEmbedder().embed(["magnesium dose"])[0])


def test_rarity_comes_from_the_library(library: LibraryIndex) -> None:
    assert 0 < library.rarity("cramps") < library.rarity("platelets") < library.rarity("zebra")


def test_a_build_of_another_embedder_is_refused_and_kept(out: Path) -> None:
    with pytest.raises(ForeignBuild, match=r"tiny/.*/1.*uses tiny/.*/2.*followup index build"):
        LibraryIndex.open_current(out, TinyEmbedder(version="2"))
    LibraryIndex.open_current(out, TinyEmbedder())


def test_a_build_of_another_format_is_refused(out: Path) -> None:
    path = current_build(out) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"format_version": 1', '"format_version": 2'), "utf-8")
    with pytest.raises(ForeignBuild, match=f"format 2, this program reads format {FORMAT_VERSION}"):
        LibraryIndex.open_current(out, TinyEmbedder())


def test_a_missing_file_is_named(out: Path) -> None:
    (current_build(out) / VECTORS).unlink()
    with pytest.raises(DamagedBuild, match=r"lacks vectors\.faiss"):
        LibraryIndex.open_current(out, TinyEmbedder())


def test_a_file_of_another_build_is_noticed(out: Path, documents: Path) -> None:
    old = current_build(out)
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    build_index([documents], out=out, embedder=TinyEmbedder())
    shutil.copy(old / VECTORS, current_build(out) / VECTORS)
    with pytest.raises(DamagedBuild, match=r"vectors\.faiss .* was changed"):
        LibraryIndex.open_current(out, TinyEmbedder())


def test_parts_that_do_not_fit_are_noticed_even_with_fresh_hashes(out: Path, documents: Path) -> None:
    old = current_build(out)
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    build_index([documents], out=out, embedder=TinyEmbedder())
    new = current_build(out)
    shutil.copy(old / LIBRARY, new / LIBRARY)
    Manifest.read(new).model_copy(update={"files": hash_files(new)}).write(new)
    with pytest.raises(DamagedBuild, match="don't fit together"):
        LibraryIndex.open_current(out, TinyEmbedder())


def test_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(NoBuild):
        LibraryIndex.open_current(tmp_path, TinyEmbedder())
    with pytest.raises(NoBuild):
        IndexHandle(tmp_path, TinyEmbedder())


def test_handle_follows_the_pointer(out: Path, documents: Path) -> None:
    clock = Clock()
    handle = IndexHandle(out, TinyEmbedder(), clock=clock)
    first = handle.current()
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    second = build_index([documents], out=out, embedder=TinyEmbedder()).build_id
    clock.now += 0.5
    assert handle.current() is first  # looks at most once a second
    clock.now += 1
    assert handle.current().build_id == second
    assert first.search(SearchQuery("quinine"), k=1)  # whoever holds the old one can finish
    clock.now += 2
    assert handle.current() is handle.current()
    rollback(out)
    clock.now += 2
    assert handle.current().build_id == first.build_id


def test_every_build_is_searched_with_the_effort_chosen(out: Path, documents: Path) -> None:
    clock, embedder = Clock(), TinyEmbedder()
    handle = IndexHandle(out, embedder, effort=FAST, clock=clock)
    query = SearchQuery("dose?", dense_texts=("dose?", "dose? of quinine"))
    handle.current().search(query, k=1)
    assert embedder.calls[-1] == ["dose? of quinine"]
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    build_index([documents], out=out, embedder=TinyEmbedder())
    clock.now += 2
    embedder.calls.clear()
    handle.current().search(query, k=1)
    assert embedder.calls == [["dose? of quinine"]]


def test_handle_goes_on_with_the_old_build_when_the_new_one_is_unusable(
    out: Path, documents: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    handle = IndexHandle(out, TinyEmbedder(), clock=clock)
    first = handle.current()
    build_index([documents], out=out, embedder=TinyEmbedder(version="2"))
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.now += 2
            assert handle.current() is first
    assert caplog.text.count("can't be opened") == 1  # told once, not with each request
    (out / CURRENT).unlink()
    clock.now += 2
    assert handle.current() is first
    build_index([documents], out=out, embedder=TinyEmbedder())
    clock.now += 2
    assert handle.current().build_id == current_build(out).name


def test_requests_go_on_while_builds_are_swapped(out: Path, documents: Path) -> None:
    clock = Clock()
    handle = IndexHandle(out, TinyEmbedder(), clock=clock)
    stop, failures, answers = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            try:
                hits = handle.current().search(SearchQuery("quinine platelets"), k=1)
                answers.append(hits[0].chunk.text)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):  # more than are kept, so the first ones are removed while in use
        write_library(documents, {"new": f"# Sleep\n\nSleep well, number {number}.\n"})
        build_index([documents], out=out, embedder=TinyEmbedder())
        clock.now += 2
        handle.current()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(answers) == {TEXTS["quinine"].strip().rsplit("\n", 1)[1]}


def test_remembered_sentences_are_bounded(library: LibraryIndex, out: Path) -> None:
    from index.chunk_store import ChunkStore

    store = ChunkStore(current_build(out) / LIBRARY)
    embedder = TinyEmbedder()
    sentences = SentenceVectors(embedder, store, None, remembered=2)
    chunks = [item.chunk for item in store.chunks()]
    for chunk in chunks:
        sentences.of([chunk])
    before = len(embedder.calls)
    sentences.of([chunks[-1]])
    assert len(embedder.calls) == before
    sentences.of([chunks[0]])
    assert len(embedder.calls) == before + 1
    assert isinstance(sentences.of([chunks[0]])[0], np.ndarray)
