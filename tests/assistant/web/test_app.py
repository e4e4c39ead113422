"""The application as a whole: headers, size limit, health, description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from starlette.testclient import TestClient

from assistant.web.middleware import MAX_BODY_BYTES
from corpus.document import Document, Metadata
from tests.assistant.web.conftest import MakeApp
from tests.scripted_chain import article_answer, telling


@pytest.mark.parametrize("path", ["/", "/api/documents", "/api/answers/none", "/static/page.js", "/nowhere"])
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_other_sites_may_be_allowed_to_frame_the_page(make_app: MakeApp) -> None:
    app = make_app(telling(article_answer()), frame_ancestors=("https://clinic.example",))
    with TestClient(app) as client:
        assert "frame-ancestors https://clinic.example" in client.get("/").headers["content-security-policy"]
    with TestClient(make_app(telling(article_answer()), frame_ancestors=())) as client:
        assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]


def test_a_body_that_is_too_large_is_413(client: TestClient) -> None:
    response = client.post("/api/conversations", content=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_a_body_without_a_declared_length_is_counted(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1000 + 1):
            yield b"x" * 1000

    assert client.post("/api/conversations", content=pieces()).status_code == 413


def test_a_body_at_the_limit_is_read(client: TestClient) -> None:
    body = b'{"article": null}'.ljust(MAX_BODY_BYTES)
    response = client.post("/api/conversations", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 201


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "index_build": "build-1"}


class BrokenLibrary:
    @property
    def build_id(self) -> str:
        raise OSError("no CURRENT pointer in a private folder")

    def document(self, document_id: str) -> Document:
        raise KeyError(document_id)

    def documents(self) -> Sequence[tuple[str, Metadata]]:
        return []


def test_without_a_library_the_server_lives_but_is_not_ready(make_app: MakeApp) -> None:
    app = make_app(telling(article_answer()), library=BrokenLibrary())
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "private folder" not in response.text
        page = client.get("/")
        assert page.status_code == 503
        assert "followup index build" in page.text


def test_errors_look_alike_everywhere(client: TestClient) -> None:
    assert client.get("/api/nowhere").json() == {"code": "not_found", "message": "Not Found."}
    assert client.put("/api/conversations").json()["code"] == "method_not_allowed"


def test_the_description_names_every_route_with_a_summary_and_a_tag(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    assert set(description["paths"]) == {
        "/api/conversations",
        "/api/conversations/{conversation_id}",
        "/api/conversations/{conversation_id}/messages",
        "/api/answers/{answer_id}",
        "/api/answers/{answer_id}/events",
        "/api/answers/{answer_id}/trace",
        "/api/answers/{answer_id}/references.bib",
        "/api/answers/{answer_id}/references.ris",
        "/api/documents",
        "/api/documents/{document_id}",
        "/api/documents/{document_id}/span",
        "/healthz",
        "/readyz",
    }
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["tags"]
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    schema = response["content"]["application/json"]["schema"]
                    assert schema["$ref"].endswith("/ErrorBody")
    message = description["paths"]["/api/conversations/{conversation_id}/messages"]["post"]
    assert set(message["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}


def test_an_application_without_articles_is_refused(make_app: MakeApp) -> None:
    with pytest.raises(ValueError, match="at least one article"):
        make_app(telling(article_answer()), articles=())
