"""Put a misspelt word right where the library leaves no doubt which one was meant.

A name of a medicine one letter away from another may be the other: so a word is left as it is when it is
known anywhere, when two words of the library are as near, when it is short, or when its ending changes
("sulfite" is no slip of "sulfate").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.rewrite.remedies import names_medicine
from assistant.rewrite.words import EVERYDAY_WORDS, FRAME_WORDS, STOP_WORDS, TOKEN, stem

SHORTEST = 6
"""Letters. Shorter words have too many neighbours."""
ENDING = 3
"""A letter changed among the last three makes another substance (-ate, -ite, -ide) as easily as a slip."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """``changes``: (as written, as read), in order."""

    text: str
    changes: tuple[tuple[str, str], ...]


def correct_spelling(
    question: str,
    *,
    rarity: Callable[[str], float],
    similar_words: Callable[[str], tuple[str, ...]],
    is_known: Callable[[str], bool],
    known_near: Callable[[str], tuple[str, ...]],
) -> Corrected:
    """Replace each word that the library doesn't hold by the one word it holds that is one edit away.

    ``rarity`` is 1 for a word the library does not hold; ``similar_words`` gives its words one edit from a
    given one; ``is_known`` says whether a word is a proper word elsewhere, and so no slip; ``known_near`` gives
    proper words one edit from a given one, whether the library holds them or not: "prednisolne" may be either
    of two medicines.
    """
    changes: list[tuple[str, str]] = []
    text, shift = question, 0
    for match in TOKEN.finditer(question):
        word = match.group()
        plain = word.lower()
        if len(plain) < SHORTEST or not plain.isalpha() or word.isupper():
            continue
        if plain in STOP_WORDS or plain in FRAME_WORDS or plain in EVERYDAY_WORDS:
            continue
        if rarity(plain) < 1:
            # The index knows "quinin" as the stem of "quinine"; the sentences do not.
            near = tuple(form for form in _restored_e(plain) if form in similar_words(plain))
        else:
            near = () if is_known(plain) else similar_words(plain)
        if len(near) != 1 or _changes_ending(plain, near[0]):
            continue
        if near[0] != f"{plain}e" and any(stem(other) != stem(near[0]) for other in known_near(plain)):
            continue
        meant = near[0].capitalize() if word[:1].isupper() else near[0]
        changes.append((word, meant))
        text = text[: match.start() + shift] + meant + text[match.end() + shift :]
        shift += len(meant) - len(word)
    return Corrected(text, tuple(changes))


def _restored_e(word: str) -> tuple[str, ...]:
    return (f"{word}e",) if names_medicine(f"{word}e") and not word.endswith("e") else ()


def _changes_ending(word: str, meant: str) -> bool:
    return len(word) == len(meant) and word[-ENDING:] != meant[-ENDING:] and sorted(word) != sorted(meant)
