"""Reads how an issuer grades a recommendation: "(B recommendation)", "[EO]", "(Strong For; Reviewed)", ...

A grade is a short mark in brackets, or the last words of a block. Its words are kept as they stand;
the history of a recommendation ("Reviewed, New-added") is no grade and is left out of the fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTER = r"(?-i:[A-EU][+-]?)"  # in capitals even where case does not matter: "(a recommendation)" is prose
_ROMAN = r"(?-i:I{1,3}|IV)"

_STRENGTH = re.compile(
    rf"""
      (?:strong|weak|conditional|moderate|qualified)(?:ly)?\s+(?:for|against)
    | (?:strong|weak|moderate|conditional|qualified|discretionary|optional)\s+recommendation
        (?:\s+(?:for|against))?
    | (?:expert\s+)?consensus(?:[\s–—-]+[a-z][a-z\s-]{{2,40}})?
    | expert\s+opinion | good[\s-]practice\s+(?:point|statement)
    | (?:uspstf\s+)?(?:recommendation\s+)?(?:grade|sor)\s*:?\s*
        (?:{_LETTER}|{_ROMAN}|[12][A-D]?)(?:\s+(?:recommendation|statement))?
    | (?:strength\s+of\s+)?recommendation\s*:?\s*{_LETTER}
    | (?:{_LETTER}|(?-i:I))\s+(?:recommendation|statement|grade)
    | category\s*:?\s*(?:{_ROMAN}|{_LETTER})[A-D]?
    | recommendation\s+category\s*:?\s*(?:{_ROMAN}|{_LETTER}|[1-4])[A-D]?
    | class\s*:?\s*(?:{_ROMAN}|[1-3])[ab]?
    | level\s+{_LETTER}(?:\s+recommendation)?
    | not\s+applicable | n/a | no\s+recommendation(?:\s+for\s+or\s+against)? | neither\s+for\s+nor\s+against
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CERTAINTY = re.compile(
    r"""
      (?:very[\s-]+low|low|moderate|high|insufficient)[\s-]+(?:quality|certainty|strength)(?:\s+(?:of\s+)?evidence)?
    | (?:quality|certainty|strength|level|type|grade)\s+of\s+(?:the\s+)?evidence\s*:?\s*[\w+/–-]+(?:\s+low)?
    | (?:evidence|loe)\s*(?:type|level|grade|quality|category)?\s*:?\s*(?:[1-5][a-c+-]*|[A-D]|[IVX]+(?:-\d)?|very\s+low|low|moderate|high)
    | level\s*:?\s*(?:[1-5][a-c]?|[IVX]+(?:-\d)?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HISTORY = re.compile(
    r"(?:not\s+)?reviewed|new(?:[\s-]+(?:added|replaced))?|not\s+changed|unchanged|amended|deleted|modified"
    r"|carryover[\w\s]*|(?:adapted|modified)\s+from\s.*",
    re.IGNORECASE,
)
# Bare codes. They look like abbreviations and list numbers, so where they stand decides.
_SQUARE_CODE = re.compile(rf"{_LETTER}|I|EO")
_CODE = re.compile(rf"{_ROMAN}-?[A-E]|[A-E]-?{_ROMAN}|[12][A-D]")

_BRACKETS = re.compile(r"\(([^()\[\]]{1,160})\)|\[([^()\[\]]{1,160})\]")
_LAST_WORDS = re.compile(
    rf"(?:^|(?<=[.;:?!])\s+)((?:(?:uspstf\s+)?(?:grade|strength\s+of\s+recommendation|recommendation\s+grade)\s*:?\s*"
    rf"(?:{_LETTER}|(?-i:I))(?:\s+(?:recommendation|statement))?)|(?:(?:{_LETTER}|(?-i:I))\s+(?:recommendation|statement)))\s*\.?\s*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[;|/](?!A\b)\s*|,\s+")
_POPULATION = re.compile(r"\s+(?:for|in)\s+.+")
_TERMINAL = '.?!:;)"”’'


@dataclass(frozen=True, slots=True)
class Grade:
    """One mark in a text: the issuer's words, and where the mark stands, brackets included."""

    start: int
    end: int
    strength: str | None
    certainty: str | None = None


def find_grades(text: str) -> tuple[Grade, ...]:
    """Return every grade in ``text`` in order. A mark that lists several strengths is a legend, not a grade."""
    grades: list[Grade] = []
    for match in _BRACKETS.finditer(text):
        round_content, square_content = match.groups()
        content = (round_content or square_content or "").strip()
        if square_content is not None and _SQUARE_CODE.fullmatch(content):
            if _stands_free(text, match.start()):
                grades.append(Grade(match.start(), match.end(), content))
        elif _CODE.fullmatch(content):
            if _closes_a_sentence(text, match.start(), match.end()):
                grades.append(Grade(match.start(), match.end(), content))
        else:
            read = _read_mark(content)
            if read is None:
                continue
            strength, certainty = read
            last = grades[-1] if grades else None
            if strength is not None:
                grades.append(Grade(match.start(), match.end(), strength, certainty))
            elif last is not None and last.certainty is None and not text[last.end : match.start()].strip():
                # "(Strong recommendation) (Moderate-quality evidence)"; alone, a certainty grades a finding.
                grades[-1] = Grade(last.start, match.end(), last.strength, certainty)
    if not grades:
        closing = _LAST_WORDS.search(text)
        if closing is not None:
            grades.append(Grade(closing.start(1), closing.end(1), closing.group(1)))
    return tuple(grades)


def is_grade_alone(text: str) -> bool:
    """True where the text is nothing but a grade and remarks in brackets before it."""
    grades = find_grades(text)
    if not grades:
        return False
    return not re.search(r"\w", _BRACKETS.sub("", text[: grades[0].start] + text[grades[-1].end :]))


def _read_mark(content: str) -> tuple[str | None, str | None] | None:
    strengths: list[str] = []
    certainties: list[str] = []
    by_population = False
    for part in _PARTS.split(content):
        # "Moderate-quality evidence for children over 42 months": one grade for each population.
        words = part if _STRENGTH.fullmatch(part) else _POPULATION.sub("", part)
        by_population = by_population or words != part
        if not part:
            continue
        if _CERTAINTY.fullmatch(words):
            certainties.append(part)
        elif _STRENGTH.fullmatch(words):
            strengths.append(part)
        elif not _HISTORY.fullmatch(part):
            return None
    if not (strengths or certainties):
        return None
    if (len(strengths) > 1 or len(certainties) > 1) and not by_population:
        return None
    return "; ".join(strengths) or None, "; ".join(certainties) or None


def _stands_free(text: str, start: int) -> bool:
    """True for a mark after a space and in no parenthesis: "expert opinion [EO])" explains, it does not grade."""
    before = text[:start]
    return before.count("(") <= before.count(")") and (not before or before[-1].isspace())


def _closes_a_sentence(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return before[-1:] in _TERMINAL and (not after or after[0] in ".;" or after[0].isupper())
