"""Splits text into sentences with exact offsets, by rules made for medical prose.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a list number or a
parenthesis. In doubt two sentences stay together: a reader is misled by half a sentence, not by two.
A line break always ends a sentence, since canonical text breaks lines only between blocks.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from corpus.document import Span

# Never the end of a sentence, whatever follows.
_NEVER_END = frozenset(
    "vs v e.g eg i.e ie cf viz al dr drs mr mrs ms messrs prof st fig figs eq eqs eqn ref refs tab tbl suppl approx"
    " ca circa pt pts resp incl excl esp spp ssp subsp var sp et dept gov gen hon rev col capt lt sgt univ assoc"
    " ed eds trans seq intl natl max temp avg std dev vol vols chap sect wt ht conc diam ave blvd".split()
)
# The end of a sentence unless a number follows.
_END_UNLESS_NUMBER = frozenset(
    "no nos p pp art ch sec para vers ver item app appx jan feb mar apr jun jul aug sept sep oct nov dec n"
    " max min temp".split()
)
# May end a sentence; taken to do so only before a word that plainly begins one.
_END_BEFORE_STARTER = frozenset("inc ltd co corp jr sr bros llc plc phd md dc usa etc".split())
_STARTERS = frozenset(
    "the a an in on at of for from by with without to as it its this that these those there they he she we our i you"
    " his her their if when while although however moreover furthermore therefore thus hence since because after before"
    " during all both each no not none some most many few several one two three four five six seven eight nine ten"
    " patients participants women men children adults people clinicians physicians treatment results data evidence"
    " studies other another such use do avoid consider offer give but and or so yet also what who which how why where"
    " only our overall finally first second third next in-hospital compared among between under over within".split()
)
# Words after which a single capital letter is a name of its own ("vitamin C."), not an initial.
_BEFORE_LETTER_NAME = frozenset(
    "vitamin vitamins hepatitis type types group groups grade class level category protein factor influenza arm cohort"
    " phase stage part panel appendix table figure immunoglobulin coenzyme strain option plan schedule section recommendation"
    " step child-pugh pugh staphylococcal streptococcus statement and or to".split()
)

_CANDIDATE = re.compile(
    r"""
      (?P<mark>[.!?…]+)                                  # the mark
      (?:["'”’»)\]*]*)                                   # what closes with it
      (?:(?<=[a-z)\]"”’]\.)\^?\d{1,3}(?:[,–-]\d{1,3})*(?=\s+["'“(]?[A-Z]))?  # a reference number stuck to it
      (?:[ \t\u00a0]+(?!\((?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\)\s)  # not "(2)", which numbers what follows
        (?:\([^()\n]{1,160}\)|\[[^][\n]{1,160}\])[.;]?)*  # "(Grade B)", "[12]", "(See Table 2.)"
      (?:\s+|$)
    | [。！？]                                            # full-width marks need no space
    | \n\s*                                              # the end of a line
    """,
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘'/]*$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})[)\]]?")
_NEXT_WORD = re.compile(r"[\s\"'“‘(\[*]*([^\W_]+(?:-[^\W_]+)*)?")
_OPENERS = "\"'“‘«([*"
_WINDOW = 48  # characters looked at before a mark: longer than any word that matters
_LONGEST_PARENTHESIS = 400


def split_sentences(text: str, *, offset: int = 0) -> tuple[Span, ...]:
    """Return the spans of the sentences of ``text``, each shifted by ``offset``.

    Spans are in order, do not overlap, begin and end with a visible character, and together cover
    every visible character of the text.
    """
    spans: list[Span] = []
    parentheses = _parentheses(text)
    start = _skip_space(text, 0)
    for match in _CANDIDATE.finditer(text):
        if match.end() <= start:
            continue
        if not _is_boundary(text, match, start, parentheses):
            continue
        end = match.start() + len(match.group().rstrip())
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            spans.append(Span(start + offset, end + offset))
        start = _skip_space(text, match.end())
    end = len(text.rstrip())
    if end > start:
        spans.append(Span(start + offset, end + offset))
    return tuple(spans)


def _is_boundary(
    text: str, match: re.Match[str], start: int, parentheses: tuple[list[int], list[int]]
) -> bool:
    mark = match.group("mark")
    if mark is None or match.end() == len(text) or "\n" in text[match.start() : match.end()]:
        return True
    if _inside_parentheses(match.start(), parentheses):
        return False
    following = text[match.end()]
    if not _may_begin(text, match.end(), following):
        return False
    if mark != ".":
        return True
    return _full_stop_ends(text, match.start(), start, match.end())


def _may_begin(text: str, position: int, following: str) -> bool:
    """True where a sentence can begin with what stands at ``position``."""
    if following in _OPENERS and position + 1 < len(text):
        following = text[position + 1]
        position += 1
    if "a" <= following <= "z":
        # "eGFR fell", "mRNA vaccines", "pH was": a small letter that leads a word with capitals.
        word = text[position : position + 12].split(" ", 1)[0]
        return any(letter.isupper() for letter in word)
    return not (following.islower() and following.isascii()) and following not in ",;:)]}%"


def _full_stop_ends(text: str, stop: int, start: int, after: int) -> bool:
    before = text[max(start, stop - _WINDOW) : stop]
    word_match = _WORD_BEFORE.search(before)
    word = word_match.group() if word_match else ""
    if not word:
        return True
    if stop - len(word) <= start and _ENUMERATOR.fullmatch(word):
        return False  # "3. Offer ...": the number of the sentence itself
    bare = word.lower().rstrip(".").lstrip("-–—")
    following_match = _NEXT_WORD.match(text, after)
    following = (following_match.group(1) or "") if following_match else ""
    starter = following.lower() in _STARTERS and following[:1].isupper()
    if bare in _NEVER_END and not (bare in ("max", "temp", "v", "sp", "st", "et") and starter):
        return False
    if bare in _END_UNLESS_NUMBER:
        return not following[:1].isdigit()
    if _DOTTED.fullmatch(bare) or bare in _END_BEFORE_STARTER:
        return starter
    if len(word) == 1 and word.isalpha() and word.isupper():
        previous = before[: -len(word)].split()
        named = bool(previous) and previous[-1].lower().strip("(,;:") in _BEFORE_LETTER_NAME
        return named or starter
    return True


def _parentheses(text: str) -> tuple[list[int], list[int]]:
    """Starts and ends of the outermost short parentheses that close on their own line."""
    starts: list[int] = []
    ends: list[int] = []
    if "(" not in text:
        return starts, ends
    stack: list[int] = []
    for match in re.finditer(r"[()\n]", text):
        sign = match.group()
        if sign == "\n":
            stack.clear()
        elif sign == "(":
            stack.append(match.start())
        elif stack:
            opened = stack.pop()
            if match.start() - opened <= _LONGEST_PARENTHESIS:
                while starts and starts[-1] > opened:  # swallow the ones inside
                    starts.pop()
                    ends.pop()
                starts.append(opened)
                ends.append(match.start())
    return starts, ends


def _inside_parentheses(position: int, parentheses: tuple[list[int], list[int]]) -> bool:
    starts, ends = parentheses
    index = bisect_right(starts, position) - 1
    return index >= 0 and position < ends[index]


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
