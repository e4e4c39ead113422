"""Make questions and the passages that answer them, to train the encoder on, from five open sets."""

from __future__ import annotations

import hashlib
import html
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.sets.lines import read_values

WINDOW_WORDS = (45, 75)  # with its title, a window of this length fits what training reads
HELD_BACK_WINDOW_WORDS = (150, 150)  # about what the product indexes
SHORTEST_PASSAGE_WORDS = 12
MOST_MEDQUAD_QUESTIONS = 2000
HELD_BACK_MEDQUAD_QUESTIONS = 150
OTHER_ABSTRACTS = {False: 1500, True: 300}  # of SciFact, that no claim is about; False: to train on
HELD_BACK_SHARE = {
    "evidence": 0.12, "scifact": 0.25, "medquad": 0.04, "pubmedqa": 0.16, "cochrane": 0.16,
}  # fmt: skip

EVIDENCE_WORDINGS = (
    "Does {i} change {o} compared with {c}?",
    "Is {i} better than {c} for {o}?",
    "What happens to {o} with {i} rather than {c}?",
    "{i} versus {c}: {o}",
    "How does {i} affect {o}?",
    "Did {o} differ between {i} and {c}?",
    "Do people given {i} have a different {o} from those given {c}?",
    "If I get {i} instead of {c}, what can I expect for {o}?",
    "{o} after {i}",
    "Which works better on {o}, {i} or {c}?",
)
EVIDENCE_WORDINGS_HELD_BACK = (
    "What is the effect of {i} compared with {c} on {o}?",
    "Was there any difference in {o} when patients received {i} and not {c}?",
    "Can {i} help with {o}?",
)
"""Never trained on, so that held-back figures tell of wordings the model has not seen."""

