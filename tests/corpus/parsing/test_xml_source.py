"""XML that attacks: entities, outside references, great depth."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.parsing.registry import parse_bytes
from tests.corpus.small_files import parse_one, texts

LAUGHS = """<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>{start}&b;{end}"""


@pytest.mark.parametrize(
    ("root", "start", "end"),
    [
        ("article", '<article article-type="x"><front/><body><p>', "</p></body></article>"),
        ("PubmedArticleSet", "<PubmedArticleSet><PubmedArticle>", "</PubmedArticle></PubmedArticleSet>"),
        ("Version", "<Version><xmlSource>National Guideline Clearinghouse</xmlSource>", "</Version>"),
        ("Document", "<Document><Focus>", "</Focus></Document>"),
    ],
)
def test_declared_entities_are_refused(root: str, start: str, end: str) -> None:
    source = LAUGHS.format(root=root, start=start, end=end)
    with pytest.raises(UnreadableDocument, match="declares entities"):
        list(parse_bytes(source.encode(), name="bomb.xml"))


def test_entities_hidden_in_utf16_are_refused() -> None:
    source = LAUGHS.format(
        root="article", start='<article article-type="x"><front/><body><p>', end="</p></body></article>"
    )
    with pytest.raises(UnreadableDocument):
        list(
            parse_bytes(
                source.replace('"1.0"?', '"1.0" encoding="utf-16"?').encode("utf-16"), name="bomb.xml"
            )
        )


def test_outside_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    source = (
        f'<!DOCTYPE article SYSTEM "{secret.as_uri()}"><article article-type="research-article"><front><article-meta>'
        "<title-group><article-title>T</article-title></title-group></article-meta></front>"
        f'<body><p>a <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/> b</p>'
        "</body></article>"
    )
    assert texts(parse_one(source, "x.xml")) == ["a b"]


def test_named_entities_of_the_unread_dtd_are_understood() -> None:
    source = (
        '<!DOCTYPE article PUBLIC "-//NLM//DTD" "x.dtd"><article article-type="research-article"><front><article-meta>'
        "<title-group><article-title>T</article-title></title-group></article-meta></front>"
        "<body><p>5&nbsp;&micro;g &le; 10&ndash;20</p></body></article>"
    )
    assert texts(parse_one(source, "x.xml")) == ["5 µg ≤ 10–20"]


def test_great_depth_is_refused() -> None:
    source = (
        '<article article-type="x"><front/><body>' + "<sec>" * 5000 + "</sec>" * 5000 + "</body></article>"
    )
    with pytest.raises(UnreadableDocument, match="malformed"):
        list(parse_bytes(source.encode(), name="deep.xml"))
