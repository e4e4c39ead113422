"""Optional layer: the cosine between the claim and the evidence sentence nearest in meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from assistant.verify.words import split_sentences

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts to unit rows, shape ``(n, dimension)``; handed in by the caller, so no model is loaded here."""

MAX_SENTENCES = 24


def best_cosine(claim: str, evidence: tuple[str, ...], embed: Embed) -> float:
    """Highest cosine between ``claim`` and one sentence, or two neighbouring ones, of ``evidence``."""
    sentences = [sentence.text for text in evidence for sentence in split_sentences(text)][:MAX_SENTENCES]
    if not sentences:
        return 0.0
    pairs = [f"{one} {other}" for one, other in pairwise(sentences)]
    rows = embed([claim, *sentences, *pairs])
    return float((rows[1:] @ rows[0]).max())
