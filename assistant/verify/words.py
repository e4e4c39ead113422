"""Texts as words, stems and sentences: the one way in which every layer reads."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9•*-])|\n{2,}|\n(?=\s*[-•*\d])")
_CITATION = re.compile(r"\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")
ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|vs|etc|al|fig|figs|no|dr|mr|mrs|ms|prof|st|approx|resp|cf|ref|refs|eq|sec|ca|incl|min|max|inc|spp?|[A-Z])\.$",
    re.IGNORECASE,
)
_CHARACTERS = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "µ": "μ",
        "·": ".",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u200a": " ",
    }
)

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those of in on at by for with from to into onto upon about as is are was were be been being
    am do does did have has had having and or but if then than so such it its they them their he she his her we our us
    you your i my me who whom whose which what when where how there here also both either each every all any some
    other another more most many much very can could will would shall should may might must not no nor only own same
    too just over under again further once during before after above below between through while because until against
    however therefore thus hence moreover furthermore although though yet whereas via per within without among amongst
    across toward towards upon whether one ones s t re ve ll d m
    """.split()
)
"""Words that carry no topic. Negators and hedges are among them: their own layers read those."""


@dataclass(frozen=True, slots=True)
class Word:
    """A lower-case word with its stem and place: ``text[start:end]`` of the normalised text."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        return self.text not in FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text, and its words."""

    text: str
    words: tuple[Word, ...]

    @property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.is_content)


def normalize(text: str) -> str:
    """One form for dashes, quotes, spaces and composed letters; case is kept, "[3]" is cut out."""
    text = _CITATION.sub("", text)
    plain = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)
    return re.sub(r"\s+", " ", plain).strip()


@lru_cache(maxsize=2048)
def split_words(text: str) -> tuple[Word, ...]:
    """Words of the normalised ``text``. A possessive "'s" is cut off."""
    words = []
    for match in _WORD.finditer(text):
        lower = match.group().casefold()
        lower = lower.removesuffix("'s")
        words.append(Word(lower, stem_word(lower), match.start(), match.end()))
    return tuple(words)


@lru_cache(maxsize=1024)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences of ``text`` (not yet normalised): line breaks of lists and paragraphs end one too."""
    pieces: list[str] = []
    for piece in _SENTENCE_END.split(text.translate(_CHARACTERS)):
        if pieces and ABBREVIATION.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece and piece.strip():
            pieces.append(piece.strip())
    plain = (normalize(piece) for piece in pieces)
    return tuple(Sentence(piece, split_words(piece)) for piece in plain if piece)


@lru_cache(maxsize=65536)
def stem_word(word: str) -> str:
    """English Snowball stem, British spelling folded into American first."""
    return str(_stemmer().stemWord(fold_spelling(word)))


_SPELLINGS = (
    (re.compile(r"^oe(?=[ds])"), "e"),
    (re.compile(r"aem"), "em"),
    (re.compile(r"haem"), "hem"),
    (re.compile(r"aes(?=th)"), "es"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"paed"), "ped"),
    (re.compile(r"foet"), "fet"),
    (re.compile(r"oedem"), "edem"),
    (re.compile(r"isation"), "ization"),
    (re.compile(r"ised$"), "ized"),
    (re.compile(r"ise$"), "ize"),
    (re.compile(r"ising$"), "izing"),
    (re.compile(r"lyse"), "lyze"),
    (re.compile(r"colour"), "color"),
    (re.compile(r"tumour"), "tumor"),
    (re.compile(r"behaviour"), "behavior"),
    (re.compile(r"labour"), "labor"),
    (re.compile(r"centre"), "center"),
    (re.compile(r"fibre"), "fiber"),
    (re.compile(r"litre"), "liter"),
    (re.compile(r"oestr"), "estr"),
    (re.compile(r"programme"), "program"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"gynaec"), "gynec"),
    (re.compile(r"anaem"), "anem"),
    (re.compile(r"leuk?aem"), "leukem"),
    (re.compile(r"ischaem"), "ischem"),
    (re.compile(r"glycaem"), "glycem"),
)


def fold_spelling(word: str) -> str:
    """Fold British medical spelling into American ("haemoglobin", "oedema", "randomised")."""
    if len(word) < 5:
        return word
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return word


_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """One stemmer a thread: the library's objects are not made for sharing."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer
