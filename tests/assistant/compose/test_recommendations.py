"""How strong, who says so, how old, still current: from what the last answer cited, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.answer import Answer, BannerKind
from assistant.chain import FollowUpChain
from assistant.compose.recommendations import (
    CERTAINTY,
    MEANING,
    RECOMMENDED,
    SAID,
    AboutSources,
    answer_about_sources,
)
from assistant.conversation import Conversation, Evidence, Turn
from assistant.events import DoneEvent, Request
from assistant.language_model import OpenAICompatibleModel
from assistant.rewrite.about_answer import read_about_answer
from assistant.settings import Settings
from assistant.verify.loading import load_verifier
from corpus.document import ChunkKind, Metadata, SourceKind, SourceStatus
from tests.small_library import MAGNESIUM_REVIEW, Paragraph, SmallDocument, SmallLibrary, write_document

STRETCH = "Stretching the calf is the first treatment for leg cramps at night. (B recommendation)"
SLEEP = "Adults with leg cramps should be asked about their sleep every year."
FORCE = write_document(
    "force-2012",
    Metadata(
        title="Leg cramps: a made-up recommendation statement",
        kind=SourceKind.GUIDELINE,
        issuer="U.S. Preventive Services Task Force",
        year=2012,
        populations=("adults",),
    ),
    Paragraph("Summary", (STRETCH,), ChunkKind.RECOMMENDATION, "B recommendation", "moderate"),
    Paragraph("Sleep", (SLEEP,), ChunkKind.RECOMMENDATION),
    Paragraph("Definitions", ("Grade B: The Force recommends the service to most people.",)),
)
NEWER = write_document(
    "force-2020",
    Metadata(
        title="Leg cramps: the newer made-up statement",
        kind=SourceKind.GUIDELINE,
        issuer="U.S. Preventive Services Task Force",
        year=2020,
        supersedes=("force-2012",),
    ),
    Paragraph("Summary", ("Stretching is no longer the first treatment for leg cramps.",)),
)
DOSE = "The trials gave 300 mg of magnesium daily for four weeks."


def evidence(document: SmallDocument, sentence: str) -> Evidence:
    start = document.document.text.index(sentence)
    return Evidence(document.document.id, start, start + len(sentence))


def after(*cited: tuple[SmallDocument, str]) -> Conversation:
    """A conversation whose last answer said these sentences, in this order; its references are numbered otherwise."""
    turns = (Turn("user", "What helps leg cramps?"), Turn("assistant", " ".join(text for _, text in cited)))
    return Conversation(turns, tuple(evidence(document, text) for document, text in reversed(cited)))


def answer(
    question: str, conversation: Conversation, *documents: SmallDocument, statements: int = 12
) -> AboutSources:
    asked = read_about_answer(question)
    assert asked is not None
    found = answer_about_sources(
        asked,
        conversation,
        SmallLibrary(documents or (FORCE, MAGNESIUM_REVIEW)),
        this_year=2026,
        stale_after_years=10,
        statements=statements,
    )
    assert found is not None
    for draft in found.drafts:  # whatever is asked, every draft is an exact quote of what it cites
        assert draft.text == draft.citations[0].quote
    return found


def under(found: AboutSources, heading: str) -> list[str]:
    return [draft.text for draft in found.drafts if draft.heading == heading]


def banner(found: AboutSources, kind: BannerKind) -> str:
    return " ".join(banner.text for banner in found.banners if banner.kind is kind)


def test_the_grade_is_the_issuers_own_and_explained_in_its_words() -> None:
    found = answer("how strong is that?", after((FORCE, STRETCH)))
    assert under(found, RECOMMENDED) == [STRETCH]
    assert under(found, MEANING) == ["Grade B: The Force recommends the service to most people."]
    note = found.drafts[0].note
    assert note == (
        "Strength as stated: B recommendation (USPSTF scheme). Certainty as stated: moderate. "
        "Guideline, U.S. Preventive Services Task Force, 2012."
    )
    assert not banner(found, BannerKind.PARTIAL)


def test_no_grade_is_made_up() -> None:
    found = answer("what grade is it?", after((FORCE, SLEEP)))
    assert under(found, RECOMMENDED) == [SLEEP]
    assert under(found, MEANING) == []
    assert "No grade is stated for this recommendation." in (found.drafts[0].note or "")


def test_where_nothing_cited_is_a_recommendation_that_is_said() -> None:
    found = answer("how strong is that?", after((MAGNESIUM_REVIEW, DOSE)))
    text = banner(found, BannerKind.PARTIAL)
    assert "cites no recommendation" in text
    assert "Systematic review, Journal of Examples, 2020" in text
    # What the cited review itself says of its certainty, quoted; no grade.
    assert under(found, CERTAINTY) == [DOSE, "The certainty of this evidence was moderate."]
    assert not any("Strength as stated" in (draft.note or "") for draft in found.drafts)


def test_certainty_about_other_people_is_not_carried_over() -> None:
    older = "Older adults had as many leg cramps with magnesium as with placebo."
    pregnant = "In pregnant women the certainty of the evidence on magnesium and leg cramps was very low."
    review = write_document(
        "two-groups", Metadata(title="Two groups", year=2019), Paragraph("Results", (older, pregnant))
    )
    assert under(answer("how strong is that?", after((review, older)), review), CERTAINTY) == [older]


def test_certainty_that_the_source_states_of_itself_is_told_as_such() -> None:
    bare = write_document(
        "bare-review",
        Metadata(title="Bare", kind=SourceKind.SYSTEMATIC_REVIEW, journal="J", year=2019, certainty="low"),
        Paragraph("Results", ("Vitamin B may reduce leg cramps in some adults.",)),
    )
    sentence = "Vitamin B may reduce leg cramps in some adults."
    found = answer("how strong is that?", after((bare, sentence)), bare)
    assert under(found, CERTAINTY) == [sentence]
    assert "Certainty of the whole source, as it states it: low." in (found.drafts[0].note or "")
    assert "certainty as it states it: low" in banner(found, BannerKind.PARTIAL)


def test_recommendations_come_first_and_the_rest_is_named() -> None:
    found = answer("how strong is that?", after((MAGNESIUM_REVIEW, DOSE), (FORCE, STRETCH)), statements=1)
    assert under(found, RECOMMENDED) == [STRETCH]
    assert len(found.drafts) == 1
    assert "a made-up review" in banner(found, BannerKind.NOTICE)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who recommends the first one?", [DOSE]),
        ("who recommends the second one?", [STRETCH]),
        ("who recommends the last one?", [SLEEP]),
        ("who recommends the first recommendation?", [STRETCH]),
    ],
)
def test_the_second_one_counts_the_statements_as_they_were_shown(
    question: str, expected: Sequence[str]
) -> None:
    found = answer(question, after((MAGNESIUM_REVIEW, DOSE), (FORCE, STRETCH), (FORCE, SLEEP)))
    assert under(found, SAID) == expected


def test_an_ordinal_beyond_the_last_shows_all_and_says_so() -> None:
    found = answer("how strong is the fifth one?", after((FORCE, STRETCH)))
    assert "not that many" in banner(found, BannerKind.NOTICE)
    assert under(found, RECOMMENDED) == [STRETCH]


def test_age_is_counted_from_the_stated_year() -> None:
    found = answer("how old is that recommendation?", after((FORCE, STRETCH)))
    assert "2012. Published 14 years ago." in (found.drafts[0].note or "")
    assert "More than 10 years old" in banner(found, BannerKind.OUTDATED)


def test_a_newer_document_that_supersedes_the_source_is_named() -> None:
    found = answer("is that still current?", after((FORCE, STRETCH)), FORCE, NEWER)
    named = "“Leg cramps: the newer made-up statement” (U.S. Preventive Services Task Force, 2020)"
    assert f"Superseded by {named}." in (found.drafts[0].note or "")
    assert f"has been superseded by {named}." in banner(found, BannerKind.SOURCE_STATUS)


def test_current_is_said_as_what_the_library_knows() -> None:
    found = answer("is that still current?", after((FORCE, STRETCH)))
    assert "marks it as current and holds nothing that replaces it" in (found.drafts[0].note or "")


def test_a_withdrawn_source_is_said_to_be_withdrawn() -> None:
    withdrawn = replace(FORCE.document.metadata, status=SourceStatus.WITHDRAWN)
    gone = SmallDocument(replace(FORCE.document, metadata=withdrawn), FORCE.chunks)
    found = answer("who says so?", after((FORCE, STRETCH)), gone)
    assert "It has been withdrawn." in (found.drafts[0].note or "")


def test_a_long_recommendation_is_quoted_by_its_cited_sentence() -> None:
    many = tuple(f"Sentence number {n} says how the calf should be stretched at night." for n in range(40))
    long = write_document(
        "long",
        Metadata(title="Long", kind=SourceKind.GUIDELINE),
        Paragraph("R", many, ChunkKind.RECOMMENDATION),
    )
    found = answer("who says so?", after((long, many[7])), long)
    assert under(found, SAID) == [many[7]]
    assert "no issuer stated, no year stated" in (found.drafts[0].note or "")


TURNS = (Turn("user", "What helps leg cramps?"), Turn("assistant", "Something."))
LOST = (Evidence("taken-out", 0, 5), Evidence("force-2012", 10_000, 10_010))


@pytest.mark.parametrize(
    ("conversation", "said"),
    [
        (Conversation(TURNS, LOST), "is no longer in the library"),
        (Conversation((TURNS[0], Turn("assistant", ""))), "cited was nothing"),  # it abstained
        (Conversation(TURNS), None),  # handed over as text: what it cited isn't known
        (Conversation(), None),
    ],
)
def test_without_evidence_nothing_is_looked_up_by_luck(conversation: Conversation, said: str | None) -> None:
    asked = read_about_answer("who says so?")
    assert asked is not None
    found = answer_about_sources(
        asked, conversation, SmallLibrary((FORCE,)), this_year=2026, stale_after_years=10, statements=5
    )
    if said is None:
        assert found is None
    else:
        assert found is not None
        assert found.drafts == ()
        assert said in banner(found, BannerKind.ABSTAINED)


# --- through the chain --------------------------------------------------------------------------------------


def ask_chain(request: Request, *documents: SmallDocument, base_url: str | None = None) -> Answer:
    model = base_url and OpenAICompatibleModel(
        base_url=base_url, api_key="none", model="m", timeout_s=1, max_tokens=64
    )
    library = SmallLibrary(documents)
    chain = FollowUpChain(
        library=lambda: library,
        verifier=load_verifier(),
        settings=Settings(_env_file=None),
        model=model or None,
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )
    done = list(chain.stream_events(request))[-1]
    assert isinstance(done, DoneEvent), done
    return done.answer


def test_the_chain_shows_the_grade_and_asks_no_model() -> None:
    request = Request("how strong is that?", after((FORCE, STRETCH)))
    # Port 9 answers nobody: a call of the model would be told of in a notice.
    shown = ask_chain(request, FORCE, MAGNESIUM_REVIEW, base_url="http://127.0.0.1:9/v1")
    first = shown.statements()[0]
    assert (first.text, first.strength, first.certainty) == (STRETCH, "B recommendation", "moderate")
    assert all(statement.support.verdict == "supported" for statement in shown.statements())
    assert [reference.document_id for reference in shown.references] == ["force-2012"]
    assert shown.provenance.composer == "extractive"
    assert not any(banner.kind is BannerKind.NOTICE for banner in shown.banners)


def test_the_readers_own_edit_is_searched_as_it_stands() -> None:
    request = Request(
        "how strong is that?", after((FORCE, STRETCH)), standalone="How much magnesium for leg cramps?"
    )
    shown = ask_chain(request, FORCE, MAGNESIUM_REVIEW)
    assert "magnesium-review" in {reference.document_id for reference in shown.references}


def test_an_ordinary_answer_names_what_supersedes_its_source() -> None:
    other = write_document(
        "other", NEWER.document.metadata, Paragraph("Sleep", ("Sleep well every night of the week.",))
    )
    shown = ask_chain(Request("Is stretching a treatment for leg cramps at night?"), FORCE, other)
    assert "force-2012" in {reference.document_id for reference in shown.references}
    (status,) = [item.text for item in shown.banners if item.kind is BannerKind.SOURCE_STATUS]
    assert status == (
        "“Leg cramps: a made-up recommendation statement” has been superseded by “Leg cramps: the newer made-up "
        "statement” (U.S. Preventive Services Task Force, 2020)."
    )
