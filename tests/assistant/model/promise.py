"""The promise, checked from outside: every statement of an answer against the words it cites."""

from __future__ import annotations

from assistant.answer import Answer
from assistant.verify.verdict import Verifier
from tests.small_library import SmallLibrary


def unsupported(answer: Answer, verifier: Verifier, library: SmallLibrary | None = None) -> list[str]:
    """Statements whose cited documents' quotes don't support them, or quote what no document says."""
    documents = library or SmallLibrary()
    quotes: dict[int, list[str]] = {}
    wrong = []
    for reference in answer.references:
        for span in reference.spans:
            quotes.setdefault(reference.n, []).append(span.quote)
            if documents.document(reference.document_id).text[span.start : span.end] != span.quote:
                wrong.append(f"not in {reference.document_id}: {span.quote}")
    for statement in answer.statements():
        evidence = tuple(quote for number in statement.citations for quote in quotes[number])
        if not evidence or not _is_supported(statement.text, evidence, verifier):
            wrong.append(statement.text)
    return wrong


def _is_supported(text: str, evidence: tuple[str, ...], verifier: Verifier) -> bool:
    """By all the quotes together or by one of them: a reference holds those of other statements too."""
    return any(
        verifier.verify(text, part).label == "supported" for part in (evidence, *((q,) for q in evidence))
    )
