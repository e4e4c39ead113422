"""JATS: sections, tables and figures in, boilerplate and reference numbers out."""

from __future__ import annotations

import pytest

from corpus.document import BlockKind, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from tests.corpus.small_files import assert_offsets, blocks, parse_one, texts

META = """<front><journal-meta><journal-title>Journal of Examples</journal-title>
<publisher><publisher-name>Example Press</publisher-name></publisher></journal-meta><article-meta>
<article-id pub-id-type="pmc">1065104</article-id><article-id pub-id-type="pmid">15693962</article-id>
<article-id pub-id-type="doi">10.1000/ex1</article-id>
<article-categories><subj-group><subject>Research</subject></subj-group></article-categories>
<title-group><article-title>Magnesium for cramps: a randomised trial<xref ref-type="fn">*</xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane Ann</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><year>2004</year></pub-date><pub-date pub-type="ppub"><year>2005</year></pub-date>
<license xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://creativecommons.org/licenses/by/2.0"><p>Free.</p></license>
{related}<abstract><sec><title>Results</title><p>Cramps fell by 3.1.</p></sec></abstract></article-meta></front>"""


def article(body: str, *, article_type: str = "research-article", related: str = "", meta: str = META) -> str:
    return (
        f'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "x.dtd"><article article-type="{article_type}">'
        f"{meta.replace('{related}', related)}<body>{body}</body><back><ref-list><title>References</title></ref-list>"
        "<ack><p>Thanks.</p></ack></back></article>"
    )


def paragraph(content: str) -> str:
    return texts(parse_one(article(f"<p>{content}</p>"), "x.nxml"))[-1]


def test_sections_and_metadata() -> None:
    body = (
        "<sec><title>Methods</title><p>We did it.</p><sec><label>2.1</label><title>Dose</title><p>5 mg.</p></sec></sec>"
        "<sec><title>Competing interests</title><p>None.</p></sec>"
        "<sec><title>Authors’ contributions</title><p>JD wrote.</p></sec>"
    )
    document = parse_one(article(body), "x.nxml")
    assert_offsets(document)
    assert blocks(document) == [
        ("Abstract > Results", "paragraph", "Cramps fell by 3.1."),
        ("Methods", "paragraph", "We did it."),
        ("Methods > 2.1 Dose", "paragraph", "5 mg."),
    ]
    metadata = document.metadata
    assert document.id == "pmc-1065104"
    assert metadata.title.startswith("Magnesium for cramps: a randomised trial")
    assert metadata.kind is SourceKind.TRIAL
    assert (metadata.year, metadata.doi, metadata.pmid) == (2005, "10.1000/ex1", "15693962")
    assert (metadata.journal, metadata.issuer, metadata.authors) == (
        "Journal of Examples",
        "Example Press",
        "Doe JA",
    )
    assert metadata.licence == "http://creativecommons.org/licenses/by/2.0"
    assert metadata.status is SourceStatus.CURRENT


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('Common [<xref ref-type="bibr">1</xref>,<xref ref-type="bibr">2</xref>–<xref ref-type="bibr">4</xref>].', "Common."),
        ('A dose of 5 mg<sup><xref ref-type="bibr">12</xref></sup> daily.', "A dose of 5 mg daily."),
        ('A dose of 5 mg <xref ref-type="bibr"><sup>12</sup></xref> daily.', "A dose of 5 mg daily."),
        (
            'Studied <xref ref-type="bibr"><sup>1</sup></xref> , <xref ref-type="bibr"><sup>2</sup></xref> . Then more.',
            "Studied. Then more.",
        ),
        ('Found (<xref ref-type="bibr">Doe 2004</xref>; <xref ref-type="bibr">Roe 2005</xref>).', "Found."),
        ('As <xref ref-type="bibr">Doe (2004)</xref> said.', "As Doe (2004) said."),
        ('See <xref ref-type="bibr">12</xref> there.', "See [12] there."),
        ('In <xref ref-type="table">Table 1</xref> we see.', "In Table 1 we see."),
        ("1.8 × 10<sup>9</sup>cells and VO<sub>2</sub>max", "1.8 × 10^9 cells and VO2max"),
        ("10<sup>−3</sup> M MgSO<sub>4</sub>was", "10^−3 M MgSO4 was"),
        ("the 1<sup>st</sup> day, Ca<sup>2+</sup>, 3<sub>2</sub>", "the 1st day, Ca^2+, 3_2"),
        ("P &lt; 0.05, not 5", "P < 0.05, not 5"),
        ("<italic>10</italic><bold><sup>9</sup></bold> cells, <italic>x</italic><sup>2</sup>", "10^9 cells, x^2"),
    ],
)  # fmt: skip
def test_inline_text(content: str, expected: str) -> None:
    assert paragraph(content) == expected


