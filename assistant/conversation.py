"""A conversation as the chain sees it: earlier turns, and the evidence they rested on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Role = Literal["user", "assistant"]


class Person(StrEnum):
    """Whom a reader may say that questions are about: a small profile, in the corpus' own populations."""

    PREGNANCY = "pregnancy"
    BREASTFEEDING = "breastfeeding"
    CHILDREN = "children"
    ADOLESCENTS = "adolescents"
    OLDER_ADULTS = "older_adults"
    DIALYSIS = "dialysis"
    RENAL_IMPAIRMENT = "renal_impairment"
    HEPATIC_IMPAIRMENT = "hepatic_impairment"
    ALS = "als"
    DIABETES = "diabetes"
    ATHLETES = "athletes"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. ``content`` of an assistant turn is the text of its statements."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that the previous answer cited: ``document.text[start:end]``."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """Earlier turns, oldest first, and what the last answer cited.

    ``evidence`` holds the spans the previous answer cited, so that they can be weighed again;
    ``offered`` its suggestions, so that "yes" and "the second one" can be understood.
    """

    turns: tuple[Turn, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    offered: tuple[str, ...] = ()

    @property
    def user_turns(self) -> tuple[str, ...]:
        return tuple(turn.content for turn in self.turns if turn.role == "user")

    @property
    def last_answer(self) -> str:
        for turn in reversed(self.turns):
            if turn.role == "assistant":
                return turn.content
        return ""
