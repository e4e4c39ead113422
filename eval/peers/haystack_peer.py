"""Haystack: its in-memory store, dense and BM25, joined by rank."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place


class Haystack:
    """``InMemoryDocumentStore`` with both retrievers and ``DocumentJoiner`` (reciprocal rank fusion)."""

    packages = ("haystack-ai",)
    reads_history = False

    def __init__(self, place: Place) -> None:
        from haystack.utils import ComponentDevice  # noqa: PLC0415
        from haystack_integrations.components.embedders.sentence_transformers import (  # noqa: PLC0415
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        cpu = ComponentDevice.from_str("cpu")
        quiet = {"model": place.model_folder, "device": cpu, "progress_bar": False}
        self._of_documents = SentenceTransformersDocumentEmbedder(**quiet)
        self._of_questions = SentenceTransformersTextEmbedder(**quiet)
        self._of_documents.warm_up()
        self._of_questions.warm_up()

    def build(self, passages: Sequence[PeerPassage]) -> None:
        from haystack import Document  # noqa: PLC0415
        from haystack.components.joiners import DocumentJoiner  # noqa: PLC0415
        from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever  # noqa: PLC0415
        from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: PLC0415

        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        documents = [Document(id=passage.id, content=passage.text) for passage in passages]
        store.write_documents(self._of_documents.run(documents=documents)["documents"])
        self._dense, self._words = InMemoryEmbeddingRetriever(store), InMemoryBM25Retriever(store)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        vector = self._of_questions.run(text=question.text)["embedding"]
        dense = self._dense.run(query_embedding=vector, top_k=k)["documents"]
        words = self._words.run(query=question.text, top_k=k)["documents"]
        return [document.id for document in self._joiner.run(documents=[dense, words], top_k=k)["documents"]]
