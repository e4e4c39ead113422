"""The glossary and the stock phrases: what a term means, and which words may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry. ``plain`` gives, form by form, the words that may replace it; empty: it is only explained."""

    term: str
    subject: str
    variants: tuple[str, ...]
    gloss: str
    plain: Mapping[str, str]

    @property
    def forms(self) -> tuple[str, ...]:
        """Every spelling that is looked for."""
        return tuple(dict.fromkeys((self.term, *self.variants, *self.plain)))


@dataclass(frozen=True, slots=True)
class Match:
    """A term (or, without one, a stock phrase) found at ``text[start:end]`` and what may replace it."""

    start: int
    end: int
    term: Term | None
    plain: str | None


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms and phrases, looked up by their words; see :func:`load_glossary`.

    ``everyday`` names terms that most adults know: they are replaced where that is listed, and never explained.
    """

    terms: tuple[Term, ...]
    phrases: Mapping[str, str]
    entries: Mapping[tuple[str, ...], tuple[Term | None, str | None]]
    longest: int
    everyday: frozenset[str] = frozenset()

    def find(self, text: str) -> Iterator[Match]:
        """Matches in reading order; the longest wins, none overlap. Linear in the words of ``text``."""
        tokens = list(_TOKEN.finditer(text))
        exact = [token.group().replace("’", "'") for token in tokens]
        lowered = [word.lower() for word in exact]
        i = 0
        while i < len(tokens):
            for width in range(min(self.longest, len(tokens) - i), 0, -1):
                found = self.entries.get(tuple(exact[i : i + width])) or self.entries.get(
                    tuple(lowered[i : i + width])
                )
                if found and all(
                    text[tokens[k].end() : tokens[k + 1].start()] in {"", " ", "-", "\n"}
                    for k in range(i, i + width - 1)
                ):
                    yield Match(tokens[i].start(), tokens[i + width - 1].end(), *found)
                    i += width
                    break
            else:
                i += 1


@lru_cache(maxsize=1)
def load_glossary() -> Glossary:
    """Read the package's glossary once.

    Raises ``ValueError`` where a form is listed twice or an entry is malformed.
    """
    folder = files("assistant.audience") / "glossary"
    terms: list[Term] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            subject = path.name.removesuffix(".yaml")
            listed: dict[str, Any] = _read_yaml(path.read_text("utf-8"))
            terms += [read_term(str(name), subject, body) for name, body in listed.items()]
    phrases: dict[str, str] = _read_yaml((files("assistant.audience") / "phrases.yaml").read_text("utf-8"))
    everyday: list[str] = _read_yaml((files("assistant.audience") / "everyday.yaml").read_text("utf-8"))
    return build_glossary(terms, phrases, frozenset(everyday))


def _read_yaml(text: str) -> Any:
    # The parser in C, where PyYAML was built with it, reads the glossary ten times as fast.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders


def build_glossary(
    terms: list[Term], phrases: Mapping[str, str], everyday: frozenset[str] = frozenset()
) -> Glossary:
    """Index terms and phrases by their words.

    Raises ``ValueError`` for a form that is listed twice and for an everyday word that is no term.
    """
    if unknown := everyday - {term.term for term in terms}:
        raise ValueError(
            f"listed as everyday words but no terms of the glossary: {', '.join(sorted(unknown))}"
        )
    entries: dict[tuple[str, ...], tuple[Term | None, str | None]] = {}
    listed: list[tuple[str, Term | None, str | None]] = [
        (form, term, term.plain.get(form)) for term in terms for form in term.forms
    ]
    listed += [(phrase, None, plain) for phrase, plain in phrases.items()]
    for form, term, plain in listed:
        if not isinstance(form, str) or not isinstance(plain, str | None):
            raise ValueError(
                f"the glossary entry {form!r} is no text; YAML reads on, off, yes and no otherwise"
            )
        key = tuple(_TOKEN.findall(form))
        if not key or key in entries:
            raise ValueError(f"the glossary lists {form!r} twice, or it has no words")
        entries[key] = (term, plain)
    return Glossary(tuple(terms), phrases, entries, max(map(len, entries), default=0), everyday)


def read_term(name: str, subject: str, body: Any) -> Term:
    """Read one entry: a gloss alone, or a mapping of ``gloss``, ``or`` (variants) and ``plain``.

    Raises ``ValueError`` for anything else.
    """
    if isinstance(body, str):
        return Term(name, subject, (), body, {})
    if not isinstance(body, dict) or not body.keys() <= {"gloss", "or", "plain"}:
        raise ValueError(f"glossary entry {name!r}: expected a gloss, or a mapping of gloss, or and plain")
    variants, plain = tuple(body.get("or", ())), body.get("plain", {})
    if isinstance(plain, str):
        plain = dict.fromkeys((name, *variants), plain)
    gloss = body.get("gloss") or plain.get(name)
    if not isinstance(gloss, str):
        raise ValueError(f"glossary entry {name!r} says nothing")
    return Term(name, subject, variants, gloss, plain)
