"""Document routes: lists, texts, and passages that are exactly where they say."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from corpus.document import Metadata, Span
from corpus.parsing.text_builder import DocumentBuilder
from tests.assistant.web.conftest import MakeApp
from tests.scripted_chain import MAGNESIUM, SmallLibrary, article_answer, telling, write_document

DOSE = "The trials gave 200 to 520 mg of elemental magnesium a day by mouth."


def test_the_library_is_listed_a_page_at_a_time(client: TestClient) -> None:
    whole = client.get("/api/documents").json()
    assert whole["total"] == 3
    assert whole["index_build"] == "build-1"
    assert [document["kind"] for document in whole["documents"]] == [
        "guideline",
        "systematic_review",
        "consumer_text",
    ]
    page = client.get("/api/documents?offset=1&limit=1").json()
    assert page["total"] == 3
    assert [document["id"] for document in page["documents"]] == [MAGNESIUM.id]


def test_a_document_comes_with_text_and_sections(client: TestClient) -> None:
    document = client.get(f"/api/documents/{MAGNESIUM.id}").json()
    assert document["text"] == MAGNESIUM.text
    assert document["sha256"] == MAGNESIUM.sha256
    assert document["doi"] == "10.5555/example.magnesium"
    dose = next(section for section in document["sections"] if section["path"] == ["Dose and use"])
    assert document["text"][dose["start"] : dose["end"]] == DOSE


def test_a_passage_is_exactly_where_it_says(client: TestClient) -> None:
    quote = "magnesium is unlikely to prevent cramps"
    start = MAGNESIUM.text.index(quote)
    end = start + len(quote)
    place = client.get(f"/api/documents/{MAGNESIUM.id}/span?start={start}&end={end}&context=20").json()
    assert place["quote"] == quote == MAGNESIUM.text[start:end]
    assert place["sha256"] == MAGNESIUM.sha256
    assert place["section"] == "Findings"
    assert place["before"] == "In older adults, "
    assert place["after"] == " to a degree that"
    assert MAGNESIUM.text[start - len(place["before"]) : end + len(place["after"])] == (
        place["before"] + quote + place["after"]
    )
    assert place["cut_before"]
    assert place["cut_after"]


def test_the_surroundings_stay_inside_the_section(client: TestClient) -> None:
    start = MAGNESIUM.text.index(DOSE)
    place = client.get(f"/api/documents/{MAGNESIUM.id}/span?start={start}&end={start + len(DOSE)}").json()
    assert (place["before"], place["after"]) == ("", "")
    assert (place["cut_before"], place["cut_after"]) == (False, False)


@pytest.mark.parametrize("query", ["start=5&end=5", "start=9&end=3", "start=0&end=999999", "start=-1&end=3"])
def test_a_span_that_is_none_is_422(client: TestClient, query: str) -> None:
    response = client.get(f"/api/documents/{MAGNESIUM.id}/span?{query}")
    assert response.status_code == 422
    assert set(response.json()) == {"code", "message"}


def test_a_span_past_the_end_says_how_long_the_text_is(client: TestClient) -> None:
    response = client.get(f"/api/documents/{MAGNESIUM.id}/span?start=1&end={len(MAGNESIUM.text) + 1}")
    assert response.status_code == 422
    assert f"{len(MAGNESIUM.text):,} characters" in response.json()["message"]


@pytest.mark.parametrize(
    "path", ["nothing", "nothing/span?start=0&end=1", "../../etc/passwd", "%2e%2e%2fpasswd"]
)
def test_unknown_documents_are_404(client: TestClient, path: str) -> None:
    response = client.get(f"/api/documents/{path}")
    assert response.status_code == 404


def test_ids_may_hold_slashes_and_texts_any_script(make_app: MakeApp) -> None:
    document = write_document(
        "folder/ü 1.md", Metadata(title="Ω"), Findings=["Ein Krampf: 🦵 heißt „Wadenkrampf“."]
    )
    start = document.text.index("🦵")
    with TestClient(make_app(telling(article_answer()), library=SmallLibrary(document))) as client:
        assert client.get("/api/documents/folder/%C3%BC%201.md").json()["text"] == document.text
        place = client.get(f"/api/documents/folder/%C3%BC%201.md/span?start={start}&end={start + 1}").json()
        assert place["quote"] == "🦵" == document.quote(Span(start, start + 1))


def test_a_document_lists_its_recommendations_as_things(make_app: MakeApp) -> None:
    builder = DocumentBuilder("Screening")
    builder.recommendation(
        "Screen adults. (B recommendation)", strength="B recommendation", populations=["adults"]
    )
    metadata = Metadata(
        title="Screening", issuer="U.S. Preventive Services Task Force", year=2014, superseded_by="new"
    )
    document = builder.build(document_id="old", metadata=metadata, media_type="text/plain")
    newer = write_document("new", Metadata(title="New"), Findings=["Screen nobody."])
    library = SmallLibrary(document, newer)
    with TestClient(make_app(telling(article_answer()), library=library)) as client:
        assert client.get("/api/documents/new").json()["recommendations"] == []
        (item,) = client.get("/api/documents/old").json()["recommendations"]
    assert document.text[item["start"] : item["end"]] == item["text"] == "Screen adults. (B recommendation)"
    assert (item["action"], item["strength"], item["scheme"]) == (
        "Screen adults.",
        "B recommendation",
        "USPSTF",
    )
    assert (item["issuer"], item["year"], item["superseded_by"]) == (metadata.issuer, 2014, "new")
    assert (item["certainty"], item["meaning"], item["status"]) == (None, None, "current")
