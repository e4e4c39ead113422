"""Reads JSON lines, plain or gzipped, and keeps the line number of everything that is wrong."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from eval.errors import BadSet


def _id_as_text(value: Any) -> Any:
    # Public sets write numeric ids as numbers in one file and as text in the next.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Identifier = Annotated[str, BeforeValidator(_id_as_text)]
"""An id: a non-empty string, or an integer read as one."""


class Row(BaseModel):
    """Base of the rows of our formats. Fields that we do not know are ignored, wrong types are not."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


RowType = TypeVar("RowType", bound=Row)


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with a set, so that one run names every breach.

    ``notes`` holds what is odd but harmless, such as a passage written twice, word for word.
    """

    found: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, path: Path, line: int | None, text: str) -> None:
        place = f"{path}" if line is None else f"{path}:{line}"
        self.found.append(f"{place}: {text}")

    def raise_if_any(self) -> None:
        """Raise :class:`BadSet` when anything was added."""
        if self.found:
            raise BadSet(self.found)


def find_file(folder: Path, name: str) -> Path:
    """Return ``folder/name`` or ``folder/name.gz``; raises :class:`BadSet` when neither exists."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    raise BadSet([f"{folder / name}: missing (neither {name} nor {name}.gz is there)"])


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, text) of a UTF-8 text file; ``.gz`` is unpacked while reading.

    Raises :class:`BadSet` when the file is missing, is no gzip, is cut short or is not UTF-8.
    """
    number = 0
    try:
        with _open_text(path, "rt", encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, line.rstrip("\r\n")
    except FileNotFoundError:
        raise BadSet([f"{path}: no such file"]) from None
    except IsADirectoryError:
        raise BadSet([f"{path}: is a folder, expected a file"]) from None
    except UnicodeDecodeError as error:
        raise BadSet([f"{path}:{number + 1}: not UTF-8 ({error.reason})"]) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadSet([f"{path}:{number + 1}: cannot be unpacked ({error})"]) from error
    except OSError as error:
        raise BadSet([f"{path}: cannot be read ({error})"]) from error


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) for each non-blank line; raises :class:`BadSet` at broken JSON."""
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
            raise BadSet([f"{path}:{number}: broken JSON ({reason})"]) from None


def read_rows(path: Path, model: type[RowType], problems: Problems) -> Iterator[tuple[int, RowType]]:
    """Yield (line number, row) for each good line; bad ones go to ``problems``."""
    for number, value in read_json_lines(path):
        if not isinstance(value, dict):
            problems.add(path, number, f"expected an object, got {type(value).__name__}")
            continue
        try:
            yield number, model.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                where = ".".join(str(part) for part in detail["loc"]) or "line"
                problems.add(path, number, f"{where}: {detail['msg']}")


def write_json_lines(path: Path, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> int:
    """Write one object a line (gzipped when the name ends in ``.gz``); returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with _open_text(path, "wt", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _open_text(path: Path, mode: Literal["rt", "wt"], *, encoding: str) -> TextIO:
    return (
        gzip.open(path, mode, encoding=encoding)
        if path.suffix == ".gz"
        else path.open(mode, encoding=encoding)
    )
