"""Vectors by the text they were made from, kept between builds."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.ports import Embedder, Progress, Vectors

logger = logging.getLogger(__name__)

LOOKUP = 500
SAVE_EVERY = 512
KEPT_PER_USED = 4
KEPT_AT_LEAST = 50_000
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR"}  # the last one: tables of another shape

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (text_sha256 BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"


class VectorCache:
    """A folder with one SQLite file for each embedder fingerprint.

    Everything in it can be made again, so a damaged file is thrown away with a warning, and a folder that
    can't be written to only makes the build slower. One process at a time; the build's lock sees to that.
    """

    def __init__(self, folder: Path, *, kept_at_least: int = KEPT_AT_LEAST) -> None:
        self._folder = folder
        self._kept_at_least = kept_at_least

    def embed(
        self, texts: Sequence[str], embedder: Embedder, *, progress: Progress | None = None
    ) -> tuple[Vectors, int]:
        """Return the vectors of ``texts`` and how many texts had to be embedded.

        Equal texts are embedded once. New vectors are saved as they come, so a build that was cut off
        goes on where it was. ``progress`` counts texts.
        """
        report: Callable[[int], None] = progress or (lambda _: None)
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
        places: dict[bytes, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key, []).append(place)
        known = self._look_up(list(places), embedder)
        for key, vector in known.items():
            vectors[places[key]] = vector
            report(len(places[key]))
        missing = [key for key in places if key not in known]
        # Longest first here, as inside the embedder, so that each saved part is of like length.
        missing.sort(key=lambda key: -len(texts[places[key][0]]))
        for begin in range(0, len(missing), SAVE_EVERY):
            part = missing[begin : begin + SAVE_EVERY]
            made = embedder.embed([texts[places[key][0]] for key in part], progress=progress)
            for key, vector in zip(part, made, strict=True):
                vectors[places[key]] = vector
                if len(places[key]) > 1:
                    report(len(places[key]) - 1)
            self._save(part, made, embedder)
        return vectors, len(missing)

    def forget_others(self, texts: Sequence[str], embedder: Embedder) -> None:
        """Drop the vectors of other texts once they outnumber these, so the cache can't grow for ever."""
        keys = {hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts}

        def forget(database: sqlite3.Connection) -> None:
            (stored,) = database.execute("SELECT count(*) FROM vectors").fetchone()
            if stored <= KEPT_PER_USED * len(keys) + self._kept_at_least:
                return
            database.execute("CREATE TEMP TABLE used (text_sha256 BLOB PRIMARY KEY) WITHOUT ROWID")
            database.executemany("INSERT INTO used VALUES (?)", ((key,) for key in keys))
            database.execute("DELETE FROM vectors WHERE text_sha256 NOT IN (SELECT text_sha256 FROM used)")

        self._try(forget, embedder)

    def _look_up(self, keys: Sequence[bytes], embedder: Embedder) -> dict[bytes, Vectors]:
        known: dict[bytes, Vectors] = {}

        def look_up(database: sqlite3.Connection) -> None:
            for begin in range(0, len(keys), LOOKUP):
                part = keys[begin : begin + LOOKUP]
                marks = ",".join("?" * len(part))
                rows = database.execute(
                    f"SELECT text_sha256, vector FROM vectors WHERE text_sha256 IN ({marks})",  # noqa: S608
                    part,
                )
                for key, content in rows:
                    vector = _read_vector(content, embedder.dimension)
                    if vector is not None:
                        known[bytes(key)] = vector

        self._try(look_up, embedder)
        return known

    def _save(self, keys: Sequence[bytes], vectors: Vectors, embedder: Embedder) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        self._try(
            lambda database: database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows),
            embedder,
        )

    def _try(self, use: Callable[[sqlite3.Connection], object], embedder: Embedder) -> None:
        """Use the embedder's file in one transaction; a file that is damaged is removed, no fault is raised."""
        name = hashlib.sha256(embedder.fingerprint.encode()).hexdigest()[:16]
        path = self._folder / f"{name}.sqlite"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(path)) as database, database:
                database.execute(_SCHEMA)
                use(database)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname in _DAMAGED:
                logger.warning("The vector cache %s is damaged (%s) and is begun anew.", path, error)
                _discard(path)
            else:
                logger.warning("The vector cache %s can't be used now: %s.", path, error)
        except OSError as error:
            logger.warning("The vector cache %s can't be used: %s.", self._folder, error)


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}-journal"), path.with_name(f"{path.name}-wal")):
        try:
            leftover.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("The vector cache %s can't be removed (%s).", leftover, error)


def _read_vector(content: object, dimension: int) -> Vectors | None:
    """The vector, or ``None`` where the stored bytes aren't a unit vector of this dimension."""
    if not isinstance(content, bytes) or len(content) != 4 * dimension:
        return None
    vector = np.frombuffer(content, dtype="<f4").astype(np.float32)
    return vector if abs(float(np.linalg.norm(vector)) - 1.0) < 1e-2 else None
