"""Answer routes beside the stream: export, and ids that are not known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from assistant.events import DoneEvent, Event, Request
from assistant.storage.repository import ConversationRepository
from tests.assistant.web.conftest import MakeApp
from tests.scripted_chain import magnesium_answer, sample_trace, telling


@pytest.fixture
def answer_id(client: TestClient) -> str:
    conversation_id = client.post("/api/conversations", json={}).json()["id"]
    response = client.post(
        f"/api/conversations/{conversation_id}/messages",
        json={"question": "How much?"},
        headers={"Accept": "application/json"},
    )
    return str(response.json()["id"])


def test_references_are_exported(client: TestClient, answer_id: str) -> None:
    bibtex = client.get(f"/api/answers/{answer_id}/references.bib")
    assert bibtex.headers["content-type"].startswith("application/x-bibtex")
    assert "doi = {10.5555/example.magnesium}" in bibtex.text
    ris = client.get(f"/api/answers/{answer_id}/references.ris")
    assert "DO  - 10.5555/example.magnesium" in ris.text
    assert 'filename="references.ris"' in ris.headers["content-disposition"]


@pytest.mark.parametrize("path", ["", "/events", "/trace", "/references.bib", "/references.ris"])
def test_unknown_answers_are_404(client: TestClient, path: str) -> None:
    response = client.get(f"/api/answers/unknown{path}")
    assert response.status_code == 404
    assert response.json()["code"] == "answer_not_found"


@pytest.mark.parametrize("value", [b"x", b"-1", b"1.5", b"9" * 40, "²".encode("latin-1")])
def test_a_last_event_id_that_is_no_number_is_422(client: TestClient, answer_id: str, value: bytes) -> None:
    response = client.get(f"/api/answers/{answer_id}/events", headers={b"Last-Event-ID": value})
    assert response.status_code == 422
    assert "Last-Event-ID" in response.json()["message"]


def test_a_stored_stream_replays_whole(client: TestClient, answer_id: str) -> None:
    replay = client.get(f"/api/answers/{answer_id}/events")
    assert replay.status_code == 200
    assert replay.text.count("event: statement") == 3
    assert replay.text.count("event: done") == 1


def test_the_trace_is_read_and_goes_with_its_conversation(
    make_app: MakeApp, repository: ConversationRepository
) -> None:
    answer = magnesium_answer()
    trace = sample_trace(answer.id)

    def traced(request: Request) -> Iterator[Event]:
        for event in telling(answer)(request):
            yield event.model_copy(update={"trace": trace}) if isinstance(event, DoneEvent) else event

    with TestClient(make_app(traced), base_url="http://127.0.0.1") as client:
        conversation_id = client.post("/api/conversations", json={}).json()["id"]
        told = client.post(
            f"/api/conversations/{conversation_id}/messages",
            json={"question": "How much?"},
            headers={"Accept": "application/json"},
        ).json()
        assert "trace" not in told
        path = f"/api/answers/{told['id']}/trace"
        assert client.get(path).json() == trace.model_dump(mode="json")
        client.delete(f"/api/conversations/{conversation_id}")
        assert client.get(path).status_code == 404
