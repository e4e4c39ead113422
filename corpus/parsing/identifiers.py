"""Identifiers: stable document ids, and the syntax of DOI and PMID."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# The pattern Crossref recommends for modern DOIs, anchored; \S because suffixes may hold almost anything.
# https://www.crossref.org/blog/dois-and-matching-regular-expressions/
DOI = re.compile(r"10\.\d{4,9}/\S+")
PMID = re.compile(r"[1-9]\d{0,8}")
DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,119}")

_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def clean_doi(text: str | None) -> str | None:
    """Return the bare DOI, or ``None`` where the text is not one. Never guesses."""
    doi = _DOI_PREFIX.sub("", (text or "").strip())
    return doi if DOI.fullmatch(doi) else None


def clean_pmid(text: str | None) -> str | None:
    """Return the PubMed identifier, or ``None`` where the text is not one."""
    pmid = (text or "").strip()
    return pmid if PMID.fullmatch(pmid) else None


def slug(text: str, *, longest: int = 60) -> str:
    """Return ``text`` as lower-case ASCII words joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _NOT_SLUG.sub("-", ascii_text).strip("-")[:longest].strip("-")


def text_hash(text: str) -> str:
    """Return the first ten hexadecimal digits of the sha256 of ``text``."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def fallback_id(stem: str, text: str) -> str:
    """Return an id for a document that brings no identifier: slug of its name, hash of its text."""
    return f"{slug(stem) or 'document'}-{text_hash(text)}"
