"""Layer 6: which words of the claim the evidence covers, weighted by how much they tell."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from assistant.verify.vocabulary import load_vocabulary
from assistant.verify.words import Sentence, Word

Floats = npt.NDArray[np.float32]

SYNONYM = 0.9
SAME_BEGINNING = 0.75
_SHARED_LETTERS = 5
_LEAST_COSINE = 0.45


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """Document frequencies by stem over ``documents`` texts, and unit word vectors, shape ``(n, d)``."""

    documents: int
    frequency: Mapping[str, int]
    row_of: Mapping[str, int]
    vectors: Floats

    def weight(self, stem: str) -> float:
        """Inverse document frequency, ``ln((N + 1) / (n + 1))`` (Spärck Jones 1972, smoothed)."""
        return math.log((self.documents + 1) / (self.frequency.get(stem, 0) + 1))


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well each content word of the claim is matched, in [0, 1], and by which evidence word.

    ``weights`` are inverse document frequencies. ``partners`` are indices into the evidence words, -1
    for none.
    """

    words: tuple[Word, ...]
    weights: Floats
    matches: Floats
    partners: npt.NDArray[np.intp]

    @property
    def coverage(self) -> float:
        """Share of the claim's weight that is matched; 1 for a claim without content words."""
        total = float(self.weights.sum())
        return float((self.weights * self.matches).sum()) / total if total else 1.0

    @property
    def unmatched(self) -> tuple[Word, ...]:
        return tuple(
            word for word, match in zip(self.words, self.matches, strict=True) if match < SAME_BEGINNING
        )


class Aligner:
    """Compares one claim with many evidence words; keeps nothing between claims."""

    def __init__(self, statistics: WordStatistics) -> None:
        self._statistics = statistics
        self.weight = lru_cache(maxsize=65536)(statistics.weight)

    def weigh(self, words: Sequence[Word]) -> Floats:
        return np.array([self.weight(word.stem) for word in words], dtype=np.float32)

    def similarities(self, claim: Sequence[Word], evidence: Sequence[Word]) -> Floats:
        """Match of each claim word with each evidence word, shape ``(len(claim), len(evidence))``."""
        if not claim or not evidence:
            return np.zeros((len(claim), len(evidence)), dtype=np.float32)
        claim_stems = [word.stem for word in claim]
        evidence_stems = list(dict.fromkeys(word.stem for word in evidence))
        column = {stem: i for i, stem in enumerate(evidence_stems)}
        table = self._compare_vectors(claim_stems, evidence_stems)
        claim_groups, evidence_groups = _group_words(claim), _group_words(evidence)
        members: dict[int, list[int]] = {}
        for place, group in evidence_groups.items():
            members.setdefault(group, []).append(column[evidence[place].stem])
        beginnings: dict[str, list[int]] = {}
        for stem, j in column.items():
            if len(stem) >= _SHARED_LETTERS:
                beginnings.setdefault(stem[:_SHARED_LETTERS], []).append(j)
        for i, stem in enumerate(claim_stems):
            if len(stem) >= _SHARED_LETTERS:
                for j in beginnings.get(stem[:_SHARED_LETTERS], ()):
                    shared = _shared_length(stem, evidence_stems[j]) / max(len(stem), len(evidence_stems[j]))
                    if shared >= 0.6:
                        table[i, j] = max(table[i, j], SAME_BEGINNING)
            if i in claim_groups:
                for j in members.get(claim_groups[i], ()):
                    table[i, j] = SYNONYM
            if stem in column:
                table[i, column[stem]] = 1.0
        return table[:, [column[word.stem] for word in evidence]]

    def align(self, claim: Sequence[Word], table: Floats) -> Alignment:
        """Best partner of each claim word among the columns of ``table``."""
        weights = self.weigh(claim)
        if table.shape[1] == 0:
            empty = np.zeros(len(claim), dtype=np.float32)
            return Alignment(tuple(claim), weights, empty, np.full(len(claim), -1))
        partners = table.argmax(axis=1)
        return Alignment(tuple(claim), weights, table.max(axis=1), partners)

    def compare_meaning(self, one: Sequence[Word], other: Sequence[Word]) -> float:
        """Cosine of the weighted mean word vectors; 0 where either has none."""
        a, b = self._mean_vector(one), self._mean_vector(other)
        norm = float(np.linalg.norm(a) * np.linalg.norm(b))
        return float(a @ b) / norm if norm else 0.0

    def _mean_vector(self, words: Sequence[Word]) -> Floats:
        known = [word for word in words if word.stem in self._statistics.row_of]
        if not known:
            return np.zeros(self._statistics.vectors.shape[1], dtype=np.float32)
        rows = self._statistics.vectors[[self._statistics.row_of[word.stem] for word in known]]
        return np.asarray(self.weigh(known) @ rows, dtype=np.float32)

    def _compare_vectors(self, claim: list[str], evidence: list[str]) -> Floats:
        """Cosines of the word vectors, rescaled so that unrelated words give 0 and none reaches a synonym."""
        table = np.zeros((len(claim), len(evidence)), dtype=np.float32)
        rows = [
            (i, self._statistics.row_of[stem])
            for i, stem in enumerate(claim)
            if stem in self._statistics.row_of
        ]
        columns = [
            (j, self._statistics.row_of[stem])
            for j, stem in enumerate(evidence)
            if stem in self._statistics.row_of
        ]
        if not rows or not columns:
            return table
        left = self._statistics.vectors[[row for _, row in rows]]
        right = self._statistics.vectors[[row for _, row in columns]]
        cosines = left @ right.T
        scaled = np.clip((cosines - _LEAST_COSINE) / (1 - _LEAST_COSINE), 0, 0.7)
        table[np.ix_([i for i, _ in rows], [j for j, _ in columns])] = scaled
        return table


