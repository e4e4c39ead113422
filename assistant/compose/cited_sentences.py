"""Read a chat model's text as sentences with the numbers of the passages they cite; trust none of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.sentences import split_sentences

MAX_SENTENCE_CHARS = 600

_MARK = r"\[\s*(?:passages?\s+)?[0-9]{1,4}(?:\s*(?:[,;&]|and)\s*(?:passages?\s+)?[0-9]{1,4})*\s*\]"
_MARKS = re.compile(rf"(?:\s*{_MARK})+", re.IGNORECASE)
_ADJOINING = re.compile(rf"\s*(?P<mark>{_MARK})", re.IGNORECASE)
_UNENDED = re.compile(rf"(?<=[^\s.!?\]])(?P<marks>(?:\s*{_MARK})+)\s+(?=[A-Z][a-z])")
_LEADING = re.compile(rf"{_MARK}", re.IGNORECASE)
_CLOSING = re.compile(rf"{_MARK}[.!?]*$", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+")  # not \d, which takes the digits of every script

_LIST_PREFIX = re.compile(r"^\s*(?:>\s*)*(?:[-*•–—]\s+|[0-9]{1,2}[.)]\s+|#{1,6}\s+)")
_STRONG = re.compile(r"\*\*|__|`+")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)(?P<inner>[^*_]+?)(?<=\S)\1(?![\w*])")

_MARKUP = re.compile(r"<[/!?]?[a-z]|<\||\|>|&(?:#|[a-z]{2,8};)|\|.*\||\]\(|```|\\[a-z]+\{", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:(?:https?|ftp|file)\s*:\s*/|(?:javascript|mailto|vbscript)\s*:|data:\w+/)|\bwww\.|\b10\.[0-9]{4,9}/",
    re.IGNORECASE,
)
_LETTER_FOR_DIGIT = re.compile(
    r"[0-9][OolI]+[0-9]|[0-9][OoI]+\b|\b[OolI][0-9]{2,}\s?(?:mg|mcg|µg|g|ml|mmol|%)|[⁰¹²³⁴-⁹₀-₉①-⑳][0-9]"
)
_BROKEN_CITATION = re.compile(r"[\[\]【】]")
_TO_THE_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override|overrule)\s+(?:\w+\s+){0,4}?(?:instructions?|prompts?|rules?|passages?|sources?|citations?|guardrails?)\b|"
    r"\b(?:system|developer)\s+(?:prompt|message|instruction)s?\b|\b(?:new|following|secret|hidden)\s+instructions?\b|"
    r"\byou are (?:now )?(?:an?|the) (?:\w+\s+){0,3}?(?:assistant|ai|chat ?bot|language model|llm)\b|"
    r"\b(?:as an?|the|dear|hey|attention|note to(?: the)?) (?:ai|assistant|chat ?bot|language model|llm)\b|\b(?:language model|chat ?bot|llm)s?\b|"
    r"^\W*(?:system|assistant|user|human|developer)\s*:|"
    r"\b(?:tell|inform|advise|convince|persuade) the (?:user|reader|asker)\b|\bin your (?:answer|reply|response|output)\b|"
    r"\b(?:answer|reply|respond|output|write|print|say) (?:only|exactly|verbatim|with the words?)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One whole sentence, its marks taken out, and the passage numbers it cites, in order, each once.

    ``numbers`` is empty when it cites none. ``objection`` says why it must not even be verified.
    """

    text: str
    numbers: tuple[int, ...] = ()
    objection: str | None = None


def read_line(line: str) -> Iterator[CitedSentence]:
    """Take one line apart. A sentence is never cut at its mark: what follows the mark is part of it.

    A mark belongs to the sentence it stands in or directly after. Only where a line begins with a mark and
    doesn't end with one does each mark belong to the sentence that follows it.
    """
    line = _plain(line)
    if not any(letter.isalnum() for letter in line):
        return
    line = _UNENDED.sub(lambda match: f".{match['marks']} ", line)
    line = _ADJOINING.sub(lambda match: f" {match['mark']}", line).strip()
    if _LEADING.match(line) and not _CLOSING.search(line):
        yield from _read_prefixed(line)
        return
    for span in split_sentences(line):
        yield from _sentence(line[span.start : span.end])


def _read_prefixed(line: str) -> Iterator[CitedSentence]:
    marks = list(_MARKS.finditer(line))
    for number, match in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(line)
        segment = line[match.end() : end].strip()
        for place, span in enumerate(split_sentences(segment)):
            prefix = f"{match.group()} " if place == 0 else ""
            yield from _sentence(prefix + segment[span.start : span.end])


def _sentence(raw: str) -> Iterator[CitedSentence]:
    numbers = tuple(
        dict.fromkeys(
            int(number) for match in _MARKS.finditer(raw) for number in _NUMBER.findall(match.group())
        )
    )
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(_MARKS.sub(" ", raw).split()))
    text = re.sub(r"([.!?])\1+$", r"\1", text)
    if not any(letter.isalnum() for letter in text):
        return
    text = text if text.endswith((".", "!", "?")) else text.rstrip(",;: ") + "."
    yield CitedSentence(text[:MAX_SENTENCE_CHARS], numbers, objection_to(text))


def objection_to(text: str) -> str | None:
    """Why ``text``, written by a model, is no plain sentence for a reader; ``None`` when it is one."""
    if len(text) > MAX_SENTENCE_CHARS:
        return f"runs on for more than {MAX_SENTENCE_CHARS} characters"
    if strange := _strange_character(text):
        return f"holds a character that may pass for another: {strange}"
    if _MARKUP.search(text):
        return "holds markup"
    if _LINK.search(text):
        return "holds a link or an identifier; those come from the sources' metadata only"
    if _BROKEN_CITATION.search(text):
        return "holds a citation that can't be read"
    if _LETTER_FOR_DIGIT.search(text):
        return "holds a letter where a digit belongs"
    if text.rstrip("\"'”’) ").endswith("?"):
        return "is a question"
    if addresses_a_model(text):
        return "speaks to a language model, not to a reader"
    return None


def addresses_a_model(text: str) -> bool:
    """Whether ``text`` reads as an instruction to a language model, such as a poisoned passage may hold."""
    return _TO_THE_MODEL.search(text) is not None


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing: controls, joiners, direction marks, tags, private use."""
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"}


def _strange_character(text: str) -> str | None:
    """The name of the first character that hides, or imitates a Latin letter or an ASCII digit."""
    before = " "
    for character in text:
        kind = unicodedata.category(character)
        imitates = kind == "Nd" or unicodedata.normalize("NFKC", character) != character
        strikes = kind in ("Mn", "Me") and before.isascii()
        before = character
        if character.isascii() and character.isprintable():
            continue
        # Superscripts, fractions and the micro sign are compatibility characters too, and customary.
        if is_hidden(character) or strikes or (imitates and kind != "No" and character not in "µ…™"):
            return unicodedata.name(character, f"U+{ord(character):04X}")
    for word in re.findall(r"\w+", text):
        letters = [letter for letter in word.rstrip("αβγδκ") if letter.isalpha() and letter not in "µμ"]
        if len({_script(letter) for letter in letters}) > 1:
            return f"letters of several scripts in “{word}”"
    return None


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0]


def _plain(line: str) -> str:
    """The line without list marks, heading marks and emphasis."""
    line = " ".join(unicodedata.normalize("NFC", line).split())
    while (bare := _LIST_PREFIX.sub("", line)) != line:
        line = bare
    return _EMPHASIS.sub(lambda match: match["inner"], _STRONG.sub("", line))
