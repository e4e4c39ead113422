"""LlamaIndex: its vector index and its BM25 retriever, fused by rank."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place


class LlamaIndex:
    """``QueryFusionRetriever`` (reciprocal rank, no generated queries) over both retrievers."""

    packages = ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25")
    reads_history = False

    def __init__(self, place: Place) -> None:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # noqa: PLC0415

        self._embedding = HuggingFaceEmbedding(model_name=place.model_folder, device="cpu")

    def build(self, passages: Sequence[PeerPassage]) -> None:
        from llama_index.core import VectorStoreIndex  # noqa: PLC0415
        from llama_index.core.schema import TextNode  # noqa: PLC0415

        self._nodes = [TextNode(id_=passage.id, text=passage.text) for passage in passages]
        self._index = VectorStoreIndex(self._nodes, embed_model=self._embedding)
        self._fusions: dict[int, object] = {}

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        found = self._fusion(k).retrieve(question.text)  # type: ignore[attr-defined]
        return [item.node.node_id for item in found]

    def _fusion(self, k: int) -> object:
        from llama_index.core.llms import MockLLM  # noqa: PLC0415 - the retriever wants one; it is never asked
        from llama_index.core.retrievers import QueryFusionRetriever  # noqa: PLC0415
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415

        if k not in self._fusions:
            count = min(k, len(self._nodes))
            self._fusions[k] = QueryFusionRetriever(
                [
                    self._index.as_retriever(similarity_top_k=count),
                    BM25Retriever.from_defaults(nodes=self._nodes, similarity_top_k=count),
                ],
                llm=MockLLM(),
                mode="reciprocal_rerank",
                num_queries=1,
                similarity_top_k=k,
                use_async=False,
            )
        return self._fusions[k]
