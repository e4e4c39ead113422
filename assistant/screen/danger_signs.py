"""Finds danger signs told in everyday words, and leaves denied, past and general ones alone."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.screen.message import Message, read_message
from assistant.screen.typing_errors import is_typing_error

MAX_GAP = 2
"""Other words that may stand between two words of a phrase."""
DEFAULT_WINDOW = 25
_EXCEPT = "except "
MAX_WORDS = 700
"""Words read of one message; a longer one has its end ignored, where danger signs are rare."""


@dataclass(frozen=True, slots=True)
class DangerSign:
    """One danger sign that was found. ``stop``: show the urgent advice and nothing else.

    ``self_care_waits``: what one can do oneself is not shown until someone has looked at it.
    """

    id: str
    title: str
    message: str
    source: str
    stop: bool
    self_care_waits: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    groups: tuple[str, ...]
    window: int
    even_in_general: bool


@dataclass(frozen=True, slots=True)
class _Sign:
    shown: DangerSign
    patterns: tuple[_Pattern, ...]
    unless: str | None


Alternatives = tuple[str, ...]
Phrase = tuple[Alternatives, ...]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The data file, ready to match: ``starts`` maps a first word to the phrases it may open."""

    signs: tuple[_Sign, ...]
    starts: dict[str, tuple[tuple[str, Phrase], ...]]
    exceptions: frozenset[str]
    vocabulary: _Vocabulary


@dataclass(frozen=True, slots=True, order=True)
class _Hit:
    """One phrase found: words ``start`` to ``end`` (exclusive) of the message."""

    start: int
    end: int


class _Vocabulary:
    """Which entries of the data file a word of a message stands for, typing errors included."""

    def __init__(self, entries: Iterable[str], known_words: Iterable[str]) -> None:
        self._exact: set[str] = set()
        self._prefixes: list[str] = []
        self._ranges: list[tuple[str, float, float]] = []
        for entry in entries:
            if entry.endswith("*"):
                self._prefixes.append(entry)
            elif ".." in entry:
                low, high = entry.split("..")
                self._ranges.append((entry, float(low), float(high)))
            else:
                self._exact.add(entry)
        self._known = frozenset(known_words)
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(self._exact):
            self._by_initial.setdefault(word[:1], []).append(word)
        self.entries_for = lru_cache(maxsize=8192)(self._entries_for)

    def _entries_for(self, word: str) -> tuple[str, ...]:
        if word[0].isdecimal():
            value = float(word)
            found = [entry for entry, low, high in self._ranges if low <= value <= high]
            return (*found, word) if word in self._exact else tuple(found)
        found = [word] if word in self._exact else []
        found += [entry for entry in self._prefixes if word.startswith(entry[:-1])]
        if found or len(word) < 4 or word in self._known:
            return tuple(found)
        # A slip in the first letter is rare, so only words with the same initial are compared.
        found += [known for known in self._by_initial.get(word[0], ()) if is_typing_error(word, known)]
        found += [
            entry for entry in self._prefixes if entry[0] == word[0] and _begins_mistyped(word, entry[:-1])
        ]
        return tuple(found)


def _begins_mistyped(word: str, stem: str) -> bool:
    lengths = range(len(stem) - 1, len(stem) + 2)  # a slip may shorten or lengthen the beginning
    return any(is_typing_error(word[:length], stem) for length in lengths if length <= len(word))


def find_danger_signs(text: str, *, earlier: str = "") -> list[DangerSign]:
    """Return the signs in ``text``, in the order of the data file.

    ``earlier`` is the turn before: a sign may begin there ("my calf is swollen" / "it is hot too"), but
    something in ``text`` must belong to it.
    """
    catalogue = _load_catalogue()
    before = read_message(earlier, limit=MAX_WORDS) if earlier else None
    message = read_message(f"{earlier} .\n {text}" if before else text, limit=MAX_WORDS)
    first_new = len(before.words) if before else 0
    hits = _find_hits(message, catalogue)
    return [
        sign.shown
        for sign in catalogue.signs
        if _is_present(sign, hits, message=message, first_new=first_new)
    ]


def _is_present(sign: _Sign, hits: dict[str, list[_Hit]], *, message: Message, first_new: int) -> bool:
    if sign.unless and hits.get(sign.unless):
        return False
    for pattern in sign.patterns:
        parts = [hits.get(group, []) for group in pattern.groups]
        if not all(parts):
            continue
        for combination in _combine(parts, window=pattern.window):
            start = min(hit.start for hit in combination)
            if max(hit.end for hit in combination) <= first_new:
                continue
            # "Do statins cause muscle pain?" - "my urine has turned brown": what is told now is no general question.
            told_now = min(hit.start for hit in combination if hit.end > first_new)
            if pattern.even_in_general or not all(map(message.is_general_knowledge, (start, told_now))):
                return True
    return False


