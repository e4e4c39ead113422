"""Measures how well two sentences on one question are told to disagree.

``python -m eval.runners.disagreement DATA`` where DATA holds ``evidence_inference`` and ``scifact``. A pair of
trial sentences has the same intervention and outcome; it disagrees when their annotated effects differ. A SciFact
claim disagrees with a rationale that contradicts it and agrees with one that supports it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from assistant.verify.comparison import do_disagree
from eval.measures.bootstrap import estimate, mean_of
from eval.sets.lines import read_values


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences on one question; ``group`` keeps pairs of one question together in the bootstrap."""

    group: str
    one: str
    other: str
    disagree: bool


def read_trial_pairs(folder: Path) -> list[Pair]:
    """Pairs of annotated sentences with the same intervention and outcome, within or across articles."""
    by_question: dict[tuple[str, str], dict[str, str]] = {}
    for article in read_values(folder / "articles.jsonl.gz"):
        for row in article["annotations"]:
            label = "significantly increased" if row["label"] == "significantly increase" else row["label"]
            if row["evidence"] and label != "invalid prompt":
                key = (_fold(row["intervention"]), _fold(row["outcome"]))
                by_question.setdefault(key, {})[row["evidence"]] = label
    return list(_pair_up((" | ".join(key), found) for key, found in by_question.items()))


def read_scifact_pairs(folder: Path) -> list[Pair]:
    """Each claim with each of its rationales; no claim of this set has rationales of both kinds."""
    abstracts = {str(row["doc_id"]): row["abstract"] for row in read_values(folder / "corpus.jsonl.gz")}
    pairs = []
    for row in read_values(folder / "claims_train.jsonl.gz"):
        for item in row["evidence"]:
            abstract = abstracts.get(str(item["doc_id"]), [])
            text = " ".join(abstract[int(i)] for i in item["sentences"] if int(i) < len(abstract))
            if text:
                pairs.append(
                    Pair(row["claim"], row["claim"], text, str(item["label"]).upper().startswith("CONTRA"))
                )
    return pairs


def _pair_up(questions: Any) -> Iterator[Pair]:
    for group, found in questions:
        for (one, label), (other, second) in combinations(found.items(), 2):
            yield Pair(group, one, other, label != second)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")


def measure_pairs(pairs: Sequence[Pair]) -> dict[str, str]:
    """Precision and recall of "these two disagree", each with its 95 % interval, and the counts."""
    said = [do_disagree(pair.one, pair.other) for pair in pairs]
    groups = [pair.group for pair in pairs]

    def share(top: Sequence[bool], bottom: Sequence[bool]) -> str:
        values = [float(a) if b else None for a, b in zip(top, bottom, strict=True)]
        found = estimate(mean_of(values), len(pairs), clusters=groups)
        return "-" if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"

    truth = [pair.disagree for pair in pairs]
    both = [a and b for a, b in zip(truth, said, strict=True)]
    return {
        "pairs": str(len(pairs)),
        "disagree": str(sum(truth)),
        "told to disagree": str(sum(said)),
        "right": str(sum(both)),
        "precision": share(truth, said),
        "recall": share(said, truth),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    for name, pairs in (
        ("trials", read_trial_pairs(data / "evidence_inference")),
        ("scifact", read_scifact_pairs(data / "scifact")),
    ):
        print(name, "; ".join(f"{key} {value}" for key, value in measure_pairs(pairs).items()))


if __name__ == "__main__":
    main()
