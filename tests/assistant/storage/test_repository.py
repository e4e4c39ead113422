"""The repository: what is stored comes back, and each run takes its conversation alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.answer import Answer
from assistant.conversation import Evidence, Turn
from assistant.events import DoneEvent, ErrorEvent, MetaEvent, Request
from assistant.storage.database import open_database
from assistant.storage.errors import (
    AnswerNotFound,
    ConversationBusy,
    ConversationNotFound,
    RunEnded,
    UnreadableRecord,
)
from assistant.storage.repository import RUN_LEASE, ConversationRepository
from tests.scripted_chain import abstaining_answer, article_answer, magnesium_answer, tell


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def repository(tmp_path: Path, clock: Clock) -> Iterator[ConversationRepository]:
    engine = open_database(f"sqlite:///{tmp_path / 'followup.db'}")
    yield ConversationRepository(engine, clock=clock)
    engine.dispose()


def store_answer(
    repository: ConversationRepository,
    answer: Answer,
    *,
    conversation_id: str | None = None,
    question: str = "How much?",
    article_key: str | None = None,
) -> Answer:
    """Store ``answer`` as a run would, event by event; return it under its own id."""
    if conversation_id is not None:
        repository.claim(conversation_id, question)
    meta, *events = tell(answer, Request(question=question, conversation_id=conversation_id))
    assert isinstance(meta, MetaEvent)
    repository.begin_answer(meta, article_key=article_key)
    for number, event in enumerate(events, start=2):
        repository.record_event(meta.answer_id, number, event)
    done = events[-1]
    assert isinstance(done, DoneEvent)
    return done.answer


def fail_answer(repository: ConversationRepository, conversation_id: str, question: str) -> str:
    repository.claim(conversation_id, question)
    meta = tell(magnesium_answer(), Request(question=question, conversation_id=conversation_id))[0]
    assert isinstance(meta, MetaEvent)
    repository.begin_answer(meta)
    repository.record_event(meta.answer_id, 2, ErrorEvent(code="broken", message="It broke."))
    return meta.answer_id


def test_a_conversation_comes_back_whole(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    answer = store_answer(repository, magnesium_answer(), conversation_id=conversation_id)
    record = repository.conversation(conversation_id)
    assert record.summary.title == "How much?"
    asked, answered = record.messages
    assert (asked.role, asked.content) == ("user", "How much?")
    assert answered.role == "assistant"
    assert answered.content.startswith("In pregnancy, the trials disagree")
    assert answered.answer is not None
    assert answered.answer.answer == answer
    assert answered.answer.status == "done"


def test_events_come_back_in_order_from_anywhere(repository: ConversationRepository) -> None:
    meta, *rest = tell(magnesium_answer(), Request(question="How much?"))
    assert isinstance(meta, MetaEvent)
    repository.begin_answer(meta)
    for number, event in enumerate(rest, start=2):
        repository.record_event(meta.answer_id, number, event)
    expected = list(enumerate([meta, *rest], start=1))
    assert repository.events(meta.answer_id) == expected
    assert repository.events(meta.answer_id, after=3) == expected[3:]
    assert repository.events(meta.answer_id, after=999) == []


def test_history_carries_turns_evidence_and_offers_of_the_last_answer(
    repository: ConversationRepository,
) -> None:
    conversation_id = repository.create_conversation()
    store_answer(repository, article_answer(), conversation_id=conversation_id, question="What helps?")
    last = store_answer(repository, magnesium_answer(), conversation_id=conversation_id)
    history = repository.history(conversation_id)
    assert history.user_turns == ("What helps?", "How much?")
    assert history.last_answer == " ".join(statement.text for statement in last.statements())
    assert history.offered == ("Is magnesium safe with kidney disease?",)
    spans = [span for reference in last.references for span in reference.spans]
    assert history.evidence == tuple(
        Evidence("example-review-2020-magnesium", span.start, span.end) for span in spans
    )


def test_history_leaves_out_what_was_never_answered(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    assert repository.history(conversation_id).turns == ()
    fail_answer(repository, conversation_id, "first try")
    store_answer(repository, abstaining_answer(), conversation_id=conversation_id, question="second try")
    repository.claim(conversation_id, "still running")
    assert repository.history(conversation_id).turns == (Turn("user", "second try"), Turn("assistant", ""))


def test_an_articles_answer_seeds_a_conversation_and_outlives_it(repository: ConversationRepository) -> None:
    article = store_answer(repository, article_answer(), question="What helps?", article_key="cramps:1")
    conversation_id = repository.create_conversation(article="cramps", seed=article)
    history = repository.history(conversation_id)
    assert history.user_turns == ("What helps?",)
    assert history.offered == tuple(article.suggestions)
    repository.delete_conversation(conversation_id)
    assert repository.article_answer("cramps:1") == article
    assert repository.article_answer("cramps:2") is None


def test_a_conversation_takes_one_question_at_a_time(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    repository.claim(conversation_id, "one")
    with pytest.raises(ConversationBusy, match="still being answered"):
        repository.claim(conversation_id, "two")
    repository.release(conversation_id)
    repository.claim(conversation_id, "three")


def test_of_many_claims_at_once_one_wins(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    start = threading.Barrier(8)
    won: list[int] = []
    refused: list[int] = []

    def claim(number: int) -> None:
        start.wait()
        try:
            repository.claim(conversation_id, f"question {number}")
            won.append(number)
        except ConversationBusy:
            refused.append(number)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(refused) == 7
    assert len(repository.conversation(conversation_id).messages) == 1


def test_many_conversations_are_written_at_once(repository: ConversationRepository) -> None:
    ids = [repository.create_conversation() for _ in range(6)]
    threads = [
        threading.Thread(
            target=store_answer, args=(repository, magnesium_answer()), kwargs={"conversation_id": name}
        )
        for name in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ids:
        assert [message.position for message in repository.conversation(name).messages] == [0, 1]
        assert repository.conversation(name).messages[1].answer is not None


def test_a_dead_run_is_closed_and_its_conversation_freed(
    repository: ConversationRepository, clock: Clock
) -> None:
    conversation_id = repository.create_conversation()
    repository.claim(conversation_id, "one")
    meta = tell(magnesium_answer(), Request(question="one", conversation_id=conversation_id))[0]
    assert isinstance(meta, MetaEvent)
    repository.begin_answer(meta)

    clock.now += RUN_LEASE - timedelta(seconds=1)
    assert repository.close_stale_runs() == 0
    clock.now += timedelta(seconds=2)
    assert repository.close_stale_runs() == 1
    record = repository.answer(meta.answer_id)
    assert record.status == "failed"
    assert record.error is not None
    assert record.error.code == "interrupted"
    repository.claim(conversation_id, "two")
    with pytest.raises(RunEnded):
        repository.record_event(meta.answer_id, 2, ErrorEvent(code="late", message="Too late."))


def test_a_claim_without_an_answer_runs_out(repository: ConversationRepository, clock: Clock) -> None:
    conversation_id = repository.create_conversation()
    repository.claim(conversation_id, "one")
    clock.now += RUN_LEASE + timedelta(seconds=1)
    repository.claim(conversation_id, "two")


def test_deleting_takes_messages_answers_and_events_along(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    answer = store_answer(repository, magnesium_answer(), conversation_id=conversation_id)
    repository.delete_conversation(conversation_id)
    with pytest.raises(ConversationNotFound):
        repository.conversation(conversation_id)
    with pytest.raises(AnswerNotFound):
        repository.answer(answer.id)
    with pytest.raises(AnswerNotFound):
        repository.events(answer.id)


def test_deleting_in_the_middle_ends_the_run(repository: ConversationRepository) -> None:
    conversation_id = repository.create_conversation()
    repository.claim(conversation_id, "one")
    meta, event, *_ = tell(magnesium_answer(), Request(question="one", conversation_id=conversation_id))
    assert isinstance(meta, MetaEvent)
    repository.delete_conversation(conversation_id)
    with pytest.raises(RunEnded):
        repository.begin_answer(meta)
    with pytest.raises(RunEnded):
        repository.record_event(meta.answer_id, 2, event)


def test_unknown_ids_say_so(repository: ConversationRepository) -> None:
    for step in (
        lambda: repository.conversation("nobody"),
        lambda: repository.delete_conversation("nobody"),
        lambda: repository.claim("nobody", "?"),
        lambda: repository.history("nobody"),
    ):
        with pytest.raises(ConversationNotFound):
            step()


def test_recent_conversations_are_those_with_a_question_latest_first(
    repository: ConversationRepository, clock: Clock
) -> None:
    first, second, _empty = (repository.create_conversation() for _ in range(3))
    for conversation_id in (first, second, first):
        clock.now += timedelta(minutes=1)
        store_answer(repository, magnesium_answer(), conversation_id=conversation_id)
    assert [summary.id for summary in repository.recent_conversations()] == [first, second]
    assert [summary.id for summary in repository.recent_conversations(limit=1)] == [first]


def test_a_long_question_is_kept_whole_and_shortened_in_the_title(repository: ConversationRepository) -> None:
    question = "why " * 200 + "\n\U0001f9b5"
    conversation_id = repository.create_conversation()
    repository.claim(conversation_id, question)
    record = repository.conversation(conversation_id)
    assert record.messages[0].content == question
    assert len(record.summary.title) <= 120
    assert record.summary.title.endswith("…")


def test_a_record_of_another_version_is_reported_not_guessed(
    repository: ConversationRepository, tmp_path: Path
) -> None:
    answer = store_answer(repository, magnesium_answer(), article_key="key")
    engine = open_database(f"sqlite:///{tmp_path / 'followup.db'}")
    with engine.begin() as connection:
        connection.execute(text("""UPDATE answers SET body = '{"id": 1}'"""))
        connection.execute(text("""UPDATE events SET body = '{"type": "unheard of"}'"""))
    engine.dispose()
    with pytest.raises(UnreadableRecord):
        repository.answer(answer.id)
    with pytest.raises(UnreadableRecord):
        repository.events(answer.id)
    assert repository.article_answer("key") is None
