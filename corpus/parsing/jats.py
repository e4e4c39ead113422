"""Parser for journal articles in JATS (and its forerunner, the NLM archiving format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.document import Document, Metadata, Notice, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from corpus.parsing.article_metadata import (
    design_from_title,
    is_report_of_trial,
    shorten_authors,
    status_from_title,
)
from corpus.parsing.html_blocks import table_grid
from corpus.parsing.identifiers import clean_doi, clean_pmid, fallback_id
from corpus.parsing.inline_text import subscript, superscript
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block
from corpus.parsing.xml_source import entity_text, local_name, parse_xml, root_name, sniff, text_of

_XLINK = "{http://www.w3.org/1999/xlink}href"
_MATHML = "http://www.w3.org/1998/Math/MathML"

# Sections that every article carries and no reader asks about.
_BOILERPLATE_TITLE = re.compile(
    r"^(?:[\d.]+\s*)?(?:acknowledge?ments?|authors?[’'`´]*s?[’'`´]*\s+contributions?|contributors?(?:hip)?|"
    r"(?:declaration|statement|disclosure)s?(?:\s+of\s+(?:competing\s+|conflicting\s+)?interests?)?|"
    r"(?:competing|conflicting|conflicts?\s+of|declared)\s+interests?(?:\s+statement)?|conflicts?\s+of\s+interests?.*|"
    r"(?:role\s+of\s+(?:the\s+)?)?funding(?:\s+sources?|\s+statement)?|financial\s+(?:support|disclosure).*|"
    r"pre-?publication\s+history|supporting\s+information|(?:electronic\s+)?supplement(?:ary|al)\s+(?:materials?|data|information)|"
    r"additional\s+files?|(?:list\s+of\s+)?abbreviations(?:\s+used)?|data\s+(?:availability|sharing).*|availability\s+of\s+data.*|"
    r"references|bibliography|publisher[’']?s\s+note|consent\s+for\s+publication|ethics\s+approval\s+and\s+consent.*)\s*[:.]?$",
    re.IGNORECASE,
)
_BOILERPLATE_TYPES = frozenset(
    {"supplementary-material", "data-availability", "COI-statement", "ack", "funding", "author-contributions"}
)
_ABSTRACT_TYPES_SKIPPED = frozenset({"graphical", "teaser", "toc", "precis", "video", "web-summary"})

_NOTICES = {
    "retraction": SourceStatus.RETRACTED,
    "partial-retraction": SourceStatus.RETRACTED,
    "correction": SourceStatus.CORRECTED,
    "expression-of-concern": SourceStatus.EXPRESSION_OF_CONCERN,
    "withdrawal": SourceStatus.WITHDRAWN,
}
# Links in an article that say what was done to it. The links in a notice point the other way
# ("retracted-article", "corrected-article", "object-of-concern") and say nothing of the notice itself.
_STATUS_OF_LINK = {
    "retraction-forward": SourceStatus.RETRACTED,
    "retraction": SourceStatus.RETRACTED,
    "partial-retraction": SourceStatus.RETRACTED,
    "concern-forward": SourceStatus.EXPRESSION_OF_CONCERN,
    "expression-of-concern": SourceStatus.EXPRESSION_OF_CONCERN,
    "correction-forward": SourceStatus.CORRECTED,
    "correction": SourceStatus.CORRECTED,
}
_WORST_FIRST = (SourceStatus.RETRACTED, SourceStatus.EXPRESSION_OF_CONCERN, SourceStatus.CORRECTED)

_KIND_OF_TYPE = {
    "systematic-review": SourceKind.SYSTEMATIC_REVIEW,
    "meta-analysis": SourceKind.SYSTEMATIC_REVIEW,
    "clinical-trial": SourceKind.TRIAL,
    "guideline": SourceKind.GUIDELINE,
    "practice-guideline": SourceKind.GUIDELINE,
}
_KIND_OF_SUBJECT: tuple[tuple[SourceKind, re.Pattern[str]], ...] = (
    (SourceKind.GUIDELINE, re.compile(r"(?:clinical )?(?:practice )?guidelines?", re.I)),
    (SourceKind.SYSTEMATIC_REVIEW, re.compile(r"systematic reviews?(?: (?:and|&) meta-?analys[ei]s)?|meta-?analys[ei]s", re.I)),
    (SourceKind.TRIAL, re.compile(r"(?:randomi[sz]ed )?(?:controlled )?clinical trials?|randomi[sz]ed controlled trials?", re.I)),
)  # fmt: skip

_TRIAL_KEYWORD = re.compile(r"(?:randomi[sz]ed )?(?:controlled |clinical )*trials?(?:, randomi[sz]ed)?", re.I)
_TRIAL_REGISTRATION = re.compile(r"(?:clinical )?trial registration", re.I)

# References to the literature, marked while the text is put together and taken out at the end.
_REF_OPEN, _REF_CLOSE = "\ue000", "\ue001"
_BETWEEN_REFERENCES = r"[\s,;–—\-]|and|&"
_SPACE_BEFORE_STOP = r"(?:\s+(?=[.,;:)]))?"
_REFERENCE = f"{_REF_OPEN}[^{_REF_CLOSE}]*{_REF_CLOSE}"
_BRACKETED_REFERENCES = re.compile(
    rf"\s*[\[(]\s*{_REFERENCE}(?:(?:{_BETWEEN_REFERENCES})*{_REFERENCE})*\s*[\])]{_SPACE_BEFORE_STOP}",
    re.DOTALL,
)
_RAISED = "^"  # stands for a raised number that points to the reference list
_RAISED_REFERENCES = re.compile(
    rf"\s*{_REF_OPEN}\{_RAISED}{_REF_CLOSE}(?:(?:{_BETWEEN_REFERENCES})*{_REF_OPEN}\{_RAISED}{_REF_CLOSE})*{_SPACE_BEFORE_STOP}"
)
_ONLY_REFERENCES = re.compile(rf"(?:{_REFERENCE}|{_BETWEEN_REFERENCES}|[\[\]()])+", re.DOTALL)
_BARE_NUMBER = re.compile(rf"{_REF_OPEN}(\d+){_REF_CLOSE}")
_MARKS = re.compile(f"[{_REF_OPEN}{_REF_CLOSE}]")

_SUFFIX_OF_LOWERED = re.compile(r"(?:max|peak|min|rest)\b")  # "VO<sub>2</sub>max"

_FLOATS = frozenset(
    {"table-wrap", "table-wrap-group", "fig", "fig-group", "boxed-text", "supplementary-material"}
)
_BREAKING = frozenset({"list", "def-list", "disp-quote", "verse-group", "preformat"})
_SILENT = frozenset({
    "fn", "x", "object-id", "inline-graphic", "graphic", "media", "supplementary-material", "tex-math", "processing-meta",
    "table-wrap", "fig", "index-term", "alt-text", "long-desc", "permissions",
})  # fmt: skip
_YEAR_SOURCES = ("ppub", "pub", "collection", "epub", "epub-ppub")
_MOST_COLUMNS = 200


class JatsParser:
    """One article, or a set of them (``pmc-articleset``)."""

    name = "JATS"
    version = "2"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        root = root_name(file.head)
        if root == "pmc-articleset":
            return True
        # <article> is an HTML element too: JATS gives it a type, and its first child is <front>.
        text = sniff(file.head)
        return root == "article" and ("article-type=" in text or "<front" in text or "dtd-version=" in text)

    def parse(self, file: RawFile) -> Iterator[Document]:
        root = parse_xml(file)
        _drop_namespaces(root)
        articles = [root] if root.tag == "article" else list(root.iter("article"))
        if not articles:
            raise UnreadableDocument(file.name, "The file holds no <article> element.")
        for article in articles:
            yield _ArticleReader(article, file).read()


class _ArticleReader:
    def __init__(self, article: etree._Element, file: RawFile) -> None:
        self._article = article
        self._file = file
        meta = article.find("front/article-meta")
        self._meta = meta if meta is not None else etree.Element("article-meta")
        self._title = inline_text(self._meta.find("title-group/article-title")) or file.stem
        self._builder = DocumentBuilder(self._title)

    def read(self) -> Document:
        for abstract in self._meta.iterfind("abstract"):
            if abstract.get("abstract-type") not in _ABSTRACT_TYPES_SKIPPED:
                self._builder.heading(inline_text(abstract.find("title")) or "Abstract", level=1)
                self._children(abstract, level=1)
        body = self._article.find("body")
        if body is not None:
            self._builder.close_sections(level=1)
            self._children(body, level=0)
        else:
            self._builder.warn("The file holds the abstract only, not the body of the article.")
        for appendix in self._article.iterfind("back/app-group/app"):
            self._section(appendix, level=1)
        if self._builder.is_empty:
            raise UnreadableDocument(self._file.name, "The article has neither an abstract nor a body.")
        metadata = self._metadata()
        return self._builder.build(
            document_id=self._id(metadata), metadata=metadata, media_type="application/xml"
        )

    # -- text ---------------------------------------------------------------------------------

    def _children(self, element: etree._Element, *, level: int) -> None:
        for child in element:
            self._block(child, level=level)

    def _section(self, section: etree._Element, *, level: int) -> None:
        title = inline_text(section.find("title"))
        if _BOILERPLATE_TITLE.match(title) or section.get("sec-type") in _BOILERPLATE_TYPES:
            return
        label = inline_text(section.find("label"))
        heading = f"{label} {title}" if label and not title.startswith(label) else title
        if heading:
            self._builder.heading(heading, level=level)
        self._children(section, level=level)
        self._builder.close_sections(level=level)

    def _block(self, element: etree._Element, *, level: int) -> None:
        tag = local_name(element)
        if tag in ("sec", "app"):
            self._section(element, level=level + 1)
        elif tag == "p":
            self._paragraph(element, level=level)
        elif tag == "list":
            self._list(element, level=level)
        elif tag == "def-list":
            for item in element.iter("def-item"):
                term, meaning = inline_text(item.find("term")), inline_text(item.find("def"))
                self._builder.list_item(f"{term}: {meaning}" if term and meaning else term or meaning)
        elif tag in ("table-wrap", "table-wrap-group"):
            self._table(element)
        elif tag == "fig":
            self._builder.caption(_caption(element))
        elif tag in ("fig-group", "disp-quote", "disp-formula-group", "statement", "alternatives", "speech"):
            self._children(element, level=level)
        elif tag == "boxed-text":
            self._boxed_text(element, level=level)
        elif tag in ("disp-formula", "preformat", "verse-group"):
            self._builder.paragraph(inline_text(element))

    def _boxed_text(self, element: etree._Element, *, level: int) -> None:
        title = inline_text(element.find("caption/title")) or inline_text(element.find("title"))
        if title:
            self._builder.heading(title, level=level + 1)
        self._children(element, level=level + 1)
        self._builder.close_sections(level=level + 1)

    def _paragraph(self, paragraph: etree._Element, *, level: int) -> None:
        """Write a paragraph; lists break it where they stand, tables and figures follow it."""
        pieces: list[str] = [_source_text(paragraph.text)]
        floats: list[etree._Element] = []
        for child in paragraph:
            tag = local_name(child)
            if tag in _BREAKING:
                self._builder.paragraph(_finish("".join(pieces)))
                pieces = []
                self._block(child, level=level)
            elif tag in _FLOATS:
                floats.append(child)
            else:
                pieces.append(_flatten(child, _last_words("", pieces)))
            pieces.append(_tail(child))
        self._builder.paragraph(_finish("".join(pieces)))
        for child in floats:
            self._block(child, level=level)

    def _list(self, element: etree._Element, *, level: int) -> None:
        for number, item in enumerate(element.iterfind("list-item"), start=1):
            marker = inline_text(item.find("label")) or (
                "-" if element.get("list-type") != "order" else f"{number}."
            )
            for child in item:
                if local_name(child) == "p" and not any(local_name(part) in _BREAKING for part in child):
                    self._builder.list_item(inline_text(child), marker=marker)
                    marker = "-"
                else:
                    self._block(child, level=level)

    def _table(self, wrap: etree._Element) -> None:
        self._builder.caption(_caption(wrap))
        for table in wrap.iter("table"):
            rows = [[cell for cell in row if local_name(cell) in ("td", "th")] for row in table.iter("tr")]
            grid, headers = table_grid([row for row in rows if row], inline_text)
            for cells in grid:
                self._builder.table_row(headers, cells[:_MOST_COLUMNS])
        if wrap.find(".//table") is None and wrap.find(".//graphic") is not None:
            self._builder.warn("A table is given as an image only; its numbers are missing.")
        for foot in wrap.iterfind("table-wrap-foot"):
            for note in foot:
                self._builder.caption(" ".join(inline_text(part) for part in note) or inline_text(note))

    # -- metadata -----------------------------------------------------------------------------

    def _metadata(self) -> Metadata:
        ids = {item.get("pub-id-type"): text_of(item) for item in self._meta.iterfind("article-id")}
        doi, pmid = clean_doi(ids.get("doi")), clean_pmid(ids.get("pmid"))
        pmc = _pmc_number(ids)
        journal = self._article.find("front/journal-meta")
        title = text_of(journal.find(".//journal-title")) if journal is not None else ""
        publisher = text_of(journal.find(".//publisher-name")) if journal is not None else ""
        url = f"https://doi.org/{doi}" if doi else None
        if url is None and pmc:
            url = f"https://www.ncbi.nlm.nih.gov/pmc/articles/PMC{pmc}/"
        return Metadata(
            title=self._builder.title,
            kind=self._kind(),
            issuer=publisher or None,
            journal=title or None,
            year=self._year(),
            authors=self._authors(),
            doi=doi,
            pmid=pmid,
            url=url,
            status=self._status(),
            licence=self._licence(),
            notice=self._notice(),
        )

    def _id(self, metadata: Metadata) -> str:
        ids = {item.get("pub-id-type"): text_of(item) for item in self._meta.iterfind("article-id")}
        if pmc := _pmc_number(ids):
            return f"pmc-{pmc}"
        if metadata.pmid:
            return f"pmid-{metadata.pmid}"
        return fallback_id(self._file.stem, self._builder.canonical_text())

    def _kind(self) -> SourceKind:
        article_type = self._article.get("article-type") or ""
        if article_type in _KIND_OF_TYPE:
            return _KIND_OF_TYPE[article_type]
        if article_type in _NOTICES:
            return SourceKind.UNKNOWN
        subjects = [text_of(item) for item in self._meta.iterfind("article-categories//subject")]
        for kind, pattern in _KIND_OF_SUBJECT:
            if any(pattern.fullmatch(subject) for subject in subjects) and not (
                kind is SourceKind.TRIAL and article_type != "research-article"
            ):
                return kind
        if stated := design_from_title(self._builder.title):
            return stated
        keywords = [text_of(item) for item in self._meta.iterfind("kwd-group/kwd")]
        registered = any(
            _TRIAL_REGISTRATION.match(text_of(title)) for title in self._meta.iterfind("abstract//title")
        )
        if (registered or any(_TRIAL_KEYWORD.fullmatch(word) for word in keywords)) and is_report_of_trial(
            self._builder.title
        ):
            return SourceKind.TRIAL
        return (
            SourceKind.NARRATIVE_REVIEW if article_type == "review-article" else SourceKind.RESEARCH_ARTICLE
        )

    def _status(self) -> SourceStatus:
        article_type = self._article.get("article-type") or ""
        if article_type in _NOTICES:
            return SourceStatus.CURRENT
        if article_type == "retracted-article":
            return SourceStatus.RETRACTED
        if from_title := status_from_title(self._builder.title):
            return from_title
        found = {
            _STATUS_OF_LINK.get(link.get("related-article-type") or "")
            for link in self._meta.iterfind("related-article")
        }
        return next((status for status in _WORST_FIRST if status in found), SourceStatus.CURRENT)

    def _notice(self) -> Notice | None:
        article_type = self._article.get("article-type") or ""
        if article_type not in _NOTICES:
            return None
        links = [link.get(_XLINK) or "" for link in self._meta.iterfind("related-article")]
        named = ", ".join(clean_doi(link) or link for link in links if link) or "an article it does not name"
        self._builder.warn(
            f"This is a notice ({article_type.replace('-', ' ')}) about {named}, not the article itself."
        )
        return Notice(
            _NOTICES[article_type],
            dois=tuple(doi for link in links if (doi := clean_doi(link))),
            pmids=tuple(link for link in links if link.isdecimal()),
        )

    def _year(self) -> int | None:
        years: dict[str, int] = {}
        for date in self._meta.iterfind("pub-date"):
            year = text_of(date.find("year"))
            if re.fullmatch(r"(?:18|19|20)\d{2}", year):
                years.setdefault(date.get("pub-type") or date.get("date-type") or "other", int(year))
        return next(
            (years[source] for source in _YEAR_SOURCES if source in years), min(years.values(), default=None)
        )

    def _authors(self) -> str | None:
        names = []
        for contributor in self._meta.iterfind("contrib-group/contrib"):
            if contributor.get("contrib-type", "author") != "author":
                continue
            given = text_of(contributor.find("name/given-names"))
            initials = "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)
            name = f"{text_of(contributor.find('name/surname'))} {initials}".strip()
            names.append(name or text_of(contributor.find("collab")))
        return shorten_authors([name for name in names if name])

    def _licence(self) -> str | None:
        for licence in self._meta.iter("license", "license_ref"):
            link = licence.get(_XLINK) or (text_of(licence) if local_name(licence) == "license_ref" else "")
            link = link or next(
                (str(item.get(_XLINK)) for item in licence.iter("ext-link") if item.get(_XLINK)), ""
            )
            if link.startswith("http"):
                return link.strip()
        for licence in self._meta.iter("license"):
            if statement := text_of(licence):
                return statement[:300]
        return None


def inline_text(element: etree._Element | None) -> str:
    """Return the text of an element on one line: readable sub- and superscripts, no reference numbers."""
    return _finish(_flatten_children(element)) if element is not None else ""


def _finish(text: str) -> str:
    """Take out references to the literature: the list they point to is not part of the text."""
    if _REF_OPEN in text:
        text = normalise_block(text)  # first, so that the patterns below meet no long runs of space
        text = _BRACKETED_REFERENCES.sub("", text)
        text = _RAISED_REFERENCES.sub("", text)
        text = _BARE_NUMBER.sub(r"[\1]", text)
        text = _MARKS.sub("", text)
    return normalise_block(text)


def _flatten_children(element: etree._Element, before: str = "") -> str:
    """Text of an element's content; ``before`` is what stands in front of the element."""
    parts = [_source_text(element.text)]
    for child in element:
        parts.append(_flatten(child, _last_words(before, parts)))
        parts.append(_tail(child))
    return "".join(parts)


