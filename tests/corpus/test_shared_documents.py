"""Every file of the shared development data: parsed or refused with a reason, and exact to the character."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.chunking import chunk_document
from corpus.document import Document, SourceKind
from corpus.errors import UnreadableDocument
from corpus.reading import read_documents
from tests.corpus.small_files import assert_offsets

SHARED = Path("../shared/documents")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not beside this checkout"),
]


@pytest.fixture(scope="module")
def results() -> list[Document | UnreadableDocument]:
    return list(read_documents([SHARED]))


@pytest.fixture(scope="module")
def documents(results: list[Document | UnreadableDocument]) -> list[Document]:
    return [item for item in results if isinstance(item, Document)]


def test_what_is_refused_has_no_text_of_its_own(results: list[Document | UnreadableDocument]) -> None:
    refused = [item for item in results if isinstance(item, UnreadableDocument)]
    for item in refused:
        assert "no answers" in item.reason or "identical" in item.reason, item
    assert len(refused) <= 0.01 * len(results)


def test_kinds_and_counts(documents: list[Document]) -> None:
    families = Counter(document.id.split("-")[0] for document in documents)
    assert families["pmc"] == 237
    assert families["ngc"] == 97
    assert families["nih"] >= 570
    assert families["pmid"] >= 1
    assert len({document.id for document in documents}) == len(documents)
    for document in documents:
        if document.id.startswith("ngc-"):
            assert document.metadata.kind is SourceKind.GUIDELINE
            assert document.metadata.year
            assert document.metadata.issuer


def test_every_offset_of_every_document(documents: list[Document]) -> None:
    for document in documents:
        assert_offsets(document)


def test_every_chunk_is_the_documents_own_text(documents: list[Document]) -> None:
    ids: set[str] = set()
    count = 0
    for document in documents:
        chunks = chunk_document(
            document, count_tokens=lambda text: len(text.split()), max_tokens=180, target_tokens=125
        )
        covered = 0
        for chunk in chunks:
            assert document.text[chunk.span.start : chunk.span.end] == chunk.text
            assert chunk.document_sha256 == document.sha256
            assert chunk.sentences[0].start == chunk.span.start
            assert chunk.sentences[-1].end == chunk.span.end
            ids.add(chunk.id)
            covered += sum(len(document.quote(span).replace(" ", "")) for span in chunk.sentences)
        count += len(chunks)
        blocks = (block for section in document.sections for block in section.blocks)
        assert covered == sum(len(document.quote(block.span).replace(" ", "")) for block in blocks)
    assert len(ids) == count


def test_guidelines_carry_their_grades(documents: list[Document]) -> None:
    guidelines = [document for document in documents if document.id.startswith("ngc-")]
    graded = [
        (document, recommendation)
        for document in guidelines
        for recommendation in document.recommendations
        if recommendation.strength is not None
    ]
    assert len(graded) >= 850
    assert len({document.id for document, _ in graded}) >= 85  # some issuers do not grade
    for document, recommendation in graded:
        # The issuer's words stand in the recommendation itself.
        assert recommendation.strength is not None
        quote = document.quote(recommendation.span)
        assert all(part in quote for part in recommendation.strength.split("; "))
    definitions = [
        block
        for document in guidelines
        for section in document.sections
        if "Definitions" in section.path
        for block in section.blocks
        if any(block.span == item.span for item in document.recommendations)
    ]
    assert definitions == []
