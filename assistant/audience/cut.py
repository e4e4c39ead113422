"""One place where a sentence is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CutKind = Literal["cut", "people", "repeat", "lead"]


@dataclass(frozen=True, slots=True)
class Cut:
    """``text[start:end]`` becomes ``shown``; the next letter then opens a sentence when ``opens``.

    A ``"cut"`` is a full stop with a word that points back ("This was", "They"), ``"people"`` makes a sentence of
    what stands first, ``"repeat"`` says the subject again in the source's own words, and a ``"lead"`` changes how
    the sentence begins ("Although"), which a cut behind it makes up for.
    """

    start: int
    end: int
    shown: str
    opens: bool
    kind: CutKind = "cut"