def _last_words(before: str, parts: list[str]) -> str:
    """The last part that holds any text: a raised number must know what it would run into."""
    return next((part for part in reversed(parts) if part), before)


def _tail(element: etree._Element) -> str:
    """Text after an element. Older files lost the space after a raised or lowered number: "10<sup>9</sup>cells"."""
    tail = _source_text(element.tail)
    lost = tail[:1].islower() and local_name(element) in ("sup", "sub") and text_of(element)[-1:].isdigit()
    return f" {tail}" if lost and not _SUFFIX_OF_LOWERED.match(tail) else tail


def _source_text(text: str | None) -> str:
    return _MARKS.sub(" ", text) if text else ""


def _flatten(element: etree._Element, before: str) -> str:
    """Text of one inline element; ``before`` is what stands in front of it."""
    if isinstance(element, etree._Entity):
        return entity_text(element)
    tag = local_name(element)
    if not tag or tag in _SILENT:
        return ""
    if tag == "xref":
        if element.get("ref-type") != "bibr":
            return _flatten_children(element, before)
        if element.find(".//sup") is not None:
            return f"{_REF_OPEN}{_RAISED}{_REF_CLOSE}"
        content = normalise_block(_MARKS.sub("", _flatten_children(element, before)))
        return f"{_REF_OPEN}{content}{_REF_CLOSE}"
    if tag in ("sup", "sub"):
        content = _flatten_children(element)
        if _REF_OPEN in content and _ONLY_REFERENCES.fullmatch(content):
            return ""
        content = normalise_block(content)
        if not before.strip():
            return f"{content} "  # the mark of a footnote, before its text
        return superscript(before, content) if tag == "sup" else subscript(before, content)
    if tag in ("break", "hr"):
        return " "
    if element.tag == f"{{{_MATHML}}}math":
        return f" {_math(element)} "
    if tag in ("p", "title", "list-item", "td", "disp-formula", "attrib"):
        return f" {_flatten_children(element)} "
    return _flatten_children(element, before)


