"""LangChain: its FAISS store, its ensemble with BM25, and its history-aware retriever with a chat model."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place

PROMPT = (
    "Below are a conversation and its latest question. Write that question so that it can be understood without "
    "the conversation. Don't answer it. If it can already be understood, repeat it as it is."
)


class LangChainFaiss:
    """``langchain_community.vectorstores.FAISS`` by similarity."""

    packages: tuple[str, ...] = ("langchain-community", "langchain-huggingface", "faiss-cpu")
    reads_history = False

    def __init__(self, place: Place) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings  # noqa: PLC0415

        self._place = place
        self._embeddings = HuggingFaceEmbeddings(
            model_name=place.model_folder,
            model_kwargs={"device": "cpu"},
            encode_kwargs={"normalize_embeddings": True},
        )

    def build(self, passages: Sequence[PeerPassage]) -> None:
        from langchain_community.vectorstores import FAISS  # noqa: PLC0415
        from langchain_core.documents import Document  # noqa: PLC0415

        self._documents = [Document(passage.text, metadata={"id": passage.id}) for passage in passages]
        self._store = FAISS.from_documents(self._documents, self._embeddings)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        found = self._store.similarity_search(question.text, k=k)
        return [document.metadata["id"] for document in found]


class LangChainEnsemble(LangChainFaiss):
    """``EnsembleRetriever`` (reciprocal rank fusion) over FAISS and ``BM25Retriever``."""

    packages = ("langchain-classic", "langchain-community", "rank-bm25", "faiss-cpu")

    def build(self, passages: Sequence[PeerPassage]) -> None:
        from langchain_community.retrievers import BM25Retriever  # noqa: PLC0415

        super().build(passages)
        self._words = BM25Retriever.from_documents(self._documents)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        from langchain_classic.retrievers import EnsembleRetriever  # noqa: PLC0415

        self._words.k = k
        both = [self._words, self._store.as_retriever(search_kwargs={"k": k})]
        found = EnsembleRetriever(retrievers=both, weights=[0.5, 0.5]).invoke(question.text)
        return [document.metadata["id"] for document in found][:k]


class LangChainHistoryAware(LangChainFaiss):
    """``create_history_aware_retriever``: a chat model rewrites the question, then FAISS is searched."""

    packages = ("langchain-classic", "langchain-openai", "langchain-community", "faiss-cpu")
    reads_history = True

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        from langchain_classic.chains import create_history_aware_retriever  # noqa: PLC0415
        from langchain_core.messages import AIMessage, HumanMessage  # noqa: PLC0415
        from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder  # noqa: PLC0415
        from langchain_openai import ChatOpenAI  # noqa: PLC0415

        if not self._place.chat_url:
            raise RuntimeError("no chat model is running")
        model = ChatOpenAI(
            base_url=self._place.chat_url, api_key="none", model="local", temperature=0, max_tokens=64,
            max_retries=0, timeout=120,
        )  # fmt: skip
        prompt = ChatPromptTemplate.from_messages(
            [("system", PROMPT), MessagesPlaceholder("chat_history"), ("human", "{input}")]
        )
        retriever = self._store.as_retriever(search_kwargs={"k": k})
        said = [
            HumanMessage(turn.content) if turn.role == "user" else AIMessage(turn.content)
            for turn in question.history
        ]
        found = create_history_aware_retriever(model, retriever, prompt).invoke(
            {"input": question.text, "chat_history": said}
        )
        return [document.metadata["id"] for document in found]
