"""The committed sets hold against the bundled library: ids exist, quotes are found byte for byte."""

from collections import Counter
from pathlib import Path

import pytest

from corpus.document import Document
from corpus.reading import read_documents
from eval.reports.gate import read_floors
from eval.sets.answers import load_answer_set
from eval.sets.claims import load_claims
from eval.sets.dialogue import load_dialogue_set


@pytest.fixture(scope="module")
def data(pytestconfig) -> Path:
    return pytestconfig.rootpath / "eval" / "data"


@pytest.fixture(scope="module")
def library(pytestconfig) -> dict[str, str]:
    found = read_documents([pytestconfig.rootpath / "corpus" / "documents"])
    return {item.id: item.text for item in found if isinstance(item, Document)}


def test_library_questions_are_many_and_of_every_kind(data):
    items = load_answer_set(data / "library_questions.jsonl").items
    assert len(items) >= 150
    assert sum(bool(item.history) for item in items) >= len(items) // 2
    assert sum(item.answerable is False for item in items) >= 20
    assert sum(item.red_flag is True for item in items) >= 20
    assert sum(item.unsafe is True for item in items) >= 5


def test_gold_quotes_are_in_the_documents(data, library):
    missing = [
        f"{item.id}: {span.document_id}: {span.quote}"
        for item in load_answer_set(data / "library_questions.jsonl").items
        for span in item.gold_spans
        if span.quote not in library.get(span.document_id, "")
    ]
    assert missing == []


def test_gold_documents_are_those_of_the_spans(data, library):
    for item in load_answer_set(data / "library_questions.jsonl").items:
        assert set(item.gold_documents) <= library.keys()
        assert {span.document_id for span in item.gold_spans} == set(item.gold_documents)


def test_an_answerable_question_has_gold(data):
    for item in load_answer_set(data / "library_questions.jsonl").items:
        assert item.gold_spans or item.answerable is not True, item.id


def test_claims_quote_the_documents(data, library):
    texts = list(library.values())
    claims = load_claims(data / "library_claims.jsonl").claims
    assert min(Counter(claim.label for claim in claims).values()) >= 20
    missing = [
        quote for claim in claims for quote in claim.evidence if not any(quote in text for text in texts)
    ]
    assert missing == []


def test_dialogue_turns_are_of_every_kind(data):
    kinds = Counter(item.kind for item in load_dialogue_set(data / "dialogue_acts.jsonl").items)
    assert sum(kinds.values()) >= 100
    wanted = {
        "ellipsis",
        "pronoun",
        "yes",
        "correction",
        "switch",
        "after_switch",
        "about_answer",
        "list_item",
    }
    assert wanted <= kinds.keys()


def test_floors_name_committed_sets_only(data):
    names = {path.name.removesuffix(".jsonl") for path in data.glob("*.jsonl")}
    assert {bound.dataset for bound in read_floors(data / "floors.toml")} <= names


def test_real_mistakes_are_of_many_kinds_and_stand_beside_faithful_rewordings(data):
    claims = load_claims(data / "real_mistakes.jsonl").claims
    assert sum(claim.label != "supported" for claim in claims) >= 40
    assert sum(claim.label == "supported" for claim in claims) >= 20
    assert len({claim.id.rsplit("-", 1)[0] for claim in claims}) >= 15
