"""PaperQA2: the text index of its ``Docs``, with local embeddings and no language model."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from eval.peers.port import PeerPassage, PeerQuestion, Place


class PaperQa:
    """``Docs.retrieve_texts``: its own maximal-marginal-relevance search, over one document of our passages."""

    packages = ("paper-qa",)
    reads_history = False

    def __init__(self, place: Place) -> None:
        from lmi.embeddings import SentenceTransformerEmbeddingModel  # noqa: PLC0415
        from paperqa import Docs, Settings  # noqa: PLC0415

        self._model = SentenceTransformerEmbeddingModel(name=place.model_folder)
        self._settings = Settings(embedding=f"st-{place.model_folder}")
        self._docs = Docs()

    def build(self, passages: Sequence[PeerPassage]) -> None:
        from paperqa import Doc, Text  # noqa: PLC0415

        source = Doc(docname="set", dockey="set", citation="the passages of the set")
        texts = [Text(text=passage.text, name=passage.id, doc=source) for passage in passages]
        _wait(self._docs.aadd_texts(texts, source, settings=self._settings, embedding_model=self._model))
        # It puts texts into its index at the first search; that belongs to building.
        self.search(PeerQuestion("first", "leg cramps"), k=1)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        found = _wait(
            self._docs.retrieve_texts(question.text, k, settings=self._settings, embedding_model=self._model)
        )
        return [text.name for text in found]


def _wait(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)
