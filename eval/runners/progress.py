"""Keeps partial results beside the report, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO


def hash_configuration(configuration: Mapping[str, Any]) -> str:
    """Return a short digest of everything that a result depends on (JSON values only)."""
    text = json.dumps(configuration, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


class PartialResults:
    """An append-only JSON-lines file of finished items, good for one configuration.

    The file's first line holds the configuration's hash; a file of another configuration is written
    anew. A last line that was cut short by the interruption is dropped. With ``path=None`` nothing is
    kept.
    """

    def __init__(self, path: Path | None, configuration: str) -> None:
        self._path = path
        self._configuration = configuration
        self._out: TextIO | None = None
        self.finished: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        if self._path is None:
            return self
        self.finished = self._read(self._path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._out = self._path.open("w", encoding="utf-8")
        self._write({"configuration": self._configuration})
        for row in self.finished.values():
            self._write(row)
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
            self._out.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._out.flush()

    def _read(self, path: Path) -> dict[str, dict[str, Any]]:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return {}
        rows: list[Any] = []
        for line in lines:
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError:
                break
        if not rows or rows[0] != {"configuration": self._configuration}:
            return {}
        return {str(row["id"]): row for row in rows[1:] if isinstance(row, dict) and "id" in row}
