"""The cache: embeds what is new, and nothing it holds can do harm."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.vector_cache import VectorCache
from tests.tiny_embedder import TinyEmbedder

TEXTS = ["magnesium", "quinine cramps", "dose of magnesium", "quinine cramps"]


def cache_file(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite")
    return path


def test_embeds_each_text_once_and_never_again(tmp_path: Path) -> None:
    embedder = TinyEmbedder()
    counted: list[int] = []
    vectors, made = VectorCache(tmp_path).embed(TEXTS, embedder, progress=counted.append)
    assert made == 3
    assert sum(counted) == 4
    assert vectors == pytest.approx(TinyEmbedder().embed(TEXTS))
    again = TinyEmbedder()
    vectors, made = VectorCache(tmp_path).embed([*TEXTS, "sleep"], again, progress=counted.append)
    assert (made, again.calls) == (1, [["sleep"]])
    assert sum(counted) == 9
    assert vectors == pytest.approx(TinyEmbedder().embed([*TEXTS, "sleep"]))


def test_embedders_never_share_vectors(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)
    cache.embed(TEXTS, TinyEmbedder())
    assert cache.embed(TEXTS, TinyEmbedder(version="2"))[1] == 3
    assert len(list(tmp_path.glob("*.sqlite"))) == 2


def test_no_texts(tmp_path: Path) -> None:
    vectors, made = VectorCache(tmp_path).embed([], TinyEmbedder())
    assert (vectors.shape, made) == ((0, 9), 0)


@pytest.mark.parametrize("damage", ["garbage", "another table", "cut"])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    cache = VectorCache(tmp_path)
    cache.embed([f"magnesium {number}" for number in range(500)], TinyEmbedder())
    path = cache_file(tmp_path)
    if damage == "garbage":
        path.write_bytes(b"garbage" * 1000)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.unlink()
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE vectors (other TEXT)")
        connection.close()
    with caplog.at_level(logging.WARNING):
        vectors, _ = cache.embed(TEXTS, TinyEmbedder())
    assert "begun anew" in caplog.text
    assert vectors == pytest.approx(TinyEmbedder().embed(TEXTS))
    assert cache.embed(TEXTS, TinyEmbedder())[1] == 0


@pytest.mark.parametrize(
    "content", [b"", b"123", np.zeros(9, "<f4").tobytes(), np.full(9, np.nan, "<f4").tobytes(), None]
)
def test_a_stored_value_that_is_no_unit_vector_is_made_again(tmp_path: Path, content: bytes | None) -> None:
    cache = VectorCache(tmp_path)
    cache.embed(TEXTS, TinyEmbedder())
    connection = sqlite3.connect(cache_file(tmp_path))
    connection.execute("UPDATE vectors SET vector = ?", (content,))
    connection.commit()
    connection.close()
    vectors, made = cache.embed(TEXTS, TinyEmbedder())
    assert made == 3
    assert vectors == pytest.approx(TinyEmbedder().embed(TEXTS))


def test_a_folder_that_cannot_be_made_only_costs_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    vectors, made = VectorCache(tmp_path / "file").embed(TEXTS, TinyEmbedder())
    assert made == 3
    assert vectors == pytest.approx(TinyEmbedder().embed(TEXTS))
    assert "can't be used" in caplog.text


def test_forgets_the_rest_once_it_outgrows_the_library(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, kept_at_least=5)
    cache.embed([f"magnesium {number}" for number in range(9)], TinyEmbedder())
    cache.forget_others(["magnesium 0"], TinyEmbedder())
    assert cache.embed(["magnesium 0", "magnesium 8"], TinyEmbedder())[1] == 0  # 9 are not too many yet
    cache.embed(["magnesium 10"], TinyEmbedder())
    cache.forget_others(["magnesium 0"], TinyEmbedder())
    assert cache.embed(["magnesium 0"], TinyEmbedder())[1] == 0
    assert cache.embed(["magnesium 8"], TinyEmbedder())[1] == 1
