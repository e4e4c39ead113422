"""References for other programs: BibTeX and RIS. Identifiers come from the reference alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Reference

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(references: Sequence[Reference]) -> str:
    """One entry a reference; a digest's entry says so in ``note``."""
    return "".join(_bibtex_entry(reference) + "\n" for reference in references)


def ris(references: Sequence[Reference]) -> str:
    """One record a reference, lines ended by CRLF as the format has it."""
    return "".join(_ris_record(reference) for reference in references)


def _bibtex_entry(reference: Reference) -> str:
    article = reference.kind == "Research"
    fields = {
        "title": reference.title,
        "journal" if article else "organization": reference.issuer_or_journal,
        "year": None if reference.year is None else str(reference.year),
        "doi": reference.doi,
        "url": reference.url,
        "note": _note(reference),
    }
    lines = [f"  {name} = {{{_latex(value)}}}," for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9-]+", "-", reference.document_id) + f"-{reference.n}"
    return "\n".join([f"@{'article' if article else 'misc'}{{{key},", *lines, "}"]) + "\n"


def _latex(value: str) -> str:
    return "".join(_LATEX.get(character, character) for character in " ".join(value.split()))


def _ris_record(reference: Reference) -> str:
    fields = [
        ("TY", "JOUR" if reference.kind == "Research" else "RPRT"),
        ("TI", reference.title),
        ("JO" if reference.kind == "Research" else "PB", reference.issuer_or_journal),
        ("PY", None if reference.year is None else str(reference.year)),
        ("DO", reference.doi),
        ("AN", reference.pmid),
        ("UR", reference.url),
        ("N1", _note(reference)),
        ("ER", ""),
    ]
    return "".join(
        f"{tag}  - {' '.join(value.split())}\r\n"
        for tag, value in fields
        if value or (tag == "ER")
        if value is not None
    )


def _note(reference: Reference) -> str | None:
    parts = [reference.label if reference.digest else "", f"PMID {reference.pmid}" if reference.pmid else ""]
    return "; ".join(part for part in parts if part) or None
