"""The rules of the bundled library, each broken once, and the library itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import app
from corpus.check import check_library
from corpus.errors import LibraryError
from tests.corpus.small_files import FRONT_MATTER

LIBRARY = Path("corpus/documents")
BODY = '\n## Summary\n\nText of {id}.\n\n## Recommendations\n\n- Rest in {id}. {{strength="Grade B"}}\n'


def write(folder: Path, document_id: str, *, body: str = BODY, name: str = "", **changes: str) -> None:
    matter = FRONT_MATTER.replace("small-trial-2020", document_id)
    matter = matter.replace("10.1000/example.1", f"10.1000/{document_id}").replace('  pmid: "12345678"\n', "")
    for old, new in changes.items():
        line = next(line for line in matter.splitlines() if line.strip().startswith(f"{old}:"))
        matter = matter.replace(line, new)
    (folder / (name or f"{document_id}.md")).write_text(matter + body.format(id=document_id))


def problems(folder: Path, *, least: int = 1) -> list[str]:
    return list(check_library(folder, least=least).problems)


def test_sound_library(tmp_path: Path) -> None:
    write(tmp_path, "old", status="status: superseded\nsuperseded_by: new")
    write(tmp_path, "new", status="status: current\nsupersedes: [old]")
    report = check_library(tmp_path, least=2)
    assert report.problems == ()
    assert [document.id for document in report.documents] == ["new", "old"]
    report.raise_for_problems()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"digest": "digest: false"}, "digest must be true"),
        ({"status": "status: current\nsupersedes: [gone]"}, "supersedes gone, which is not in the library"),
        (
            {"status": "status: superseded\nsuperseded_by: gone"},
            "superseded_by gone, which is not in the library",
        ),
        ({"status": "status: current\nsupersedes: [other]"}, "other: superseded_by must name one"),
        ({"status": "status: current\nsuperseded_by: other"}, "its status is current"),
        ({"status": "status: superseded\nsuperseded_by: other"}, "other: supersedes must list one"),
        ({"kind": "  kind: research_article"}, "not one for digests"),
        ({"journal": '  journal: "TBD"'}, "placeholder"),
        ({"doi": '  doi: "10.1000/other"'}, "one, other: the same doi"),
        ({"body": "\n## Recommendations\n\n- Rest in {id}.\n"}, "has no braces"),
        ({"body": "\n## Recommendations\n\nRest in {id}.\n"}, "no list items below it"),
        ({"body": "\nText of {id} before.\n\n## Summary\n\nText.\n"}, "before the first heading"),
        ({"body": "\n## Summary\n\nText of {id}.\n\n<div>x</div>\n"}, "Raw HTML"),
        ({"name": "another.md"}, "the file must be named one.md"),
        ({"population": "population: []"}, "population"),
    ],
)
def test_each_breach_is_told(tmp_path: Path, changes: dict[str, str], part: str) -> None:
    write(tmp_path, "one", **changes)
    write(tmp_path, "other")
    assert any(part in problem for problem in problems(tmp_path)), problems(tmp_path)


def test_too_few_digests(tmp_path: Path) -> None:
    write(tmp_path, "one")
    report = check_library(tmp_path)
    assert "1 readable digests; at least 50" in report.problems[0]
    with pytest.raises(LibraryError, match="at least 50"):
        report.raise_for_problems()


def test_bundled_library_keeps_its_rules() -> None:
    report = check_library(LIBRARY)
    assert report.problems == ()
    assert all(document.metadata.digest for document in report.documents)
    assert any(
        recommendation.strength
        for document in report.documents
        for recommendation in document.recommendations
    )


def test_check_command(tmp_path: Path) -> None:
    write(tmp_path, "one")
    runner = CliRunner()
    good = runner.invoke(app, ["check", str(tmp_path), "--least", "1"])
    assert good.exit_code == 0
    assert "1 digests (1 trial), 1 recommendations (1 graded by their issuer), 0 problems" in good.output
    bad = runner.invoke(app, ["check", str(tmp_path), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["documents"] == 1
    assert runner.invoke(app, ["check", str(tmp_path / "gone")]).exit_code == 2


def test_parse_command(tmp_path: Path) -> None:
    write(tmp_path, "one")
    runner = CliRunner()
    assert "1 documents (1 trial), 0 refused" in runner.invoke(app, ["parse", str(tmp_path)]).output
    (tmp_path / "bad.md").write_text("---\nid: x\n---\n")
    refused = runner.invoke(app, ["parse", str(tmp_path), "--json"])
    assert refused.exit_code == 1
    report = json.loads(refused.output)
    assert [row["id"] for row in report["documents"]] == ["one"]
    assert [item["name"] for item in report["refused"]] == ["bad.md"]
