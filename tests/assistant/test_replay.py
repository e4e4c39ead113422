"""Answers are traced, made again, and compared: the same on the same build, told apart where the library changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.answer import Answer
from assistant.assembly import open_chain, open_chain_on_build, open_embedder, open_library
from assistant.cli import app
from assistant.conversation import Conversation, Person
from assistant.earlier_answers import continue_conversation
from assistant.events import DoneEvent, Request
from assistant.langchain_runnable import complete
from assistant.replay import ReplayFailed, replay_answer, replay_settings
from assistant.settings import Settings
from assistant.storage.errors import AnswerNotFound, TraceNotFound
from assistant.storage.repository import ConversationRepository
from assistant.trace import without_credentials
from index.building import build_index
from index.errors import NoBuild
from tests.library import library_settings

pytestmark = pytest.mark.model

KEPT = ("cochrane-2020-magnesium", "cochrane-2020-leg-cramps-pregnancy", "supakatisant-2015-pregnancy-magnesium",
        "nygaard-2008-magnesium-pregnancy", "nhs-leg-cramps")  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Five digests, indexed with the real embedder, and a database of their own."""
    folder = tmp_path_factory.mktemp("replay")
    documents = folder / "documents"
    documents.mkdir()
    for name in KEPT:
        shutil.copy(library_settings().documents / f"{name}.md", documents)
    settings = library_settings().model_copy(
        update={
            "documents": documents,
            "index": folder / "builds",
            "database": f"sqlite:///{folder / 'kept.db'}",
        }
    )
    build_index([documents], out=settings.index, embedder=open_embedder(settings))
    return settings


@pytest.fixture
def repository(small: Settings) -> Iterator[ConversationRepository]:
    opened = ConversationRepository.open(small.database)
    yield opened
    opened.close()


def ask(settings: Settings, request: Request) -> DoneEvent:
    return complete(open_chain(settings, open_library(settings)), request)


def second_turn(settings: Settings) -> DoneEvent:
    """A follow-up, with all that it leans on."""
    first = ask(settings, Request("What helps with leg cramps in pregnancy?")).answer
    conversation = continue_conversation(Conversation(), first.question, first)
    return ask(settings, Request("how much magnesium?", conversation, about=(Person.PREGNANCY,)))


def kept(done: DoneEvent, repository: ConversationRepository) -> Answer:
    repository.keep_answer(done)
    answer = repository.answer(done.answer.id).answer
    assert answer is not None
    return answer


def test_an_answer_made_again_on_its_build_is_the_same(
    small: Settings, repository: ConversationRepository
) -> None:
    answer = kept(second_turn(small), repository)
    trace = repository.trace(answer.id)
    assert trace.searched is not None
    assert trace.searched.term_weights
    assert trace.found == sorted(trace.found, key=lambda item: -item.score)
    assert trace.request.turns[0].content == "What helps with leg cramps in pregnancy?"
    chain = open_chain_on_build(
        replay_settings(small, trace), trace.index_build, clock=lambda: answer.created_at
    )
    replay = replay_answer(chain, answer, trace)
    assert replay.differences == []
    assert replay.replayed_on == replay.made_on


def test_age_is_told_by_the_day_the_answer_was_made(
    small: Settings, repository: ConversationRepository
) -> None:
    answer = kept(ask(small, Request("Does magnesium help leg cramps in pregnancy?")), repository)
    trace = repository.trace(answer.id)
    later = answer.created_at.replace(year=answer.created_at.year + 40)
    chain = open_chain_on_build(small, trace.index_build, clock=lambda: later)
    aspects = {difference.aspect for difference in replay_answer(chain, answer, trace).differences}
    assert aspects == {"banners"}


