"""Errors of the corpus package.

CorpusError
├── UnreadableDocument    one file cannot be parsed; carries the reason, never stops the others
└── LibraryError          the library as a whole breaks a rule (duplicate ids, missing fields)
"""

from __future__ import annotations


class CorpusError(Exception):
    """Base of all errors this package raises on purpose."""


class UnreadableDocument(CorpusError):  # noqa: N818 - reads as what it reports
    """One file cannot be read as a document. ``reason`` is a sentence for the maintainer."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class LibraryError(CorpusError):
    """The library breaks a rule; the message lists every breach."""
