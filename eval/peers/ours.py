"""The product's rewriter and search, as contenders."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation import Conversation, Turn
from assistant.rewrite.standalone import understand
from eval.peers.port import PeerPassage, PeerQuestion, Place
from index.embedder import load_embedder
from index.hybrid_search import HybridSearch


class Ours:
    """With the packaged model in the precision that the product chooses on this CPU."""

    packages: tuple[str, ...] = ("faiss-cpu", "bm25s", "sentence-transformers")
    reads_history = True
    embedder = "minilm"
    precision = "auto"

    def __init__(self, place: Place) -> None:  # noqa: ARG002 - the product finds the packaged model itself
        self._embedder = load_embedder(self.embedder, precision=self.precision)

    def build(self, passages: Sequence[PeerPassage]) -> None:
        self._ids = [passage.id for passage in passages]
        self._search = HybridSearch.from_texts(
            [passage.body for passage in passages],
            contexts=[passage.title for passage in passages],
            embedder=self._embedder,
        )

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        turns = tuple(
            Turn("user" if turn.role == "user" else "assistant", turn.content) for turn in question.history
        )
        understood = understand(question.text, Conversation(turns=turns), rarity=self._search.lexical.rarity)
        return [self._ids[found.row] for found in self._search.search(understood.query, k=k)]


class OursFullPrecision(Ours):
    """The packaged model in 32 bits, as the peers have it."""

    precision = "fp32"


class OursAsShipped(Ours):
    """The product's own tuned model, its default."""

    embedder = "minilm-medical"
