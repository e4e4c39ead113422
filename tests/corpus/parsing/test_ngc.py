"""Guideline summaries: recommendations with their grades, and nothing from the grading scheme."""

from __future__ import annotations

import pytest

from corpus.document import SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from tests.corpus.small_files import assert_offsets, blocks, make_ngc, parse_one

SCHEME = """
<p><strong><span style="text-decoration: underline;">Definitions:</span></strong></p>
<p><strong>Strength of Recommendation</strong></p>
<ul><li><strong>Strong For</strong> (or "the panel recommends")</li></ul>
<table><tr><th>Grade</th><th>Meaning</th></tr><tr><td>B</td><td>Offer the service. (B recommendation)</td></tr></table>
"""


def recommendations(fragment: str) -> list[tuple[str, str | None, str | None]]:
    document = parse_one(make_ngc(fragment + SCHEME), "ngc-1.xml")
    assert_offsets(document)
    return [(document.quote(item.span), item.strength, item.certainty) for item in document.recommendations]


def test_graded_paragraph_and_the_prose_after_it() -> None:
    fragment = (
        "<p>The Force grades (A, B, C, D, or I).</p><p><strong><span style='text-decoration: underline'>Summary of "
        "Recommendations</span></strong></p><p>The Force recommends screening adults. (<strong>B recommendation</strong>) "
        "See the text below.</p><p>Evidence is insufficient in children. (I statement).</p>"
    )
    assert recommendations(fragment) == [
        ("The Force recommends screening adults. (B recommendation)", "B recommendation", None),
        ("Evidence is insufficient in children. (I statement).", "I statement", None),
    ]


def test_item_with_nested_list_and_grade_below_it_is_one_recommendation() -> None:
    fragment = (
        "<ol><li><p>The panel suggests testing patients with:</p><ol><li>Diabetes</li><li>Gout</li></ol>"
        "<p><strong>(Weak For; Reviewed, New-added)</strong></p></li><li>Avoid contrast. (Strong Against)</li></ol>"
    )
    assert recommendations(fragment) == [
        ("The panel suggests testing patients with: • Diabetes • Gout (Weak For; Reviewed, New-added)", "Weak For", None),
        ("Avoid contrast. (Strong Against)", "Strong Against", None),
    ]  # fmt: skip


def test_grade_before_the_list_it_announces() -> None:
    fragment = "<ol><li>Counsel women about the following: (Consensus–Adapted)<ol><li>Risk</li><li>Cost</li></ol></li></ol>"
    assert recommendations(fragment) == [
        ("Counsel women about the following: (Consensus–Adapted) • Risk • Cost", "Consensus–Adapted", None)
    ]


def test_ungraded_lead_becomes_the_heading_of_its_graded_items() -> None:
    fragment = (
        "<p><strong>Pain</strong></p><ol><li>In adults with acute pain<ul><li>Assess pain. (Consensus)</li>"
        "<li>Give opioids. (Strong Recommendation, High-Quality Evidence)</li></ul></li>"
        "<li>Hospitalize. (Consensus)</li></ol>"
    )
    document = parse_one(make_ngc(fragment), "ngc-1.xml")
    found = {text: path for path, kind, text in blocks(document) if kind == "recommendation"}
    assert found == {
        "Assess pain. (Consensus)": "Major Recommendations > Pain > In adults with acute pain",
        "Give opioids. (Strong Recommendation, High-Quality Evidence)": (
            "Major Recommendations > Pain > In adults with acute pain"
        ),
        "Hospitalize. (Consensus)": "Major Recommendations > Pain",
    }
    assert document.recommendations[1].certainty == "High-Quality Evidence"


def test_incomplete_lead_with_one_graded_item_is_put_together() -> None:
    fragment = "<ol><li>For patients with pain, the panel recommends offering<ul><li>Ice (Strong For)</li></ul></li></ol>"
    assert recommendations(fragment) == [
        ("For patients with pain, the panel recommends offering • Ice (Strong For)", "Strong For", None)
    ]


def test_paragraph_list_and_grade_in_a_paragraph_of_its_own() -> None:
    fragment = "<p>The group recommends steps that include:</p><ul><li>Testing</li></ul><p><strong>(Strong for)</strong></p>"
    assert recommendations(fragment) == [
        ("The group recommends steps that include: • Testing (Strong for)", "Strong for", None)
    ]


