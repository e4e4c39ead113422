"""Old sources are flagged, and a newer one on the same question is named, on the bundled library."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, BannerKind
from assistant.compose.age import is_stale
from corpus.document import Metadata
from tests.library import cited, converse

pytestmark = pytest.mark.model


def banners(answer: Answer, kind: BannerKind) -> str:
    return " ".join(banner.text for banner in answer.banners if banner.kind is kind)


def test_a_source_is_stale_after_the_years_given() -> None:
    assert is_stale(Metadata(title="x", year=2010), this_year=2021, after_years=10)
    assert not is_stale(Metadata(title="x", year=2011), this_year=2021, after_years=10)
    assert not is_stale(Metadata(title="x"), this_year=2021, after_years=10)


def test_a_newer_source_on_the_same_question_is_named() -> None:
    (answer,) = converse("Does quinine reduce muscle cramps?")
    outdated = banners(answer, BannerKind.OUTDATED)
    assert "Newer than what is from 20" in outdated
    assert "“Quinine for muscle cramps” (2015)" in outdated


def test_a_review_of_something_else_is_not_newer_on_the_same_question() -> None:
    """Old words on quinine are not made old by a later review of stretching."""
    (answer,) = converse("What are the treatment options for leg cramps?")
    later = banners(answer, BannerKind.OUTDATED).split("Newer than ")[1:]
    assert not [text for text in later if "Non-drug therapies" in text and "2010" in text]


def test_a_superseded_source_gives_way_to_its_successor() -> None:
    """The 2012 review is superseded by the 2020 one, which the library holds."""
    for answer in converse("What helps with leg cramps in pregnancy?", "Does magnesium prevent cramps?"):
        assert "cochrane-2012-magnesium" not in cited(answer)
