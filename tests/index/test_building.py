"""Builds: embed only what changed, publish only what is whole, survive being killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.chunking import CHUNKER_VERSION
from index.building import build_index
from index.errors import EmptyBuild, SelfCheckFailed
from index.library_index import LibraryIndex
from index.manifest import SENTENCES, VECTORS, Manifest
from index.ports import Progress, SearchQuery, Vectors
from index.publishing import CURRENT, MAKING, current_build, list_builds
from index.verifying import verify_build
from tests.index.library import TEXTS, write_library
from tests.tiny_embedder import TinyEmbedder

STAGES = [
    "reading",
    "embedding",
    "indexing vectors",
    "indexing words",
    "embedding sentences",
    "writing",
    "checking",
    "moving",
    "publishing",
    "tidying",
]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_library(tmp_path / "documents")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "builds"


class RecordingProgress:
    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done: dict[str, int] = {}

    def start(self, stage: str, total: int | None) -> None:
        self.stages.append((stage, total))

    def advance(self, count: int) -> None:
        stage = self.stages[-1][0]
        self.done[stage] = self.done.get(stage, 0) + count


class ShiftingEmbedder(TinyEmbedder):
    """Gives other vectors each time: what a self-check must notice."""

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        vectors = super().embed(texts, progress=progress)
        return np.roll(vectors, len(self.calls), axis=1)


def test_a_first_build(documents: Path, out: Path) -> None:
    progress = RecordingProgress()
    steps: list[str] = []
    report = build_index(
        [documents], out=out, embedder=TinyEmbedder(), progress=progress, on_step=steps.append
    )
    assert (report.documents, report.unreadable) == (3, ())
    assert report.embedded == report.chunks == 5
    assert report.reused == 0
    assert steps == STAGES
    assert list(report.seconds_by_stage) == STAGES
    assert dict(progress.stages)["embedding"] == progress.done["embedding"] == 5
    assert (
        dict(progress.stages)["embedding sentences"]
        == progress.done["embedding sentences"]
        == report.sentences
    )
    assert progress.done["reading"] == 3
    folder = current_build(out)
    assert folder.name == report.build_id
    assert verify_build(folder) == []
    assert not list(out.glob(f"{MAKING}*"))


def test_the_manifest_tells_what_was_built(documents: Path, out: Path) -> None:
    report = build_index([documents], out=out, embedder=TinyEmbedder())
    folder = current_build(out)
    manifest = Manifest.read(folder)
    assert manifest.build_id == report.build_id
    assert manifest.embedder == TinyEmbedder().fingerprint
    assert manifest.dimension == TinyEmbedder().dimension
    assert manifest.counts.model_dump() == {
        "documents": 3,
        "chunks": 5,
        "sentences": report.sentences,
        "unreadable": 0,
    }
    assert (manifest.vectors.kind, manifest.vectors.recall) == ("flat", 1.0)
    assert manifest.chunker_version == CHUNKER_VERSION
    assert "markdown" in manifest.parser_versions
    assert manifest.sources == [str(documents)]
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"manifest.json", *manifest.files}
    assert not any(path.suffix in {".pkl", ".pickle"} for path in folder.rglob("*"))


def test_a_rebuild_embeds_only_what_changed(documents: Path, out: Path) -> None:
    build_index([documents], out=out, embedder=TinyEmbedder())
    write_library(documents, {"quinine": TEXTS["quinine"].replace("a little", "somewhat")})
    embedder = TinyEmbedder()
    report = build_index([documents], out=out, embedder=embedder)
    assert (report.embedded, report.reused) == (1, 4)
    assert [len(call) for call in embedder.calls[:2]] == [1, 1]  # one chunk, one sentence
    assert "somewhat" in embedder.calls[0][0]
    unchanged = build_index([documents], out=out, embedder=TinyEmbedder())
    assert (unchanged.embedded, unchanged.reused) == (0, 5)


def test_chunks_keep_their_ids_over_rebuilds(documents: Path, out: Path) -> None:
    def ids() -> set[str]:
        library = LibraryIndex.open_current(out, TinyEmbedder())
        return {hit.chunk.id for hit in library.search(SearchQuery("cramps"), k=10)}

    build_index([documents], out=out, embedder=TinyEmbedder())
    before = ids()
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    build_index([documents], out=out, embedder=TinyEmbedder())
    assert before < ids()


def test_without_the_cache_everything_is_embedded(documents: Path, out: Path) -> None:
    build_index([documents], out=out, embedder=TinyEmbedder())
    shutil.rmtree(out / "cache")
    assert build_index([documents], out=out, embedder=TinyEmbedder()).embedded == 5


def test_another_embedder_shares_no_vectors(documents: Path, out: Path) -> None:
    build_index([documents], out=out, embedder=TinyEmbedder())
    assert build_index([documents], out=out, embedder=TinyEmbedder(version="2")).embedded == 5


def test_unreadable_files_are_named_and_stop_nothing(documents: Path, out: Path) -> None:
    (documents / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    report = build_index([documents, documents.parent / "nowhere"], out=out, embedder=TinyEmbedder())
    assert report.documents == 3
    assert [name.rpartition("/")[2] for name, _ in report.unreadable] == ["broken.pdf", "nowhere"]
    assert all(reason for _, reason in report.unreadable)
    told = json.loads(report.to_json())
    assert told["unreadable"][0]["name"] == "broken.pdf"
    assert told["build_id"] == report.build_id
    assert Manifest.read(current_build(out)).counts.unreadable == 2


@pytest.mark.parametrize("texts", [{}, {"blank": "\n\n"}])
def test_an_empty_build_is_refused(tmp_path: Path, out: Path, documents: Path, texts: dict[str, str]) -> None:
    served = build_index([documents], out=out, embedder=TinyEmbedder()).build_id
    empty = write_library(tmp_path / "empty", texts)
    with pytest.raises(EmptyBuild, match="no text to index"):
        build_index([empty], out=out, embedder=TinyEmbedder())
    with pytest.raises(EmptyBuild, match="no sources"):
        build_index([], out=out, embedder=TinyEmbedder())
    assert current_build(out).name == served


def test_a_build_that_fails_its_check_is_not_published(documents: Path, out: Path) -> None:
    served = build_index([documents], out=out, embedder=TinyEmbedder()).build_id
    with pytest.raises(SelfCheckFailed, match="goes on serving"):
        build_index([documents], out=out, embedder=ShiftingEmbedder(version="shifting"))
    assert current_build(out).name == served
    assert [path.name for path in list_builds(out)] == [served]


def test_a_file_damaged_while_building_is_noticed(documents: Path, out: Path) -> None:
    def damage(stage: str) -> None:
        if stage == "writing":
            (folder,) = out.glob(f"{MAKING}*")
            content = bytearray((folder / VECTORS).read_bytes())
            content[-1] ^= 1
            (folder / VECTORS).write_bytes(content)

    with pytest.raises(SelfCheckFailed, match=r"vectors\.faiss was changed"):
        build_index([documents], out=out, embedder=TinyEmbedder(), on_step=damage)
    assert not (out / CURRENT).exists()


def test_many_sentences_are_left_to_be_embedded_on_demand(documents: Path, out: Path) -> None:
    build_index([documents], out=out, embedder=TinyEmbedder(), sentence_limit=3)
    folder = current_build(out)
    assert not Manifest.read(folder).sentence_vectors
    assert not (folder / SENTENCES).exists()
    assert verify_build(folder) == []


def test_a_large_build_is_a_graph_with_its_recall_measured(tmp_path: Path, out: Path) -> None:
    words = ("magnesium", "quinine", "stretching", "cramps", "pregnancy", "kidney", "dose", "sleep")
    chance = np.random.default_rng(3)
    texts = {
        f"d{number}": f"# Note {number}\n\n{' '.join(chance.choice(words, size=12))} number{number}.\n"
        for number in range(60)
    }
    build_index([write_library(tmp_path / "many", texts)], out=out, embedder=TinyEmbedder(), flat_limit=50)
    manifest = Manifest.read(current_build(out))
    assert manifest.vectors.kind == "hnsw_sq8"
    assert manifest.vectors.recall_queries == 60
    assert manifest.vectors.recall > 0.8
    found = LibraryIndex.open_current(out, TinyEmbedder()).search(SearchQuery("number17"), k=1)
    assert "number17" in found[0].chunk.text


def test_killed_at_the_end_of_any_stage_the_published_build_serves(documents: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    served = build_index([documents], out=base, embedder=TinyEmbedder()).build_id
    outs = [tmp_path / f"out{number}" for number in range(len(STAGES))]
    for copy in outs:
        shutil.copytree(base, copy)
    write_library(documents, {"new": "# Sleep\n\nSleep well, without cramps.\n"})
    process = subprocess.run(
        [sys.executable, "-m", "tests.index.build_and_die", "steps", str(documents), *map(str, outs)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert process.stdout.split() == [str(100 + number) for number in range(len(STAGES))]
    for stage, out in zip(STAGES, outs, strict=True):
        folder = current_build(out)
        assert (folder.name == served) == (stage not in {"publishing", "tidying"}), stage
        assert verify_build(folder) == [], stage
        library = LibraryIndex.open_current(out, TinyEmbedder())
        assert "uinine" in library.search(SearchQuery("quinine"), k=1)[0].chunk.text
        after = build_index([documents], out=out, embedder=TinyEmbedder())  # the way is free for the next one
        assert current_build(out).name == after.build_id
        assert not list(out.glob(f"{MAKING}*")), stage
        if stage not in {"reading"}:
            assert after.embedded == 0, stage  # what was embedded before the end is not embedded again


def test_killed_at_random_times_the_published_build_serves(documents: Path, out: Path) -> None:
    build_index([documents], out=out, embedder=TinyEmbedder())
    process = subprocess.run(
        [sys.executable, "-m", "tests.index.build_and_die", "times", str(documents), str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    build_index([documents], out=out, embedder=TinyEmbedder())
    assert verify_build(current_build(out)) == []
    assert not list(out.glob(f"{MAKING}*"))
