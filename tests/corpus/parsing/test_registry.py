"""The parser is chosen by content, and every refusal says what is wrong."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.parsing.encoding import decode
from corpus.parsing.identifiers import clean_doi, clean_pmid, fallback_id, slug
from corpus.parsing.port import RawFile
from corpus.parsing.registry import (
    PARSER_VERSIONS,
    PARSERS,
    choose_parser,
    parse_bytes,
    parse_file,
    parse_stream,
)
from tests.corpus.small_files import FRONT_MATTER, make_docx, make_ngc, make_pdf


def chosen(data: bytes | str, name: str) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return choose_parser(RawFile(name=name, head=raw[:8192], size=len(raw), stream=io.BytesIO(raw))).name


@pytest.mark.parametrize(
    ("data", "name", "parser"),
    [
        (FRONT_MATTER + "text", "no-suffix", "markdown"),
        ("# Title\n\ntext", "x.md", "markdown"),
        ("Just words.", "x.txt", "plain text"),
        ("Just words.", "x", "plain text"),
        ("<!DOCTYPE html><html><body>x</body></html>", "x.txt", "HTML"),
        ("<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD' 'x'><html xmlns='x'/>", "x", "HTML"),
        ("<div>fragment</div>", "x.html", "HTML"),
        (make_pdf([["x"]]), "x.bin", "PDF"),
        (make_docx("<w:p/>"), "x.docx", "Word"),
        ("<!DOCTYPE article PUBLIC 'x' 'y'><article article-type='research-article'><front/></article>", "x.xml", "JATS"),
        ("\ufeff<?xml version='1.0'?>\n<!-- c --><article><front></front></article>", "x.xml", "JATS"),
        ("<article><h1>News</h1></article>", "x.html", "HTML"),
        ("<?xml version='1.0'?><PubmedArticleSet/>", "x.xml", "PubMed XML"),
        ("<MedlineCitation Owner='NLM'/>", "x.xml", "PubMed XML"),
        (make_ngc("<p>x</p>"), "x.xml", "NGC XML"),
        ("<Document id='1'><Focus>x</Focus></Document>", "x.xml", "NIH question-answer XML"),
        ("less < more and <5 mg", "x.txt", "plain text"),
    ],
)  # fmt: skip
def test_choice(data: bytes | str, name: str, parser: str) -> None:
    assert chosen(data, name) == parser


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "x.md", "is empty"),
        (b" \n\t ", "x.md", "nothing but white space"),
        (b"\x00\x01\x02\x03", "x.txt", "binary data"),
        (b"\x89PNG\r\n\x1a\n\x00", "x.png", "an image"),
        (gzip.compress(b"text"), "x.txt", "gzip"),
        (b"PK\x03\x04rest\x00", "x.zip", "ZIP archive"),
        (b"<?xml version='1.0'?><feed><entry/></feed>", "x.xml", "root element <feed>"),
        (b'{"a": 1}', "x.json", "data or a program"),
        (b"\xff\xfeab\x00\xd8", "x.txt", "breaks off"),
        (b"<article article-type='x'><front><p></front></article>", "x.xml", "malformed at line 1"),
    ],
)
def test_refusals_say_what_is_wrong(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        list(parse_bytes(data, name=name))
    assert reason in refusal.value.reason
    assert refusal.value.name == name
    assert refusal.value.reason.endswith(".")


def test_file_over_the_limit_is_refused_unread() -> None:
    class Untouchable(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size >= 0, "the whole file was read"
            return super().read(size)

    with pytest.raises(UnreadableDocument, match="Split it"):
        list(parse_stream(Untouchable(b"words"), name="big.txt", size=10**9))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be opened"):
        list(parse_file(tmp_path / "gone.md"))


def test_versions_name_every_parser() -> None:
    assert set(PARSER_VERSIONS) == {parser.name for parser in PARSERS}
    assert all(PARSER_VERSIONS.values())


def test_identifiers() -> None:
    assert clean_doi("https://doi.org/10.1000/abc") == "10.1000/abc"
    assert clean_doi("doi: 10.1000/abc") == "10.1000/abc"
    assert clean_doi("11.1000/abc") is None
    assert clean_pmid(" 123 ") == "123"
    assert clean_pmid("PMC123") is None
    assert slug("Ménière’s Disease (2nd ed.)") == "menieres-disease-2nd-ed"
    assert fallback_id("Наука", "text") == fallback_id("???", "text")
    assert fallback_id("a", "text") != fallback_id("a", "other")


def test_utf16_is_read_by_its_mark() -> None:
    assert decode("5 µg".encode("utf-16"), name="x") == ("5 µg", None)
