"""Puts a verified sentence into plainer words by listed substitutions only; nothing is written anew."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.audience.glossary import Glossary, Match, Term

# What a bracket of statistics holds: a measure of effect, an interval, a p value, a count of people.
_STATISTICS = re.compile(
    r"\b(?:RR|OR|HR|CI|CrI|MD|SMD|WMD|NNT[BH]?|NNH|ARR|RD|IRR|SD|IQR|SEM?|AUC)s?\b|\b[PpNn]\s*[=<>≤≥]|\bI[2²]|\b(?:risk|odds|hazard) ratio\b|confidence interval",
)
_BRACKET = re.compile(r"\s*(?:\(((?:[^()]|\([^()]*\))*)\)|\[([^\[\]]*)\])")
# How sure the evidence is stays in the sentence, whatever figures stand before it.
_CERTAINTY = re.compile(
    r"[;,:]\s*((?:very )?(?:low|moderate|high)(?:[- ]to[- ](?:low|moderate|high))?[- ](?:quality|certainty)(?: of)?(?: evidence)?)\s*$",
    re.IGNORECASE,
)
# The only words that may leave a sentence with its figures; any other ("not", "only", "women", "mg") limits what it says.
_FIGURE_WORD = re.compile(
    r"(?:RR|OR|HR|CI|CrI|MD|SMD|WMD|NNT[BH]?|NNH|ARR|RD|IRR|SD|IQR|SEM?|AUC)s?|[pni]|(?:risk|odds|hazard|rate)|ratios?|"
    r"(?:standardi[sz]ed|weighted|mean|risk|pooled|adjusted|relative|absolute)|difference|(?:confidence|credible)|intervals?|"
    r"to|and|of|in|with|participants|people|patients|trials?|stud(?:y|ies)|RCTs?|one|two|three|four|five|six|seven|eight|nine|ten",
    re.IGNORECASE,
)
_SPLIT = re.compile(r";\s+|,\s+(?=but\s)")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|may|might|can|could|should|will|would|must|found|showed|shows|show|"
    r"reported|reduced|reduces|increased|increases|improved|improves|remains?|remained)\b"
)
# A clause under one of these hands its meaning on past the semicolon; so may words set before the sentence.
_SUBORDINATE = re.compile(
    r"\b(?:that|whether|if|unless|because|since|although|though|while|whereas|when|which|who|either|neither|both|not only)\b|:",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"^(?:in|for|among|amongst|with|without|compared|after|before|during|at|on|by|of|under|within|from|given|based|following|until)\b",
    re.IGNORECASE,
)
_STARTS_CLAUSE = re.compile(
    r"(?:but\s+)?(?:however,\s+|therefore,\s+)?(?:the|there|it|this|these|they|we|no|most|many|some|few|its|their|our)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(an?)( )$", re.IGNORECASE)
_VOWEL_SOUND = re.compile(r"(?!uni|use|usual|uter|eu|one\b)[aeiou]|hour|honest", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Replacement:
    """``text[start:end]`` was shown as ``shown``; ``term`` is its entry, ``None`` for a stock phrase."""

    start: int
    end: int
    shown: str
    term: Term | None


@dataclass(frozen=True, slots=True)
class PlainText:
    """``text`` in plain words, the figures taken out of it, and every replacement made, in reading order.

    Replacing each span of ``replacements`` in the source gives ``text`` exactly.
    """

    text: str
    figures: tuple[str, ...]
    replacements: tuple[Replacement, ...]


def write_plain(text: str, glossary: Glossary, *, phrases: bool = True, figures: bool = True) -> PlainText:
    """Substitute listed words, move brackets of statistics behind, split where both halves stand alone.

    Without ``phrases`` only the glossary's terms are replaced and nothing is split; without ``figures`` the
    brackets stay where they are.
    """
    moved = _move_figures(text) if figures else []
    made = [item for item, _ in moved]
    if phrases:
        made += _split_clauses(text)
    taken = [(item.start, item.end) for item in made]
    for match in glossary.find(text):
        if match.plain is None or (match.term is None and not phrases):
            continue
        if any(start < match.end and match.start < end for start, end in taken):
            continue
        if not _is_bound(text, match) and not _stands_beside(text, match):
            made.append(_replace(text, match))
    made.sort(key=lambda item: item.start)
    return PlainText(apply_replacements(text, tuple(made)), tuple(figure for _, figure in moved), tuple(made))


def apply_replacements(text: str, replacements: tuple[Replacement, ...]) -> str:
    """``text`` with each span replaced. Raises ``ValueError`` where two overlap."""
    parts, position = [], 0
    for item in replacements:
        if item.start < position:
            raise ValueError("replacements overlap")
        parts += [text[position : item.start], item.shown]
        position = item.end
    return "".join((*parts, text[position:]))


def _move_figures(text: str) -> list[tuple[Replacement, str]]:
    """Brackets that hold statistics, each with the figures taken out of it."""
    moved: list[tuple[Replacement, str]] = []
    for found in _BRACKET.finditer(text):
        inside = found[1] or found[2] or ""
        if not found.start() or not re.search(r"\d", inside) or not _STATISTICS.search(inside):
            continue
        certainty = _CERTAINTY.search(inside)
        figure = inside[: certainty.start()] if certainty else inside
        if not all(_FIGURE_WORD.fullmatch(word) for word in re.findall(r"[^\W\d_]+", figure)):
            continue
        shown = f" ({certainty[1]})" if certainty else ""
        moved.append((Replacement(found.start(), found.end(), shown, None), figure.strip()))
    return moved


def _split_clauses(text: str) -> list[Replacement]:
    """Full stops for semicolons and before "but", where both halves are clauses that lean on nothing."""
    made: list[Replacement] = []
    for found in _SPLIT.finditer(text):
        start = max((text.rfind(mark, 0, found.start()) for mark in (". ", "! ", "? ")), default=-1)
        before, after = text[start + 1 : found.start()].strip(), text[found.end() :]
        inside = text.count("(", 0, found.start()) > text.count(")", 0, found.start())
        half = re.split(r"[;.]\s", after, maxsplit=1)[0]
        if (
            not inside
            and not text[start + 1 : found.start()].count(";")
            and _FINITE.search(before)
            and _FINITE.search(half)
            and _STARTS_CLAUSE.match(half)
            and not _SUBORDINATE.search(before)
            and not _FRONTED.match(before)
        ):
            made.append(Replacement(found.start(), found.end() + 1, f". {after[0].upper()}", None))
    return made


def _is_bound(text: str, match: Match) -> bool:
    """A capital inside a sentence (likely part of a name), a genitive, or a noun whose "of" would be cut off."""
    shown = text[match.start : match.end]
    if text[match.end : match.end + 1] in {"'", "’"}:
        return True
    if " with " in (match.plain or "") and text.startswith(" of ", match.end):
        return True  # "trials of magnesium": what follows must stay next to its noun
    if not shown[0].isupper() or shown.isupper() or _starts_sentence(text, match.start):
        return False
    return match.term is None or shown not in match.term.plain


def _stands_beside(text: str, match: Match) -> bool:
    """Whether the sentence says the plain words itself: "high blood pressure (hypertension)"."""
    return match.plain is not None and match.plain.casefold() in text.casefold()


def _replace(text: str, match: Match) -> Replacement:
    shown, start = match.plain or "", match.start
    article = _ARTICLE.search(text, max(0, start - 4), start)
    if article:
        written = "an" if _VOWEL_SOUND.match(shown) else "a"
        shown, start = f"{written} {shown}", article.start()
    if text[start].isupper() and _starts_sentence(text, start):
        shown = shown[0].upper() + shown[1:]
    return Replacement(start, match.end, shown, match.term)


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip(" \"'*-•(\n")
    return not before or before[-1] in ".!?:"
