"""What a build says of itself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import DamagedBuild, ForeignBuild

FORMAT_VERSION = 1
"""Raised whenever a build made before can't be read any more."""

MANIFEST = "manifest.json"


LIBRARY = "library.sqlite"
VECTORS = "vectors.faiss"
WORDS = "words"
SENTENCES = "sentences.npy"
"""The parts of a build, by their path in its folder."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(Frozen):
    documents: int = Field(ge=1)
    chunks: int = Field(ge=1)
    sentences: int = Field(ge=0)
    unreadable: int = Field(ge=0)


class VectorsMade(Frozen):
    """The kind of vector index, and how well it finds what an exact search finds."""

    kind: Literal["flat", "hnsw_sq8"]
    recall_at: int
    recall: float = Field(ge=0, le=1)
    recall_queries: int = Field(ge=0, description="0 for an exact index, whose recall is not measured")


class Manifest(Frozen):
    """Written last into a build; a folder without one is no build."""

    format_version: int
    build_id: str
    created_at: datetime
    embedder: str = Field(description="Fingerprint of the embedder: weights, precision, pooling, length")
    dimension: int = Field(ge=1)
    counts: Counts
    vectors: VectorsMade
    sentence_vectors: bool = Field(description="Whether the vectors of sentences were computed beforehand")
    tokenizer_version: str
    chunker_version: str
    parser_versions: dict[str, str]
    sources: list[str] = Field(description="What was indexed, as it was named")
    files: dict[str, str] = Field(description="sha256 of every other file, by its path in the build")

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` into the build's folder."""
        (folder / MANIFEST).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a build.

        Raises :class:`DamagedBuild` when it is missing or malformed, :class:`ForeignBuild` when the build
        has another format.
        """
        path = folder / MANIFEST
        try:
            content = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise DamagedBuild(
                f"{path} can't be read ({error}); build the index again or roll back"
            ) from error
        try:
            version = _FormatOnly.model_validate_json(content).format_version
            if version != FORMAT_VERSION:
                raise ForeignBuild(
                    f"build {folder.name} has format {version}, this program reads format {FORMAT_VERSION}; "
                    "build the index again"
                )
            return cls.model_validate_json(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            raise DamagedBuild(
                f"{path}: {where}: {first['msg']}; build the index again or roll back"
            ) from error


def hash_files(folder: Path) -> dict[str, str]:
    """The sha256 of every file of a build but its manifest, by its path in the build."""
    return {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def hash_file(path: Path) -> str:
    """The sha256 of one file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _FormatOnly(BaseModel):
    format_version: int
