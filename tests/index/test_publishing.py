"""The folder of builds: one pointer, one writer, nothing foreign touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.building import build_index
from index.errors import BuildFailed, DamagedBuild, NoBuild, WriterBusy
from index.publishing import (
    CURRENT,
    current_build,
    list_builds,
    new_build_id,
    prune,
    publish,
    rollback,
    writing,
)
from tests.index.library import write_library
from tests.tiny_embedder import TinyEmbedder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_library(tmp_path / "documents")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "builds"


def build(documents: Path, out: Path) -> str:
    return build_index([documents], out=out, embedder=TinyEmbedder()).build_id


def test_build_ids_sort_by_time() -> None:
    ids = [new_build_id() for _ in range(50)]
    assert [name.rpartition("-")[0] for name in ids] == sorted(name.rpartition("-")[0] for name in ids)
    assert len(set(ids)) == 50


def test_nothing_published(out: Path) -> None:
    with pytest.raises(NoBuild, match="followup index build"):
        current_build(out)
    assert list_builds(out) == []
    with pytest.raises(NoBuild, match="no earlier build"):
        rollback(out)


def test_rollback_goes_back_one_by_one(documents: Path, out: Path) -> None:
    first, second, third = (build(documents, out) for _ in range(3))
    assert current_build(out).name == third
    assert [path.name for path in list_builds(out)] == [third, second, first]
    assert rollback(out).name == second
    assert rollback(out).name == first
    with pytest.raises(NoBuild, match="no earlier build"):
        rollback(out)
    assert current_build(out).name == first


def test_a_build_after_a_rollback_goes_back_to_what_served_before(documents: Path, out: Path) -> None:
    first, second = build(documents, out), build(documents, out)
    rollback(out)
    third = build(documents, out)
    assert current_build(out).name == third
    assert rollback(out).name == first
    assert second != first


def test_rollback_passes_over_builds_that_are_gone(documents: Path, out: Path) -> None:
    first, second, third = (build(documents, out) for _ in range(3))
    os.rename(out / second, out.parent / "elsewhere")
    assert rollback(out).name == first
    assert third


def test_rollback_refuses_a_damaged_build(documents: Path, out: Path) -> None:
    first, second = build(documents, out), build(documents, out)
    (out / first / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DamagedBuild, match="manifest"):
        rollback(out)
    assert current_build(out).name == second


@pytest.mark.parametrize(
    "content", ["", "\n", "../../etc", "nonsense", "\u0000", "20260101T000000000000Z-abcd/.."]
)
def test_a_pointer_that_names_no_build(documents: Path, out: Path, content: str) -> None:
    build(documents, out)
    (out / CURRENT).write_text(content, encoding="utf-8")
    with pytest.raises(DamagedBuild, match="doesn't name a build"):
        current_build(out)
    again = build(documents, out)  # a new build mends it
    assert current_build(out).name == again


def test_a_pointer_to_a_build_that_is_gone(documents: Path, out: Path) -> None:
    name = build(documents, out)
    os.rename(out / name, out.parent / "elsewhere")
    with pytest.raises(DamagedBuild, match="is gone"):
        current_build(out)


def test_keeps_the_latest_and_what_serves(documents: Path, out: Path) -> None:
    first, second = build(documents, out), build(documents, out)
    names = [build(documents, out) for _ in range(3)]
    kept = {path.name for path in list_builds(out)}
    assert kept == set(names)
    rollback(out)
    rollback(out)  # names[0] serves
    with writing(out):
        removed = prune(out, kept=1)
    assert {path.name for path in removed} == {names[1]}
    assert {path.name for path in list_builds(out)} == {names[0], names[2]}
    assert first
    assert second


def test_prune_never_touches_what_is_not_ours(documents: Path, out: Path) -> None:
    for _ in range(5):
        build(documents, out)
    foreign = [".making-notes", "notes", ".making-", "20200101T000000000000Z-abcd", "20200101"]
    for name in foreign:
        (out / name).mkdir()
        (out / name / "keep.txt").write_text("mine", encoding="utf-8")
    (out.parent / "target").mkdir()
    (out / ".making-20200101T000000000000Z-aaaa").symlink_to(out.parent / "target")
    crashed = out / ".making-20200101T000000000000Z-bbbb"
    crashed.mkdir()
    (crashed / "library.sqlite").write_bytes(b"half")
    build(documents, out)
    assert not crashed.exists()
    assert all((out / name / "keep.txt").exists() for name in foreign)
    assert (out.parent / "target").is_dir()


def test_only_a_build_that_succeeds_removes_leftovers(documents: Path, out: Path) -> None:
    build(documents, out)
    crashed = out / ".making-20200101T000000000000Z-bbbb"
    crashed.mkdir()
    with pytest.raises(BuildFailed):
        build_index([out.parent / "nowhere"], out=out, embedder=TinyEmbedder())
    assert crashed.exists()


def test_a_second_writer_in_this_process_is_turned_away(documents: Path, out: Path) -> None:
    name = build(documents, out)
    with writing(out):
        with pytest.raises(WriterBusy, match="another process is writing"):
            build(documents, out)
        with pytest.raises(WriterBusy):
            rollback(out)
        assert current_build(out).name == name
    build(documents, out)


def test_a_second_writer_in_another_process_is_turned_away(documents: Path, out: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from index.publishing import writing\n"
        "with writing(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(WriterBusy):
            build(documents, out)
        process.kill()  # the system releases the lock of a dead process
        process.wait()
        build(documents, out)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, documents: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(BuildFailed, match="can't be written to"):
        build(documents, tmp_path / "file" / "builds")


def test_publishing_the_same_build_again_keeps_one_entry(documents: Path, out: Path) -> None:
    name = build(documents, out)
    with writing(out):
        publish(out, name)
    assert (out / CURRENT).read_text("utf-8").split() == [name]
