"""Reads the claim sets that train and measure the verifier, each row with its group and licence."""

from __future__ import annotations

import ast
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.verify.words import split_sentences
from eval.sets.public.scifact import read_rationales

SEED = 20261123


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """``group`` keeps rows that share a source together when folds are drawn."""

    origin: str
    group: str
    claim: str
    evidence: tuple[str, ...]
    label: str


LICENCES = {
    "scifact": "claims CC BY 4.0, abstracts ODC-By 1.0",
    "scifact_long": "as scifact; whole abstracts as evidence, one sentence for not_enough",
    "kqa": "MIT",
    "expertqa": "MIT",
    "pubmedqa": "MIT",
    "trials": "annotations MIT, articles CC BY",
    "plain": "Cochrane abstracts and plain-language summaries, CC BY 4.0",
    "passages": "MedQuAD, CC BY 4.0",
}


def read_lines(path: Path) -> list[Any]:
    return [
        json.loads(line) for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n") if line
    ]


def read_claims(path: Path, origin: str) -> list[ClaimRow]:
    """A set in the layout of ``python -m eval claims``. Rows with the same claim form a group."""
    return [
        ClaimRow(origin, f"{origin}:{row['claim']}", row["claim"], tuple(row["evidence"]), row["label"])
        for row in read_lines(path)
    ]


def read_attribution(folder: Path) -> Iterator[ClaimRow]:
    """AttributionBench, only to be measured: its licence is not clear. Its claims from ExpertQA, of which some are
    trained on, stand apart from those out of domain."""
    for row in read_lines(folder / "dev_all_subset_balanced.jsonl.gz"):
        found = row["references"]
        references = ast.literal_eval(found) if isinstance(found, str) else found
        evidence = tuple(text for text in references if text.strip())
        if evidence:
            part = "expertqa" if row["src_dataset"] == "ExpertQA" else "out of domain"
            label = "supported" if row["attribution_label"] == "attributable" else "not_enough"
            yield ClaimRow(
                f"attributionbench {part}", f"attribution:{row['question']}", row["claim"], evidence, label
            )


def read_training(data: Path) -> list[ClaimRow]:
    """All sets whose licence allows training."""
    rows = [*read_scifact(data / "scifact"), *read_kqa(data / "kqa"), *read_expertqa(data / "expertqa_med")]
    rows += [*read_pubmedqa(data / "pubmedqa"), *read_trials(data / "evidence_inference")]
    return [*rows, *read_plain_language(data / "cochrane_pls"), *read_passages(data / "medquad")]


def read_scifact(folder: Path) -> Iterator[ClaimRow]:
    """Claims with their rationale sentences, and again with the whole abstract.

    A claim whose cited abstract holds no rationale is not_enough: with the whole abstract, and again with
    its sentence that shares most words with the claim, so that the length of evidence tells nothing.
    """
    corpus = {row["doc_id"]: row["abstract"] for row in read_lines(folder / "corpus.jsonl.gz")}
    for row in read_lines(folder / "claims_train.jsonl.gz"):
        group = f"scifact:{row['id']}"
        by_document: dict[str, list[Any]] = {}
        for item in _evidence_items(row["evidence"]):
            by_document.setdefault(item[0], []).append(item)
        for document in row["cited_doc_ids"]:
            abstract = corpus.get(str(document))
            if not abstract:
                continue
            found = by_document.get(str(document), [])
            if not found:
                yield ClaimRow("scifact", group, row["claim"], tuple(abstract), "not_enough")
                nearest = max(abstract, key=lambda text: _shared_words(row["claim"], text))
                yield ClaimRow("scifact_long", group, row["claim"], (nearest,), "not_enough")
            for _, label, sentences in found:
                rationale = tuple(abstract[i] for i in sentences if i < len(abstract))
                yield ClaimRow("scifact", group, row["claim"], rationale, label)
                yield ClaimRow("scifact_long", group, row["claim"], tuple(abstract), label)


