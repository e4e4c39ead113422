"""The folder of builds: which one serves, which ones there are, and how the next one takes over.

``CURRENT`` is the one pointer. Its first line names the build that serves, the lines below the builds that
served before it, latest first. It is only ever replaced as a whole, so a reader sees the old or the new.
A build in the making lies in a folder whose name begins with a dot.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import BuildFailed, DamagedBuild, NoBuild, UnusableBuild, WriterBusy
from index.manifest import Manifest

CURRENT = "CURRENT"
LOCK = ".lock"
CACHE = "cache"
MAKING = ".making-"
KEPT_BUILDS = 3
"""Builds kept on disk beside the one that serves and the one before it."""
REMEMBERED_BUILDS = 50

_BUILD_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{4}")


def new_build_id() -> str:
    """A name that sorts by time and that no other build has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(2)}"


def current_build(out: Path) -> Path:
    """The folder of the build that serves.

    Raises :class:`NoBuild` when nothing was published, :class:`DamagedBuild` when the pointer is malformed
    or its build is gone.
    """
    history = _read_history(out)
    if not history:
        raise NoBuild(f"{out} holds no published build; make one with `followup index build`")
    folder = out / history[0]
    if not folder.is_dir():
        raise DamagedBuild(
            f"{out / CURRENT} names build {history[0]}, which is gone; run `followup index rollback` "
            "or `followup index build`"
        )
    return folder


def list_builds(out: Path) -> list[Path]:
    """The folders of all finished builds, latest first, whether or not this program can open them."""
    if not out.is_dir():
        return []
    return sorted(
        (path for path in out.iterdir() if _BUILD_ID.fullmatch(path.name) and path.is_dir()),
        key=lambda path: path.name,
        reverse=True,
    )


def rollback(out: Path) -> Path:
    """Publish the build that served before the current one again, and return its folder.

    Builds whose folder is gone are passed over. Raises :class:`NoBuild` when there is none before it,
    :class:`WriterBusy` while a build is being made.
    """
    with writing(out):
        history = _read_history(out)
        while len(history) > 1:
            history = history[1:]
            if (out / history[0]).is_dir():
                Manifest.read(out / history[0])
                _write_history(out, history)
                return out / history[0]
    raise NoBuild(f"{out} holds no earlier build to go back to")


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Hold the write lock of the folder, which is made when missing; raises :class:`WriterBusy`.

    The system releases the lock of a process that dies.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise WriterBusy(
            f"another process is writing to {out}; wait until it has finished, then try again"
        ) from error
    except OSError as error:
        raise BuildFailed(f"{out} can't be written to: {error}") from error
    try:
        yield
    finally:
        lock.release()


def making_folder(out: Path, build_id: str) -> Path:
    """Where a build lies until it is published. Hold :func:`writing`."""
    folder = out / f"{MAKING}{build_id}"
    folder.mkdir(parents=True)
    return folder


def move_into_place(out: Path, build_id: str) -> Path:
    """Give a finished, synced build its final name. It doesn't serve yet. Hold :func:`writing`."""
    folder = out / build_id
    (out / f"{MAKING}{build_id}").rename(folder)
    sync_folder(out)
    return folder


def publish(out: Path, build_id: str) -> None:
    """Make a build the one that serves, by replacing the pointer. Hold :func:`writing`."""
    try:
        history = _read_history(out)
    except DamagedBuild:
        history = []  # a pointer nobody can read is replaced by one that can be
    _write_history(out, [build_id, *(name for name in history if name != build_id)][:REMEMBERED_BUILDS])


def prune(out: Path, *, kept: int = KEPT_BUILDS) -> list[Path]:
    """Remove what crashed builds left and builds beyond the latest ``kept``; return what was removed.

    The build that serves and the one before it always stay. Only folders that carry our names are touched,
    and of finished builds only those whose manifest can be read. Hold :func:`writing`.
    """
    history = _read_history(out)
    protected = {name for name in history if (out / name).is_dir()}
    protected = set([name for name in history if name in protected][:2])
    finished = [path for path in list_builds(out) if _is_ours(path)]
    protected |= {path.name for path in finished[:kept]}
    doomed = [path for path in finished if path.name not in protected]
    doomed += [
        path
        for path in out.iterdir()
        if path.name.startswith(MAKING)
        and _BUILD_ID.fullmatch(path.name.removeprefix(MAKING))
        and path.is_dir()
        and not path.is_symlink()
    ]
    for path in doomed:
        shutil.rmtree(path, ignore_errors=True)
    return doomed


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below ``folder`` to the disk."""
    for root, _, names in os.walk(folder):
        for name in names:
            _sync(Path(root) / name, os.O_RDONLY)
        sync_folder(Path(root))


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries to the disk."""
    _sync(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_history(out: Path) -> list[str]:
    """Names of the builds that served, latest first; empty when nothing was published."""
    try:
        lines = (out / CURRENT).read_text(encoding="utf-8").split()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise DamagedBuild(f"{out / CURRENT} can't be read: {error}; run `followup index build`") from error
    if not lines or not all(_BUILD_ID.fullmatch(line) for line in lines):
        raise DamagedBuild(f"{out / CURRENT} doesn't name a build; run `followup index build`")
    return lines


def _write_history(out: Path, history: list[str]) -> None:
    draft = out / f".{CURRENT}.new"
    with draft.open("w", encoding="utf-8") as file:
        file.write("\n".join(history) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(out / CURRENT)
    sync_folder(out)


def _is_ours(path: Path) -> bool:
    try:
        return not path.is_symlink() and Manifest.read(path).build_id == path.name
    except UnusableBuild:
        return False
