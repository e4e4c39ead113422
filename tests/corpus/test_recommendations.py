"""A recommendation with its issuer, its date, its scheme and what its document says the grade means."""

from __future__ import annotations

import pytest

from corpus.document import Document, Metadata, SourceKind, SourceStatus, Span
from corpus.parsing.text_builder import DocumentBuilder
from corpus.recommendations import (
    GradingScheme,
    find_meaning,
    issued_recommendations,
    read_scheme,
    recommendation_at,
)

FORCE = "U.S. Preventive Services Task Force"


def guideline(issuer: str | None = FORCE, **fields: object) -> Document:
    builder = DocumentBuilder("Screening for cramps")
    builder.heading("Recommendations")
    builder.recommendation(
        "Screen pregnant women for cramps. (B recommendation)", strength="B recommendation"
    )
    builder.recommendation("Ask about sleep.", populations=("older_adults",))
    builder.paragraph("Prose that recommends nothing.")
    builder.heading("Definitions")
    builder.table_row(
        ("Grade", "Definition"), ("A", "The Force recommends the service, with high certainty.")
    )
    builder.table_row(
        ("Grade", "Definition"), ("B", "The Force recommends the service, with less certainty.")
    )
    metadata = Metadata(
        title="Screening for cramps",
        kind=SourceKind.GUIDELINE,
        issuer=issuer,
        year=2014,
        populations=("adults",),
    )
    for name, value in fields.items():
        object.__setattr__(metadata, name, value)
    return builder.build(document_id="cramps-2014", metadata=metadata, media_type="text/plain")


def test_a_recommendation_carries_what_its_document_says() -> None:
    document = guideline()
    graded, bare = issued_recommendations(document)
    assert (
        document.quote(graded.span) == graded.text == "Screen pregnant women for cramps. (B recommendation)"
    )
    assert document.quote(graded.action) == "Screen pregnant women for cramps."
    assert (graded.strength, graded.certainty, graded.scheme) == (
        "B recommendation",
        None,
        GradingScheme.USPSTF,
    )
    assert graded.meaning is not None
    assert document.quote(graded.meaning).startswith("Grade: B; Definition: The Force recommends")
    assert (graded.issuer, graded.year, graded.document_id) == (FORCE, 2014, "cramps-2014")
    assert graded.status is SourceStatus.CURRENT
    assert graded.populations == ("pregnancy",)  # its own words before the document's
    assert (bare.is_graded, bare.scheme, bare.meaning) == (False, None, None)
    assert bare.populations == ("older_adults",)
    assert bare.action == bare.span


def test_superseded_by_is_what_either_document_states() -> None:
    assert issued_recommendations(guideline())[0].superseded_by is None
    assert issued_recommendations(guideline(), superseded_by="new")[0].superseded_by == "new"
    own = guideline(superseded_by="its-own")
    assert issued_recommendations(own, superseded_by="new")[0].superseded_by == "its-own"


def test_the_recommendation_at_a_place() -> None:
    document = guideline()
    first = document.recommendations[0].span
    inside = recommendation_at(document, Span(first.start + 3, first.start + 9))
    assert inside is not None
    assert inside.span == first
    prose = document.text.index("Prose")
    assert recommendation_at(document, Span(prose, prose + 5)) is None
    assert recommendation_at(Document("x", "text", document.metadata, ()), Span(0, 4)) is None


@pytest.mark.parametrize(
    ("issuer", "strength", "scheme"),
    [
        (FORCE, "I statement", GradingScheme.USPSTF),
        (FORCE, "Strong For", None),  # not the form in which this issuer grades
        ("Department of Defense; Department of Veterans Affairs", "Weak Against", GradingScheme.VA_DOD),
        ("Department of Veterans Affairs", "EO", GradingScheme.VA_DOD),
        ("Centers for Disease Control and Prevention", "recommendation category: A", GradingScheme.CDC),
        ("American Academy of Neurology", "Level B", GradingScheme.AAN),
        ("American Heart Association and American College of Cardiology", "Class III: No Benefit", GradingScheme.ACC_AHA),
        ("Society of Examples", "B recommendation", None),  # a letter alone tells no scheme
        ("Society of Examples", "GRADE 1B", GradingScheme.GRADE),
        (None, "B recommendation", None),
        (FORCE, None, None),
    ],
)  # fmt: skip
def test_a_scheme_is_named_only_where_issuer_and_form_agree(
    issuer: str | None, strength: str | None, scheme: GradingScheme | None
) -> None:
    assert read_scheme(strength, None, Metadata(title="t", issuer=issuer)) is scheme


def test_a_grade_that_is_explained_twice_or_never_has_no_meaning() -> None:
    document = guideline()
    assert find_meaning(document, "C recommendation") is None
    assert find_meaning(document, None) is None
    assert find_meaning(document, "A; B") is None
    builder = DocumentBuilder("t")
    builder.heading("Definitions")
    builder.paragraph("Level A: established as effective in more than one trial.")
    builder.paragraph("Level A: likely to change what is done in practice.")
    twice = builder.build(document_id="d", metadata=document.metadata, media_type="text/plain")
    assert find_meaning(twice, "Level A") is None
    assert find_meaning(twice, "Level B") is None
