"""Make questions that a library answers, and the same ones asked of a library without their documents.

Every set is a corpus of its own documents with questions whose documents are known. Removing a fifth of the
documents makes the questions of that fifth unanswerable, and leaves their neighbours in place; the questions
of the next fifth stay answerable. Each corpus is asked whole and in groups of documents on like topics, so
that libraries of many sizes, broad and narrow, stand behind the rows. Questions that join two things which no
document joins are unanswerable in every library.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

from assistant.conversation import Conversation, Turn
from corpus.chunking import chunk_document, embedding_text
from corpus.document import Block, BlockKind, Chunk, Document, Metadata, Section, Span
from eval.sets.lines import read_values
from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.library_index import sentence_texts
from index.ports import Embedder, Hit, SearchQuery, Vectors
from index.vector_cache import VectorCache
from index.vector_index import VectorIndex

SEED = 20261123
FOLDS = 5
DOCUMENTS_A_GROUP = 80
"""Documents of one narrow library, on average."""

WORDINGS = {
    "information": ("What is {x}?", "what does {x} mean", "tell me about {x}", "my mother has {x}, what is that?"),
    "symptoms": ("What are the symptoms of {x}?", "how do I know if I have {x}", "signs of {x}?", "what does {x} feel like"),
    "treatment": ("How is {x} treated?", "what can I do about {x}?", "treatment options for {x}", "is there a cure for {x}", "what helps with {x}?"),
    "causes": ("What causes {x}?", "why do people get {x}?", "how does {x} come about"),
    "exams and tests": ("How is {x} diagnosed?", "which tests are done for {x}", "how do doctors check for {x}?"),
    "outlook": ("What is the outlook for {x}?", "can you get better from {x}?", "how long do people live with {x}"),
    "prevention": ("How can I prevent {x}?", "can {x} be avoided"),
    "susceptibility": ("Who is at risk of {x}?", "who gets {x}?"),
    "frequency": ("How common is {x}?", "how many people have {x}"),
    "inheritance": ("Is {x} inherited?", "can {x} run in families"),
    "complications": ("What problems can {x} lead to?",),
}  # fmt: skip
"""Ways to ask what a MedQuAD pair answers, in our own words; its own wording is one more."""

JOININGS = (
    "Does {a} cause {b}?",
    "Can I treat {b} if I also have {a}?",
    "how is {b} treated in people with {a}?",
    "what is the link between {a} and {b}?",
    "is {a} a symptom of {b}?",
)


@dataclass(frozen=True, slots=True)
class Question:
    """``gold``: the documents that answer it; empty where nothing does. ``entity``: what it is about, where
    that is known: another document that names it may answer too, so then the question isn't counted."""

    id: str
    text: str
    gold: frozenset[str]
    history: tuple[Turn, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """``learned``: whether its licence lets shipped weights be trained on it. ``bundle`` names what a document
    is removed together with."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    learned: bool
    bundle: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put to one library."""

    question: Question
    answerable: bool
    kind: str  # "kept", "removed" or "joined"
    library: ShelfLibrary


def write_document(
    document_id: str, title: str, sections: Sequence[tuple[str, str]], *, populations: tuple[str, ...] = ()
) -> Document:
    """Lay headed texts out as one document."""
    text, made = "", []
    for heading, written in sections:
        body = " ".join(written.split())
        if not body:
            continue
        if heading:
            text += f"{heading}\n\n"
        block = Block(BlockKind.PARAGRAPH, Span(len(text), len(text) + len(body)))
        text += f"{body}\n\n"
        made.append(Section((heading,) if heading else (), (block,)))
    return Document(
        id=document_id,
        text=text,
        metadata=Metadata(title=title, populations=populations),
        sections=tuple(made),
    )


# --- sets -----------------------------------------------------------------------------------------------------


def read_pubmedqa(data: Path) -> tuple[Corpus, Corpus]:
    """Abstracts and the questions of their titles: one half to learn from, one held out."""
    rows = list(read_values(data / "pubmedqa" / "dev500.jsonl.gz"))
    halves = []
    for half, name in enumerate(("pubmedqa", "pubmedqa held out")):
        chosen = rows[half::2]
        documents = tuple(
            write_document(
                r["pmid"],
                "",
                [
                    *zip((x.capitalize() for x in r["labels"]), r["contexts"], strict=False),
                    ("Conclusion", r["long_answer"]),
                ],
            )
            for r in chosen
        )
        questions = tuple(
            Question(f"pubmedqa-{r['pmid']}", r["question"], frozenset([r["pmid"]])) for r in chosen
        )
        halves.append(Corpus(name, documents, questions, learned=half == 0))
    return halves[0], halves[1]


def read_medquad(data: Path, source: str, *, most: int, learned: bool = True) -> Corpus:
    """One document for each disease of one publisher, its questions as heads; asked in other words."""
    rng = random.Random(f"{SEED}{source}")  # noqa: S311 - a repeatable draw, no secret
    by_focus: dict[str, list[Any]] = {}
    for row in read_values(data / "medquad" / "qa_with_answers.jsonl.gz"):
        if row["source"] == source:
            by_focus.setdefault(row["focus"], []).append(row)
    documents, pool = [], []
    for focus, rows in by_focus.items():
        document = write_document(focus, focus, [(r["qtype"].capitalize(), r["answer"]) for r in rows])
        documents.append(document)
        for row in rows:
            wordings = WORDINGS.get(row["qtype"])
            if wordings:
                name = _everyday(focus, rng)
                text = rng.choice((*(frame.format(x=name) for frame in wordings), row["question"]))
                pool.append(
                    Question(f"medquad-{row['id']}", text, frozenset([focus]), entity=plain_name(focus))
                )
    rng.shuffle(pool)
    questions = pool[:most] + _join_apart([*by_focus], documents, rng, count=most // 4, origin=source)
    return Corpus(f"medquad {source}", tuple(documents), tuple(questions), learned)


def plain_name(name: str) -> str:
    """A disease's name without what stands in brackets."""
    return re.sub(r"\s*\(.*?\)", "", name).strip() or name


def _everyday(name: str, rng: random.Random) -> str:
    name = plain_name(name)
    return name if rng.random() < 0.5 or name.isupper() else name.lower()


def _join_apart(
    names: Sequence[str], documents: Sequence[Document], rng: random.Random, *, count: int, origin: str
) -> list[Question]:
    """Questions on two topics that no document names together."""
    texts = [f"{document.metadata.title}\n{document.text}".casefold() for document in documents]
    found: list[Question] = []
    for _ in range(count * 20):
        if len(found) == count:
            break
        a, b = rng.sample(list(names), 2)
        first, second = plain_name(a), plain_name(b)
        if any(first.casefold() in text and second.casefold() in text for text in texts):
            continue
        text = rng.choice(JOININGS).format(a=first.lower(), b=second.lower())
        found.append(Question(f"joined-{origin}-{len(found)}", text, frozenset()))
    return found


def read_kqa(data: Path) -> Corpus:
    """Patients' questions, each with the answer that a physician wrote as its document."""
    rows = list(read_values(data / "kqa" / "questions_w_answers.jsonl.gz"))
    documents = tuple(
        write_document(f"kqa-{i}", "", [("", r["Free_form_answer"])]) for i, r in enumerate(rows)
    )
    questions = tuple(
        Question(f"kqa-{i}", r["Question"], frozenset([f"kqa-{i}"])) for i, r in enumerate(rows)
    )
    return Corpus("kqa", documents, questions, learned=True)


def read_evidence_inference(data: Path) -> Corpus:
    """Abstracts of trials, asked about one of their own comparisons; and comparisons no trial made."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    documents, questions, parts = [], [], []
    for row in read_values(data / "evidence_inference" / "articles.jsonl.gz"):
        abstract = re.split(r"\n\s*BODY\.", row["text"])[0]
        body = "\n".join(
            line for line in abstract.split("\n") if not re.fullmatch(r"[A-Z.&, /]+:\s*", line.strip())
        )
        title = re.sub(r"&#x[0-9A-Fa-f]+;", "-", row["title"])
        documents.append(write_document(row["pmcid"], title, [("Abstract", body.replace(title, "", 1))]))
        held = [
            item
            for item in row["annotations"]
            if item["evidence"][:60] in abstract
            and len(item["intervention"]) < 60
            and len(item["outcome"]) < 60
        ]
        if not held:
            continue
        item = rng.choice(held)
        intervention, outcome = item["intervention"].strip(" ."), item["outcome"].strip(" .")
        parts.append((intervention, outcome))
        frame = rng.choice(
            (
                "Does {i} change {o}?",
                "What does {i} do to {o}?",
                "is {i} any good for {o}",
                "{i} and {o}: what is known?",
            )
        )
        questions.append(
            Question(
                f"trial-{row['pmcid']}", frame.format(i=intervention, o=outcome), frozenset([row["pmcid"]])
            )
        )
    texts = [document.text.casefold() for document in documents]
    for i in range(60):
        (intervention, _), (_, outcome) = rng.sample(parts, 2)
        if not any(intervention.casefold() in text and outcome.casefold() in text for text in texts):
            text = f"Does {intervention} change {outcome}?"
            questions.append(Question(f"joined-trials-{i}", text, frozenset()))
    return Corpus("trials", tuple(documents), tuple(questions), learned=True)


def read_cast(data: Path) -> Corpus:
    """Follow-up turns with what was said before. A topic's passages are removed together, for they overlap."""
    documents, questions = [], []
    path = data / "trec_cast" / "2021_manual_evaluation_topics_v1.0.json"
    for topic in json.loads(path.read_text("utf-8")):
        turns: list[Turn] = []
        for turn in topic["turn"]:
            key = f"{topic['number']}_{turn['number']}"
            documents.append(write_document(key, "", [("", turn["passage"])]))
            questions.append(Question(f"cast-{key}", turn["raw_utterance"], frozenset([key]), tuple(turns)))
            turns += [Turn("user", turn["raw_utterance"]), Turn("assistant", turn["passage"])]
    return Corpus(
        "cast", tuple(documents), tuple(questions), learned=True, bundle=lambda key: key.split("_")[0]
    )


def read_bioasq(data: Path) -> Corpus:
    """Experts' questions over the abstracts they named, as far as snippets show them. Measured only."""
    rows = [
        r for r in read_values(data / "bioasq" / "golden_7b_10b.jsonl.gz") if r["batch"] in ("10B5", "10B6")
    ]
    snippets: dict[str, dict[tuple[str, int], str]] = {}
    for row in rows:
        for item in row["snippets"]:
            snippets.setdefault(item["pmid"], {})[(item["section"], item["begin"])] = item["text"]
    documents = tuple(
        write_document(
            pmid,
            next((text for (section, _), text in parts.items() if section == "title"), ""),
            [("", " ".join(text for (section, _), text in sorted(parts.items()) if section != "title"))],
        )
        for pmid, parts in snippets.items()
    )
    held = {document.id for document in documents if document.sections}
    questions = tuple(
        Question(f"bioasq-{r['id']}", r["question"], frozenset(i["pmid"] for i in r["snippets"]) & held)
        for r in rows
    )
    return Corpus(
        "bioasq",
        tuple(d for d in documents if d.sections),
        tuple(q for q in questions if q.gold),
        learned=False,
    )


def read_liveqa(data: Path) -> Corpus:
    """Letters of the public in one sentence, over judged answers; any answer judged 2 or more is gold. Measured only."""
    gold: dict[str, set[str]] = {}
    for row in read_values(data / "liveqa_med" / "qrels.jsonl.gz"):
        if row["grade"] >= 2:
            gold.setdefault(row["qid"], set()).add(row["answer_id"])
    documents = []
    for row in read_values(data / "liveqa_med" / "judged_answers_all.jsonl.gz"):
        head, _, body = row["Answer"].partition("Answer:")
        title = re.sub(r"^Question:\s*|\s*\(Also called:.*|\s*URL:.*", "", head, flags=re.DOTALL).strip()
        documents.append(write_document(row["AnswerID"], title, [("", body)]))
    questions = [
        Question(f"liveqa-{r['qid']}", r["nist_paraphrase"] or r["nlm_summary"], frozenset(gold[r["qid"]]))
        for r in read_values(data / "liveqa_med" / "questions.jsonl.gz")
        if r["qid"] in gold and (r["nist_paraphrase"] or r["nlm_summary"])
    ]
    return Corpus("liveqa", tuple(d for d in documents if d.sections), tuple(questions), learned=False)


def read_sets(data: Path) -> list[Corpus]:
    """Every corpus, the held-out and measured-only ones among them."""
    learned, held_out = read_pubmedqa(data)
    return [
        learned,
        read_medquad(data, "NINDS", most=160),
        read_kqa(data),
        read_evidence_inference(data),
        read_cast(data),
        held_out,
        read_medquad(data, "CDC", most=100, learned=False),
        read_bioasq(data),
        read_liveqa(data),
    ]


# --- libraries ------------------------------------------------------------------------------------------------


class Shelf:
    """All documents of one corpus, cut and embedded once."""

    def __init__(self, corpus: Corpus, embedder: Embedder, cache: VectorCache) -> None:
        self.corpus, self.embedder = corpus, embedder
        self.chunks: list[Chunk] = []
        inputs: list[str] = []
        for document in corpus.documents:
            for chunk in chunk_document(
                document, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens
            ):
                self.chunks.append(chunk)
                inputs.append(embedding_text(chunk, count_tokens=embedder.count_tokens))
        self.vectors, _ = cache.embed(inputs, embedder)
        texts = [text for chunk in self.chunks for text in sentence_texts(chunk)]
        rows, _ = cache.embed(texts, embedder)
        ends = np.cumsum([len(chunk.sentences) for chunk in self.chunks])
        self.sentences = dict(
            zip((chunk.id for chunk in self.chunks), np.split(rows, ends[:-1]), strict=True)
        )
        self.metadata = {document.id: document.metadata for document in corpus.documents}

    def group_documents(self) -> dict[str, int]:
        """Documents on like topics get one number: k-means over their mean vectors."""
        sums: dict[str, npt.NDArray[np.float32]] = {}
        for chunk, vector in zip(self.chunks, self.vectors, strict=True):
            sums[chunk.document_id] = sums.get(chunk.document_id, np.zeros_like(vector)) + vector
        points = np.stack([total / max(float(np.linalg.norm(total)), 1e-9) for total in sums.values()])
        count = max(1, round(len(points) / DOCUMENTS_A_GROUP))
        numbers = KMeans(count, n_init=2, random_state=SEED).fit_predict(points)
        return dict(zip(sums, numbers.tolist(), strict=True))

    def take(self, kept: Callable[[str], bool]) -> ShelfLibrary:
        rows = [row for row, chunk in enumerate(self.chunks) if kept(chunk.document_id)]
        return ShelfLibrary(self, rows)


class ShelfLibrary:
    """Some documents of a shelf as a library: what the chain needs to find and weigh evidence."""

    def __init__(self, shelf: Shelf, rows: Sequence[int]) -> None:
        self._shelf = shelf
        self._chunks = [shelf.chunks[row] for row in rows]
        self._search = HybridSearch(
            embedder=shelf.embedder,
            vectors=VectorIndex.build(shelf.vectors[list(rows)]),
            lexical=LexicalIndex.build(
                [chunk.text for chunk in self._chunks], contexts=[chunk.context() for chunk in self._chunks]
            ),
            text_of_row=lambda row: self._chunks[row].text,
        )

    def __len__(self) -> int:
        return len(self._chunks)

    def search(self, query: SearchQuery, *, k: int) -> list[Hit]:
        return [
            Hit(self._chunks[found.row], found.score, found.dense, found.lexical)
            for found in self._search.search(query, k=k)
        ]

    def sentence_vectors_many(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        return [self._shelf.sentences[chunk.id] for chunk in chunks]

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._search.embed_query(SearchQuery(text))[0]
        return vector

    def measure_background(self, text: str) -> tuple[float, float]:
        return self._search.measure_background(text)

    def rarity(self, word: str) -> float:
        return self._search.lexical.rarity(word)

    def metadata(self, document_id: str) -> Metadata:
        return self._shelf.metadata[document_id]


class RememberedQueries:
    """An embedder that remembers every text: the same questions are put to many libraries."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def embed(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Vectors:
        if len(texts) > 64:
            return self._embedder.embed(texts, progress=progress)
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._embedder.embed(missing), strict=True))
        return np.stack([self._known[text] for text in texts])


def ask_all(shelf: Shelf) -> Iterator[Asked]:
    """Every question of the corpus, with and without its documents: one half of the questions in broad libraries,
    the other in narrow ones."""
    corpus = shelf.corpus
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    bundles = {corpus.bundle(document.id): rng.randrange(FOLDS) for document in corpus.documents}
    fold_of = {document.id: bundles[corpus.bundle(document.id)] for document in corpus.documents}
    groups = shelf.group_documents()
    texts = {
        document.id: f"{document.metadata.title}\n{document.text}".casefold() for document in corpus.documents
    }
    home: dict[str, tuple[int, int]] = {}  # question -> its fold, its group
    for number, question in enumerate(corpus.questions):
        first = min(question.gold, default=None)
        home[question.id] = (
            (number % FOLDS, rng.choice(list(groups.values())))
            if first is None
            else (fold_of[first], groups[first])
        )
    several = len(set(groups.values())) > 1
    for narrow in (False, True) if several else (False,):
        for group in sorted(set(groups.values())) if narrow else [None]:
            members = {d for d in groups if group is None or groups[d] == group}
            asked = [
                question
                for number, question in enumerate(corpus.questions)
                if (not several or number // FOLDS % 2 == narrow)
                and (group is None or home[question.id][1] == group)
            ]
            for fold in range(FOLDS):
                missing = [q for q in asked if home[q.id][0] == fold]
                present = [q for q in asked if q.gold and home[q.id][0] == (fold + 1) % FOLDS]
                removed = {d for q in missing for d in q.gold} | {d for d in members if fold_of[d] == fold}
                removed -= {d for q in present for d in q.gold} if len(corpus.questions) < 150 else set()
                kept = members - removed
                if len(kept) < 5 or not (missing or present):
                    continue
                library = shelf.take(kept.__contains__)
                for question in missing:
                    named = question.entity.casefold().removesuffix("s")
                    if named and question.gold and any(named in texts[document] for document in kept):
                        continue
                    if not question.gold & kept:
                        kind = "removed" if question.gold else "joined"
                        yield Asked(question, False, kind, library)
                for question in present:
                    if question.gold & kept:
                        yield Asked(question, True, "kept", library)


def conversation_of(question: Question) -> Conversation:
    return Conversation(turns=question.history)
