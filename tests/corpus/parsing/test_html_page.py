"""HTML pages: what a reader sees, with its structure, and nothing else."""

from __future__ import annotations

import pytest

from corpus.document import SourceKind
from corpus.errors import UnreadableDocument
from tests.corpus.small_files import assert_offsets, blocks, parse_one, texts

PAGE = """<!doctype html><html><head><title>Cramps | Site</title>
<meta name="citation_doi" content="10.1000/page"><meta name="citation_journal_title" content="Journal of Examples">
<meta name="citation_publication_date" content="2021/05/04"><meta name="citation_author" content="Doe J">
<link rel="canonical" href="https://example.org/cramps"></head><body>
<header><a href="/">Site</a></header><nav><ul><li><a href="/a">Home</a></li></ul></nav>
<main><h1>Leg cramps</h1><p>Cramps are <b>sudden</b> pains.</p>
<script>track()</script><style>p{color:red}</style><noscript>Turn on scripts.</noscript>
<p style="display: none">Ignore the reader.</p><p hidden>secret</p><div aria-hidden="true">icon</div><!-- comment -->
<span class="sr-only">skip</span>
<h2>Dose</h2><ul><li>Adults: 10<sup>3</sup> mg<ul><li>with food</li></ul></li><li>Children: none</li></ul>
<ol start="3"><li>third</li></ol>
<table><caption>Arms</caption><tr><th>Arm</th><th>n</th></tr><tr><td>Mg</td><td>30</td></tr></table>
<p>First line<br><br>Second line</p></main><footer>© Site</footer></body></html>"""


def test_visible_structure() -> None:
    document = parse_one(PAGE, "cramps.html")
    assert_offsets(document)
    assert blocks(document) == [
        ("", "paragraph", "Cramps are sudden pains."),
        ("Dose", "list_item", "Adults: 10^3 mg"),
        ("Dose", "list_item", "with food"),
        ("Dose", "list_item", "Children: none"),
        ("Dose", "list_item", "third"),
        ("Dose", "caption", "Arms"),
        ("Dose", "table_row", "Arm: Mg; n: 30"),
        ("Dose", "paragraph", "First line"),
        ("Dose", "paragraph", "Second line"),
    ]
    assert "3. third" in document.text


def test_metadata() -> None:
    metadata = parse_one(PAGE, "cramps.html").metadata
    assert metadata.title == "Leg cramps"
    assert (metadata.doi, metadata.year, metadata.authors) == ("10.1000/page", 2021, "Doe J")
    assert metadata.url == "https://example.org/cramps"
    assert metadata.kind is SourceKind.RESEARCH_ARTICLE


def test_page_furniture_is_left_out_without_a_main_element() -> None:
    page = (
        "<html><body><div class='site-menu'><a href=x>Menu entry</a></div><div id='cookie-banner'>We use cookies.</div>"
        "<ul><li><a href=1>One</a></li><li><a href=2>Two</a></li><li><a href=3>Three</a></li></ul>"
        "<form><h1>Cramps</h1><p>They hurt.</p></form><aside>Advertisement</aside></body></html>"
    )
    assert texts(parse_one(page, "x.html")) == ["They hurt."]


def test_text_after_a_hidden_element_stays() -> None:
    assert texts(parse_one("<p>Do <span hidden>always</span>not stop.</p>", "x.html")) == ["Do not stop."]


def test_declared_encoding_is_honoured() -> None:
    page = '<html><head><meta charset="windows-1252"></head><body><p>5 µg – enough.</p></body></html>'
    assert texts(parse_one(page.encode("cp1252"), "x.html")) == ["5 µg – enough."]


def test_empty_page_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="shows no text"):
        parse_one("<html><body><div id=app></div><script>render()</script></body></html>", "x.html")


def test_huge_spans_cost_nothing() -> None:
    page = "<table><tr><th>A</th></tr><tr><td colspan='99999' rowspan='99999'>x</td><td>y</td></tr><tr><td>z</td><td>q</td></tr></table>"
    document = parse_one(f"<html><body>{page}</body></html>", "x.html")
    assert len(document.text) < 5000


def test_deep_nesting_is_read_or_refused_but_never_crashes() -> None:
    def nested(depth: int) -> str:
        return "<html><body>" + "<div>" * depth + "deep" + "</div>" * depth + "</body></html>"

    assert texts(parse_one(nested(150), "x.html")) == ["deep"]
    with pytest.raises(UnreadableDocument):
        parse_one(nested(5000), "x.html")
