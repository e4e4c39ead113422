"""Loads the verifier that ships with the package."""

from __future__ import annotations

from assistant.verify.alignment import Aligner, load_word_statistics
from assistant.verify.features import FEATURES
from assistant.verify.layered import LayeredVerifier
from assistant.verify.model import load_model
from assistant.verify.semantic import Embed
from assistant.verify.verdict import Verifier


def load_verifier(embed: Embed | None = None) -> Verifier:
    """Return the verifier; the first call reads its data (about 0.1 s).

    ``embed`` adds the semantic layer: texts to unit rows. Without it no model is needed. Raises
    ``ValueError`` when the stored model was trained on other features than this code computes.
    """
    model = load_model()
    if model.features != FEATURES:
        raise ValueError(
            "assistant/verify/model.json was trained on other features; run python -m eval.training.train_verifier"
        )
    return LayeredVerifier(model, Aligner(load_word_statistics()), embed=embed)