def test_mathml_is_written_on_one_line() -> None:
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac></math>'
    assert paragraph(f"Rate {formula} holds.") == "Rate (a)/(b^2) holds."


def test_table_with_spans_reads_row_by_row() -> None:
    table = (
        "<table-wrap><label>Table 1</label><caption><title>Cramps a week</title></caption><table>"
        '<thead><tr><th rowspan="2"/><th colspan="2">Week 4</th></tr><tr><th>Mg</th><th>Placebo</th></tr></thead>'
        '<tbody><tr><td rowspan="2">Nights</td><td>3.1<sup>a</sup></td><td>3.3</td></tr><tr><td>2</td><td/></tr></tbody>'
        "</table><table-wrap-foot><fn><p><sup>a</sup>P = .03</p></fn></table-wrap-foot></table-wrap>"
    )
    document = parse_one(article(f"<sec><title>Results</title><p>Text.{table}</p></sec>"), "x.nxml")
    assert [row for row in blocks(document) if row[0] == "Results"] == [
        ("Results", "paragraph", "Text."),
        ("Results", "caption", "Table 1. Cramps a week"),
        ("Results", "table_row", "Nights; Week 4 – Mg: 3.1^a; Week 4 – Placebo: 3.3"),
        ("Results", "table_row", "Nights; Week 4 – Mg: 2"),
        ("Results", "caption", "a P = .03"),
    ]


def test_lists_and_figures() -> None:
    body = (
        '<sec><title>A</title><p>Steps:<list list-type="order"><list-item><p>one</p></list-item><list-item><p>two</p>'
        "</list-item></list>then rest.</p><fig><label>Figure 1.</label><caption><p>The flow.</p></caption></fig></sec>"
    )
    document = parse_one(article(body), "x.nxml")
    assert texts(document, BlockKind.LIST_ITEM) == ["one", "two"]
    assert texts(document)[1:] == ["Steps:", "one", "two", "then rest.", "Figure 1. The flow."]


@pytest.mark.parametrize(
    ("article_type", "related", "status"),
    [
        ("research-article", "retraction-forward", SourceStatus.RETRACTED),
        ("research-article", "correction-forward", SourceStatus.CORRECTED),
        ("research-article", "companion", SourceStatus.CURRENT),
        ("retraction", "retracted-article", SourceStatus.CURRENT),
        ("correction", "corrected-article", SourceStatus.CURRENT),
        ("expression-of-concern", "object-of-concern", SourceStatus.CURRENT),
    ],
)
def test_direction_of_notices(article_type: str, related: str, status: SourceStatus) -> None:
    link = (
        f'<related-article xmlns:xlink="http://www.w3.org/1999/xlink" related-article-type="{related}" '
        'xlink:href="10.1000/other"/>'
    )
    document = parse_one(article("<p>Text.</p>", article_type=article_type, related=link), "x.nxml")
    assert document.metadata.status is status
    assert any("10.1000/other" in warning for warning in document.warnings) == (
        article_type != "research-article"
    )


def test_title_tells_of_a_retraction() -> None:
    meta = META.replace("Magnesium for cramps: a", "RETRACTED ARTICLE: Magnesium: a")
    assert parse_one(article("<p>Text.</p>", meta=meta), "x").metadata.status is SourceStatus.RETRACTED


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("A randomised controlled trial of X", SourceKind.TRIAL),
        ("Protocol for a randomised controlled trial of X", SourceKind.RESEARCH_ARTICLE),
        ("X in rats: a randomized controlled trial", SourceKind.RESEARCH_ARTICLE),
        ("X: a systematic review of randomised trials", SourceKind.SYSTEMATIC_REVIEW),
        ("X and cramps: a cohort study", SourceKind.OBSERVATIONAL_STUDY),
        ("X and cramps", SourceKind.RESEARCH_ARTICLE),
    ],
)
def test_kind_from_title(title: str, kind: SourceKind) -> None:
    meta = META.replace("Magnesium for cramps: a randomised trial", title)
    assert parse_one(article("<p>Text.</p>", meta=meta), "x").metadata.kind is kind


def test_review_article_is_a_narrative_review() -> None:
    meta = META.replace(": a randomised trial", "")
    document = parse_one(article("<p>Text.</p>", article_type="review-article", meta=meta), "x")
    assert document.metadata.kind is SourceKind.NARRATIVE_REVIEW


def test_article_without_text_is_refused() -> None:
    source = '<article article-type="research-article"><front><article-meta/></front></article>'
    with pytest.raises(UnreadableDocument, match="neither an abstract nor a body"):
        parse_one(source, "x.nxml")
