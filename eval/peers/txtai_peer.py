"""txtai: its embeddings database with dense and sparse scores."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place


class Txtai:
    """``Embeddings(hybrid=True)``, everything else by default."""

    packages = ("txtai",)
    reads_history = False

    def __init__(self, place: Place) -> None:
        from txtai import Embeddings  # noqa: PLC0415

        self._index = Embeddings(
            path=place.model_folder, method="sentence-transformers", hybrid=True, gpu=False
        )

    def build(self, passages: Sequence[PeerPassage]) -> None:
        self._index.index((passage.id, passage.text, None) for passage in passages)

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        return [str(found) for found, _ in self._index.search(question.text, k)]