def _evidence_items(evidence: Any) -> list[tuple[str, str, list[int]]]:
    """(document, label, sentence numbers), from either published layout of SciFact."""
    labels = {"SUPPORT": "supported", "SUPPORTS": "supported", "CONTRADICT": "refuted", "REFUTES": "refuted"}
    return [
        (document, labels[item["label"].upper()], [int(i) for i in item["sentences"]])
        for document, _, item in read_rationales(evidence)
    ]


def read_kqa(folder: Path) -> Iterator[ClaimRow]:
    labels = {"entailment": "supported", "neutral": "not_enough", "contradiction": "refuted"}
    for row in read_lines(folder / "nli_physician.jsonl.gz"):
        label = labels.get(str(row["majority_label"]).casefold())
        if label:
            yield ClaimRow("kqa", f"kqa:{row['Question']}", row["claim"], (row["answer"],), label)


def read_expertqa(folder: Path) -> Iterator[ClaimRow]:
    """Claims whose evidence holds text; a bare link proves nothing either way."""
    for row in read_lines(folder / "questions_answers_claims.jsonl.gz"):
        for answer in row["answers"].values():
            for claim in answer["claims"]:
                evidence = tuple(text for text in claim["evidence"] if len(text.split()) > 20)
                if evidence and claim["support"]:
                    label = "supported" if claim["support"] == "Complete" else "not_enough"
                    yield ClaimRow(
                        "expertqa", f"expertqa:{row['question']}", claim["claim_string"], evidence, label
                    )


def read_pubmedqa(folder: Path) -> Iterator[ClaimRow]:
    """First sentence of the conclusion against its own abstract, and against another on a like topic."""
    rows = read_lines(folder / "dev500.jsonl.gz")
    for row in rows:
        claim = row["long_answer"].split(". ")[0].rstrip(".") + "."
        group = f"pubmedqa:{row['pmid']}"
        yield ClaimRow("pubmedqa", group, claim, tuple(row["contexts"]), "supported")
        other = max(
            (r for r in rows if r is not row), key=lambda r: _shared_words(row["question"], r["question"])
        )
        yield ClaimRow("pubmedqa", group, claim, tuple(other["contexts"]), "not_enough")


def read_plain_language(folder: Path) -> Iterator[ClaimRow]:
    """The three sentences of a plain-language summary nearest its review's abstract, against that abstract
    (supported) and against the nearest other one (not_enough)."""
    rows = read_lines(folder / "test.jsonl.gz")
    for row in rows:
        group = f"plain:{row['doi']}"
        sentences = [s.text for s in split_sentences(row["plain_language"]) if 8 <= len(s.words) <= 50]
        sentences.sort(key=lambda text: -_shared_words(text, row["abstract"]) / len(text.split()))
        other = max(
            (r for r in rows if r["doi"] != row["doi"]),
            key=lambda r: _shared_words(row["plain_language"], r["abstract"]),
        )
        for text in sentences[:3]:
            yield ClaimRow("plain", group, text, (row["abstract"],), "supported")
            yield ClaimRow("plain", group, text, (other["abstract"],), "not_enough")


