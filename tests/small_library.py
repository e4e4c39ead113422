"""A small library in memory: a handful of documents about leg cramps, searched by hashed words.

It implements :class:`assistant.chain.Library` for real: every span is exact, every vector can be made
again from the text alone. The texts are made up for the tests and stand for no source; the identifiers
use the DOI prefix that is reserved for examples.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.rewrite.words import STOP_WORDS, stem, tokens
from corpus.document import (
    Block,
    BlockKind,
    Chunk,
    ChunkKind,
    Document,
    Metadata,
    Recommendation,
    Section,
    SourceKind,
    Span,
)
from index.hybrid_search import describe_background
from index.ports import Hit, SearchQuery, Vectors
from index.spelling import find_similar

DIMENSION = 512
DENSE_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One section of a small document: its heading and its whole sentences, in order."""

    heading: str
    sentences: tuple[str, ...]
    kind: ChunkKind = ChunkKind.PASSAGE
    strength: str | None = None
    certainty: str | None = None
    populations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallDocument:
    """A document and the chunks cut from it: one for each paragraph."""

    document: Document
    chunks: tuple[Chunk, ...]


def write_document(document_id: str, metadata: Metadata, *paragraphs: Paragraph) -> SmallDocument:
    """Lay the paragraphs out as one text and cut it, keeping every offset exact."""
    text = ""
    sections: list[Section] = []
    cut: list[tuple[Paragraph, Span, tuple[Span, ...]]] = []
    for paragraph in paragraphs:
        text += f"{paragraph.heading}\n\n"
        start = len(text)
        spans = []
        for sentence in paragraph.sentences:
            if len(text) > start:
                text += " "
            spans.append(Span(len(text), len(text) + len(sentence)))
            text += sentence
        whole = Span(start, len(text))
        sections.append(Section((paragraph.heading,), (Block(BlockKind.PARAGRAPH, whole),)))
        cut.append((paragraph, whole, tuple(spans)))
        text += "\n\n"
    recommendations = tuple(
        Recommendation(span, paragraph.strength, paragraph.certainty, paragraph.populations)
        for paragraph, span, _ in cut
        if paragraph.kind is ChunkKind.RECOMMENDATION
    )
    document = Document(document_id, text, metadata, tuple(sections), recommendations)
    chunks = tuple(
        Chunk(
            id=f"{document_id}:{span.start}-{span.end}",
            document_id=document_id,
            document_sha256=document.sha256,
            span=span,
            text=document.quote(span),
            kind=paragraph.kind,
            title=metadata.title,
            heading_path=(paragraph.heading,),
            sentences=sentences,
            strength=paragraph.strength,
            certainty=paragraph.certainty,
            populations=paragraph.populations or metadata.populations,
        )
        for paragraph, span, sentences in cut
    )
    return SmallDocument(document, chunks)


MAGNESIUM_REVIEW = write_document(
    "magnesium-review",
    Metadata(
        title="Magnesium for leg cramps: a made-up review",
        kind=SourceKind.SYSTEMATIC_REVIEW,
        journal="Journal of Examples",
        year=2020,
        doi="10.5555/magnesium",
        populations=("older_adults",),
    ),
    Paragraph(
        "Results in older adults",
        (
            "In older adults with night leg cramps, magnesium did not reduce the number of cramps per week compared with placebo.",
            "The trials gave 300 mg of magnesium daily for four weeks.",
            "The certainty of this evidence was moderate.",
        ),
    ),
    Paragraph(
        "Harms of magnesium",
        (
            "Diarrhoea was the most common side effect of magnesium and occurred in 11% of people who took it.",
            "People with severe kidney disease should not take magnesium for leg cramps without medical supervision.",
        ),
    ),
)

PREGNANCY_TRIAL = write_document(
    "pregnancy-trial",
    Metadata(
        title="Magnesium for leg cramps in pregnancy: a made-up trial",
        kind=SourceKind.TRIAL,
        journal="Journal of Examples",
        year=2019,
        doi="10.5555/pregnancy",
        populations=("pregnancy",),
    ),
    Paragraph(
        "Results in pregnancy",
        (
            "In pregnant women, 360 mg of magnesium daily may reduce how often leg cramps occur.",
            "No difference was found in the intensity of the leg cramps of pregnant women.",
            "The evidence in pregnancy is of low certainty because the trials were small.",
        ),
    ),
)

QUININE_NOTICE = write_document(
    "quinine-notice",
    Metadata(
        title="Quinine for leg cramps: a made-up safety notice",
        kind=SourceKind.SAFETY_NOTICE,
        issuer="Agency of Examples",
        year=2018,
    ),
    Paragraph(
        "Benefit",
        (
            "Quinine reduced the number of leg cramps by 2.5 over two weeks compared with placebo.",
            "The dose studied most often was 300 mg of quinine at bedtime.",
        ),
    ),
    Paragraph(
        "Safety",
        (
            "Quinine can cause a serious fall in blood platelets, which may be fatal.",
            "Quinine should not be used routinely for leg cramps.",
            "Quinine must not be taken in pregnancy for leg cramps.",
        ),
    ),
)

