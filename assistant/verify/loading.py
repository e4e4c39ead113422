"""Loads the verifier that ships with the package."""

from __future__ import annotations

from assistant.verify.alignment import Aligner, load_word_statistics
from assistant.verify.features import FEATURES
from assistant.verify.layered import LayeredVerifier
from assistant.verify.model import Floats, load_model
from assistant.verify.reader import Read, load_reader
from assistant.verify.verdict import Verifier


def read_with_packaged(premise: str, claim: str) -> Floats:
    """The packaged reader's logits; the first call opens it."""
    return load_reader().read_one(premise, claim)


def load_verifier(reader: Read | None = read_with_packaged) -> Verifier:
    """Return the verifier; the first call reads its data (about 0.1 s), the first reworded claim opens the reader.

    Without a ``reader`` the other layers judge alone. Raises ``ValueError`` when the stored model was trained on other
    features than this code computes.
    """
    model = load_model()
    if model.features != FEATURES:
        raise ValueError(
            "assistant/verify/model.json was trained on other features; run python -m eval.training.train_verifier"
        )
    return LayeredVerifier(model, Aligner(load_word_statistics()), reader=reader)
