"""Markdown: structure from the parser, grades into fields, raw HTML out of the text."""

from __future__ import annotations

import pytest

from corpus.document import BlockKind, ReviewStatus, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from tests.corpus.small_files import FRONT_MATTER, assert_offsets, blocks, parse_one, texts

BODY = """
## Summary

Magnesium did not reduce cramps
in adults (mean 3.1 vs. 3.3 a week).

## Recommendations

- Do not use magnesium in adults. {strength="Level A" certainty="high" population="adults, older_adults"}
- Offer stretching.

1. first step
2. second step

## Numbers

| Arm | Cramps |
|-----|--------|
| Magnesium | 3.1 |
| Placebo | 3.3 |
"""


def digest(body: str = BODY, **replacements: str) -> str:
    matter = FRONT_MATTER
    for old, new in replacements.items():
        assert old in matter
        matter = matter.replace(old, new)
    return matter + body


def test_digest_is_read_whole() -> None:
    document = parse_one(digest(), "small-trial-2020.md")
    assert_offsets(document)
    assert blocks(document) == [
        ("Summary", "paragraph", "Magnesium did not reduce cramps in adults (mean 3.1 vs. 3.3 a week)."),
        ("Recommendations", "recommendation", "Do not use magnesium in adults."),
        ("Recommendations", "recommendation", "Offer stretching."),
        ("Recommendations", "recommendation", "first step"),
        ("Recommendations", "recommendation", "second step"),
        ("Numbers", "table_row", "Arm: Magnesium; Cramps: 3.1"),
        ("Numbers", "table_row", "Arm: Placebo; Cramps: 3.3"),
    ]
    graded = document.recommendations[0]
    assert (graded.strength, graded.certainty) == ("Level A", "high")
    assert graded.populations == ("adults", "older_adults")
    assert document.recommendations[1].strength is None
    assert "{" not in document.text


def test_metadata_comes_from_the_front_matter() -> None:
    document = parse_one(digest(), "x.md")
    metadata = document.metadata
    assert document.id == "small-trial-2020"
    assert metadata.title == "A small trial of magnesium"
    assert metadata.kind is SourceKind.TRIAL
    assert metadata.status is SourceStatus.CURRENT
    assert metadata.review_status is ReviewStatus.PENDING
    assert (metadata.journal, metadata.year, metadata.doi, metadata.pmid) == (
        "Journal of Examples",
        2020,
        "10.1000/example.1",
        "12345678",
    )
    assert metadata.populations == ("adults", "pregnancy")
    assert metadata.digest is True


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  kind: trial\n", "", "source.kind"),
        ("kind: trial", "kind: blog", "source.kind"),
        ("population: [adults, pregnancy]", "population: [adults, martians]", "population"),
        ("population: [adults, pregnancy]", "population: adults", "population"),
        ("status: current", "status: fine", "status"),
        ("digest: true", "digest: 1", "digest"),
        ("year: 2020", 'year: "2020"', "source.year"),
        ('doi: "10.1000/example.1"', 'doi: "doi.org/1"', "source.doi"),
        ('pmid: "12345678"', 'pmid: "PMC12"', "source.pmid"),
        ("id: small-trial-2020", "id: Small Trial", "id"),
        ("certainty:", "certainity:", "certainity"),
        ('  journal: "Journal of Examples"\n', "", "source.issuer or source.journal"),
        ("review_status: pending_human_review", "review_status: maybe", "review_status"),
        ("title: \"A small", "title: [\"A small", "line"),
        ("status: current", "status: current\nstatus: retracted", "twice"),
        ("strength: null", "strength: &a x\nlast_search: *a", "aliases"),
    ],
)  # fmt: skip
def test_wrong_front_matter_names_the_field(old: str, new: str, field: str) -> None:
    assert old in FRONT_MATTER
    with pytest.raises(UnreadableDocument) as refusal:
        parse_one(FRONT_MATTER.replace(old, new) + BODY, "x.md")
    assert field in refusal.value.reason


def test_front_matter_must_be_closed() -> None:
    with pytest.raises(UnreadableDocument, match="not closed"):
        parse_one("---\nid: x\ntitle: y\n", "x.md")


def test_raw_html_and_comments_are_not_text() -> None:
    body = (
        "## Summary\n\n<!-- hidden advice -->\n<div>block html</div>\n\n"
        "Take <span hidden>ten times</span>two tablets<script>alert(1)</script> <b>daily</b>. <!-- inline -->\n"
    )
    document = parse_one(digest(body), "x.md")
    assert texts(document) == ["Take two tablets daily."]
    assert document.warnings == ("Raw HTML in the Markdown was left out.",)


def test_powers_and_comparisons_keep_their_meaning() -> None:
    body = "## Findings\n\nCounts above 10<sup>9</sup>/L, CO<sub>2</sub>, and x<y and z>w stay 2 \\* 3.\n"
    assert texts(parse_one(digest(body), "x.md")) == ["Counts above 10^9/L, CO2, and x<y and z>w stay 2 * 3."]


def test_nested_items_below_a_recommendation_stay_list_items() -> None:
    body = "## Recommendations\n\n- Offer one of:\n  - magnesium\n  - stretching\n- Rest."
    assert blocks(parse_one(digest(body), "x.md")) == [
        ("Recommendations", "recommendation", "Offer one of:"),
        ("Recommendations", "list_item", "magnesium"),
        ("Recommendations", "list_item", "stretching"),
        ("Recommendations", "recommendation", "Rest."),
    ]


def test_unknown_field_or_population_in_braces_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="strenght"):
        parse_one(digest('## Recommendations\n\n- Rest. {strenght="A"}\n'), "x.md")
    with pytest.raises(UnreadableDocument, match="martians"):
        parse_one(digest('## Recommendations\n\n- Rest. {population="martians"}\n'), "x.md")


def test_grade_outside_the_recommendations_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="outside the list items"):
        parse_one(digest('## Summary\n\n- Rest. {strength="A"}\n'), "x.md")


def test_markdown_without_front_matter_takes_its_title_from_the_heading() -> None:
    document = parse_one("# Leg cramps\n\nThey hurt.\n\n## Care\n\n- Stretch.\n", "notes.md")
    assert document.metadata.title == "Leg cramps"
    assert document.metadata.kind is SourceKind.UNKNOWN
    assert document.id.startswith("notes-")
    assert document.text == "Leg cramps\n\nThey hurt.\n\nCare\n\n- Stretch."
    assert texts(document, BlockKind.LIST_ITEM) == ["Stretch."]


def test_empty_body_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="no text below"):
        parse_one(digest("\n## Summary\n"), "x.md")