STRETCHING_GUIDELINE = write_document(
    "stretching-guideline",
    Metadata(
        title="Leg cramps at night: a made-up guideline",
        kind=SourceKind.GUIDELINE,
        issuer="Society of Examples",
        year=2021,
        populations=("adults",),
    ),
    Paragraph(
        "Stretching",
        (
            "Stretching the calf is the first treatment for leg cramps at night.",
            "Stretch the calf muscle for 30 seconds, three times, before going to bed.",
        ),
        kind=ChunkKind.RECOMMENDATION,
        strength="Weak for",
        certainty="Low",
    ),
    Paragraph(
        "When to seek help",
        ("A hot, red and swollen calf is not a leg cramp and needs a medical examination on the same day.",),
    ),
)

DOCUMENTS = (MAGNESIUM_REVIEW, PREGNANCY_TRIAL, QUININE_NOTICE, STRETCHING_GUIDELINE)


class SmallLibrary:
    """Search over a few documents by exact arithmetic: cosine of hashed words mixed with word overlap."""

    build_id = "small-build"
    embedder_fingerprint = "hashed-words"

    def __init__(self, documents: Sequence[SmallDocument] = DOCUMENTS) -> None:
        self._documents = {item.document.id: item.document for item in documents}
        self._chunks = {chunk.id: chunk for item in documents for chunk in item.chunks}
        self._words = {
            key: set(_words(f"{chunk.context()} {chunk.text}")) for key, chunk in self._chunks.items()
        }
        self._vectors = {
            key: embed_words(f"{chunk.context()} {chunk.text}") for key, chunk in self._chunks.items()
        }

    def search(self, query: SearchQuery, *, k: int) -> list[Hit]:
        return self._score(query, list(self._chunks))[:k]

    def score_chunks(self, query: SearchQuery, chunk_ids: Sequence[str]) -> list[Hit]:
        return self._score(query, [key for key in dict.fromkeys(chunk_ids) if key in self._chunks])

    def chunk_covering(self, document_id: str, start: int, end: int) -> Chunk | None:
        for chunk in self._chunks.values():
            if chunk.document_id == document_id and chunk.span.start <= start and end <= chunk.span.end:
                return chunk
        return None

    def successor(self, document_id: str) -> str | None:
        for name, document in self._documents.items():
            if document_id in document.metadata.supersedes:
                return name
        newer = self._documents[document_id].metadata.superseded_by
        return newer if newer in self._documents else None

    def sentence_vectors_many(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        return [
            np.stack(
                [
                    embed_words(chunk.text[span.start - chunk.span.start : span.end - chunk.span.start])
                    for span in chunk.sentences
                ]
            )
            for chunk in chunks
        ]

    def embed_query(self, text: str) -> Vectors:
        return embed_words(text)

    def rarity(self, word: str) -> float:
        """Inverse document frequency over the chunks, in [0, 1]: 1 for a word that occurs nowhere."""
        if word.lower() in STOP_WORDS:
            return 0.0
        holding = sum(1 for words in self._words.values() if stem(word.lower()) in words)
        return math.log((1 + len(self._words)) / (1 + holding)) / math.log(1 + len(self._words))

    def similar_words(self, word: str) -> tuple[str, ...]:
        known = sorted(set().union(*self._words.values()))
        return tuple(find_similar(stem(word.lower()), known))

    def measure_background(self, text: str) -> tuple[float, float]:
        wanted = embed_words(text)
        return describe_background(
            np.asarray([vector @ wanted for vector in self._vectors.values()], np.float32)
        )

    def metadata(self, document_id: str) -> Metadata:
        return self.document(document_id).metadata

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def _score(self, query: SearchQuery, chunk_ids: Sequence[str]) -> list[Hit]:
        vector = _unit(np.sum([embed_words(text) for text in query.dense_texts or (query.text,)], axis=0))
        wanted = _weights(query)
        total = sum(weight * self.rarity(word) for word, weight in wanted.items()) or 1.0
        hits = []
        for key in chunk_ids:
            dense = float(self._vectors[key] @ vector)
            lexical = sum(
                weight * self.rarity(word) for word, weight in wanted.items() if word in self._words[key]
            )
            score = DENSE_WEIGHT * dense + (1 - DENSE_WEIGHT) * lexical / total
            hits.append(Hit(self._chunks[key], score, dense, lexical))
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))


def embed_words(text: str) -> Vectors:
    """A unit vector of shape ``(DIMENSION,)``: each content word adds 1 at the place its hash names.

    Texts that share no word are orthogonal but for collisions; a text without words is the zero vector.
    """
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for word in _words(text):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        vector[int.from_bytes(digest, "big") % DIMENSION] += 1.0
    return _unit(vector)


def _weights(query: SearchQuery) -> Mapping[str, float]:
    weights = {stem(word): weight for word, weight in query.term_weights.items()}
    return weights | dict.fromkeys(_words(query.lexical_text or query.text), 1.0)


def _words(text: str) -> list[str]:
    return [stem(word) for word in tokens(text) if word not in STOP_WORDS]


def _unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length else vector.astype(np.float32)