def _math(element: etree._Element) -> str:
    """Write MathML on one line: ``x^2``, ``(a)/(b)``, ``√(x)``."""
    tag = local_name(element)
    children = [_math(child) for child in element if local_name(child)]
    if tag == "mfrac" and len(children) == 2:
        return f"({children[0]})/({children[1]})"
    if tag == "msup" and len(children) == 2:
        return f"{children[0]}^{children[1]}"
    if tag == "msub" and len(children) == 2:
        return f"{children[0]}_{children[1]}"
    if tag == "msubsup" and len(children) == 3:
        return f"{children[0]}_{children[1]}^{children[2]}"
    if tag == "msqrt":
        return f"√({''.join(children)})"
    if tag == "mspace":
        return " "
    if tag == "mfenced":
        return f"({', '.join(children)})"
    return normalise_block(element.text or "") + "".join(children)


def _caption(element: etree._Element) -> str:
    parts = [inline_text(element.find("label")).rstrip(".:")]
    caption = element.find("caption")
    if caption is not None:
        parts += [inline_text(child).rstrip() for child in caption]
    parts = [part for part in parts if part]
    return " ".join(part if part[-1] in ".?!:;" or part is parts[-1] else f"{part}." for part in parts)


def _pmc_number(ids: dict[str | None, str]) -> str | None:
    for kind in ("pmc", "pmcid", "pmcaid"):
        match = re.fullmatch(r"(?:PMC)?(\d+)", ids.get(kind, ""))
        if match:
            return match.group(1)
    return None


def _drop_namespaces(root: etree._Element) -> None:
    """Some publishers put JATS itself into a namespace; MathML keeps its own."""
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str) and tag.startswith("{") and not tag.startswith(f"{{{_MATHML}}}"):
            element.tag = tag.rpartition("}")[2]
