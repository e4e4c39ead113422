"""Adds plain words and the meaning of its terms to a verified statement; what cannot be proved stays a quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from assistant.answer import Audience, Statement, TermGloss
from assistant.audience.faithful import find_losses
from assistant.audience.glossary import Glossary, load_glossary
from assistant.audience.plain import PlainText, Replacement, apply_replacements, write_plain
from assistant.audience.reading import reading_grade
from assistant.verify.verdict import Verifier

_CUTS = frozenset({"cut", "repeat"})
_LADDER = tuple(sorted(product((True, False), repeat=3), key=sum, reverse=True))
"""What is tried in turn, (phrases, figures moved, cuts), until it is verified; the last replaces terms alone."""


def explain(statement: Statement, verifier: Verifier, glossary: Glossary | None = None) -> Statement:
    """``statement`` with its terms, and with plain words where they are verified against its own text.

    ``plain`` stays ``None`` when nothing could be made plainer, or when a check or ``verifier`` refuses it.
    """
    known = glossary or load_glossary()
    terms = list_terms(statement.text, known)
    tried = {statement.text}
    for phrases, figures, cuts in _LADDER:
        plain = write_plain(statement.text, known, phrases=phrases, figures=figures, cuts=cuts)
        if plain.text in tried:
            continue
        tried.add(plain.text)
        if is_supported(statement.text, plain, verifier):
            return statement.model_copy(
                update={"plain": plain.text, "figures": list(plain.figures), "terms": terms}
            )
    return statement.model_copy(update={"terms": terms})


def list_terms(text: str, glossary: Glossary) -> list[TermGloss]:
    """Each term of ``text`` once, as written there, in reading order; everyday words are left out."""
    found: dict[str, TermGloss] = {}
    for match in glossary.find(text):
        if match.term is not None and match.term.term not in glossary.everyday:
            shown = text[match.start : match.end]
            found.setdefault(match.term.term, TermGloss(term=shown, gloss=match.term.gloss))
    return list(found.values())


def is_supported(text: str, plain: PlainText, verifier: Verifier) -> bool:
    """Whether ``plain`` says what ``text`` says: nothing lost, and ``verifier`` finds it supported by ``text``.

    The verifier judges it with the listed terms and phrases put back: each and its plain words are one thing by
    the lists, everything else that changed must stand on the text alone. Of a sentence that was cut every part
    must be supported by itself, in the source's own words.
    """
    if find_losses(text, plain):
        return False
    termed = tuple(
        replace(item, shown=text[item.start : item.end]) if item.is_listed else item
        for item in plain.replacements
    )
    if any(item.kind in _CUTS for item in termed):
        joined = (_join_clauses(text, termed),)
        return all(verifier.verify(part, joined).label == "supported" for part in _list_parts(text, termed))
    return verifier.verify(apply_replacements(text, termed), (text,)).label == "supported"


def _join_clauses(text: str, replacements: tuple[Replacement, ...]) -> str:
    """``text`` without the "but" or "although" that opens a part now: it stays before its part, so nothing is lost."""
    joined = tuple(
        replace(item, shown=", " if text[item.start] in ",;" else " and ")
        for item in replacements
        if item.kind in _CUTS and item.start
    )
    return apply_replacements(text, joined)


def _list_parts(text: str, replacements: tuple[Replacement, ...]) -> list[str]:
    """What stands between the cuts of ``text``, the other replacements made, without the cuts' own words.

    What a cut says again ("repeat") stays: without its subject a part would not be what the reader reads.
    """
    parts, start, said = [], 0, ""
    borders = [
        (item.start, item.end, item.shown if item.kind == "repeat" else "")
        for item in replacements
        if item.kind in _CUTS
    ]
    for end, after, opening in [*borders, (len(text), len(text), "")]:
        inside = tuple(
            replace(item, start=item.start - start, end=item.end - start)
            for item in replacements
            if start <= item.start and item.end <= end and item.kind in {"figures", "lead"}
        )
        parts.append(f"{said}{apply_replacements(text[start:end], inside).strip()}")
        start, said = after, opening.removeprefix(". ").removeprefix("But ")
    return parts


def shown_text(statement: Statement, audience: Audience) -> str:
    """What ``audience`` reads first: plain words for patients where there are any, else the quote."""
    return statement.plain or statement.text if audience is Audience.PATIENT else statement.text


def reading_help(statement: Statement, audience: Audience) -> list[str]:
    """Lines shown small below a statement: figures, the source's words, what terms mean. None for professionals.

    A patient who reads plain words is told only the terms that are left in them.
    """
    if audience is Audience.PROFESSIONAL:
        return []
    lines, shown = [], shown_text(statement, audience).casefold()
    terms = [item for item in statement.terms if item.term.casefold() in shown]
    if audience is Audience.PATIENT and statement.plain:
        if statement.figures:
            lines.append(f"Figures: {'; '.join(statement.figures)}")
        lines.append(f"In the source's words: {statement.text}")
    if terms:
        lines.append("Terms: " + "; ".join(f"{item.term}: {item.gloss}" for item in terms))
    return lines


def grade_statements(statements: Sequence[Statement], audience: Audience) -> float | None:
    """Flesch-Kincaid grade of what ``audience`` reads first, to one digit; ``None`` without words.

    Figures moved out of a sentence are left out: they are no sentence.
    """
    grade = reading_grade("\n".join(_closed(shown_text(item, audience)) for item in statements))
    return None if grade is None else round(grade, 1)


def _closed(text: str) -> str:
    return text if text.rstrip()[-1:] in {".", "!", "?"} else f"{text}."
