"""Digests of the product's code, so that a resumed run never mixes two versions of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

_READ = (".py", ".json", ".yaml", ".yml", ".toml", ".txt")


def fingerprint_packages(*packages: str) -> str:
    """Return a short digest of the code and data files of ``packages``, documents and builds left out."""
    digest = hashlib.sha256()
    for package in packages:
        for name, entry in sorted(_walk(resources.files(package), package)):
            digest.update(name.encode("utf-8") + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            if entry.name not in {"__pycache__", "builds", "documents", "static", "templates"}:
                yield from _walk(entry, name)
        elif entry.name.endswith(_READ):
            yield name, entry
