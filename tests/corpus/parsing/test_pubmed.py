"""PubMed XML: sets are streamed, kinds and fates come from the record."""

from __future__ import annotations

import pytest

from corpus.document import Notice, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from corpus.parsing.registry import parse_bytes
from tests.corpus.small_files import assert_offsets, blocks, parse_one


def citation(
    pmid: str = "1234567", *, types: str = "Journal Article", extra: str = "", title: str = "Magnesium."
) -> str:
    publication_types = "".join(f"<PublicationType>{name}</PublicationType>" for name in types.split("|"))
    return f"""<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>
<Journal><JournalIssue><PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Journal of Examples</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/{pmid}</ELocationID>
<Abstract><AbstractText Label="METHODS">We gave 5 mg of &#946;
    <sub>2</sub>-agonist to 10<sup>2</sup> people {pmid}.</AbstractText>
<AbstractText Label="RESULTS">Nothing changed.</AbstractText></Abstract>
<AuthorList><Author><LastName>Doe</LastName><Initials>J</Initials></Author>
<Author><CollectiveName>Cramp Group</CollectiveName></Author></AuthorList>
<PublicationTypeList>{publication_types}</PublicationTypeList></Article>
<MeshHeadingList><MeshHeading><DescriptorName>Pregnancy</DescriptorName></MeshHeading></MeshHeadingList>{extra}
</MedlineCitation></PubmedArticle>"""


def test_one_record() -> None:
    document = parse_one(citation(types="Journal Article|Randomized Controlled Trial"), "x.xml")
    assert_offsets(document)
    assert document.id == "pmid-1234567"
    assert blocks(document) == [
        ("Methods", "paragraph", "We gave 5 mg of β2-agonist to 10^2 people 1234567."),
        ("Results", "paragraph", "Nothing changed."),
    ]
    metadata = document.metadata
    assert metadata.title == "Magnesium"
    assert metadata.kind is SourceKind.TRIAL
    assert (metadata.journal, metadata.year, metadata.authors) == (
        "Journal of Examples",
        2019,
        "Doe J, Cramp Group",
    )
    assert (metadata.doi, metadata.pmid) == ("10.1000/1234567", "1234567")
    assert metadata.populations == ("pregnancy",)


def test_a_set_holds_many_and_a_fault_in_it_spares_those_before() -> None:
    source = f"<?xml version='1.0'?><PubmedArticleSet>{citation('11')}{citation('12')}<PubmedArticle><broken>"
    documents = parse_bytes(source.encode(), name="set.xml")
    assert [next(documents).id, next(documents).id] == ["pmid-11", "pmid-12"]
    with pytest.raises(UnreadableDocument, match="malformed at line"):
        next(documents)


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ("Journal Article", SourceKind.RESEARCH_ARTICLE),
        ("Review|Systematic Review", SourceKind.SYSTEMATIC_REVIEW),
        ("Meta-Analysis", SourceKind.SYSTEMATIC_REVIEW),
        ("Practice Guideline|Review", SourceKind.GUIDELINE),
        ("Clinical Trial, Phase III", SourceKind.TRIAL),
        ("Observational Study", SourceKind.OBSERVATIONAL_STUDY),
        ("Review", SourceKind.NARRATIVE_REVIEW),
    ],
)
def test_kind_from_publication_types(types: str, kind: SourceKind) -> None:
    assert parse_one(citation(types=types), "x.xml").metadata.kind is kind


@pytest.mark.parametrize(
    ("reference", "status"),
    [
        ("RetractionIn", SourceStatus.RETRACTED),
        ("RetractionOf", SourceStatus.CURRENT),
        ("ExpressionOfConcernIn", SourceStatus.EXPRESSION_OF_CONCERN),
        ("ExpressionOfConcernFor", SourceStatus.CURRENT),
        ("ErratumIn", SourceStatus.CORRECTED),
        ("ErratumFor", SourceStatus.CURRENT),
        ("CommentIn", SourceStatus.CURRENT),
    ],
)
def test_direction_of_corrections(reference: str, status: SourceStatus) -> None:
    extra = f'<CommentsCorrectionsList><CommentsCorrections RefType="{reference}"/></CommentsCorrectionsList>'
    assert parse_one(citation(extra=extra), "x.xml").metadata.status is status


def test_a_notice_names_what_it_is_about() -> None:
    extra = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"><PMID>111</PMID></CommentsCorrections>'
        '<CommentsCorrections RefType="Cites"><PMID>222</PMID></CommentsCorrections></CommentsCorrectionsList>'
    )
    assert parse_one(citation(extra=extra), "x.xml").metadata.notice == Notice(
        SourceStatus.RETRACTED, pmids=("111",)
    )
    assert parse_one(citation(), "x.xml").metadata.notice is None


def test_retraction_by_type_and_by_title() -> None:
    assert parse_one(citation(types="Retracted Publication"), "x").metadata.status is SourceStatus.RETRACTED
    assert parse_one(citation(title="RETRACTED: Magnesium."), "x").metadata.status is SourceStatus.RETRACTED
    assert (
        parse_one(citation(title="Retracted papers on magnesium"), "x").metadata.status
        is SourceStatus.CURRENT
    )


def test_record_without_abstract_is_a_document_without_blocks() -> None:
    source = "<MedlineCitation><PMID>77</PMID><Article><ArticleTitle>Only a title</ArticleTitle></Article></MedlineCitation>"
    document = parse_one(source, "x.xml")
    assert document.sections == ()
    assert document.warnings == ("The record holds no abstract.",)
