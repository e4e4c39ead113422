"""The product's rewriter and search, as contenders."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.conversation import Conversation, Turn
from assistant.rewrite.standalone import understand
from eval.peers.port import PeerPassage, PeerQuestion, Place
from eval.runners.corpus_search import CorpusSearch
from eval.sets.records import Passage
from index.embedder import load_embedder
from index.vector_cache import VectorCache


class Ours:
    """With the packaged model in the precision that the product chooses on this CPU.

    A build embeds each passage's sentences too, which the peers don't: its rate counts both.
    """

    packages: tuple[str, ...] = ("faiss-cpu", "bm25s", "sentence-transformers")
    reads_history = True
    embedder = "minilm"
    precision = "auto"

    def __init__(self, place: Place) -> None:  # noqa: ARG002 - the product finds the packaged model itself
        self._embedder = load_embedder(self.embedder, precision=self.precision)

    def build(self, passages: Sequence[PeerPassage]) -> None:
        # Vectors are made anew, so that the build rate is a build's.
        with tempfile.TemporaryDirectory() as folder:
            self._search = CorpusSearch(
                [Passage(passage.id, passage.title, passage.body) for passage in passages],
                embedder=self._embedder,
                cache=VectorCache(Path(folder)),
            )

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        turns = tuple(
            Turn("user" if turn.role == "user" else "assistant", turn.content) for turn in question.history
        )
        understood = understand(question.text, Conversation(turns=turns), rarity=self._search.rarity)
        return list(self._search.search(understood.query, k=k).ids)


class OursFullPrecision(Ours):
    """The packaged model in 32 bits, as the peers have it."""

    precision = "fp32"


class OursAsShipped(Ours):
    """The product's own tuned model, its default."""

    embedder = "minilm-medical"
