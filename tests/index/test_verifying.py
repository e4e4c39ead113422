"""Verification finds what is wrong with a build, whatever it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.building import build_index
from index.manifest import LIBRARY, MANIFEST, SENTENCES, VECTORS, Manifest, hash_files
from index.publishing import current_build
from index.vector_index import VectorIndex
from index.verifying import MOST_PROBLEMS, probe_build, verify_build
from tests.index.library import write_library
from tests.tiny_embedder import TinyEmbedder


@pytest.fixture
def build(tmp_path: Path) -> Path:
    out = tmp_path / "builds"
    build_index([write_library(tmp_path / "documents")], out=out, embedder=TinyEmbedder())
    return current_build(out)


def rehash(build: Path) -> None:
    """Make the manifest agree with the files, so that only their content can tell."""
    Manifest.read(build).model_copy(update={"files": hash_files(build)}).write(build)


def change_library(build: Path, statement: str) -> None:
    connection = sqlite3.connect(build / LIBRARY)
    connection.execute(statement)
    connection.commit()
    connection.close()
    rehash(build)


def test_a_whole_build_has_no_problems(build: Path) -> None:
    assert verify_build(build) == []
    assert probe_build(build, TinyEmbedder()) == []


def test_one_flipped_bit_in_any_file_is_found(build: Path) -> None:
    for path in sorted(build.rglob("*")):
        if not path.is_file() or path.name == MANIFEST:
            continue
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(changed)
            assert any(path.name in problem for problem in verify_build(build)), (path.name, place)
        path.write_bytes(whole)
    assert verify_build(build) == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda build: (build / VECTORS).unlink(), "vectors.faiss is missing"),
        (lambda build: (build / LIBRARY).unlink(), "library.sqlite is missing"),
        (lambda build: (build / MANIFEST).unlink(), "manifest.json can't be read"),
        (lambda build: (build / MANIFEST).write_text("[]", "utf-8"), "manifest.json: the file"),
        (lambda build: (build / "extra.txt").write_text("x", "utf-8"), "extra.txt is not part of the build"),
    ],
)
def test_missing_and_foreign_files_are_named(build: Path, harm: Callable[[Path], object], told: str) -> None:
    harm(build)
    assert any(told in problem for problem in verify_build(build))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            'UPDATE chunks SET "start" = "start" + 1, "end" = "end" + 1 WHERE "row" = 1',
            "is not the text at its place",
        ),
        ("""UPDATE chunks SET text = text || '!' WHERE "row" = 0""", "is not the text at its place"),
        ("""UPDATE chunks SET document_sha256 = 'other' WHERE "row" = 0""", "belongs to another text"),
        (
            """UPDATE chunks SET sentences = '[[0, 9999]]' WHERE "row" = 4""",
            "has a sentence outside its span",
        ),
        ("""UPDATE chunks SET first_sentence = 7 WHERE "row" = 2""", "numbered wrongly"),
        ("UPDATE documents SET text = text || ' more'", "not what was indexed"),
        ("""DELETE FROM chunks WHERE "row" = 4""", "the manifest says 5"),
    ],
)
def test_content_that_does_not_agree_is_found(build: Path, statement: str, told: str) -> None:
    change_library(build, statement)
    assert any(told in problem for problem in verify_build(build))


def test_stores_of_different_length_are_found(build: Path) -> None:
    VectorIndex.build(np.eye(9, dtype=np.float32)[:3]).save(build / VECTORS)
    np.save(build / SENTENCES, np.zeros((2, 9), np.float16))
    rehash(build)
    problems = verify_build(build)
    assert "there are 3 vectors, the manifest says 5" in problems
    assert any("there are 2 sentence vectors" in problem for problem in problems)


def test_the_list_of_problems_is_bounded(tmp_path: Path) -> None:
    texts = {f"d{number}": f"# Note {number}\n\nSleep {number}.\n" for number in range(MOST_PROBLEMS + 20)}
    out = tmp_path / "builds"
    build_index([write_library(tmp_path / "many", texts)], out=out, embedder=TinyEmbedder())
    build = current_build(out)
    change_library(build, "UPDATE chunks SET text = text || '!'")
    assert len(verify_build(build)) == MOST_PROBLEMS


def test_probing_notices_vectors_in_the_wrong_order(build: Path) -> None:
    vectors = VectorIndex.load(build / VECTORS)
    VectorIndex.build(vectors.vectors(np.array([1, 2, 3, 4, 0]))).save(build / VECTORS)
    rehash(build)
    assert verify_build(build) == []  # nothing in the files tells
    assert any("of the vectors is not chunk" in problem for problem in probe_build(build, TinyEmbedder()))


def test_probing_a_build_of_another_embedder(build: Path) -> None:
    assert "was made with the embedder" in probe_build(build, TinyEmbedder(version="2"))[0]
