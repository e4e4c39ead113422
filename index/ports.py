"""The contracts inside the index: what an embedder, a query and a hit are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.document import Chunk

Vectors = npt.NDArray[np.float32]
"""Row-wise unit vectors, shape ``(n, dimension)``."""

Progress = Callable[[int], None]
"""Called with the number of items finished since the last call."""


class Embedder(Protocol):
    """Turns texts into unit vectors. Implementations: the real model, and a tiny one for tests."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights, precision and pooling: equal fingerprints give interchangeable vectors."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longest input the model reads, special tokens included."""

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return float32 unit rows, shape ``(len(texts), dimension)``, in the order given."""

    def count_tokens(self, text: str) -> int:
        """Tokens the model would read for ``text``, special tokens excluded."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched for.

    ``text`` is the standalone question as the reader sees it. ``dense_texts`` are embedded and their
    unit vectors summed and normalised (default: ``text`` alone). ``term_weights`` holds further words
    for the lexical part with weights in (0, 1]; the words of ``lexical_text`` (default: ``text``)
    weigh 1. ``shown`` holds texts the reader has already been given: passages that repeat them rank
    lower, because a follow-up asks for something new.
    """

    text: str
    dense_texts: tuple[str, ...] = ()
    lexical_text: str | None = None
    term_weights: Mapping[str, float] = field(default_factory=dict)
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved chunk. ``score`` orders hits; ``dense`` is a cosine, ``lexical`` a BM25 score."""

    chunk: Chunk
    score: float
    dense: float
    lexical: float


class Retriever(Protocol):
    """Finds the passages for a query, best first."""

    def search(self, query: SearchQuery, *, k: int) -> list[Hit]: ...
