"""Documents and chunks come back as they went in."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from corpus.document import (
    Block,
    BlockKind,
    Chunk,
    ChunkKind,
    Document,
    Metadata,
    Recommendation,
    ReviewStatus,
    Section,
    SourceKind,
    SourceStatus,
    Span,
)
from index.chunk_store import ChunkStore, ChunkStoreWriter
from index.errors import DamagedBuild, UnknownChunk, UnknownDocument

TEXT = "Ärzte say: “magnesium”\u0000 — 10 µg. Second sentence 😀 here.\n\nThird."


def make_document(name: str = "full", text: str = TEXT) -> Document:
    return Document(
        id=name,
        text=text,
        metadata=Metadata(
            title="Título",
            kind=SourceKind.GUIDELINE,
            issuer="A society",
            journal="J",
            year=2020,
            authors="A; B",
            doi="10.1/x",
            pmid="1",
            url="https://example.org",
            populations=("adults", "dialysis"),
            strength="Grade B",
            certainty="low",
            last_search="2019-09",
            status=SourceStatus.SUPERSEDED,
            supersedes=("old",),
            superseded_by="new",
            digest=True,
            review_status=ReviewStatus.REVIEWED,
            licence="CC BY 4.0",
        ),
        sections=(
            Section((), (Block(BlockKind.PARAGRAPH, Span(0, 33)),)),
            Section(
                ("A", "B"), (Block(BlockKind.TABLE_ROW, Span(33, 40)), Block(BlockKind.CAPTION, Span(41, 42)))
            ),
        ),
        recommendations=(Recommendation(Span(0, 5), "Weak", None, ("children",)), Recommendation(Span(6, 9))),
        media_type="text/markdown",
        warnings=("odd heading",),
    )


def make_chunk(
    document: Document, start: int, end: int, name: str, *sentences: Span, graded: bool = False
) -> Chunk:
    return Chunk(
        id=name,
        document_id=document.id,
        document_sha256=document.sha256,
        span=Span(start, end),
        text=document.text[start:end],
        kind=ChunkKind.RECOMMENDATION if graded else ChunkKind.PASSAGE,
        title=document.metadata.title,
        heading_path=("A", "B"),
        sentences=sentences,
        strength="Grade A" if graded else None,
        certainty="high" if graded else None,
        populations=("pregnancy",) if graded else (),
    )


FULL = make_document()
BARE = Document("bare", "Only this.", Metadata("Bare"), ())
CHUNKS = (
    make_chunk(FULL, 0, 33, "c0", Span(0, 20), Span(21, 33)),
    make_chunk(FULL, 33, len(TEXT), "c1", Span(33, len(TEXT)), graded=True),
)
BARE_CHUNK = make_chunk(BARE, 0, 10, "c2")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with ChunkStoreWriter(tmp_path / "library.sqlite") as writer:
        writer.add(FULL, CHUNKS)
        writer.add(BARE, [BARE_CHUNK])
    return tmp_path / "library.sqlite"


def test_everything_comes_back_exactly(path: Path) -> None:
    store = ChunkStore(path)
    assert (store.document_count, store.chunk_count) == (2, 3)
    assert store.document("full") == FULL
    assert store.document("bare") == BARE
    assert list(store.documents()) == [FULL, BARE]
    assert store.metadata("full") == FULL.metadata
    assert store.list_metadata() == [("full", FULL.metadata), ("bare", BARE.metadata)]
    assert [store.at(row).chunk for row in range(3)] == [*CHUNKS, BARE_CHUNK]
    assert [item.chunk for item in store.chunks()] == [*CHUNKS, BARE_CHUNK]
    assert [store.at(row).first_sentence for row in range(3)] == [0, 2, 3]
    found = store.find("c1")
    assert (found.row, found.chunk) == (1, CHUNKS[1])


def test_the_chunk_that_covers_a_range(path: Path) -> None:
    store = ChunkStore(path)

    def covering(start: int, end: int, document: str = "full") -> str | None:
        found = store.covering(document, start, end)
        return found.chunk.id if found else None

    assert covering(0, 10) == "c0"
    assert covering(30, 60) == "c1"  # shares more with the second
    assert covering(32, 34) == "c0"  # a tie goes to the first
    assert covering(5, 5) == "c0"
    assert covering(500, 600) is None
    assert covering(0, 5, "unknown") is None


def test_which_document_supersedes_which(tmp_path: Path) -> None:
    stated = {
        "old": Metadata("Old", year=2010, superseded_by="newer"),
        "newer": Metadata("Newer", year=2016),
        "newest": Metadata("Newest", year=2020, supersedes=("old", "newer", "not-in-the-library")),
        "astray": Metadata("Astray", superseded_by="not-in-the-library"),
        "itself": Metadata("Itself", superseded_by="itself"),
    }
    with ChunkStoreWriter(tmp_path / "library.sqlite") as writer:
        for name, metadata in stated.items():
            writer.add(Document(name, name, metadata, ()), [])
    assert ChunkStore(tmp_path / "library.sqlite").successors() == {"old": "newest", "newer": "newest"}


def test_what_is_not_there(path: Path) -> None:
    store = ChunkStore(path)
    with pytest.raises(UnknownDocument, match="'nope'"):
        store.document("nope")
    with pytest.raises(KeyError):
        store.metadata("nope")
    with pytest.raises(UnknownChunk, match="'nope'"):
        store.find("nope")
    with pytest.raises(IndexError, match="0 to 2"):
        store.at(3)


@pytest.mark.parametrize(
    "document",
    [make_document("full"), make_document("other", TEXT + " more")],
    ids=["document id", "chunk id"],
)
def test_an_id_that_is_taken_is_refused(document: Document, tmp_path: Path) -> None:
    with ChunkStoreWriter(tmp_path / "library.sqlite") as writer:
        writer.add(FULL, CHUNKS)
        with pytest.raises(ValueError, match="already taken"):
            writer.add(document, [make_chunk(document, 0, 5, "c0")])
        writer.add(BARE, [BARE_CHUNK])
    store = ChunkStore(tmp_path / "library.sqlite")
    assert [item.id for item in store.documents()] == ["full", "bare"]
    assert [item.chunk.id for item in store.chunks()] == ["c0", "c1", "c2"]


def test_a_refused_document_leaves_nothing(tmp_path: Path) -> None:
    other = make_document("other", TEXT + " more")
    with ChunkStoreWriter(tmp_path / "library.sqlite") as writer:
        writer.add(FULL, CHUNKS)
        with pytest.raises(ValueError, match="already taken"):
            writer.add(other, [make_chunk(other, 0, 3, "new"), make_chunk(other, 0, 5, "c0")])
    store = ChunkStore(tmp_path / "library.sqlite")
    assert (store.document_count, store.chunk_count) == (1, 2)


def test_an_existing_file_is_never_written_over(path: Path) -> None:
    with pytest.raises(FileExistsError):
        ChunkStoreWriter(path)


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(DamagedBuild, match="missing"):
        ChunkStore(tmp_path / "library.sqlite")
    (tmp_path / "library.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(DamagedBuild, match="not a database"):
        ChunkStore(tmp_path / "library.sqlite")


def test_a_text_that_was_changed_is_noticed(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE documents SET text = 'Only that.' WHERE id = 'bare'")
    connection.execute("""UPDATE chunks SET sentences = '[[3, "x"]]' WHERE id = 'c2'""")
    connection.commit()
    connection.close()
    store = ChunkStore(path)
    with pytest.raises(DamagedBuild, match="not what was indexed"):
        store.document("bare")
    with pytest.raises(DamagedBuild, match="chunk 2"):
        store.at(2)


def test_reading_changes_nothing_on_disk(path: Path) -> None:
    before = path.read_bytes()
    store = ChunkStore(path)
    store.document("full")
    store.close()
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_threads_read_at_once(path: Path) -> None:
    store, found = ChunkStore(path), []

    def read() -> None:
        for _ in range(50):
            found.append((store.document("full") == FULL, store.find("c1").chunk == CHUNKS[1]))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(True, True)] * 400
