"""Choose the few sentences of the evidence that a claim is read against."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.verify.words import normalize, split_sentences, split_words

MOST_SENTENCES = 4
MOST_WORDS = 85
READ_SENTENCES = 400
"""Sentences of the evidence that are looked at; longer evidence is cut there."""
OWN_COVER, NEIGHBOUR, LEAST_GAIN = 0.3, 0.15, 0.5

Weigh = Callable[[str], float]
"""How much a word's stem tells: its inverse document frequency."""


def choose_premise(claim: str, evidence: Sequence[str], weigh: Weigh) -> str:
    """The sentences of ``evidence`` that together cover most of ``claim``, in the order of the text.

    Greedy: each next sentence is the one that covers most of what is still uncovered, where what it covers by
    itself and standing beside a chosen one count a little. Empty when the evidence is.
    """
    sentences = [sentence for text in evidence for sentence in split_sentences(text)][:READ_SENTENCES]
    wanted = {word.stem for word in split_words(normalize(claim)) if word.is_content}
    weight_of = {stem: weigh(stem) for stem in wanted}
    held = [{word.stem for word in sentence.content} & wanted for sentence in sentences]
    own = [sum(weight_of[stem] for stem in stems) for stems in held]
    chosen: list[int] = []
    covered: set[str] = set()
    words = 0

    def gain(i: int) -> float:
        new = sum(weight_of[stem] for stem in held[i] - covered)
        beside = any(abs(i - j) == 1 for j in chosen)
        return new + OWN_COVER * own[i] + (NEIGHBOUR * own[i] if beside else 0.0) - 1e-4 * i

    left = set(range(len(sentences)))
    while left and len(chosen) < MOST_SENTENCES and words < MOST_WORDS:
        best = max(left, key=gain)
        left.discard(best)
        length = len(sentences[best].words)
        if chosen and (gain(best) <= LEAST_GAIN or words + length > MOST_WORDS):
            continue
        chosen.append(best)
        covered |= held[best]
        words += length
    return " ".join(sentences[i].text for i in sorted(chosen))
