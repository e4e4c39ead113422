"""Loads claim sets: a claim, its evidence, and whether the evidence supports it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from eval.sets.lines import Identifier, Problems, Row, read_rows
from eval.sets.records import Claim, ClaimSet, name_set


class ClaimRow(Row):
    id: Identifier = Field(min_length=1)
    claim: str
    evidence: list[str]
    label: Literal["supported", "not_enough", "refuted"]


def load_claims(path: Path) -> ClaimSet:
    """Read ``FILE.jsonl[.gz]`` of ``{"id", "claim", "evidence", "label"}``.

    ``evidence`` may be an empty list (nothing was cited), but not hold blank texts alone. Public sets
    give one id to several evidence sets of one claim: later rows get ``#2``, ``#3``, told in ``notes``.
    Raises :class:`eval.errors.BadSet` with file and line of each breach, the very same row twice included.
    """
    problems = Problems()
    claims: list[Claim] = []
    seen: Counter[str] = Counter()
    distinct: set[tuple[str, str, tuple[str, ...]]] = set()
    for line, row in read_rows(path, ClaimRow, problems):
        evidence = tuple(text for text in row.evidence if text.strip())
        seen[row.id] += 1
        claim = Claim(row.id, row.claim, evidence, row.label)
        if (row.id, row.claim, evidence) in distinct:
            problems.add(path, line, f"id {row.id!r} is given twice, with the same claim and evidence")
        elif not row.claim.strip():
            problems.add(path, line, f"claim {row.id!r} has an empty text")
        elif row.evidence and not evidence:
            problems.add(path, line, f"claim {row.id!r} has only empty evidence texts")
        else:
            distinct.add((row.id, row.claim, evidence))
            claims.append(claim if seen[row.id] == 1 else replace(claim, id=f"{row.id}#{seen[row.id]}"))
    repeated = sum(count - 1 for count in seen.values())
    if repeated:
        problems.notes.append(
            f"{path.name}: {repeated} rows share an id with an earlier row, numbered #2, #3, ..."
        )
    if not claims and not problems.found:
        problems.add(path, None, "holds no claims")
    problems.raise_if_any()
    return ClaimSet(name_set(path), tuple(claims), tuple(problems.notes))