def best_window(
    table: Floats, weights: Floats, sentences: Sequence[range], *, width: int
) -> tuple[float, range]:
    """The run of ``width`` neighbouring sentences that covers most of the claim.

    ``sentences`` are column ranges of ``table``. Returns the coverage and the columns of the window.
    """
    total = float(weights.sum()) or 1.0
    best, where = -1.0, range(0)
    for start in range(max(1, len(sentences) - width + 1)):
        window = sentences[start : start + width]
        if not window:
            continue
        columns = range(window[0].start, window[-1].stop)
        matched = table[:, columns.start : columns.stop].max(axis=1) if columns else np.zeros(len(weights))
        coverage = float((weights * matched).sum()) / total
        if coverage > best:
            best, where = coverage, columns
    return max(best, 0.0), where


def column_ranges(sentences: Sequence[Sentence]) -> list[range]:
    """Columns of each sentence when their content words stand one after another."""
    ranges, start = [], 0
    for sentence in sentences:
        stop = start + len(sentence.content)
        ranges.append(range(start, stop))
        start = stop
    return ranges


def _group_words(words: Sequence[Word]) -> dict[int, int]:
    """Synonym group of each word that stands in a known phrase; the longest phrase wins."""
    vocabulary = load_vocabulary()
    found: dict[int, int] = {}
    i = 0
    stems = [word.stem for word in words]
    while i < len(stems):
        for width in range(min(vocabulary.longest, len(stems) - i), 0, -1):
            group = vocabulary.groups.get(tuple(stems[i : i + width]))
            if group is not None:
                found.update(dict.fromkeys(range(i, i + width), group))
                i += width
                break
        else:
            i += 1
    return found


def _shared_length(a: str, b: str) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


@lru_cache(maxsize=1)
def load_word_statistics() -> WordStatistics:
    """Read ``word_statistics.json``, made by ``python -m eval.training.count_words``."""
    data = json.loads(files("assistant.verify").joinpath("word_statistics.json").read_text(encoding="utf-8"))
    raw = np.frombuffer(base64.b64decode(data["vectors"]), dtype=np.int8)
    vectors = (
        raw.reshape(-1, data["dimension"]).astype(np.float32) if raw.size else np.zeros((0, 1), np.float32)
    )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths == 0, 1, lengths)
    rows = {stem: i for i, stem in enumerate(data["vector_stems"])}
    return WordStatistics(data["documents"], data["frequency"], rows, unit.astype(np.float32))
