"""The parts alone: FAISS over the packaged embeddings, and bm25s, put together in the fewest lines."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place


class FaissAlone:
    """A flat index of unit vectors."""

    packages = ("faiss-cpu", "sentence-transformers")
    reads_history = False

    def __init__(self, place: Place) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        self._model = SentenceTransformer(place.model_folder, device="cpu")

    def build(self, passages: Sequence[PeerPassage]) -> None:
        import faiss  # noqa: PLC0415

        self._ids = [passage.id for passage in passages]
        vectors = self._model.encode([passage.text for passage in passages], normalize_embeddings=True)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        _, rows = self._index.search(self._model.encode([question.text], normalize_embeddings=True), k)
        return [self._ids[row] for row in rows[0] if row >= 0]


class Bm25sAlone:
    """Stemmed words, k1 .9, b .4, as the product has them."""

    packages = ("bm25s", "PyStemmer")
    reads_history = False

    def __init__(self, place: Place) -> None:  # noqa: ARG002 - no model is needed
        import Stemmer  # noqa: PLC0415

        self._stemmer = Stemmer.Stemmer("english")

    def build(self, passages: Sequence[PeerPassage]) -> None:
        import bm25s  # noqa: PLC0415

        self._ids = [passage.id for passage in passages]
        self._index = bm25s.BM25(k1=0.9, b=0.4)
        self._index.index(self._cut([passage.text for passage in passages]), show_progress=False)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        rows, scores = self._index.retrieve(
            self._cut([question.text]), k=min(k, len(self._ids)), show_progress=False
        )
        return [self._ids[row] for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    def _cut(self, texts: list[str]) -> object:
        import bm25s  # noqa: PLC0415

        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
