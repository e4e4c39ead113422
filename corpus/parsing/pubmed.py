"""Parser for PubMed XML: one document for each citation, streamed, so that a yearly file fits in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.document import Document, Metadata, Notice, SourceKind, SourceStatus
from corpus.parsing.article_metadata import shorten_authors, status_from_title
from corpus.parsing.identifiers import clean_doi, clean_pmid, fallback_id
from corpus.parsing.inline_text import subscript, superscript
from corpus.parsing.populations import mesh_populations
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder
from corpus.parsing.xml_source import local_name, root_name, stream_elements, text_of

_RECORD_OF_ROOT = {
    "PubmedArticleSet": "PubmedArticle",
    "PubmedArticle": "PubmedArticle",
    "MedlineCitationSet": "MedlineCitation",
    "MedlineCitation": "MedlineCitation",
}

# From the most telling publication type to the least. https://www.nlm.nih.gov/mesh/pubtypes.html
_KINDS: tuple[tuple[SourceKind, frozenset[str]], ...] = (
    (SourceKind.GUIDELINE, frozenset({"Practice Guideline", "Guideline"})),
    (SourceKind.SYSTEMATIC_REVIEW, frozenset({"Systematic Review", "Meta-Analysis", "Network Meta-Analysis"})),
    (
        SourceKind.TRIAL,
        frozenset({
            "Randomized Controlled Trial", "Controlled Clinical Trial", "Pragmatic Clinical Trial", "Equivalence Trial",
            "Clinical Trial", "Clinical Trial, Phase I", "Clinical Trial, Phase II", "Clinical Trial, Phase III",
            "Clinical Trial, Phase IV", "Adaptive Clinical Trial",
        }),
    ),
    (SourceKind.OBSERVATIONAL_STUDY, frozenset({"Observational Study"})),
    (SourceKind.NARRATIVE_REVIEW, frozenset({"Review", "Scoping Review"})),
)  # fmt: skip

# Attributes of <CommentsCorrections> that say what was done *to this* article. The opposite direction
# ("RetractionOf", "ErratumFor") is carried by the notice itself and changes nothing about the notice.
_STATUS_OF_REFERENCE = {
    "RetractionIn": SourceStatus.RETRACTED,
    "PartialRetractionIn": SourceStatus.RETRACTED,
    "ExpressionOfConcernIn": SourceStatus.EXPRESSION_OF_CONCERN,
    "ErratumIn": SourceStatus.CORRECTED,
    "CorrectedandRepublishedIn": SourceStatus.CORRECTED,
}
_NOTICE_OF = {
    "RetractionOf": SourceStatus.RETRACTED,
    "PartialRetractionOf": SourceStatus.RETRACTED,
    "ExpressionOfConcernFor": SourceStatus.EXPRESSION_OF_CONCERN,
    "ErratumFor": SourceStatus.CORRECTED,
}
_WORST_FIRST = (SourceStatus.RETRACTED, SourceStatus.EXPRESSION_OF_CONCERN, SourceStatus.CORRECTED)
_YEAR = re.compile(r"\b(?:18|19|20)\d{2}\b")


class PubmedParser:
    """Citations with their abstracts. A citation without an abstract becomes a document without blocks."""

    name = "PubMed XML"
    version = "2"
    size_limit = 2_000_000_000

    def matches(self, file: RawFile) -> bool:
        return root_name(file.head) in _RECORD_OF_ROOT

    def parse(self, file: RawFile) -> Iterator[Document]:
        record = _RECORD_OF_ROOT[root_name(file.head)]
        for element in stream_elements(file.stream, tags=(record,), name=file.name):
            citation = (
                element if local_name(element) == "MedlineCitation" else element.find("MedlineCitation")
            )
            if citation is not None:
                yield _read_citation(element, citation, file.stem)


def _read_citation(record: etree._Element, citation: etree._Element, stem: str) -> Document:
    article = citation.find("Article")
    pmid = clean_pmid(citation.findtext("PMID"))
    title = _inline(article.find("ArticleTitle")) if article is not None else ""
    title = (
        title
        or text_of(citation.find("Article/VernacularTitle"))
        or f"PubMed record {pmid or 'without number'}"
    )
    builder = DocumentBuilder(title.removesuffix("."))
    for part in citation.iterfind("Article/Abstract/AbstractText"):
        label = (part.get("Label") or "").strip()
        if label.upper() != "UNLABELLED":
            builder.heading(_sentence_case(label) or "Abstract", level=1)
        builder.paragraph(_inline(part))
    if builder.is_empty:
        builder.warn("The record holds no abstract.")
    return builder.build(
        document_id=f"pmid-{pmid}" if pmid else fallback_id(stem, builder.canonical_text()),
        metadata=_metadata(builder.title, pmid, record, citation),
        media_type="application/xml",
    )


def _metadata(title: str, pmid: str | None, record: etree._Element, citation: etree._Element) -> Metadata:
    types = {text_of(item) for item in citation.iterfind("Article/PublicationTypeList/PublicationType")}
    headings = [text_of(item) for item in citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName")]
    doi = _doi(record, citation)
    return Metadata(
        title=title,
        kind=next((kind for kind, names in _KINDS if names & types), SourceKind.RESEARCH_ARTICLE),
        journal=text_of(citation.find("Article/Journal/Title")) or None,
        year=_year(citation),
        authors=_authors(citation),
        doi=doi,
        pmid=pmid,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        if pmid
        else (f"https://doi.org/{doi}" if doi else None),
        populations=mesh_populations(headings),
        status=_status(title, types, citation),
        notice=_notice(citation),
    )


def _doi(record: etree._Element, citation: etree._Element) -> str | None:
    for location in citation.iterfind("Article/ELocationID"):
        if location.get("EIdType") == "doi" and location.get("ValidYN", "Y") == "Y":
            return clean_doi(location.text)
    for identifier in record.iterfind("PubmedData/ArticleIdList/ArticleId"):
        if identifier.get("IdType") == "doi":
            return clean_doi(identifier.text)
    return None


def _year(citation: etree._Element) -> int | None:
    for path in ("Article/Journal/JournalIssue/PubDate/Year", "Article/Journal/JournalIssue/PubDate/MedlineDate",
                 "Article/ArticleDate/Year"):  # fmt: skip
        found = _YEAR.search(citation.findtext(path) or "")
        if found:
            return int(found.group())
    return None


def _authors(citation: etree._Element) -> str | None:
    names = []
    for author in citation.iterfind("Article/AuthorList/Author"):
        name = f"{text_of(author.find('LastName'))} {text_of(author.find('Initials'))}".strip()
        names.append(name or text_of(author.find("CollectiveName")))
    return shorten_authors([name for name in names if name])


def _status(title: str, types: set[str], citation: etree._Element) -> SourceStatus:
    if "Retracted Publication" in types:
        return SourceStatus.RETRACTED
    if from_title := status_from_title(title):
        return from_title
    found = {
        _STATUS_OF_REFERENCE.get(item.get("RefType") or "")
        for item in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    }
    return next((status for status in _WORST_FIRST if status in found), SourceStatus.CURRENT)


def _notice(citation: etree._Element) -> Notice | None:
    """What the record says of other articles, if it is a notice; a reference without a PMID names none."""
    found = [
        (_NOTICE_OF[item.get("RefType") or ""], (item.findtext("PMID") or "").strip())
        for item in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
        if item.get("RefType") in _NOTICE_OF
    ]
    for status in _WORST_FIRST:
        if pmids := tuple(pmid for kind, pmid in found if kind is status and pmid.isdecimal()):
            return Notice(status, pmids=pmids)
    return None


def _sentence_case(label: str) -> str:
    return label.capitalize() if label.isupper() else label


def _inline(element: etree._Element | None) -> str:
    """Text with readable superscripts and subscripts."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        before = "".join(parts)
        tag = local_name(child)
        if tag in ("sup", "sub"):
            # Pretty-printed files break lines before the tag; that is no space of the text.
            if "\n" in before[len(before.rstrip()) :]:
                before = before.rstrip()
                parts = [before]
            raised = " ".join(_inline(child).split())
            parts.append(superscript(before, raised) if tag == "sup" else subscript(before, raised))
        else:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)
