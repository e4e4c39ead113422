"""Premises and claims whose relation is known, made from texts whose licence allows training, for the verifier's reader.

Unlabelled texts give most of them: a sentence, reworded or changed, against its neighbours; the conclusion of an abstract
against the rest. Annotated trials give the others. Changing the premise as well keeps the claim alone from giving the
answer away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.verify.alignment import load_word_statistics
from assistant.verify.premise import choose_premise
from assistant.verify.words import Sentence, normalize, split_sentences, split_words
from eval.training.claim_rows import DIRECTIONS, read_direction, read_lines, write_claim
from eval.training.text_changes import change_meaning, reword

ABSTRACTS = ("scifact", "pubmedqa", "cochrane")
FROM_REST, FAR_FROM_REST, HELD_ELSEWHERE = 0.45, 0.3, 0.6
"""Shares of a sentence's weight that other sentences hold: from the first they may say it, below the others they don't."""
FEWEST_SENTENCES = 4
CUT = 2_500  # characters of one piece of a long article
STEP = 6_000


@dataclass(frozen=True, slots=True)
class ReaderPair:
    """``kind`` tells how the pair was made; pairs of one ``group`` share a source."""

    premise: str
    claim: str
    label: str
    kind: str
    group: str


@lru_cache(maxsize=65536)
def weigh(stem: str) -> float:
    return load_word_statistics().weight(stem)


def make_pairs(data: Path, *, seed: int) -> list[ReaderPair]:
    """All pairs of the sets in ``data``, shuffled."""
    rng = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    pairs = [*_pairs_of_documents(data, rng), *_pairs_of_trials(data, rng)]
    rng.shuffle(pairs)
    return pairs


def _read_documents(data: Path) -> Iterator[tuple[str, str, str]]:
    """(set, group, text) of the unlabelled texts."""
    for row in read_lines(data / "scifact/corpus.jsonl.gz"):
        yield "scifact", f"doc:{row['doc_id']}", " ".join(row["abstract"])
    for row in read_lines(data / "pubmedqa/dev500.jsonl.gz"):
        yield "pubmedqa", f"pubmedqa:{row['pmid']}", f"{' '.join(row['contexts'])} {row['long_answer']}"
    for row in read_lines(data / "cochrane_pls/test.jsonl.gz"):
        yield "cochrane", f"plain:{row['doi']}", row["abstract"]
    for row in read_lines(data / "medquad/qa_with_answers.jsonl.gz")[::4]:
        if 400 < len(row["answer"]) < STEP:
            yield "medquad", f"passages:{row['focus']}", row["answer"]
    for row in read_lines(data / "evidence_inference/articles.jsonl.gz"):
        for begin in (0, 4_000, 4_000 + STEP, 4_000 + 2 * STEP):
            yield "articles", f"trials:{row['pmcid']}", row["text"][begin : begin + CUT]


def _pairs_of_documents(data: Path, rng: random.Random) -> Iterator[ReaderPair]:
    documents = [
        (source, group, [s for s in split_sentences(text) if 6 <= len(s.words) <= 60])
        for source, group, text in _read_documents(data)
    ]
    documents = [document for document in documents if len(document[2]) >= FEWEST_SENTENCES]
    rng.shuffle(documents)
    for source, group, sentences in documents:
        other = documents[rng.randrange(len(documents))][2]
        if source in ABSTRACTS:
            yield from _pairs_of_conclusion(sentences, group, rng)
        yield from _pairs_of_sentence(sentences, other, group, rng)


def _pairs_of_conclusion(
    sentences: Sequence[Sentence], group: str, rng: random.Random
) -> Iterator[ReaderPair]:
    """A late sentence of an abstract against the others: mostly said by them where they hold its words."""
    last = sentences[-1] if rng.random() < 0.7 or len(sentences) < 6 else sentences[-2]
    rest = [sentence.text for sentence in sentences if sentence is not last]
    premise = choose_premise(last.text, rest, weigh)
    claim = reword(last.text, rng, most=1)
    held = _share_held(last.text, premise)
    if held >= FROM_REST:
        yield ReaderPair(premise, claim, "supported", "gist", group)
        if changed := change_meaning(claim, rng.choice(rest), rng, weigh):
            yield ReaderPair(premise, changed[0], changed[1], f"gist_{changed[2]}", group)
    elif held < FAR_FROM_REST:
        yield ReaderPair(premise, claim, "not_enough", "gist_far", group)


def _pairs_of_sentence(
    sentences: Sequence[Sentence], other: Sequence[Sentence], group: str, rng: random.Random
) -> Iterator[ReaderPair]:
    """One sentence among its neighbours: claim and premise each unchanged or changed, and the sentence left out."""
    at = rng.randrange(len(sentences))
    chosen = sentences[at]
    first, last = max(0, at - rng.randint(0, 2)), at + 1 + rng.randint(0, 2)
    around = [sentence.text for sentence in sentences[first:last]]
    place = around.index(chosen.text)
    claim = reword(chosen.text, rng, most=rng.randint(1, 3))
    changed = change_meaning(chosen.text, rng.choice(other).text, rng, weigh)
    if normalize(claim) != normalize(chosen.text) or rng.random() < 0.3:
        yield ReaderPair(" ".join(around), claim, "supported", "near", group)
    if changed:
        text, label, kind = changed
        turned = reword(text, rng, most=rng.randint(0, 2))
        draw = rng.random()
        if draw < 0.6:
            yield ReaderPair(" ".join(around), turned, label, f"near_{kind}", group)
        if draw > 0.4:
            premise = " ".join([*around[:place], text, *around[place + 1 :]])
            yield ReaderPair(premise, turned, "supported", "turned_near", group)
            if draw > 0.7:
                yield ReaderPair(premise, claim, label, f"turned_{kind}", group)
    if len(around) > 1 and rng.random() < 0.5:
        premise = choose_premise(chosen.text, [s.text for s in sentences if s is not chosen], weigh)
        if _share_held(chosen.text, premise) < HELD_ELSEWHERE:
            yield ReaderPair(premise, claim, "not_enough", "left_out", group)


def _pairs_of_trials(data: Path, rng: random.Random) -> Iterator[ReaderPair]:
    """Annotated outcomes of trials in several wordings, turned, with the arms exchanged, and against other evidence."""
    for article in read_lines(data / "evidence_inference/articles.jsonl.gz"):
        group = f"trials:{article['pmcid']}"
        prompts: dict[str, list[Any]] = {}
        for annotation in article["annotations"]:
            annotation["label"] = read_direction(annotation["label"])
            prompts.setdefault(annotation["prompt_id"], []).append(annotation)
        settled = [
            rows
            for rows in prompts.values()
            if len({row["label"] for row in rows}) == 1 and rows[0]["label"] in DIRECTIONS
        ]
        for rows in settled:
            first = rows[0]
            evidence = [row["evidence"] for row in rows if row["evidence"]]
            if not evidence:
                continue
            for _ in range(2):
                span = rng.choice(evidence)
                for label in rng.sample(list(DIRECTIONS), 3):
                    told = label == first["label"]
                    if told or rng.random() < 0.5:
                        relation = "supported" if told else "refuted"
                        yield ReaderPair(span, write_claim(first, label, rng), relation, "trial", group)
                if first["label"] != "no significant difference" and rng.random() < 0.4:
                    swapped = first | {
                        "intervention": first["comparator"],
                        "comparator": first["intervention"],
                    }
                    claim = write_claim(swapped, first["label"], rng)
                    yield ReaderPair(span, claim, "refuted", "trial_arms", group)
            others = [
                row["evidence"]
                for found in settled
                for row in found
                if row["outcome"] != first["outcome"] and row["evidence"] and row["evidence"] not in evidence
            ]
            if others:
                premise = rng.choice(others)
                claim = write_claim(first, first["label"], rng)
                yield ReaderPair(premise, claim, "not_enough", "trial_other", group)


def _share_held(claim: str, premise: str) -> float:
    """Share of the claim's content words, by weight, that the premise holds."""
    wanted = {word.stem for word in split_words(normalize(claim)) if word.is_content}
    known = {word.stem for word in split_words(normalize(premise))}
    total = sum(map(weigh, wanted))
    return sum(map(weigh, wanted & known)) / total if total else 0.0
