"""Parser for HTML pages: the visible main text with its headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from corpus.document import Document, Metadata, SourceKind
from corpus.errors import UnreadableDocument
from corpus.parsing.article_metadata import shorten_authors
from corpus.parsing.encoding import decode
from corpus.parsing.html_blocks import BlockShape, HtmlBlock, HtmlBlocks, is_hidden, parse_html
from corpus.parsing.identifiers import clean_doi, clean_pmid, fallback_id
from corpus.parsing.inline_text import HTML_ELEMENTS
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block
from corpus.parsing.xml_source import root_name, sniff

_FURNITURE_TAGS = frozenset({"nav", "footer", "aside"})
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"}
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|cookie\w*|footer|sidebar|share|sharing|social|advert\w*|banner|"
    r"newsletter|related(?:-\w+)?|skip-?link|toolbar|pagination|comments?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOSTLY_LINKS = 0.7  # share of a list's letters that stand in links, from which on it is a menu
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)


class HtmlParser:
    """One page a file. Hidden elements, scripts, comments, forms and page furniture never enter the text."""

    name = "HTML"
    version = "1"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        root = root_name(file.head).lower()
        if root == "html" or sniff(file.head).lstrip()[:14].lower() == "<!doctype html":
            return True
        return root in HTML_ELEMENTS and not sniff(file.head).lstrip().startswith("<?xml")

    def parse(self, file: RawFile) -> Iterator[Document]:
        source, warning = _decode(file)
        root = parse_html(source, name=file.name)
        metas = _metas(root)
        title = _title(root, metas) or file.stem
        builder = DocumentBuilder(title)
        if warning:
            builder.warn(warning)
        main = _main_element(root)
        skipped = [element for element in main.iterdescendants() if _is_furniture(element)]
        _write(builder, HtmlBlocks(skipped=skipped).read(main))
        if builder.is_empty:
            raise UnreadableDocument(file.name, "The page shows no text; it may be filled in by a script.")
        yield builder.build(
            document_id=fallback_id(file.stem, builder.canonical_text()),
            metadata=_metadata(builder.title, metas, root),
            media_type="text/html",
        )


def _decode(file: RawFile) -> tuple[str, str | None]:
    data = file.stream.read()
    declared = _CHARSET.search(file.head)
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(declared.group(1).decode("ascii")), None
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name=file.name)


def _main_element(root: html.HtmlElement) -> html.HtmlElement:
    """The element that the page itself marks as its content; else the body."""
    candidates = root.xpath("//main") or root.xpath("//*[@role='main']") or root.xpath("//article")
    visible = [element for element in candidates if not is_hidden(element)]
    if len(visible) == 1 and len(visible[0].text_content().split()) >= 30:
        return visible[0]
    body = root.find("body")
    return body if body is not None else root


def _is_furniture(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return False
    if element.tag in _FURNITURE_TAGS or element.get("role", "").lower() in _FURNITURE_ROLES:
        return True
    if element.tag == "header" and not any(True for _ in element.iterancestors("article", "main", "section")):
        return element.find(".//h1") is None
    if element.tag in ("div", "section", "ul", "ol", "p"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if names.strip() and _FURNITURE_NAME.search(names):
            return True
    return element.tag in ("ul", "ol") and _is_menu(element)


def _is_menu(element: html.HtmlElement) -> bool:
    letters = len(normalise_block(element.text_content()))
    linked = sum(len(normalise_block(link.text_content())) for link in element.iter("a"))
    items = len(element.findall("li"))
    return items >= 3 and letters > 0 and linked / letters > _MOSTLY_LINKS and letters / items < 60


def _write(builder: DocumentBuilder, blocks: list[HtmlBlock]) -> None:
    for block in blocks:
        if block.shape is BlockShape.HEADING:
            if not (builder.is_empty and block.text == builder.title):
                builder.heading(block.text, level=block.level)
        elif block.shape is BlockShape.LIST_ITEM:
            builder.list_item(block.text, marker=block.marker)
        elif block.shape is BlockShape.TABLE_ROW:
            builder.table_row(block.headers, block.cells)
        elif block.shape is BlockShape.CAPTION:
            builder.caption(block.text)
        else:
            builder.paragraph(block.text)


def _metas(root: html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        key = (meta.get("name") or meta.get("property") or "").lower()
        content = normalise_block(meta.get("content") or "")
        if key and content:
            found.setdefault(key, []).append(content)
    return found


def _first(metas: dict[str, list[str]], *keys: str) -> str | None:
    return next((metas[key][0] for key in keys if key in metas), None)


def _title(root: html.HtmlElement, metas: dict[str, list[str]]) -> str:
    stated = _first(metas, "citation_title", "dc.title", "dcterms.title")
    if stated:
        return stated
    headings = [element for element in root.iter("h1") if not is_hidden(element)]
    if len(headings) == 1 and (text := normalise_block(headings[0].text_content())):
        return text
    return _first(metas, "og:title") or normalise_block(root.findtext(".//title") or "")


def _metadata(title: str, metas: dict[str, list[str]], root: html.HtmlElement) -> Metadata:
    date = _first(
        metas,
        "citation_publication_date",
        "citation_date",
        "dc.date",
        "dcterms.date",
        "article:published_time",
    )
    year = _YEAR.search(date or "")
    canonical = next((link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"), None)
    url = canonical or _first(metas, "og:url")
    doi = _first(metas, "citation_doi", "dc.identifier", "prism.doi")
    return Metadata(
        title=title,
        kind=SourceKind.RESEARCH_ARTICLE if "citation_journal_title" in metas else SourceKind.UNKNOWN,
        issuer=_first(metas, "citation_publisher", "dc.publisher", "og:site_name"),
        journal=_first(metas, "citation_journal_title"),
        year=int(year.group()) if year else None,
        authors=shorten_authors(metas.get("citation_author", [])),
        doi=clean_doi(doi),
        pmid=clean_pmid(_first(metas, "citation_pmid")),
        url=url if url and re.match(r"https?://\S+$", url) else None,
        licence=_first(metas, "dc.rights", "dcterms.rights"),
    )