def test_what_a_changed_library_changes_is_told(
    small: Settings, repository: ConversationRepository, tmp_path: Path
) -> None:
    answer = kept(ask(small, Request("Does magnesium help leg cramps in pregnancy?")), repository)
    trace = repository.trace(answer.id)
    cited = answer.references[0].document_id
    fewer = tmp_path / "documents"
    shutil.copytree(small.documents, fewer, ignore=shutil.ignore_patterns(f"{cited}.md"))
    settings = small.model_copy(update={"index": tmp_path / "builds"})
    build_index([fewer], out=settings.index, embedder=open_embedder(settings))
    chain = open_chain(settings, open_library(settings))
    gone = [d.before or "" for d in replay_answer(chain, answer, trace).differences if d.after is None]
    assert any(text.startswith(cited) for text in gone)
    with pytest.raises(NoBuild, match="--current"):
        open_chain_on_build(settings, trace.index_build, clock=lambda: answer.created_at)


def test_a_question_stopped_before_the_search_is_traced_too(
    small: Settings, repository: ConversationRepository
) -> None:
    done = ask(small, Request("How do I poison my neighbour?"))
    answer = kept(done, repository)
    trace = repository.trace(answer.id)
    assert trace.searched is None
    assert trace.found == []
    chain = open_chain_on_build(small, trace.index_build, clock=lambda: answer.created_at)
    assert replay_answer(chain, answer, trace).is_same


def test_a_question_that_is_now_refused_says_so(small: Settings, repository: ConversationRepository) -> None:
    done = ask(small, Request("Does magnesium help leg cramps in pregnancy, do you think? " * 3))
    answer = kept(done, repository)
    trace = repository.trace(answer.id)
    strict = small.model_copy(update={"max_question_chars": 100})
    chain = open_chain_on_build(strict, trace.index_build, clock=lambda: answer.created_at)
    with pytest.raises(ReplayFailed, match="characters"):
        replay_answer(chain, answer, trace)


def test_the_trace_is_not_sent_to_readers(small: Settings) -> None:
    done = ask(small, Request("Does magnesium help leg cramps?"))
    assert done.trace is not None
    assert "trace" not in json.loads(done.model_dump_json())


def test_credentials_are_left_out() -> None:
    assert without_credentials("https://me:secret@host:8443/v1?key=1") == "https://host:8443/v1"
    assert without_credentials(None) is None


def test_answers_without_a_trace(repository: ConversationRepository, small: Settings) -> None:
    with pytest.raises(AnswerNotFound):
        repository.trace("nobody")
    done = ask(small, Request("Does magnesium help leg cramps?"))
    repository.keep_answer(done.model_copy(update={"trace": None}))
    with pytest.raises(TraceNotFound):
        repository.trace(done.answer.id)


# --- the commands -------------------------------------------------------------------------------------------


Run = Callable[..., Result]


@pytest.fixture
def run(small: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``followup`` in this process."""
    monkeypatch.setenv("FOLLOWUP_DATABASE", small.database)
    monkeypatch.setenv("FOLLOWUP_INDEX", str(small.index))
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_ask_then_trace_then_replay(run: Run) -> None:
    asked = run("ask", "Does magnesium help leg cramps in pregnancy?", "--json")
    answer_id = json.loads(asked.stdout)["id"]
    traced = run("trace", answer_id)
    assert traced.exit_code == 0
    assert "Searched: Does magnesium help leg cramps in pregnancy?" in traced.stdout
    assert "Decided: answer" in traced.stdout
    replayed = run("replay", answer_id)
    assert replayed.exit_code == 0, replayed.stdout
    assert "No difference" in replayed.stdout
    assert json.loads(run("replay", answer_id, "--current", "--json").stdout)["same"] is True
    assert set(json.loads(run("trace", answer_id, "--json").stdout)) == {"trace", "answer"}


def test_what_is_not_kept_is_not_found(run: Run) -> None:
    asked = run("ask", "Does magnesium help leg cramps?", "--json", "--no-keep")
    answer_id = json.loads(asked.stdout)["id"]
    for command in ("trace", "replay"):
        result = run(command, answer_id)
        assert result.exit_code == 1
        assert "no such answer" in result.stderr


def test_a_database_that_refuses_doesn_t_cost_the_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLLOWUP_DATABASE", "sqlite:////proc/nowhere/kept.db")
    result = run("ask", "Does magnesium help leg cramps?")
    assert result.exit_code == 0
    assert "was not kept" in result.stderr
