"""SciFact: scientific claims, and the sentences of abstracts that support or contradict them.

Where: the allenai/scifact repository on GitHub has the download script (claims_train.jsonl,
claims_dev.jsonl, corpus.jsonl). Licence: claims CC BY 4.0, abstracts ODC-By 1.0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.verify.verdict import Label
from eval.sets.lines import read_json_lines
from eval.sets.public.reading import need
from eval.sets.public.writing import Counts, write_claims
from eval.sets.records import Claim

LABELS: dict[str, Label] = {"SUPPORT": "supported", "CONTRADICT": "refuted"}
SENTENCES_WITHOUT_EVIDENCE = 4


def convert_scifact(source: Path, destination: Path) -> Counts:
    """``source`` is the folder with ``corpus.jsonl`` and ``claims_dev.jsonl`` or ``claims_train.jsonl``.

    A rationale is the evidence of a claim. A claim without one is set against the first sentences of an
    abstract that it cites, as "not enough".
    """
    abstracts: dict[str, list[str]] = {}
    corpus = source / "corpus.jsonl"
    for _, row in read_json_lines(corpus):
        abstracts[str(need(row, "doc_id", corpus))] = list(need(row, "abstract", corpus))
    names = ("claims_dev.jsonl", "claims_train.jsonl")
    path = next((source / name for name in names if (source / name).is_file()), source / names[0])
    claims: list[Claim] = []
    for _, row in read_json_lines(path):
        claim_id, claim = str(need(row, "id", path)), str(need(row, "claim", path))
        for document_id, number, rationale in read_rationales(need(row, "evidence", path)):
            sentences = abstracts.get(document_id, [])
            evidence = tuple(sentences[i] for i in rationale["sentences"] if i < len(sentences))
            name = f"{claim_id}-{document_id}-{number}"
            claims.append(Claim(name, claim, evidence, LABELS[rationale["label"]]))
        if not row["evidence"]:
            for document_id in map(str, row.get("cited_doc_ids", [])):
                evidence = tuple(abstracts.get(document_id, [])[:SENTENCES_WITHOUT_EVIDENCE])
                claims.append(Claim(f"{claim_id}-{document_id}", claim, evidence, "not_enough"))
    return write_claims(destination, claims)


def read_rationales(evidence: Any) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Document, number within it and rationale, of either published layout: by document, or as a flat list."""
    if isinstance(evidence, Mapping):
        for document_id, rationales in evidence.items():
            for number, rationale in enumerate(rationales):
                yield str(document_id), number, rationale
        return
    seen: Counter[str] = Counter()
    for rationale in evidence:
        document_id = str(rationale["doc_id"])
        yield document_id, seen[document_id], rationale
        seen[document_id] += 1
