"""Layer 1: the claim stands in the evidence word for word."""

from __future__ import annotations

import re
from typing import Literal

from assistant.verify.words import ABBREVIATION, Sentence, normalize, split_sentences, split_words

Quoted = Literal["whole", "part", "no"]


def find_quote(claim: str, evidence: tuple[str, ...]) -> Quoted:
    """Say whether ``claim`` is quoted.

    ``whole``: one or more whole sentences of one evidence text, word for word; case, spaces and the
    punctuation at both ends do not count. ``part``: some run of words inside; what stands round it may
    turn its meaning, so it proves nothing by itself.
    """
    wanted = _fold(claim)
    if not wanted:
        return "no"
    partly = False
    for text in evidence:
        folded = _fold(text)
        start = folded.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if _is_cut_between_words(folded, start, end):
                partly = True
                if _starts_sentence(folded, start) and _ends_sentence(folded, end):
                    return "whole"
            start = folded.find(wanted, start + 1)
    return "part" if partly else "no"


def find_host_sentence(claim: str, evidence: tuple[str, ...]) -> Sentence | None:
    """The evidence sentence that holds ``claim`` as a part, or ``None``."""
    wanted = " ".join(word.text for word in split_words(normalize(claim)))
    for text in evidence:
        for sentence in split_sentences(text):
            if f" {wanted} " in f" {' '.join(word.text for word in sentence.words)} ":
                return sentence
    return None


def _fold(text: str) -> str:
    return normalize(text).casefold().strip(" .;:,!?\"'*-•")


def _is_cut_between_words(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or after.isalnum():
        return False
    # "3" inside "2.3" or "1-3", "5" inside "5.5 mg" or "5-10": a number may not be cut.
    if text[start].isdigit() and re.search(r"\d[.,\-/]$", text[:start]):
        return False
    return not (text[end - 1].isdigit() and re.match(r"[.,\-/]\d|%", text[end:]))


def _starts_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'*-•(")
    return not before or (before.rstrip("\"')]")[-1:] in set(".!?") and not ABBREVIATION.search(before))


def _ends_sentence(text: str, end: int) -> bool:
    return (
        not text[end:].strip(" .;:!?\"'*-•)")
        or re.match(r"[\"')\]]*[.!?][\"')\]]*(?:\s|$)", text[end:]) is not None
    )
