"""Puts a claim's everyday words back into the source's clinical ones, where the source has them at that place."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files

import yaml

from assistant.verify.words import Sentence, normalize, split_sentences, split_words

_MOST_WORDS = 200


def restate(claim: str, evidence: tuple[str, ...]) -> str:
    """``claim`` with the source's own words for their true synonyms; the claim itself where there are none.

    Each sentence is laid against the sentence of ``evidence`` that shares most of its words. A listed everyday
    phrase is replaced only inside a stretch that differs there and holds its clinical phrase, so words that the
    source doesn't have, negators among them, stay in the claim for the layers to judge.
    """
    sources = [sentence for text in evidence for sentence in split_sentences(text)]
    claimed = split_sentences(claim)
    if not sources or not claimed:
        return claim
    restated = [_restate_sentence(sentence, sources) for sentence in claimed]
    if all(new == sentence.text for new, sentence in zip(restated, claimed, strict=True)):
        return claim
    return " ".join(restated)


def _restate_sentence(claim: Sentence, sources: list[Sentence]) -> str:
    own = {word.text for word in claim.words}
    source = max(sources, key=lambda sentence: len(own & {word.text for word in sentence.words}))
    if max(len(claim.words), len(source.words)) > _MOST_WORDS:
        return claim.text
    theirs, mine = [word.text for word in source.words], [word.text for word in claim.words]
    edits: list[tuple[int, int, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        if tag != "replace":
            continue
        start, place = j1, i1
        while start < j2:
            found = _match_at(mine, start, j2, theirs, place, i2)
            if found is None:
                start += 1
                continue
            length, at, width = found
            shown = source.text[source.words[at].start : source.words[at + width - 1].end]
            edits.append((claim.words[start].start, claim.words[start + length - 1].end, shown))
            start, place = start + length, at + width
    text = claim.text
    for begin, end, shown in reversed(edits):
        text = text[:begin] + shown + text[end:]
    return text


def _match_at(
    mine: list[str], start: int, stop: int, theirs: list[str], first: int, last: int
) -> tuple[int, int, int] | None:
    """Length of the everyday phrase at ``start``, and the place and length of its clinical phrase."""
    pairs = load_equivalents()
    for length in range(min(stop - start, 6), 0, -1):
        for clinical in pairs.get(tuple(mine[start : start + length]), ()):
            for at in range(first, last - len(clinical) + 1):
                if tuple(theirs[at : at + len(clinical)]) == clinical:
                    return length, at, len(clinical)
    return None


@lru_cache(maxsize=1)
def load_equivalents() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Everyday phrase -> its clinical phrases, longest first, all as lower-case words."""
    data = yaml.safe_load(files("assistant.verify").joinpath("equivalents.yaml").read_text(encoding="utf-8"))
    pairs: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for clinical, everyday in data.items():
        for phrase in everyday:
            pairs.setdefault(_texts(phrase), []).append(_texts(clinical))
    return {key: tuple(sorted(found, key=len, reverse=True)) for key, found in pairs.items()}


def _texts(phrase: str) -> tuple[str, ...]:
    return tuple(word.text for word in split_words(normalize(phrase)))
