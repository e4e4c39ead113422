"""How hard a text is to read: words, syllables, Flesch-Kincaid grade."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")


def count_words(text: str) -> int:
    """Words of letters; numbers and signs do not count."""
    return len(_WORD.findall(text))


def reading_grade(text: str) -> float | None:
    """Flesch-Kincaid grade: 0.39 words/sentences + 11.8 syllables/words - 15.59; ``None`` without words.

    Source: Kincaid et al., Navy Research Branch Report 8-75 (1975). Syllables are counted by rule (see
    :func:`count_syllables`), so the grade may differ from a dictionary's by a few tenths.
    """
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Groups of vowels, less a silent final e ("-le" after a consonant is sounded) and a silent "-ed"."""
    lowered = re.sub(r"[^a-z]", "", word.casefold())
    count = len(_VOWELS.findall(lowered))
    silent_e = lowered.endswith("e") and not re.search(r"([^aeiouy]le|[aeiouy]e)$", lowered)
    silent_ed = re.search(r"[^aeiouytd]ed$", lowered) is not None
    silent_es = re.search(r"[^aeiouyscxz]es$", lowered) is not None and not re.search(
        r"(?:[sc]h|g|[^aeiouy]l)es$", lowered
    )
    if count > 1 and (silent_e or silent_ed or silent_es):
        count -= 1
    # "ia", "io" and "iu" are mostly two sounds, save in "-tion", "-cian", "-cious".
    count += len(re.findall(r"(?<![tscgx])i[ao](?!u)|iu", lowered))
    return max(1, count)
