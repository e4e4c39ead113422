"""Contenders small enough to work out by hand. They run in processes of their own, as the real ones do."""

from __future__ import annotations

from collections.abc import Sequence

from eval.peers.port import PeerPassage, PeerQuestion, Place


class SharedWords:
    """Ranks by the number of words that a passage shares with the last message."""

    packages = ("pytest",)
    reads_history = False

    def __init__(self, place: Place) -> None:
        pass

    def build(self, passages: Sequence[PeerPassage]) -> None:
        self._words = {passage.id: set(passage.text.lower().split()) for passage in passages}

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        asked = set(question.text.lower().split())
        shared = {key: len(words & asked) for key, words in self._words.items()}
        return [key for key in sorted(shared, key=lambda key: (-shared[key], key)) if shared[key]][:k]


class Historian(SharedWords):
    """The same, over all that was said."""

    reads_history = True

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        return super().search(question.joined(), k=k)


class Stumbling(SharedWords):
    """Fails on questions about magnesium."""

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        if "magnesium" in question.text:
            raise RuntimeError("no magnesium")
        return super().search(question, k=k)


class Broken(SharedWords):
    """Can't index."""

    def build(self, passages: Sequence[PeerPassage]) -> None:
        raise MemoryError("too much")
