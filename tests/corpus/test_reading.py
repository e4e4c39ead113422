"""Reading a library: folders, archives, refusals by name, duplicates."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.reading import ArchiveLimits, read_documents
from tests.corpus.small_files import FRONT_MATTER

TEXT = "Cramps\n\nThey hurt at night."


def digest(document_id: str, text: str) -> str:
    return FRONT_MATTER.replace("small-trial-2020", document_id) + f"\n## Summary\n\n{text}\n"


def read(*paths: Path, limits: ArchiveLimits | None = None) -> list[tuple[str, str]]:
    """Every result as ("ok", id) or (name, reason)."""
    return [
        ("ok", item.id) if isinstance(item, Document) else (item.name, item.reason)
        for item in read_documents(paths, limits=limits or ArchiveLimits())
    ]


def make_tar(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_folder_is_walked_in_order_and_bad_files_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.md").write_text(digest("doc-b", "Text b."))
    (tmp_path / "a.md").write_text(digest("doc-a", "Text a."))
    (tmp_path / "bad.md").write_text("---\nid: x\n---\ntext")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "sub" / "c.md").write_text(digest("doc-c", "Text c."))
    (tmp_path / "README.md").write_text("# how to")
    (tmp_path / ".hidden.md").write_text("# no")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("# no")
    results = read(tmp_path)
    assert [name for name, _ in results] == ["ok", "ok", "bad.md", "empty.txt", "ok"]
    assert [value for name, value in results if name == "ok"] == ["doc-a", "doc-b", "doc-c"]
    assert "Front matter" in results[2][1]


def test_duplicate_ids_and_texts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(digest("same", "Text a."))
    (tmp_path / "b.md").write_text(digest("same", "Text b."))
    (tmp_path / "c.md").write_text(digest("other", "Text a."))
    assert read(tmp_path) == [
        ("ok", "same"),
        ("b.md", "The id 'same' is already taken by a.md."),
        ("c.md", "The text is identical to that of a.md."),
    ]


def test_archives_are_read_member_by_member(tmp_path: Path) -> None:
    make_tar(
        tmp_path / "set.tar.gz",
        {
            "x/one.md": digest("one", "Text 1.").encode(),
            "x/../../escape.md": digest("two", "Text 2.").encode(),
            "x/bad.bin": b"\x00\x01",
            "x/README.md": b"# no",
            "x/.hidden.md": b"# no",
        },
    )
    (tmp_path / "single.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    results = read(tmp_path)
    assert results[:2] == [("ok", "one"), ("ok", "two")]
    assert results[2] == ("set.tar.gz:x/bad.bin", "The file holds binary data of no known format.")
    assert results[3][0] == "ok"
    assert results[3][1].startswith("single-")
    assert not (tmp_path.parent / "escape.md").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set.tar.gz", "single.txt.gz"]


def test_duplicate_in_an_archive_names_the_member(tmp_path: Path) -> None:
    make_tar(tmp_path / "s.tar.gz", {"a.txt": TEXT.encode(), "b.txt": TEXT.encode()})
    assert read(tmp_path)[1] == ("s.tar.gz:b.txt", "The text is identical to that of s.tar.gz:a.txt.")


def test_damaged_archives_are_reported(tmp_path: Path) -> None:
    make_tar(tmp_path / "a.tar.gz", {"one.md": digest("one", "Text 1. " * 5000).encode()})
    (tmp_path / "a.tar.gz").write_bytes((tmp_path / "a.tar.gz").read_bytes()[:120])
    (tmp_path / "b.gz").write_bytes(b"no gzip at all")
    assert [(name, reason.split(" is ")[0]) for name, reason in read(tmp_path)] == [
        ("a.tar.gz", "The archive"),
        ("b.gz", "The file"),
    ]


def test_archives_that_unpack_to_too_much_are_cut_off(tmp_path: Path) -> None:
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"a " * 100_000))
    make_tar(tmp_path / "set.tar.gz", {"big.txt": b"a " * 1000, "small.txt": TEXT.encode()})
    results = read(tmp_path, limits=ArchiveLimits(largest_member=1000))
    assert "unpacks to more than" in results[0][1]
    assert results[1][0] == "set.tar.gz:big.txt"
    assert results[2][0] == "ok"
    assert "more than 1 members" in read(tmp_path / "set.tar.gz", limits=ArchiveLimits(most_members=1))[1][1]
    assert (
        "the rest was not read"
        in read(tmp_path / "set.tar.gz", limits=ArchiveLimits(largest_archive=5))[0][1]
    )


def test_missing_path_is_reported(tmp_path: Path) -> None:
    ((name, reason),) = read(tmp_path / "gone")
    assert name.endswith("gone")
    assert reason == "There is no such file or folder."


def test_documents_before_a_fault_in_a_set_are_kept(tmp_path: Path) -> None:
    record = (
        "<PubmedArticle><MedlineCitation><PMID>{0}</PMID><Article><ArticleTitle>T{0}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>"
    )
    (tmp_path / "set.xml").write_text(f"<PubmedArticleSet>{record.format(1)}{record.format(2)}<oops>")
    results = list(read_documents([tmp_path]))
    assert [item.id for item in results if isinstance(item, Document)] == ["pmid-1", "pmid-2"]
    assert isinstance(results[-1], UnreadableDocument)
    assert "malformed" in results[-1].reason
