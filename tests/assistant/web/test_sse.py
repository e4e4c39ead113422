"""The stream on the wire, from a real server: whole, resumed, abandoned, silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import sleep

import httpx
import pytest
from pydantic import TypeAdapter

from assistant.answer import Answer, Section, Statement
from assistant.events import (
    BannerEvent,
    DoneEvent,
    Event,
    MetaEvent,
    ReferencesEvent,
    StatementEvent,
    SuggestionsEvent,
)
from tests.assistant.web.conftest import LiveServer, MakeApp, serve
from tests.scripted_chain import Gate, article_answer, failing, magnesium_answer, pausing, telling

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    name: str
    event: Event


def messages(response: httpx.Response) -> Iterator[Message]:
    """Parse a stream; comments are dropped."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Message(int(fields["id"]), fields["event"], EVENTS.validate_json(fields["data"]))
            fields = {}


def start(server: LiveServer) -> str:
    created = httpx.post(f"{server.url}/api/conversations", json={})
    return str(created.raise_for_status().json()["id"])


def asking(server: LiveServer, conversation_id: str) -> httpx.Request:
    return httpx.Request(
        "POST",
        f"{server.url}/api/conversations/{conversation_id}/messages",
        json={"question": "How much?"},
        headers={"Accept": "text/event-stream"},
    )


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20, trust_env=False) as client:
        yield client


def put_together(events: list[Event]) -> dict[str, object]:
    """Build from the parts what a reader of the stream would show."""
    headings: dict[str, list[Statement]] = {}
    for event in events:
        if isinstance(event, StatementEvent):
            headings.setdefault(event.heading, []).append(event.statement)
    return {
        "banners": [event.banner for event in events if isinstance(event, BannerEvent)],
        "sections": [
            Section(heading=heading, statements=statements) for heading, statements in headings.items()
        ],
        "references": [r for event in events if isinstance(event, ReferencesEvent) for r in event.references],
        "suggestions": [
            s for event in events if isinstance(event, SuggestionsEvent) for s in event.suggestions
        ],
    }


def test_the_stream_put_together_equals_the_final_answer(make_app: MakeApp, http: httpx.Client) -> None:
    with serve(make_app(telling(article_answer()), telling(magnesium_answer()))) as server:
        response = http.send(asking(server, start(server)), stream=True)
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        received = list(messages(response))
        assert [message.id for message in received] == list(range(1, len(received) + 1))
        assert all(message.name == message.event.type for message in received)
        first, last = received[0].event, received[-1].event
        assert isinstance(first, MetaEvent)
        assert isinstance(last, DoneEvent)
        for field, value in put_together([message.event for message in received]).items():
            assert getattr(last.answer, field) == value
        stored = http.get(f"{server.url}/api/answers/{first.answer_id}").json()
        assert Answer.model_validate(stored) == last.answer


def test_the_first_byte_comes_before_the_chain_says_anything(make_app: MakeApp, http: httpx.Client) -> None:
    gate = Gate()
    with serve(make_app(telling(article_answer()), pausing(magnesium_answer(), gate, after=0))) as server:
        response = http.send(asking(server, start(server)), stream=True)
        lines = response.iter_lines()
        assert next(lines) == ": open"
        gate.open()
        assert any(line.startswith("event: done") for line in lines)


def test_a_stream_is_resumed_after_the_last_event_received(make_app: MakeApp, http: httpx.Client) -> None:
    gate = Gate()
    with serve(make_app(telling(article_answer()), pausing(magnesium_answer(), gate, after=4))) as server:
        response = http.send(asking(server, start(server)), stream=True)
        stream = messages(response)
        received = [next(stream) for _ in range(3)]
        response.close()
        meta = received[0].event
        assert isinstance(meta, MetaEvent)

        url = f"{server.url}/api/answers/{meta.answer_id}/events"
        request = httpx.Request("GET", url, headers={"Last-Event-ID": "3"})
        # The run is still going: what is resumed is live.
        resumed = messages(http.send(request, stream=True))
        fourth = next(resumed)
        gate.open()
        received += [fourth, *resumed]
        assert [message.id for message in received] == list(range(1, 11))
        assert isinstance(received[-1].event, DoneEvent)

        # The run is over: what is resumed comes from the store.
        again = list(messages(http.send(request, stream=True)))
        assert again == received[3:]
        finished = http.get(url, headers={"Last-Event-ID": "10"})
        assert finished.status_code == 204


def test_a_reader_who_leaves_does_not_lose_the_answer(make_app: MakeApp, http: httpx.Client) -> None:
    gate = Gate()
    with serve(make_app(telling(article_answer()), pausing(magnesium_answer(), gate, after=2))) as server:
        conversation_id = start(server)
        response = http.send(asking(server, conversation_id), stream=True)
        meta = next(messages(response)).event
        assert isinstance(meta, MetaEvent)
        response.close()

        url = f"{server.url}/api/answers/{meta.answer_id}"
        running = http.get(url)
        assert running.status_code == 202
        assert running.json()["code"] == "answer_running"
        turns = http.get(f"{server.url}/api/conversations/{conversation_id}").json()["messages"]
        assert turns[-1]["status"] == "running"

        gate.open()
        while (read := http.get(url)).status_code == 202:
            sleep(0.02)
        assert Answer.model_validate(read.json()).statements()[1].text.startswith("The trials gave 200")


def test_a_silent_stream_is_kept_open_by_comments(make_app: MakeApp, http: httpx.Client) -> None:
    gate = Gate()
    app = make_app(telling(article_answer()), pausing(magnesium_answer(), gate), ping_s=0.05)
    with serve(app) as server:
        lines = http.send(asking(server, start(server)), stream=True).iter_lines()
        pings = 0
        while pings < 3:
            pings += next(lines).startswith(": ping")
        gate.open()
        assert any(line.startswith("event: done") for line in lines)


def test_a_failure_is_the_last_event_and_is_resumed_too(make_app: MakeApp, http: httpx.Client) -> None:
    with serve(make_app(telling(article_answer()), failing(RuntimeError("broken"), after=3))) as server:
        received = list(messages(http.send(asking(server, start(server)), stream=True)))
        assert received[-1].name == "error"
        meta = received[0].event
        assert isinstance(meta, MetaEvent)
        again = list(
            messages(
                http.send(
                    httpx.Request("GET", f"{server.url}/api/answers/{meta.answer_id}/events"), stream=True
                )
            )
        )
        assert again == received
        assert http.get(f"{server.url}/api/answers/{meta.answer_id}").json()["code"] == "answer_failed"


def test_stopping_the_server_ends_streams_and_stores_the_run_as_interrupted(
    make_app: MakeApp, http: httpx.Client
) -> None:
    gate = Gate()
    app = make_app(telling(article_answer()), pausing(magnesium_answer(), gate, after=2))
    with serve(app) as server:
        response = http.send(asking(server, start(server)), stream=True)
        meta = next(messages(response)).event
        assert isinstance(meta, MetaEvent)
    gate.open()
    record = app.state.web.repository.answer(meta.answer_id)
    assert record.error is not None
    assert record.error.code == "interrupted"
