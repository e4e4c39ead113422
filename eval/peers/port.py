"""What a contender is: something that indexes passages and ranks them for a question. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PeerPassage:
    """One passage. ``text`` has its title on its first line; everybody indexes the same text."""

    id: str
    title: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}".strip() if self.title.strip() else self.body


@dataclass(frozen=True, slots=True)
class PeerTurn:
    """One earlier message; ``role`` is ``"user"`` or ``"assistant"``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class PeerQuestion:
    """The last message of a reader and what was said before it, oldest first."""

    id: str
    text: str
    history: tuple[PeerTurn, ...] = ()

    def joined(self) -> PeerQuestion:
        """All that the reader said as one text: what can be done about history without understanding it."""
        said = [turn.content for turn in self.history if turn.role == "user"]
        return PeerQuestion(self.id, "\n".join([*said, self.text]))

    def alone(self) -> PeerQuestion:
        """The last message without what came before."""
        return PeerQuestion(self.id, self.text)


@dataclass(frozen=True, slots=True)
class Place:
    """What lies ready on this machine: the folder of the embedding model, and a chat model's address or ``""``."""

    model_folder: str
    chat_url: str = ""


class Peer(Protocol):
    """Made anew for each set: ``Peer(place)``.

    ``packages`` are the distributions whose versions are reported; ``reads_history`` says whether it makes
    something of :attr:`PeerQuestion.history` itself.
    """

    packages: tuple[str, ...]
    reads_history: bool

    def build(self, passages: Sequence[PeerPassage]) -> None: ...

    def search(self, question: PeerQuestion, *, k: int) -> list[str]:
        """Ids of the best ``k`` passages, best first."""
        ...
