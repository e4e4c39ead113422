"""Measures of the citations of an answer, judged by a verifier (pure, no network).

A statement's citation recall is 1 if the texts it cites, put together, support it. A citation counts
for precision if its statement has recall 1 and the citation is not irrelevant; it is irrelevant if it
does not support the statement alone *and* the others still do without it.

Source: Gao, Yen, Yu and Chen, Enabling Large Language Models to Generate Text with Citations (ALCE),
EMNLP 2023, section 3; there the verifier is an NLI model, here it is ours, so figures compare between
runs of this program, not with that paper's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verify.verdict import Verifier


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """A statement and, for each of its citations, the quoted texts behind it."""

    text: str
    citations: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StatementJudgement:
    """``recall``: all citations together support it. ``precise``: one flag for each citation."""

    recall: bool
    precise: tuple[bool, ...]


def judge_statement(statement: CitedStatement, verifier: Verifier) -> StatementJudgement:
    """Judge one statement; without citations its recall is false."""

    def supports(citations: Sequence[tuple[str, ...]]) -> bool:
        evidence = tuple(text for citation in citations for text in citation)
        return bool(evidence) and verifier.verify(statement.text, evidence).label == "supported"

    everything = statement.citations
    if not supports(everything):
        return StatementJudgement(False, (False,) * len(everything))
    if len(everything) == 1:
        return StatementJudgement(True, (True,))
    precise = tuple(
        supports([citation]) or not supports(everything[:i] + everything[i + 1 :])
        for i, citation in enumerate(everything)
    )
    return StatementJudgement(True, precise)


def citation_recall(judgements: Sequence[StatementJudgement]) -> float | None:
    """Share of statements whose citations support them; ``None`` without statements."""
    if not judgements:
        return None
    return sum(judgement.recall for judgement in judgements) / len(judgements)


def citation_precision(judgements: Sequence[StatementJudgement]) -> float | None:
    """Share of citations that count; ``None`` without citations."""
    flags = [flag for judgement in judgements for flag in judgement.precise]
    return sum(flags) / len(flags) if flags else None
