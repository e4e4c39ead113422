"""The service: runs are stored as they go, one to a conversation, whoever listens."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Audience
from assistant.events import DoneEvent, ErrorEvent, Event, MetaEvent, Request
from assistant.service import AssistantService, Run, ServiceOverloaded
from assistant.storage.errors import ConversationBusy, ConversationNotFound
from assistant.storage.repository import ConversationRepository
from tests.scripted_chain import (
    Gate,
    Script,
    ScriptedChain,
    article_answer,
    failing,
    magnesium_answer,
    pausing,
    tell,
    telling,
)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[ConversationRepository]:
    opened = ConversationRepository.open(f"sqlite:///{tmp_path / 'followup.db'}")
    yield opened
    opened.close()


def last_of(run: Run) -> Event:
    return list(run)[-1][1]


def test_every_event_is_stored_as_it_is_sent(repository: ConversationRepository) -> None:
    service = AssistantService(ScriptedChain(telling(magnesium_answer())), repository)
    run = service.ask(None, "How much?")
    events = list(run)
    assert run.answer_id is not None
    assert repository.events(run.answer_id) == events
    done = events[-1][1]
    assert isinstance(done, DoneEvent)
    assert repository.answer(run.answer_id).answer == done.answer
    first = events[0][1]
    assert isinstance(first, MetaEvent)
    assert first.conversation_id == run.conversation_id


def test_the_chain_is_given_what_the_conversation_holds(repository: ConversationRepository) -> None:
    chain = ScriptedChain(telling(article_answer()), telling(magnesium_answer()))
    service = AssistantService(chain, repository)
    run = service.ask(None, "What helps?")
    last_of(run)
    last_of(service.ask(run.conversation_id, "and in pregnancy?", Audience.STUDENT, "magnesium in pregnancy"))
    first, second = chain.requests
    assert first.conversation.turns == ()
    assert second.conversation.user_turns == ("What helps?",)
    assert len(second.conversation.evidence) == 4
    assert second.conversation.offered[0] == "How much magnesium was tried?"
    assert second.audience is Audience.STUDENT
    assert second.standalone == "magnesium in pregnancy"
    assert second.conversation_id == run.conversation_id


def test_the_second_question_is_refused_while_the_first_is_answered(
    repository: ConversationRepository,
) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate)), repository)
    run = service.ask(None, "one")
    with pytest.raises(ConversationBusy):
        service.ask(run.conversation_id, "two")
    other = service.ask(None, "one elsewhere")
    gate.open()
    last_of(run)
    last_of(other)
    last_of(service.ask(run.conversation_id, "two"))


def test_a_run_nobody_listens_to_is_stored_all_the_same(repository: ConversationRepository) -> None:
    service = AssistantService(ScriptedChain(telling(magnesium_answer())), repository)
    run = service.ask(None, "How much?")
    assert isinstance(run.wait(10), DoneEvent)
    assert run.answer_id is not None
    assert repository.answer(run.answer_id).status == "done"


def test_two_readers_see_the_same_from_where_they_came_in(repository: ConversationRepository) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate, after=3)), repository)
    run = service.ask(None, "How much?")
    seen: list[list[tuple[int, Event]]] = [[], []]
    threads = [
        threading.Thread(target=lambda: seen[0].extend(run.follow())),
        threading.Thread(target=lambda: seen[1].extend(run.follow(after=2))),
    ]
    for thread in threads:
        thread.start()
    gate.open()
    for thread in threads:
        thread.join(10)
    assert seen[1] == seen[0][2:]
    assert list(run.follow(after=1000)) == []


def wordless(request: Request) -> Iterable[Event]:
    return []


def endless(request: Request) -> Iterable[Event]:
    return tell(magnesium_answer(), request)[:-1]


def nameless(request: Request) -> Iterable[Event]:
    return tell(magnesium_answer(), request)[1:]


def two_faced(request: Request) -> Iterable[Event]:
    return [tell(magnesium_answer(), request)[0], tell(magnesium_answer(), request)[-1]]


@pytest.mark.parametrize(
    "script",
    [
        failing(RuntimeError("at once")),
        failing(RuntimeError("in the middle"), after=4),
        wordless,
        endless,
        nameless,
        two_faced,
    ],
)
def test_a_chain_that_breaks_its_word_ends_in_a_stored_error(
    repository: ConversationRepository, script: Script
) -> None:
    service = AssistantService(ScriptedChain(script, telling(magnesium_answer())), repository)
    run = service.ask(None, "How much?")
    events = list(run)
    assert isinstance(events[0][1], MetaEvent)
    error = events[-1][1]
    assert isinstance(error, ErrorEvent)
    assert error.code == "internal_error"
    assert "middle" not in error.message
    assert run.answer_id is not None
    assert repository.events(run.answer_id) == events
    assert repository.answer(run.answer_id).error == error
    # The conversation is free for the next question.
    assert isinstance(last_of(service.ask(run.conversation_id, "again")), DoneEvent)


def test_an_error_the_chain_reports_itself_is_kept_as_it_is(repository: ConversationRepository) -> None:
    error = ErrorEvent(code="no_index", message="There is no index; build one.")
    service = AssistantService(
        ScriptedChain(lambda request: [tell(magnesium_answer(), request)[0], error]), repository
    )
    assert last_of(service.ask(None, "How much?")) == error


def test_a_chain_that_gives_up_before_it_begins_is_heard(repository: ConversationRepository) -> None:
    error = ErrorEvent(code="invalid_question", message="That is not a question.")
    service = AssistantService(ScriptedChain(lambda request: [error]), repository)
    run = service.ask(None, "...", standalone="....")
    meta, last = (event for _, event in run)
    assert isinstance(meta, MetaEvent)
    assert (meta.question, meta.standalone_question) == ("...", "....")
    assert meta.conversation_id == run.conversation_id
    assert last == error
    assert repository.answer(meta.answer_id).error == error


def test_too_many_questions_at_once_are_refused(repository: ConversationRepository) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate)), repository, max_runs=1)
    run = service.ask(None, "one")
    with pytest.raises(ServiceOverloaded):
        service.ask(None, "two")
    gate.open()
    last_of(run)
    service.close()
    with pytest.raises(ServiceOverloaded):
        service.ask(None, "three")


def test_a_refused_question_gives_its_place_back(repository: ConversationRepository) -> None:
    service = AssistantService(ScriptedChain(telling(magnesium_answer())), repository, max_runs=1)
    for _ in range(3):
        with pytest.raises(ConversationNotFound):
            service.ask("nobody", "?")
    assert isinstance(last_of(service.ask(None, "How much?")), DoneEvent)


def test_closing_stores_what_did_not_finish_as_interrupted(repository: ConversationRepository) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate, after=2)), repository)
    run = service.ask(None, "How much?")
    gate.reached.wait(10)
    service.close(timeout_s=0)
    error = last_of(run)
    assert isinstance(error, ErrorEvent)
    assert error.code == "interrupted"
    assert run.answer_id is not None
    assert repository.answer(run.answer_id).error == error
    gate.open()


def test_a_conversation_deleted_in_the_middle_ends_its_run(repository: ConversationRepository) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate, after=2)), repository)
    run = service.ask(None, "How much?")
    gate.reached.wait(10)
    assert run.conversation_id is not None
    repository.delete_conversation(run.conversation_id)
    gate.open()
    error = last_of(run)
    assert isinstance(error, ErrorEvent)
    assert error.code == "run_ended"


def test_a_run_in_progress_is_found_by_its_answer(repository: ConversationRepository) -> None:
    gate = Gate()
    service = AssistantService(ScriptedChain(pausing(magnesium_answer(), gate, after=2)), repository)
    run = service.ask(None, "How much?")
    gate.reached.wait(10)
    assert run.answer_id is not None
    assert service.live_run(run.answer_id) is run
    assert service.live_run("another") is None
    gate.open()
    last_of(run)