def read_passages(folder: Path) -> Iterator[ClaimRow]:
    """A sentence of an answer with some of its words left out, against the sentences round it: with the
    sentence itself (supported) and without it (not_enough)."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    rows = [row for row in read_lines(folder / "qa_with_answers.jsonl.gz") if len(row["answer"]) > 600]
    for row in rng.sample(rows, 600):
        sentences = [s for s in split_sentences(row["answer"]) if 8 <= len(s.words) <= 40]
        if len(sentences) < 5:
            continue
        at = rng.randrange(1, len(sentences) - 2)
        chosen = sentences[at]
        spare = [
            w.text
            for w in chosen.words
            if w.text.endswith(("ly", "al", "ive")) or w.text in {"also", "very", "often", "usually"}
        ]
        claim = " ".join(part for part in chosen.text.split() if part.casefold().strip(".,") not in spare[:2])
        around = [s.text for s in sentences[max(0, at - 3) : at + 4]]
        yield ClaimRow("passages", f"passages:{row['focus']}", claim, tuple(around), "supported")
        without = tuple(text for text in around if text != chosen.text)
        yield ClaimRow("passages", f"passages:{row['focus']}", claim, without, "not_enough")


DIRECTIONS = {
    "significantly increased": ("increased", "raised", "led to higher", "resulted in greater", "significantly increased"),
    "significantly decreased": ("decreased", "lowered", "reduced", "led to lower", "significantly decreased"),
    "no significant difference": ("made no significant difference to", "did not significantly change", "had no significant effect on", "did not affect"),
}  # fmt: skip
_FRAMES = (
    "{intervention} {did} {outcome} compared with {comparator}.",
    "Compared with {comparator}, {intervention} {did} {outcome}.",
    "{intervention} {did} {outcome} relative to {comparator}.",
    "{intervention} versus {comparator}: the treatment {did} {outcome}.",
    "There was {noun} in {outcome} with {intervention} compared to {comparator}.",
    "{outcome} was {adjective} with {intervention} than with {comparator}.",
)
_NOUNS = {
    "significantly increased": ("a significant increase", "a rise"),
    "significantly decreased": ("a significant decrease", "a reduction"),
    "no significant difference": ("no significant difference", "no difference"),
}
_ADJECTIVES = {
    "significantly increased": ("higher", "significantly higher", "greater"),
    "significantly decreased": ("lower", "significantly lower"),
    "no significant difference": ("not different", "not significantly different"),
}


def read_direction(label: str) -> str:
    return "significantly increased" if label == "significantly increase" else label


def read_trials(folder: Path) -> Iterator[ClaimRow]:
    """Claims written from the annotated prompts of trials: the annotated outcome, a turned one, and evidence
    on another outcome of the same trial."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    for article in read_lines(folder / "articles.jsonl.gz"):
        prompts: dict[str, list[Any]] = {}
        for annotation in article["annotations"]:
            prompts.setdefault(annotation["prompt_id"], []).append(annotation)
        for rows in prompts.values():
            for row in rows:
                row["label"] = read_direction(row["label"])
        settled = [rows for rows in prompts.values() if len({row["label"] for row in rows}) == 1]
        for rows in settled:
            first = rows[0]
            if first["label"] not in DIRECTIONS or not first["evidence"]:
                continue
            evidence = tuple(dict.fromkeys(row["evidence"] for row in rows if row["evidence"]))[:1]
            group = f"trials:{article['pmcid']}"
            yield ClaimRow("trials", group, write_claim(first, first["label"], rng), evidence, "supported")
            turned = rng.choice([label for label in DIRECTIONS if label != first["label"]])
            yield ClaimRow("trials", group, write_claim(first, turned, rng), evidence, "refuted")
            others = [
                r[0]["evidence"]
                for r in settled
                if r[0]["outcome"] != first["outcome"]
                and r[0]["evidence"]
                and r[0]["evidence"] not in evidence
            ]
            if others:
                yield ClaimRow(
                    "trials",
                    group,
                    write_claim(first, first["label"], rng),
                    (rng.choice(others),),
                    "not_enough",
                )


def write_claim(prompt: dict[str, str], label: str, rng: random.Random) -> str:
    """One sentence that states ``label`` for the intervention, comparator and outcome of ``prompt``."""
    text = rng.choice(_FRAMES).format(
        intervention=prompt["intervention"].strip().rstrip("."),
        comparator=prompt["comparator"].strip().rstrip("."),
        outcome=prompt["outcome"].strip().rstrip("."),
        did=rng.choice(DIRECTIONS[label]),
        noun=rng.choice(_NOUNS[label]),
        adjective=rng.choice(_ADJECTIVES[label]),
    )
    return text[0].upper() + text[1:]


def _shared_words(a: str, b: str) -> int:
    return len({w for w in a.casefold().split() if len(w) > 4} & set(b.casefold().split()))