def _combine(parts: list[list[_Hit]], *, window: int) -> Iterator[tuple[_Hit, ...]]:
    """Ways of taking one hit of each group, all different, within ``window`` words."""

    def extend(chosen: tuple[_Hit, ...], low: int, high: int) -> Iterator[tuple[_Hit, ...]]:
        if len(chosen) == len(parts):
            yield chosen
            return
        candidates = parts[len(chosen)]
        begin = bisect_left(candidates, _Hit(max(0, high - window), 0)) if chosen else 0
        for hit in candidates[begin:]:
            if chosen and hit.start >= low + window:
                break
            if hit in chosen:
                continue
            new_low, new_high = (min(low, hit.start), max(high, hit.end)) if chosen else (hit.start, hit.end)
            if new_high - new_low <= window or not chosen:
                yield from extend((*chosen, hit), new_low, new_high)

    return extend((), 0, 0)


def _find_hits(message: Message, catalogue: _Catalogue) -> dict[str, list[_Hit]]:
    """Hits of each word group that are neither denied nor long past."""
    entries = [
        () if message.is_dose(i) else catalogue.vocabulary.entries_for(word)
        for i, word in enumerate(message.words)
    ]
    found: dict[str, set[_Hit]] = {}
    for start, own in enumerate(entries):
        for entry in own:
            for group, phrase in catalogue.starts.get(entry, ()):
                end = _match_phrase(phrase, start, entries, message)
                if end and not message.is_denied(start, end) and not message.is_long_past(start, end):
                    found.setdefault(group, set()).add(_Hit(start, end))
    for group in catalogue.exceptions & found.keys():
        excused = found.get(_EXCEPT + group, set())
        found[group] = {hit for hit in found[group] if not any(_overlap(hit, other) for other in excused)}
    return {group: sorted(hits) for group, hits in found.items()}


def _overlap(a: _Hit, b: _Hit) -> bool:
    return a.start < b.end and b.start < a.end


def _match_phrase(phrase: Phrase, start: int, entries: list[tuple[str, ...]], message: Message) -> int | None:
    """End of the phrase that begins at ``start``, or ``None``. The phrase stays in one sentence."""
    position = start
    for alternatives in phrase[1:]:
        last = min(position + 1 + MAX_GAP, len(entries) - 1)
        for following in range(position + 1, last + 1):
            if message.sentence_of[following] != message.sentence_of[start]:
                return None
            if any(entry in alternatives for entry in entries[following]):
                position = following
                break
        else:
            return None
    return position + 1


@lru_cache(maxsize=1)
def _load_catalogue() -> _Catalogue:
    """Read and check the data file once. Raises ``ValueError`` for a pattern that names no word group."""
    package = files("assistant.screen")
    text = package.joinpath("danger_signs.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    known = json.loads(package.joinpath("known_words.json").read_text(encoding="utf-8"))
    groups = {name: [_parse_phrase(line) for line in lines] for name, lines in data["words"].items()}
    for name, lines in data["except"].items():
        groups[_EXCEPT + name] = [_parse_phrase(line) for line in lines]
    starts: dict[str, list[tuple[str, Phrase]]] = {}
    for name, phrases in groups.items():
        for phrase in phrases:
            for entry in phrase[0]:
                starts.setdefault(entry, []).append((name, phrase))
    signs = tuple(_parse_sign(entry, groups) for entry in data["signs"])
    vocabulary = {
        entry for phrases in groups.values() for phrase in phrases for part in phrase for entry in part
    }
    return _Catalogue(
        signs,
        {entry: tuple(phrases) for entry, phrases in starts.items()},
        frozenset(data["except"]),
        _Vocabulary(vocabulary, [*known, *data["not_typing_errors"]]),
    )


def _parse_phrase(line: str) -> Phrase:
    return tuple(tuple(part.split("|")) for part in re.sub(r'["\']', "", line).split())


def _parse_sign(entry: dict[str, Any], groups: dict[str, list[Phrase]]) -> _Sign:
    source = f"{entry['source']['issuer']}, {entry['source']['title']}"
    shown = DangerSign(
        id=entry["id"],
        title=entry["title"],
        message=f"{entry['title']}. {entry['why']} {entry['say']} (Source: {source}.)",
        source=source,
        stop=bool(entry["stop"]),
        self_care_waits=bool(entry.get("self_care_waits")),
    )
    patterns = tuple(_parse_pattern(line, entry["id"], groups) for line in entry["when"])
    unless = entry.get("unless")
    if unless and unless not in groups:
        raise ValueError(f"danger sign {entry['id']}: no word group named {unless!r}")
    return _Sign(shown, patterns, unless)


def _parse_pattern(line: str | dict[str, Any], sign: str, groups: dict[str, list[Phrase]]) -> _Pattern:
    text, window = (line, DEFAULT_WINDOW) if isinstance(line, str) else (line["match"], int(line["within"]))
    always = text.startswith("even_in_general:")
    names = tuple(name.strip() for name in text.removeprefix("even_in_general:").split("+"))
    for name in names:
        if name not in groups:
            raise ValueError(f"danger sign {sign}: no word group named {name!r}")
    return _Pattern(names, window, always)
