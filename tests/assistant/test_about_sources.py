"""Golden conversations: a question about treatment, then "how strong is that?", "who says so?", and the like."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.answer import Answer, BannerKind
from assistant.assembly import open_chain, open_embedder, open_library
from assistant.cli import app, print_answer
from assistant.conversation import Conversation
from assistant.earlier_answers import continue_conversation
from assistant.events import Request
from assistant.langchain_runnable import FollowUpRunnable
from index.building import build_index
from tests.library import BUILDS, bundled_library, cited, converse, library_settings, shown

pytestmark = pytest.mark.model

SHARED = Path("../shared/documents/ngc_federal_guidelines_xml.tar.gz")
RESTLESS = "What is the treatment for restless legs syndrome?"


def notes(answer: Answer) -> str:
    return " ".join(statement.note or "" for statement in answer.statements())


def banner(answer: Answer, kind: BannerKind) -> str:
    return " ".join(banner.text for banner in answer.banners if banner.kind is kind)


def assert_rests_on(answer: Answer, earlier: Answer) -> None:
    """Every statement is verified, quoted exactly, and from a document that the earlier answer cited."""
    assert cited(answer) <= cited(earlier)
    assert answer.statements()
    quotes = {span.quote for reference in answer.references for span in reference.spans}
    for statement in answer.statements():
        assert statement.support.verdict == "supported"
        assert statement.text in quotes
    for reference in answer.references:
        text = bundled_library().current().document(reference.document_id).text
        assert all(text[span.start : span.end] == span.quote for span in reference.spans)


def test_treatment_then_how_strong_then_who_says_so() -> None:
    treatment, strong, who = converse(RESTLESS, "how strong is that?", "who says so?")
    graded = {
        statement.text: statement.strength for statement in treatment.statements() if statement.strength
    }
    assert graded  # the answer itself shows each grade
    assert_rests_on(strong, treatment)
    assert {s.text: s.strength for s in strong.statements() if s.strength} == graded
    for strength in graded.values():
        assert f"Strength as stated: {strength}" in notes(strong)
    assert_rests_on(who, strong)
    assert "American Academy of Neurology (Neurology), 2016" in notes(who)
    assert all(reference.issuer_or_journal and reference.year for reference in who.references)


def test_the_second_one_is_the_second_statement_shown() -> None:
    treatment, second, current = converse(RESTLESS, "how strong is the second one?", "is that still current?")
    wanted = treatment.statements()[1]
    assert [statement.text for statement in second.statements()] == [wanted.text]
    assert second.statements()[0].strength == wanted.strength
    assert shown(current) == wanted.text
    assert "The library marks it as current" in notes(current)
    assert current.standalone_question == "Is that still current (about restless legs syndrome)?"


def test_without_a_recommendation_no_grade_is_given() -> None:
    first, strong, old = converse(
        "Does magnesium help leg cramps?", "how strong is that evidence?", "how old is that?"
    )
    if any(statement.strength for statement in first.statements()):
        pytest.fail("the library now answers this with a graded recommendation; choose another question")
    assert "certainty" in shown(strong).lower()
    assert_rests_on(strong, first)
    assert "cites no recommendation" in banner(strong, BannerKind.PARTIAL) or any(
        "No grade is stated" in (statement.note or "") for statement in strong.statements()
    )
    assert "Strength as stated" not in notes(strong)
    assert "years ago" in notes(old)


def test_a_subject_of_its_own_is_retrieved() -> None:
    _, asked = converse("What helps leg cramps?", "how strong is the evidence for magnesium in pregnancy?")
    assert any("pregnancy" in name for name in cited(asked))


def test_a_grade_is_shown_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    (treatment,) = converse(RESTLESS)
    print_answer(treatment)
    printed = capsys.readouterr().out
    for statement in treatment.statements():
        assert (statement.strength or "") in printed
        assert (statement.certainty or "") in printed


def test_show_lists_recommendations() -> None:
    bundled_library()
    result = CliRunner().invoke(app, ["show", "aan-2016-rls", "--json", "--index", str(BUILDS)])
    assert result.exit_code == 0, result.output
    assert '"strength": "Level B"' in result.output
    assert '"scheme": "AAN"' in result.output
    assert '"issuer": "American Academy of Neurology"' in result.output


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="the shared documents are not beside this checkout")
def test_federal_guidelines_are_asked_after_in_the_same_way(tmp_path: Path) -> None:
    sources = tmp_path / "ngc"
    with tarfile.open(SHARED) as archive:
        for name in ("ngc-10472", "ngc-10598", "ngc-10953"):
            archive.extract(f"ngc/{name}.xml", tmp_path, filter="data")
    settings = library_settings().model_copy(update={"index": tmp_path / "builds"})
    embedder = open_embedder(settings)
    build_index([sources], out=settings.index, embedder=embedder)
    chain = FollowUpRunnable(open_chain(settings, open_library(settings, embedder)))
    for question, document, scheme, strength in (
        ("Should adults with hypertension be offered pharmacologic treatment?", "ngc-10598", "VA/DoD", "trong"),
        ("Should opioids and benzodiazepines be prescribed together?", "ngc-10953", "CDC", "recommendation category: A"),
    ):  # fmt: skip
        first = chain.invoke(Request(question, Conversation()))
        assert document in cited(first)
        assert any(strength in (statement.strength or "") for statement in first.statements())
        conversation = continue_conversation(Conversation(), question, first)
        strong = chain.invoke(Request("how strong is that?", conversation))
        assert cited(strong) <= cited(first)
        assert any(strength in (statement.strength or "") for statement in strong.statements())
        assert f"({scheme} scheme)" in notes(strong)
        assert all(statement.support.verdict == "supported" for statement in strong.statements())
