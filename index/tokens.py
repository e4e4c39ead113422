"""Split text into the words that lexical search matches, with care for the language of medicine."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

TOKENIZER_VERSION = "2"  # 2: pairs of words are kept too
"""Part of a build's format: an index can only be searched with the words it was built with."""

STOP_WORDS: frozenset[str] = frozenset(
    """
    a about am an and any are as at be because been being but by can could did do does doing for from get
    had has have having he her here hers him his how i if in into is it its itself just may me might my
    no not of on or our ours out shall she should so some such tell than that the their theirs them then
    there these they this those to too us very was we were what when where which while who whom why will
    with would you your yours
    """.split()
)

TAKES_A_LETTER: frozenset[str] = frozenset(
    "vitamin vitamins hepatitis influenza type group class grade level factor stage haemophilia hemophilia".split()
)
"""Words after which a single letter is a name: "vitamin A", "hepatitis A", "type I"."""

GREEK = str.maketrans(
    {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda",
     "μ": "mu", "ω": "omega"}
)  # fmt: skip

_COMPOUND = re.compile(r"[^\W_]+(?:[-'’.,/‐‑–][^\W_]+)*")
_PART = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")
_NEGATED = re.compile(r"[^\W_]+n['’]t")  # don't, isn't: stop words all
_CLITIC = re.compile(r"['’](?:s|ll|ve|re|d|m)$")
_DOSE = re.compile(
    r"(\d+(?:[.,]\d+)*)(mg|mcg|ug|g|kg|ml|l|dl|mmol|meq|iu|units?|mm|cm|h|hrs?|hours?|min|days?|wk|weeks?|months?|yrs?|years?)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_HYPHENS = re.compile("[-‐‑–]")

_stemmers = threading.local()  # a stemmer can't be shared by threads


def split_words(text: str) -> list[str]:
    """Lower-case, stemmed words of ``text`` in order, stop words left out.

    "vitamin K2" and "B12" keep letter and digits together, and "B-12" is found as "B12" too; "10mg" is
    "10" and "mg"; a hyphenated name gives its parts and the name written together ("co-trimoxazole": co,
    trimoxazole, cotrimoxazole); a decimal stays whole; Greek letters are spelt out; accents are dropped;
    "Parkinson's" is "parkinson".
    """
    words: list[str] = []
    before = ""
    for compound in _COMPOUND.findall(_normalise(text)):
        for word, stem in _read_compound(compound):
            if word not in STOP_WORDS or (len(word) == 1 and before in TAKES_A_LETTER):
                words.append(stem)
            before = word
    return words


def _normalise(text: str) -> str:
    if text.isascii():
        return text.lower()
    # The micro sign decomposes to the Greek mu, so "µg" and "μg" are one.
    plain = "".join(
        mark for mark in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(mark)
    )
    return plain.replace("μg", "mcg").translate(GREEK)


@lru_cache(maxsize=100_000)
def _read_compound(compound: str) -> tuple[tuple[str, str], ...]:
    """``(word, stem)`` pairs of one run of text without spaces."""
    if _NEGATED.fullmatch(compound):
        return ()
    compound = _CLITIC.sub("", compound)
    parts = [part for found in _PART.findall(compound) for part in _split_part(found)]
    words = list(parts)
    hyphenated = len(parts) > 1 and _HYPHENS.search(compound) is not None
    lettered = not any(part[0].isdigit() for part in parts[1:])
    if hyphenated and (lettered or (len(parts) == 2 and parts[0].isalpha())):
        words.append("".join(parts))
    return tuple((word, _stem(word)) for word in words)


def _split_part(part: str) -> tuple[str, ...]:
    if _THOUSANDS.fullmatch(part):
        return (part.replace(",", ""),)
    dose = _DOSE.fullmatch(part)
    return dose.groups() if dose else (part,)


def _stem(word: str) -> str:
    """The Snowball English stem; words with digits are names and stay as they are."""
    if any(map(str.isdigit, word)):
        return word
    stemmer = getattr(_stemmers, "english", None)
    if stemmer is None:
        stemmer = _stemmers.english = Stemmer.Stemmer("english")
    stem: str = stemmer.stemWord(word)
    return stem
