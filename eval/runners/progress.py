"""Keeps partial results beside the report, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self


def hash_configuration(configuration: Mapping[str, Any]) -> str:
    """Return a short digest of everything that a result depends on (JSON values only)."""
    text = json.dumps(configuration, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


class PartialResults:
    """An append-only JSON-lines file of finished items, good for one configuration.

    The file's first line holds the configuration's hash; a file of another configuration is written
    anew. What a stopped run left is kept as far as its lines are whole: a last line that was cut short,
    be it in the middle of a letter, is cut off before anything is added. With ``path=None`` nothing is kept.
    """

    def __init__(self, path: Path | None, configuration: str) -> None:
        self._path = path
        self._configuration = configuration
        self._out: BinaryIO | None = None
        self.finished: dict[str, dict[str, Any]] = {}

    @classmethod
    def nowhere(cls) -> Self:
        """For a run that writes no report, or is too short to resume."""
        return cls(None, "")

    def __enter__(self) -> Self:
        if self._path is None:
            return self
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self.finished, whole = self._read(self._path)
        # Cutting off the broken rest loses nothing when the process is killed here; writing the file anew would.
        self._out = self._path.open("r+b" if whole else "wb")
        self._out.truncate(whole)
        self._out.seek(whole)
        if not whole:
            self._write({"configuration": self._configuration})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None:
            self._out.close()

    def add(self, row: dict[str, Any]) -> None:
        """Keep a finished item; ``row["id"]`` names it."""
        self.finished[str(row["id"])] = row
        self._write(row)

    def discard(self) -> None:
        """Remove the file: the run is complete and its report written."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _write(self, row: dict[str, Any]) -> None:
        if self._out is not None:
            self._out.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
            self._out.flush()

    def _read(self, path: Path) -> tuple[dict[str, dict[str, Any]], int]:
        """The finished items, and the length of the file's whole lines; nothing for another configuration."""
        try:
            content = path.read_bytes()
        except OSError:
            return {}, 0
        rows: list[Any] = []
        whole = 0
        # Split at newlines only: answers may hold other characters that str.splitlines() takes for a line's end.
        for line in io.BytesIO(content):
            if not line.endswith(b"\n"):
                break
            try:
                rows.append(json.loads(line))
            except ValueError:  # not JSON, or not UTF-8
                break
            whole += len(line)
        if not rows or rows[0] != {"configuration": self._configuration}:
            return {}, 0
        return {str(row["id"]): row for row in rows[1:] if isinstance(row, dict) and "id" in row}, whole
