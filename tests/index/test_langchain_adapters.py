"""LangChain's own standard tests, and what they leave out."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.indexing import IndexingResult, InMemoryRecordManager, index
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import RetrieversIntegrationTests, VectorStoreIntegrationTests

from index.building import build_index
from index.errors import DamagedBuild
from index.langchain_adapters import (
    EmbedderEmbeddings,
    FaissVectorStore,
    LibraryRetriever,
    content_id,
)
from index.library_index import IndexHandle, LibraryIndex
from tests.index.library import write_library
from tests.tiny_embedder import TinyEmbedder


class TestFaissVectorStoreStandard(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self) -> VectorStore:
        return FaissVectorStore(self.get_embeddings())


class TestLibraryRetrieverStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _library(self, tmp_path: Path) -> None:
        out = tmp_path / "builds"
        build_index([write_library(tmp_path / "documents")], out=out, embedder=TinyEmbedder())
        self.library = LibraryIndex.open_current(out, TinyEmbedder())

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return LibraryRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return "magnesium cramps"


@pytest.fixture
def embeddings() -> Embeddings:
    return EmbedderEmbeddings(TinyEmbedder())


@pytest.fixture
def store(embeddings: Embeddings) -> FaissVectorStore:
    return FaissVectorStore.from_texts(
        ["magnesium", "quinine", "magnesium cramps", "sleep"],
        embeddings,
        [{"kind": "trial"}, {"kind": "trial"}, {"kind": "review"}, {"kind": "review"}],
    )


def contents(documents: list[Document]) -> list[str]:
    return [document.page_content for document in documents]


def test_scores_are_cosines(store: FaissVectorStore) -> None:
    found = store.similarity_search_with_score("magnesium", k=2)
    assert contents([document for document, _ in found]) == ["magnesium", "magnesium cramps"]
    assert [score for _, score in found] == pytest.approx([1.0, 0.7071], abs=1e-4)
    relevance = store.similarity_search_with_relevance_scores("magnesium", k=2)
    assert relevance[1][1] == pytest.approx((1 + 0.7071) / 2, abs=1e-4)


def test_filters(store: FaissVectorStore) -> None:
    assert contents(store.similarity_search("magnesium", filter={"kind": "review"})) == [
        "magnesium cramps",
        "sleep",
    ]
    starts_with_q = store.similarity_search(
        "magnesium", filter=lambda document: document.page_content[0] == "q"
    )
    assert contents(starts_with_q) == ["quinine"]
    assert store.similarity_search("magnesium", filter={"kind": "none"}) == []


def test_variety(store: FaissVectorStore) -> None:
    near = store.max_marginal_relevance_search("magnesium", k=2, lambda_mult=1.0)
    assert contents(near) == ["magnesium", "magnesium cramps"]
    varied = store.max_marginal_relevance_search("magnesium", k=2, lambda_mult=0.1)
    assert contents(varied)[0] == "magnesium"
    assert contents(varied)[1] in {"quinine", "sleep"}  # both are as unlike as can be
    assert FaissVectorStore(EmbedderEmbeddings(TinyEmbedder())).max_marginal_relevance_search("x") == []


def test_ids_depend_on_content_alone(embeddings: Embeddings) -> None:
    document = Document("magnesium", metadata={"year": 2020})
    stores = [FaissVectorStore(embeddings), FaissVectorStore(embeddings)]
    ids = [each.add_documents([document, document]) for each in stores]
    assert ids[0] == ids[1] == [content_id("magnesium", {"year": 2020})] * 2
    assert len(stores[0]) == 1
    assert content_id("magnesium", {"year": 2021}) != ids[0][0]


def test_a_caller_cannot_change_the_store_through_a_document(store: FaissVectorStore) -> None:
    found = store.similarity_search("quinine", k=1)[0]
    found.metadata["kind"] = "changed"
    assert found.id is not None
    assert store.get_by_ids([found.id, found.id])[0].metadata == {"kind": "trial"}
    assert len(store.get_by_ids([found.id, found.id])) == 1


def test_delete_all_and_begin_again(store: FaissVectorStore) -> None:
    store.delete()
    assert len(store) == 0
    assert store.similarity_search("magnesium") == []
    store.add_texts(["dose"])
    assert contents(store.similarity_search("magnesium")) == ["dose"]


def test_incremental_indexing_tells_the_truth(embeddings: Embeddings) -> None:
    store, records = FaissVectorStore(embeddings), InMemoryRecordManager("test")
    records.create_schema()

    def run(*texts: str) -> IndexingResult:
        documents = [Document(text, metadata={"source": "one"}) for text in texts]
        return index(
            documents, records, store, cleanup="incremental", source_id_key="source", key_encoder="sha256"
        )

    assert run("magnesium", "quinine")["num_added"] == 2
    told = run("magnesium", "dose")
    assert (told["num_added"], told["num_skipped"], told["num_deleted"]) == (1, 1, 1)
    assert sorted(contents(store.similarity_search("x", k=9))) == ["dose", "magnesium"]
    keys = records.list_keys()
    assert len(store.get_by_ids(keys)) == len(keys) == 2


@pytest.mark.parametrize(("metadatas", "ids"), [([{}], None), (None, ["1"]), ([{}, {}], ["1", "2", "3"])])
def test_lists_of_different_length(store: FaissVectorStore, metadatas: Any, ids: Any) -> None:
    with pytest.raises(ValueError, match="2 texts need"):
        store.add_texts(["a", "b"], metadatas, ids=ids)


class BadEmbeddings(Embeddings):
    def __init__(self, row: list[float]) -> None:
        self.row = row

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.row for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.row


@pytest.mark.parametrize("row", [[0.0, 0.0], [float("nan"), 1.0], []])
def test_vectors_without_a_direction_are_refused(row: list[float]) -> None:
    with pytest.raises(ValueError, match=r"embedding"):
        FaissVectorStore(BadEmbeddings(row)).add_texts(["a"])


def test_vectors_of_another_dimension_are_refused() -> None:
    embeddings = BadEmbeddings([1.0, 0.0])
    store = FaissVectorStore(embeddings)
    store.add_texts(["a"])
    embeddings.row = [1.0]
    with pytest.raises(ValueError, match="2 dimensions, got 1"):
        store.add_texts(["b"])


def test_saved_and_loaded(store: FaissVectorStore, embeddings: Embeddings, tmp_path: Path) -> None:
    store.save(tmp_path)
    again = FaissVectorStore.load(tmp_path, embeddings)
    assert again.similarity_search_with_score("magnesium") == store.similarity_search_with_score("magnesium")
    store.add_texts(["dose"])
    store.save(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3  # older files are gone
    assert len(FaissVectorStore.load(tmp_path, embeddings)) == 5
    store.delete()
    store.save(tmp_path)
    assert len(FaissVectorStore.load(tmp_path, embeddings)) == 0


def test_files_that_do_not_belong_together_are_refused(
    store: FaissVectorStore, embeddings: Embeddings, tmp_path: Path
) -> None:
    store.save(tmp_path / "old")
    store.add_texts(["dose"])
    store.save(tmp_path / "new")
    (old,), (new,) = (list((tmp_path / name).glob("vectors-*")) for name in ("old", "new"))
    new.write_bytes(old.read_bytes())
    with pytest.raises(DamagedBuild, match="was changed"):
        FaissVectorStore.load(tmp_path / "new", embeddings)
    with pytest.raises(DamagedBuild, match="can't be read"):
        FaissVectorStore.load(tmp_path / "nowhere", embeddings)


def test_writing_and_reading_at_once(embeddings: Embeddings) -> None:
    store, failures = FaissVectorStore(embeddings), []

    def work(number: int) -> None:
        try:
            for turn in range(20):
                (key,) = store.add_texts([f"magnesium {number} {turn}"])
                store.similarity_search("magnesium")
                if turn % 2:
                    store.delete([key])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store) == 60


async def test_retriever_gives_what_a_citation_needs(tmp_path: Path) -> None:
    out = tmp_path / "builds"
    build_index([write_library(tmp_path / "documents")], out=out, embedder=TinyEmbedder())
    handle = IndexHandle(out, TinyEmbedder())
    (found,) = await LibraryRetriever(library=handle, k=1).ainvoke("quinine platelets")
    source = handle.current().document(found.metadata["document_id"])
    assert source.text[found.metadata["start"] : found.metadata["end"]] == found.page_content
    assert found.metadata["sha256"] == source.sha256
    assert found.metadata["title"] == "Quinine for cramps"
    assert found.metadata["heading_path"] == ["Safety"]
    assert found.metadata["score"] > 0
    assert found.metadata["kind"] == source.metadata.kind.value
