"""The contract of a parser, and what it is given to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Protocol

from corpus.document import Document

HEAD_BYTES = 8192
"""How much of a file a parser may look at to tell whether the file is its own."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file to parse: its name, its first bytes, its size and a binary stream at its start.

    ``stream`` must be seekable. ``head`` holds at most :data:`HEAD_BYTES` bytes.
    """

    name: str
    head: bytes
    size: int
    stream: IO[bytes]

    @property
    def suffix(self) -> str:
        """The last suffix in lower case, with its dot; empty where there is none."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem


class Parser(Protocol):
    """Reads one format. A file may hold many documents; they are yielded one at a time."""

    @property
    def name(self) -> str:
        """Short name of the format, as shown to maintainers."""

    @property
    def version(self) -> str:
        """Changes whenever the same file would give another text or other offsets."""

    @property
    def size_limit(self) -> int:
        """Largest file in bytes that this parser reads."""

    def matches(self, file: RawFile) -> bool:
        """Tell from ``head`` first, and from the name only where content cannot tell."""

    def parse(self, file: RawFile) -> Iterator[Document]:
        """Yield every document in the file; raises ``UnreadableDocument`` with the reason."""
