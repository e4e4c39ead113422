"""Reads JSON lines, plain or gzipped, and keeps the line number of everything that is wrong."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

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

LONGEST_LINE = 16_000_000
"""Most bytes of a line: many times the longest article, and little enough to read at once."""

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


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
    """Return ``folder/name`` or ``folder/name.gz``; raises :class:`BadSet` when neither is a file."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
        if candidate.is_dir():
            raise BadSet([f"{candidate}: is a folder, expected a file"])
    raise BadSet([f"{folder / name}: missing (neither {name} nor {name}.gz is there); put the file there"])


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, text) of a UTF-8 text file; ``.gz`` is unpacked while reading.

    A byte order mark and the carriage returns of Windows are taken off. Raises :class:`BadSet` with the
    line when the file is missing, is no gzip, is cut short, is not UTF-8, or has a line above
    ``LONGEST_LINE`` bytes.
    """
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as content:
            while line := content.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise BadSet(
                        [
                            f"{path}:{number}: the line is longer than {LONGEST_LINE // 1_000_000} MB; "
                            "write one object a line, and cut long texts into passages"
                        ]
                    )
                # Decoded line by line: a reader that decodes whole blocks fails lines before the fault.
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                yield number, text.rstrip("\r\n")
    except FileNotFoundError:
        raise BadSet([f"{path}: no such file"]) from None
    except IsADirectoryError:
        raise BadSet([f"{path}: is a folder, expected a file"]) from None
    except UnicodeDecodeError as error:
        raise BadSet([f"{path}:{number}: not UTF-8 ({error.reason}); save the file as UTF-8"]) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadSet(
            [f"{path}:{number + 1}: cannot be unpacked ({error}); download or pack the file again"]
        ) from error
    except OSError as error:
        raise BadSet([f"{path}: cannot be read ({error})"]) from error


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) for each non-blank line; raises :class:`BadSet` at broken JSON."""
    for number, line in read_lines(path):
        if line.strip():
            try:
                yield number, _parse(line)
            except ValueError as error:
                raise BadSet([f"{path}:{number}: {error}"]) from None


def read_values(path: Path) -> Iterator[Any]:
    """Yield the value of each non-blank line, for data whose lines nobody needs to be told of."""
    return (value for _, value in read_json_lines(path))


def read_rows(path: Path, model: type[RowType], problems: Problems) -> Iterator[tuple[int, RowType]]:
    """Yield (line number, row) for each good line; bad ones go to ``problems``."""
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            value = _parse(line)
        except ValueError as error:
            problems.add(path, number, str(error))
            continue
        if not isinstance(value, dict):
            problems.add(path, number, f"expected an object, got {type(value).__name__}")
            continue
        try:
            yield number, model.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                where = ".".join(str(part) for part in detail["loc"]) or "line"
                problems.add(path, number, f"{where}: {detail['msg']}")


def _parse(line: str) -> Any:
    """The JSON value of a line; raises ``ValueError`` that says what is wrong and what to do."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON ({error.msg}); every line must be one whole object") from None
    except RecursionError:
        raise ValueError("broken JSON (nested too deep)") from None
    except ValueError:
        raise ValueError("broken JSON (a number has too many digits); write it as text") from None
    if _HALF_CHARACTER.search(line):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError(
                "holds half a character (one \\ud800 to \\udfff without its pair); take it out"
            ) from None
    return value


def write_json_lines(path: Path, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> int:
    """Write one object a line (gzipped when the name ends in ``.gz``); returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8")
    ) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count
