"""Layer 9: a small cross-encoder that reads claim and evidence together, for claims that reword freely.

The packaged MiniLM with tuned upper layers (an adapter) and a linear head over three views of its output: the
first token, and the mean and maximum over the claim's tokens. Trained by ``python -m eval.training.train_reader``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from index.adapter import read_adapter
from index.embedder import open_adapted
from index.errors import EmbedderUnavailable

Floats = npt.NDArray[np.float32]
Read = Callable[[str, str], Floats]
"""Premise and claim to logits of shape ``(3,)``: supported, not enough, refuted."""

LABELS = ("supported", "not_enough", "refuted")
CLAIM_TOKENS, ALL_TOKENS = 56, 176
HEAD = "head.safetensors"
FOLDER = "reader"
_FIRST, _BORDER = 101, 102  # [CLS] and [SEP] of the packaged vocabulary
_CHARACTERS = 4_000  # of a premise or claim; far more than the tokens that are read


class Reader:
    """A loaded cross-encoder; safe to share between threads."""

    def __init__(self, encoder: Any, tokenizer: Any, weight: Floats, bias: Floats) -> None:
        """``weight`` has shape ``(3, 3 * dimension)``, ``bias`` ``(3,)``."""
        self.encoder, self._tokenizer = encoder, tokenizer
        self.weight, self.bias = weight, bias
        self._reading = threading.Lock()  # a fast tokeniser can't be used by two threads at once

    def read(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Logits of (premise, claim) pairs, shape ``(n, 3)`` in the order of :data:`LABELS`."""
        rows = [self.read_one(premise, claim) for premise, claim in pairs]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(LABELS))

    def read_one(self, premise: str, claim: str) -> Floats:
        """Logits of one pair, shape ``(3,)``."""
        import torch  # noqa: PLC0415 - slow to import; quotes need no reader

        with self._reading:
            ours, theirs = (
                self._tokenizer.encode(text[:_CHARACTERS], add_special_tokens=False).ids
                for text in (claim, premise)
            )
        ours = ours[:CLAIM_TOKENS]
        theirs = theirs[: ALL_TOKENS - 3 - len(ours)]
        ids = torch.tensor([[_FIRST, *ours, _BORDER, *theirs, _BORDER]])
        kinds = torch.tensor([[0] * (len(ours) + 2) + [1] * (len(theirs) + 1)])
        with torch.inference_mode():
            hidden = self.encoder(input_ids=ids, token_type_ids=kinds).last_hidden_state[0].float().numpy()
        claimed = hidden[1 : 1 + len(ours)] if ours else hidden[:1]
        views = np.concatenate([hidden[0], claimed.mean(axis=0), claimed.max(axis=0)])
        logits: Floats = self.weight @ views + self.bias
        return logits


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """Open the reader that ships with the package (about half a second).

    Raises :class:`index.errors.EmbedderUnavailable` when the packaged model or the adapter is missing or changed.
    """
    from safetensors.numpy import load  # noqa: PLC0415

    folder = resources.files("assistant.verify").joinpath(FOLDER)
    encoder, tokenizer = open_adapted(read_adapter(folder))
    try:
        head = load(folder.joinpath(HEAD).read_bytes())
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(
            f"the verifier's reader can't be read: {error}. Reinstall the package."
        ) from error
    return Reader(encoder, tokenizer, head["weight"], head["bias"])
