"""A notice in the library changes the status of the article it is about, whichever is read first."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from corpus.document import SourceStatus
from index.building import build_index
from index.library_index import LibraryIndex
from tests.tiny_embedder import TinyEmbedder

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def jats(title: str, doi: str, *, article_type: str = "research-article", related: str = "") -> str:
    return (
        f'<article article-type="{article_type}"><front><article-meta>'
        f'<article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>{title}</article-title>'
        f"</title-group>{related}</article-meta></front>"
        f"<body><sec><title>Text</title><p>{title} is what this text is about and nothing else.</p></sec></body></article>"
    )


def notice(kind: str, link: str, doi: str) -> str:
    related = f'<related-article {XLINK} related-article-type="{link}" xlink:href="10.1000/trial"/>'
    return jats(f"Notice {kind}", doi, article_type=kind, related=related)


def statuses(folder: Path, out: Path) -> dict[str, SourceStatus]:
    build_index([folder], out=out, embedder=TinyEmbedder())
    library = LibraryIndex.open_current(out, TinyEmbedder())
    return {metadata.title: metadata.status for _, metadata in library.documents()}


@pytest.mark.parametrize("name", ["a-before.xml", "z-after.xml"])
def test_a_retraction_reaches_the_trial(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "trial.xml").write_text(jats("Trial of a remedy", "10.1000/TRIAL"), "utf-8")
    (folder / "other.xml").write_text(jats("Another trial", "10.1000/other"), "utf-8")
    (folder / name).write_text(notice("retraction", "retracted-article", "10.1000/notice"), "utf-8")
    # A lesser notice, read last, doesn't hide the retraction.
    (folder / "zz.xml").write_text(notice("correction", "corrected-article", "10.1000/erratum"), "utf-8")
    with caplog.at_level(logging.INFO):
        found = statuses(folder, tmp_path / "builds")
    assert found["Trial of a remedy"] is SourceStatus.RETRACTED
    assert found["Another trial"] is SourceStatus.CURRENT
    assert found["Notice retraction"] is SourceStatus.CURRENT
    assert "retracted by a notice" in caplog.text
