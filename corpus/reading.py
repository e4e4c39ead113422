"""Reads a library: folders, files and archives in, documents out, and every refusal by name and reason."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.parsing.registry import parse_file, parse_stream


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much is unpacked from one archive: bytes of a member, members, bytes altogether."""

    largest_member: int = 200_000_000
    most_members: int = 200_000
    largest_archive: int = 4_000_000_000


_IGNORED_NAMES = frozenset({"readme.md", "readme.txt", "readme"})
_BLOCK = 1 << 20
_LIMITS = ArchiveLimits()


def read_documents(
    paths: Sequence[Path], *, limits: ArchiveLimits = _LIMITS
) -> Iterator[Document | UnreadableDocument]:
    """Yield every document below ``paths``, in the order of sorted names, and each refusal where it happens.

    Folders are walked; ``.tar``, ``.tar.gz``, ``.tgz`` and ``.gz`` files are read member by member, and
    nothing is ever unpacked to disk. Hidden files and READMEs are passed over. A document whose id or
    whose text another one had before it is refused. Raises nothing for bad files.
    """
    seen = _Seen()
    for path in paths:
        if not path.exists():
            yield UnreadableDocument(str(path), "There is no such file or folder.")
            continue
        for name, file in _files(path):
            for label, item in _read_file(file, name, limits):
                yield seen.check(item, label) if isinstance(item, Document) else item


_Labelled = tuple[str, Document | UnreadableDocument]
"""A result with the name of the file it came from, as the maintainer knows it."""


@dataclass(slots=True)
class _Seen:
    """Ids and texts met so far, with the file that brought them first."""

    ids: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def check(self, document: Document, name: str) -> Document | UnreadableDocument:
        if document.sha256 in self.texts:
            return UnreadableDocument(
                name, f"The text is identical to that of {self.texts[document.sha256]}."
            )
        if document.id in self.ids:
            return UnreadableDocument(
                name, f"The id {document.id!r} is already taken by {self.ids[document.id]}."
            )
        self.ids[document.id] = name
        self.texts[document.sha256] = name
        return document


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file to read below ``path`` with the name it is reported under."""
    if path.is_file():
        yield path.name, path
        return
    for root, folders, names in os.walk(path):
        folder = Path(root)
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(names):
            if not _passed_over(name) and (folder / name).is_file():
                yield (folder / name).relative_to(path).as_posix(), folder / name


def _passed_over(name: str) -> bool:
    return _is_hidden(name) or name.lower() in _IGNORED_NAMES


def _is_hidden(part: str) -> bool:
    return part.startswith(".") and part not in (".", "..")


def _read_file(path: Path, name: str, limits: ArchiveLimits) -> Iterator[_Labelled]:
    lower = path.name.lower()
    if lower.endswith((".tar", ".tar.gz", ".tgz")):
        yield from _read_tar(path, name, limits)
    elif lower.endswith(".gz"):
        yield from _read_gzip(path, name, limits)
    else:
        yield from _reported(lambda: parse_file(path), name)


def _read_tar(path: Path, name: str, limits: ArchiveLimits) -> Iterator[_Labelled]:
    members = unpacked = 0
    try:
        # Streamed: members are read in order and none is ever written to disk.
        with tarfile.open(path, mode="r|*") as archive:
            for member in archive:
                inner = PurePosixPath(member.name)
                members += 1
                if members > limits.most_members:
                    yield (
                        name,
                        UnreadableDocument(
                            name,
                            f"The archive holds more than {limits.most_members} members; the rest was not read.",
                        ),
                    )
                    return
                if not member.isfile() or any(_is_hidden(part) for part in inner.parts):
                    continue
                if _passed_over(inner.name):
                    continue
                label = f"{name}:{member.name}"
                unpacked += member.size
                if unpacked > limits.largest_archive:
                    yield (
                        name,
                        UnreadableDocument(
                            name,
                            f"The archive unpacks to more than {limits.largest_archive / 1e9:.0f} GB; the rest was not read.",
                        ),
                    )
                    return
                if member.size > limits.largest_member:
                    yield (
                        label,
                        UnreadableDocument(
                            label,
                            f"The member has {member.size / 1e6:.0f} MB; at most {limits.largest_member / 1e6:.0f} MB are read.",
                        ),
                    )
                    continue
                stream = archive.extractfile(member)
                if stream is not None:
                    yield from _read_stream(stream.read(), inner.name, label)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        yield name, UnreadableDocument(name, f"The archive is damaged or no tar file: {error}.")


def _read_gzip(path: Path, name: str, limits: ArchiveLimits) -> Iterator[_Labelled]:
    try:
        with gzip.open(path, "rb") as stream:
            data = _read_at_most(stream, limits.largest_member)
    except (OSError, EOFError, zlib.error) as error:
        yield name, UnreadableDocument(name, f"The file is damaged or not compressed with gzip: {error}.")
        return
    if data is None:
        yield (
            name,
            UnreadableDocument(name, f"The file unpacks to more than {limits.largest_member / 1e6:.0f} MB."),
        )
        return
    yield from _read_stream(data, path.name[: -len(".gz")], name)


def _read_at_most(stream: gzip.GzipFile, limit: int) -> bytes | None:
    """Read to the end, or return ``None`` as soon as there is more than ``limit``."""
    parts: list[bytes] = []
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > limit:
            return None
        parts.append(block)
    return b"".join(parts)


def _read_stream(data: bytes, inner: str, label: str) -> Iterator[_Labelled]:
    yield from _reported(lambda: parse_stream(io.BytesIO(data), name=inner, size=len(data)), label)


def _reported(parse: Callable[[], Iterator[Document]], label: str) -> Iterator[_Labelled]:
    """Turn a refusal into a result that carries the name the maintainer knows the file by."""
    try:
        for document in parse():
            yield label, document
    except UnreadableDocument as error:
        yield label, UnreadableDocument(label, error.reason)
    except Exception as error:  # one strange file must not stop a whole library
        yield (
            label,
            UnreadableDocument(label, f"The parser failed on this file ({type(error).__name__}: {error})."),
        )
