"""Conversation routes: whole answers, limits, refusals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.answer import Answer
from assistant.settings import Settings
from tests.assistant.web.conftest import MakeApp
from tests.scripted_chain import (
    Gate,
    ScriptedChain,
    article_answer,
    failing,
    magnesium_answer,
    pausing,
    telling,
)

ARTICLE = "treatment-options-for-leg-cramps"
JSON = {"Accept": "application/json"}


def start(client: TestClient, **body: str) -> str:
    created = client.post("/api/conversations", json=body)
    assert created.status_code == 201
    return str(created.json()["id"])


def test_a_whole_answer_for_those_who_ask_for_json(client: TestClient) -> None:
    conversation_id = start(client)
    response = client.post(
        f"/api/conversations/{conversation_id}/messages", json={"question": "How much?"}, headers=JSON
    )
    answer = Answer.model_validate(response.json())
    assert answer.question == "How much?"
    assert client.get(f"/api/answers/{answer.id}").json() == response.json()
    conversation = client.get(f"/api/conversations/{conversation_id}").json()
    assert conversation["title"] == "How much?"
    assert [message["role"] for message in conversation["messages"]] == ["user", "assistant"]
    assert conversation["messages"][1]["answer"] == response.json()


def test_a_conversation_follows_on_its_article(client: TestClient, chain: ScriptedChain) -> None:
    conversation_id = start(client, article=ARTICLE)
    before = client.get(f"/api/conversations/{conversation_id}").json()
    assert before["seed_messages"] == 2
    client.post(f"/api/conversations/{conversation_id}/messages", json={"question": "why?"}, headers=JSON)
    conversation = chain.requests[-1].conversation
    assert conversation.user_turns == ("What are the treatment options for leg cramps?",)
    assert "How much magnesium was tried?" in conversation.offered
    assert conversation.evidence


def test_the_readers_own_wording_and_audience_reach_the_chain(
    client: TestClient, chain: ScriptedChain
) -> None:
    body = {"question": " why?\n", "standalone": "why magnesium?", "audience": "professional"}
    client.post(f"/api/conversations/{start(client)}/messages", json=body, headers=JSON)
    request = chain.requests[-1]
    assert (request.question, request.standalone, request.audience) == (
        "why?",
        "why magnesium?",
        "professional",
    )


def test_a_second_question_meanwhile_is_409(make_app: MakeApp) -> None:
    gate = Gate()
    app = make_app(telling(article_answer()), pausing(magnesium_answer(), gate))
    with TestClient(app) as client, ThreadPoolExecutor() as pool:
        path = f"/api/conversations/{start(client)}/messages"
        first = pool.submit(client.post, path, json={"question": "one"}, headers=JSON)
        gate.reached.wait(10)
        second = client.post(path, json={"question": "two"}, headers=JSON)
        assert second.status_code == 409
        assert second.json()["code"] == "conversation_busy"
        gate.open()
        assert first.result().status_code == 200


def test_a_failed_answer_is_500_and_stays_visible(make_app: MakeApp) -> None:
    app = make_app(telling(article_answer()), failing(RuntimeError("secret detail"), after=2))
    with TestClient(app) as client:
        conversation_id = start(client)
        response = client.post(
            f"/api/conversations/{conversation_id}/messages", json={"question": "?"}, headers=JSON
        )
        assert response.status_code == 500
        assert "secret" not in response.text
        message = client.get(f"/api/conversations/{conversation_id}").json()["messages"][1]
        assert message["status"] == "failed"
        assert message["error"] == response.json()


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({"question": ""}, "empty_question", "Write a question"),
        ({"question": " \n "}, "empty_question", "Write a question"),
        ({"question": "x" * 501}, "question_too_long", "501 characters; at most 500"),
        ({"question": "x", "standalone": "y" * 501}, "question_too_long", "at most 500"),
        ({"question": "nul \x00 here"}, "invalid_request", "U+0000"),
        ({"question": "escape \x1b[31m"}, "invalid_request", "U+001B"),
        ({"question": "x", "standalone": "bell \x07"}, "invalid_request", "U+0007"),
        ({}, "invalid_request", "question: Field required"),
        ({"question": 7}, "invalid_request", "question"),
        ({"question": "x", "audience": "wizard"}, "invalid_request", "audience"),
        ({"question": "x", "surprise": 1}, "invalid_request", "surprise"),
        ([], "invalid_request", ""),
    ],
)
def test_a_question_that_cannot_be_asked_is_422_and_says_why(
    client: TestClient, chain: ScriptedChain, body: object, code: str, says: str
) -> None:
    asked = len(chain.requests)
    response = client.post(f"/api/conversations/{start(client)}/messages", json=body, headers=JSON)
    assert response.status_code == 422
    assert response.json()["code"] == code
    assert says in response.json()["message"]
    assert len(chain.requests) == asked


@pytest.mark.parametrize(
    "body", [b'{"question": "\\ud800"}', b'{"question": "\xff"}', b"{", b"null", b"\x00"]
)
def test_a_body_that_is_not_proper_json_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post(
        f"/api/conversations/{start(client)}/messages",
        content=body,
        headers=JSON | {"Content-Type": "application/json"},
    )
    assert response.status_code in {400, 422}
    assert set(response.json()) == {"code", "message"}


def test_a_form_from_another_site_is_not_taken_for_json(client: TestClient) -> None:
    path = f"/api/conversations/{start(client)}/messages"
    response = client.post(path, content=b'{"question": "x"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422


def test_unknown_conversations_and_articles_are_404(client: TestClient) -> None:
    for response in (
        client.get("/api/conversations/nobody"),
        client.delete("/api/conversations/nobody"),
        client.post("/api/conversations/nobody/messages", json={"question": "x"}),
        client.post("/api/conversations", json={"article": "nothing"}),
    ):
        assert response.status_code == 404
        assert set(response.json()) == {"code", "message"}


def test_a_deleted_conversation_is_gone_with_its_answers(client: TestClient) -> None:
    conversation_id = start(client)
    path = f"/api/conversations/{conversation_id}"
    answer = client.post(f"{path}/messages", json={"question": "x"}, headers=JSON).json()
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"/api/answers/{answer['id']}").status_code == 404


def test_conversations_are_listed_to_their_own_machine_only(
    client: TestClient, make_app: MakeApp, tmp_path: Path
) -> None:
    conversation_id = start(client)
    client.post(f"/api/conversations/{conversation_id}/messages", json={"question": "x"}, headers=JSON)
    listed = client.get("/api/conversations").json()
    assert [(entry["id"], entry["title"]) for entry in listed] == [(conversation_id, "x")]
    # A page elsewhere that names this machine as its own (DNS rebinding) is not this machine.
    assert client.get("/api/conversations", headers={"Host": "evil.example"}).status_code == 404

    public = Settings(_env_file=None, host="0.0.0.0", database=f"sqlite:///{tmp_path / 'web.db'}")  # type: ignore[call-arg]
    app = make_app(telling(article_answer()), settings=public)
    with TestClient(app, base_url="http://127.0.0.1") as elsewhere:
        response = elsewhere.get("/api/conversations")
        assert response.status_code == 404
        assert response.json()["code"] == "not_listed"
        assert elsewhere.get(f"/api/conversations/{conversation_id}").status_code == 200


def test_conversations_run_side_by_side(client: TestClient) -> None:
    ids = [start(client) for _ in range(6)]

    def ask(name: str) -> int:
        path = f"/api/conversations/{name}/messages"
        return client.post(path, json={"question": f"in {name}"}, headers=JSON).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, ids)) == [200] * 6
    for name in ids:
        messages = client.get(f"/api/conversations/{name}").json()["messages"]
        assert [message["content"][:3] for message in messages] == ["in ", "In "]


def test_a_profile_of_unknown_people_is_refused(client: TestClient) -> None:
    conversation = client.post("/api/conversations", json={}).json()["id"]
    reply = client.post(
        f"/api/conversations/{conversation}/messages", json={"question": "Why?", "about": ["martians"]}
    )
    assert reply.status_code == 422
    assert "pregnancy" in reply.json()["message"]