MEDQUAD_WORDINGS: Mapping[str, tuple[str, ...]] = {
    "information": ("What is {f}?", "I was told I have {f}. What does that mean?", "Explain {f} to me"),
    "symptoms": ("What are the signs of {f}?", "How would I notice {f}?", "what does {f} feel like"),
    "treatment": (
        "How is {f} treated?", "What can be done about {f}?",
        "My mother has {f}. What helps?", "Is there a medicine for {f}?",
    ),
    "inheritance": ("Is {f} inherited?", "Can my children get {f} from me?", "does {f} run in families"),
    "frequency": ("How common is {f}?", "How many people have {f}?"),
    "genetic changes": ("Which genes are involved in {f}?", "What gene causes {f}?"),
    "causes": ("What causes {f}?", "Why did I get {f}?", "Where does {f} come from?"),
    "exams and tests": ("How is {f} diagnosed?", "Which tests are done for {f}?", "How do they find out if it is {f}?"),
    "outlook": ("What is the outlook for people with {f}?", "Will {f} get better?", "How long can one live with {f}?"),
    "susceptibility": ("Who gets {f}?", "Am I at risk of {f}?"),
    "prevention": ("How can {f} be prevented?", "What can I do so that I don't get {f}?"),
    "considerations": ("What should people with {f} eat or avoid?", "What should I know when living with {f}?"),
    "complications": ("What problems can {f} lead to?", "Is {f} dangerous?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passage:
    """``answers`` names the questions that it answers: those are never its negatives."""

    title: str
    text: str
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A question; ``key`` is what a passage's ``answers`` must hold. ``passage`` is a row of the pool."""

    question: str
    key: str
    passage: int


@dataclass(frozen=True, slots=True)
class PairSet:
    """Examples of one source over one pool of passages."""

    name: str
    examples: tuple[Example, ...]
    pool: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """The same source twice, with no article, claim, topic, paper or review asked about in both."""

    train: PairSet
    held_back: PairSet


def is_held_back(source: str, key: str) -> bool:
    """Whether a document, claim or topic is kept for measuring: by its hash, so the same in every run."""
    digest = hashlib.sha256(f"{source}\0{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < HELD_BACK_SHARE[source]


def normalise_text(text: str) -> str:
    """What two copies of a text share: its first letters and digits, in lower case."""
    return re.sub(r"\W+", "", text).lower()[:200]


def cut_windows(
    text: str, words: tuple[int, int], *, overlap: int, rng: random.Random
) -> Iterator[tuple[int, int]]:
    """Yield character spans of runs of words, each of a length drawn from ``words``."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    begin = 0
    while begin < len(spans):
        length = rng.randint(*words)
        end = min(begin + length, len(spans))
        yield spans[begin][0], spans[end - 1][1]
        if end == len(spans):
            return
        begin = max(begin + 1, end - overlap)


def make_evidence(folder: Path, excluded_articles: frozenset[str], rng: random.Random) -> Split:
    """Evidence Inference: intervention, comparator and outcome in several wordings -> the span's passage."""
    articles = [
        row for row in read_values(folder / "articles.jsonl.gz") if str(row["pmcid"]) not in excluded_articles
    ]
    return _split(
        "evidence",
        articles,
        lambda row: str(row["pmcid"]),
        lambda rows, held: _pair_evidence(rows, held, rng),
    )


def _pair_evidence(
    articles: Sequence[Mapping[str, Any]], held_back: bool, rng: random.Random
) -> tuple[list[Example], list[Passage]]:
    wordings = EVIDENCE_WORDINGS_HELD_BACK if held_back else EVIDENCE_WORDINGS
    examples: list[Example] = []
    pool: list[Passage] = []
    for article in articles:
        text, first = article["text"], len(pool)
        prompts = {str(row["prompt_id"]): row for row in article["annotations"]}
        windows = HELD_BACK_WINDOW_WORDS if held_back else WINDOW_WORDS
        for begin, end in cut_windows(text, windows, overlap=30 if held_back else 15, rng=rng):
            answers = {
                f"evidence-{row['prompt_id']}"
                for row in article["annotations"]
                if _overlap(begin, end, row["start"], row["end"]) >= 0.5
            }
            if answers or held_back or rng.random() < 0.5:
                pool.append(Passage(html.unescape(article["title"]), text[begin:end], frozenset(answers)))
        for prompt, row in prompts.items():
            key = f"evidence-{prompt}"
            places = [i for i in range(first, len(pool)) if key in pool[i].answers]
            if not places:
                continue
            chosen = wordings if held_back else rng.sample(wordings, min(4, len(wordings)))
            for wording in chosen:
                examples.append(Example(word_evidence(wording, row), key, rng.choice(places)))
    return examples, pool


def word_evidence(wording: str, annotation: Mapping[str, Any]) -> str:
    """Fill a wording with what was given, what it was compared with, and what was measured."""
    return wording.format(
        i=_clean_phrase(annotation["intervention"]),
        c=_clean_phrase(annotation["comparator"]),
        o=_lower_first(_clean_phrase(annotation["outcome"])),
    )


def make_scifact(folder: Path, rng: random.Random) -> Split:
    """SciFact: a claim -> a passage of the abstract around the sentences that bear on it."""
    abstracts = {row["doc_id"]: row for row in read_values(folder / "corpus.jsonl.gz")}
    claims = [row for row in read_values(folder / "claims_train.jsonl.gz") if row["evidence"]]
    about = {evidence["doc_id"] for row in claims for evidence in row["evidence"]}

    def pair(rows: Sequence[Mapping[str, Any]], held_back: bool) -> tuple[list[Example], list[Passage]]:
        examples: list[Example] = []
        keys: dict[str, set[str]] = {}
        for row in rows:
            for evidence in row["evidence"]:
                keys.setdefault(evidence["doc_id"], set()).add(f"scifact-{row['id']}")
        pool: list[Passage] = []
        unrelated = sorted(set(abstracts) - about)
        others = rng.sample(unrelated, min(len(unrelated), OTHER_ABSTRACTS[held_back]))
        if held_back:  # whole abstracts, among others that no claim is about
            for doc_id in [*sorted(keys), *others]:
                pool.append(
                    Passage(
                        abstracts[doc_id]["title"],
                        " ".join(abstracts[doc_id]["abstract"]),
                        frozenset(keys.get(doc_id, ())),
                    )
                )
            for row in rows:
                key = f"scifact-{row['id']}"
                place = next(i for i, passage in enumerate(pool) if key in passage.answers)
                examples.append(Example(row["claim"], key, place))
            return examples, pool
        for doc_id in [*sorted(keys), *others]:
            sentences = abstracts[doc_id]["abstract"]
            half = max(1, (len(sentences) + 1) // 2)
            for begin in (0, half):
                if part := " ".join(sentences[begin : begin + half]):
                    pool.append(Passage(abstracts[doc_id]["title"], part, frozenset(keys.get(doc_id, ()))))
        for row in rows:
            for evidence in row["evidence"]:
                sentences = abstracts[evidence["doc_id"]]["abstract"]
                first = max(0, min(evidence["sentences"]) - 2)
                window = " ".join(sentences[first : max(evidence["sentences"]) + 2])
                key = f"scifact-{row['id']}"
                examples.append(Example(row["claim"], key, len(pool)))
                pool.append(
                    Passage(
                        abstracts[evidence["doc_id"]]["title"], window, frozenset(keys[evidence["doc_id"]])
                    )
                )
        return examples, pool

    # Claims about one abstract stay together.
    return _split("scifact", claims, lambda row: min(e["doc_id"] for e in row["evidence"]), pair)


def make_medquad(folder: Path, excluded_texts: frozenset[str], rng: random.Random) -> Split:
    """MedQuAD: consumers' questions, in its wording and others -> passages of the answer.

    Answers whose beginning is in ``excluded_texts`` (see :func:`normalise_text`) are left out.
    """
    rows = [
        row
        for row in read_values(folder / "qa_with_answers.jsonl.gz")
        if len(row["answer"].split()) >= SHORTEST_PASSAGE_WORDS
        and normalise_text(row["answer"]) not in excluded_texts
    ]

    def pair(chosen: Sequence[Mapping[str, Any]], held_back: bool) -> tuple[list[Example], list[Passage]]:
        if not held_back:
            topics = sorted({row["focus"] for row in chosen})
            kept = set(rng.sample(topics, len(topics) * 2 // 5))
            chosen = [row for row in chosen if row["focus"] in kept]
        examples: list[Example] = []
        pool: list[Passage] = []
        order = list(chosen)
        rng.shuffle(order)
        for row in order:
            key = f"medquad-{row['focus'].lower()}-{row['qtype']}"
            first = len(pool)
            windows = HELD_BACK_WINDOW_WORDS if held_back else WINDOW_WORDS
            for begin, end in list(cut_windows(row["answer"], windows, overlap=10, rng=rng))[:3]:
                pool.append(Passage(row["focus"], row["answer"][begin:end], frozenset({key})))
            if len(examples) == (HELD_BACK_MEDQUAD_QUESTIONS if held_back else MOST_MEDQUAD_QUESTIONS):
                if held_back:
                    break
            else:
                wordings = MEDQUAD_WORDINGS.get(row["qtype"], ())
                question = (
                    rng.choice(wordings).format(f=row["focus"])
                    if wordings and rng.random() < 0.6
                    else row["question"].replace("What is (are)", "What is").replace(" ?", "?")
                )
                place = first if rng.random() < 0.7 else rng.randrange(first, len(pool))
                examples.append(Example(question, key, place))
        return examples, pool

    return _split("medquad", rows, lambda row: row["focus"].lower(), pair)


def make_pubmedqa(folder: Path, rng: random.Random) -> Split:
    """PubMedQA: the question of a paper's title -> its conclusion and the sections of its abstract."""

    def pair(rows: Sequence[Mapping[str, Any]], _: bool) -> tuple[list[Example], list[Passage]]:
        examples: list[Example] = []
        pool: list[Passage] = []
        for row in rows:
            key = f"pubmedqa-{row['pmid']}"
            sections = [
                part
                for part in [row["long_answer"], *row["contexts"]]
                if len(part.split()) >= SHORTEST_PASSAGE_WORDS
            ]
            if not sections:
                continue
            first = len(pool)
            pool.extend(Passage("", part, frozenset({key})) for part in sections)
            examples.append(Example(row["question"], key, first))
            if len(sections) > 1:
                examples.append(Example(row["question"], key, rng.randrange(first + 1, len(pool))))
        return examples, pool

    return _split("pubmedqa", list(read_values(folder / "dev500.jsonl.gz")), lambda row: row["pmid"], pair)


def make_cochrane(folder: Path, rng: random.Random) -> Split:
    """Cochrane reviews: sentences of the plain-language summary <-> passages of the abstract."""

    def pair(rows: Sequence[Mapping[str, Any]], held_back: bool) -> tuple[list[Example], list[Passage]]:
        examples: list[Example] = []
        pool: list[Passage] = []
        for row in rows:
            key = f"cochrane-{row['doi']}"
            directions = [(row["plain_language"], row["abstract"])]
            if not held_back:
                directions.append((row["abstract"], row["plain_language"]))
            for asked, told in directions:
                first = len(pool)
                for begin, end in cut_windows(told, WINDOW_WORDS, overlap=15, rng=rng):
                    pool.append(Passage("", told[begin:end], frozenset({key})))
                sentences = [s for s in re.split(r"(?<=[.!?])\s+", asked) if len(s.split()) >= 6]
                for sentence in rng.sample(sentences, min(len(sentences), 1 if held_back else 2)):
                    examples.append(Example(sentence, key, rng.randrange(first, len(pool))))
        return examples, pool

    return _split("cochrane", list(read_values(folder / "test.jsonl.gz")), lambda row: row["doi"], pair)


def _split(
    name: str,
    rows: Iterable[Mapping[str, Any]],
    key: Callable[[Mapping[str, Any]], str],
    pair: Callable[[Sequence[Mapping[str, Any]], bool], tuple[list[Example], list[Passage]]],
) -> Split:
    parts: dict[bool, list[Mapping[str, Any]]] = {False: [], True: []}
    for row in rows:
        parts[is_held_back(name, key(row))].append(row)
    sets = {}
    for held_back, chosen in parts.items():
        examples, pool = pair(chosen, held_back)
        sets[held_back] = PairSet(name, tuple(examples), tuple(pool))
    return Split(train=sets[False], held_back=sets[True])


def _overlap(begin: int, end: int, span_begin: int, span_end: int) -> float:
    """The share of the span that lies between ``begin`` and ``end``."""
    shared = min(end, span_end) - max(begin, span_begin)
    return shared / max(1, span_end - span_begin)


def _clean_phrase(phrase: str) -> str:
    return " ".join(html.unescape(phrase).split()).strip(" .;,:")


def _lower_first(phrase: str) -> str:
    """A phrase set into a sentence: "Mean pain" -> "mean pain", but "HbA1c" stays."""
    return phrase[:1].lower() + phrase[1:] if re.match(r"[A-Z][a-z]+\b", phrase) else phrase