def test_two_grades_in_one_sentence_stay_together() -> None:
    fragment = "<ul><li>Therapy for survivors [B] and for others at risk. [I]</li></ul>"
    assert recommendations(fragment) == [
        ("Therapy for survivors [B] and for others at risk. [I]", "B; I", None)
    ]


def test_ungraded_recommendations_only_where_the_issuer_says_so() -> None:
    fragment = (
        "<p><strong>Education</strong></p><p><strong>Recommendation:</strong> Providers should teach the client.</p>"
        "<p><strong>Rationale:</strong> It should help.</p>"
        "<p><strong>Recommendations</strong></p><ol><li>Laboratories should test twice a week.</li></ol>"
        "<p>See Table 1 in the guideline.</p>"
        "<p><strong>Recommendations of Others</strong></p><p>Another body recommends testing all of them.</p>"
        "<p><strong>Background</strong></p><p>Cramps should be common at night.</p>"
    )
    assert recommendations(fragment) == [
        ("Recommendation: Providers should teach the client.", None, None),
        ("Laboratories should test twice a week.", None, None),
    ]


def test_in_a_discussion_only_the_recommending_sentence_counts() -> None:
    fragment = (
        "<p><strong>Rationale</strong></p>"
        "<p>Many sites help. The Force recommends screening newborns (B recommendation).</p>"
    )
    document = parse_one(make_ngc(fragment), "ngc-1.xml")
    assert [text for _, _, text in blocks(document) if "Many" in text or "Force" in text] == [
        "Many sites help.",
        "The Force recommends screening newborns (B recommendation).",
    ]
    assert len(document.recommendations) == 1


@pytest.mark.parametrize("heading", ["Useful Resources", "Other Approaches to Prevention"])
def test_what_the_issuer_recommends_elsewhere_is_not_this_guidelines(heading: str) -> None:
    fragment = (
        "<p><strong>Summary of Recommendations</strong></p><p>Screen adults. (B recommendation)</p>"
        f"<p><strong>{heading}</strong></p>"
        "<p>In a separate statement the Force recommends screening newborns (A recommendation).</p>"
    )
    assert recommendations(fragment) == [("Screen adults. (B recommendation)", "B recommendation", None)]


def test_a_table_with_a_column_for_the_strength_holds_recommendations() -> None:
    head = "<tr><th>Indication</th><th>Quality of Evidence</th><th>Strength of Recommendation</th></tr>"
    fragment = (
        "<p>Transfuse. (Strong Recommendation, Low-Quality Evidence)</p>"
        f"<table>{head}<tr><td>Stroke</td><td>Low</td><td>Moderate</td></tr></table>"
        "<table><tr><th>Indication</th><th>Route</th></tr><tr><td>Anemia</td><td>Vein</td></tr></table>"
    )
    assert recommendations(fragment)[1:] == [
        (
            "Indication: Stroke; Quality of Evidence: Low; Strength of Recommendation: Moderate",
            "Moderate",
            "Low",
        )
    ]


def test_metadata() -> None:
    link = '<a href="http://example.org/?list_uids=24026320">PubMed</a>'
    document = parse_one(
        make_ngc("<p>Rest. (Grade C)</p>", **{"Bibliographic_Source(s)": f"<p>A paper. {link}</p>"}),
        "ngc-10008.xml",
    )
    metadata = document.metadata
    assert document.id == "ngc-10008"
    assert metadata.title == "Care of an example condition"
    assert metadata.kind is SourceKind.GUIDELINE
    assert metadata.issuer == "Example Task Force"
    assert metadata.year == 2014
    assert metadata.pmid == "24026320"
    assert metadata.populations == ("adults",)
    assert metadata.status is SourceStatus.CURRENT


def test_withdrawn_guideline() -> None:
    source = make_ngc(
        "<p>Rest.</p>", Guideline_Status="<p>This guideline has been withdrawn by its developer.</p>"
    )
    assert parse_one(source, "ngc-2.xml").metadata.status is SourceStatus.WITHDRAWN


def test_guideline_without_content_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="no title"):
        parse_one(make_ngc("<p>Rest.</p>", Guideline_Title=""), "ngc-3.xml")
