"""Words that are proper words though a library may not hold them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from assistant.verify.alignment import load_word_statistics
from assistant.verify.words import stem_word
from index.spelling import find_similar


def is_known_word(word: str) -> bool:
    """Whether ``word`` (lower case) is in the word lists of the screen or the verifier, medicines included."""
    return word in _listed_words() or stem_word(word) in load_word_statistics().frequency


def known_words_near(word: str) -> tuple[str, ...]:
    """Known words one edit away from ``word``; some are given as stems."""
    near = find_similar(stem_word(word), load_word_statistics().frequency)
    return tuple(near + find_similar(word, _listed_words()))


@cache
def _listed_words() -> frozenset[str]:
    screen = json.loads(resources.files("assistant.screen").joinpath("known_words.json").read_text("utf-8"))
    vocabulary = json.loads(
        resources.files("assistant.verify").joinpath("vocabulary.json").read_text("utf-8")
    )
    medicines = {
        part for names in vocabulary["entities"]["drug"] for name in names for part in name.lower().split()
    }
    return frozenset(screen) | medicines
