"""BM25 over the words of the chunks and the pairs they form."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.errors import DamagedBuild, ForeignBuild
from index.fuse import Rows, Scores
from index.ports import Progress
from index.postings import Integers, RowNumbers, fit_together, score_postings
from index.selection import top_positive_rows
from index.spelling import find_similar
from index.tokens import TOKENIZER_VERSION, split_words
from index.word_pairs import WordPairs

K1 = 0.9
B = 0.4
"""The parameters Anserini uses for short passages; also what the follow-up sets were measured with."""


class LexicalIndex:
    """The BM25 score of every word in every row, kept as one column of postings per word.

    Scores follow Lucene's variant: ``idf(t) * tf / (tf + k1 * (1 - b + b * length / mean length))`` with
    ``idf(t) = ln(1 + (N - df + .5) / (df + .5))`` (Kamphuis et al., ECIR 2020). Neighbouring words of the
    query that are neighbours in a row too add what :class:`WordPairs` gives. Reading is thread-safe.
    """

    def __init__(
        self,
        *,
        vocabulary: Mapping[str, int],
        starts: Integers,
        rows: RowNumbers,
        scores: Scores,
        size: int,
        pairs: WordPairs,
    ) -> None:
        self._vocabulary = vocabulary
        self._starts = starts
        self._rows = rows
        self._scores = scores
        self._size = size
        self._pairs = pairs

    def __len__(self) -> int:
        return self._size

    @classmethod
    def build(
        cls,
        texts: Sequence[str],
        *,
        contexts: Sequence[str] | None = None,
        k1: float = K1,
        b: float = B,
        with_pairs: bool = True,
        progress: Progress | None = None,
    ) -> LexicalIndex:
        """Index one row per text. The words of a row's context count once, beside those of its text.

        Without ``with_pairs`` only single words count. Raises ``ValueError`` when ``contexts`` has another length than ``texts``.
        """
        if contexts is not None and len(contexts) != len(texts):
            raise ValueError(f"{len(texts)} texts need as many contexts, got {len(contexts)}")
        vocabulary: dict[str, int] = {}
        parts: list[list[list[int]]] = []
        for number, text in enumerate(texts):
            read = [text] if contexts is None else [text, contexts[number]]
            parts.append(
                [
                    [vocabulary.setdefault(word, len(vocabulary)) for word in split_words(part)]
                    for part in read
                ]
            )
            if progress is not None:
                progress(1)
        starts, holding, scores = score_postings(
            [[word for part in row for word in part] for row in parts], terms=len(vocabulary), k1=k1, b=b
        )
        return cls(
            vocabulary=vocabulary,
            starts=starts,
            rows=holding,
            scores=scores,
            size=len(texts),
            pairs=WordPairs.build(parts if with_pairs else [], k1=k1, b=b),
        )

    def score_all(self, text: str, *, term_weights: Mapping[str, float] | None = None) -> Scores:
        """BM25 of every row, shape ``(len(self),)``; zeros for a text without known words.

        Each occurrence of a word in ``text`` weighs 1, and of a pair of neighbours ``PAIR_WEIGHT``. ``term_weights`` adds words that ``text`` doesn't
        hold, each with its weight; where two of them share a stem the larger weight counts.
        """
        total = np.zeros(self._size, dtype=np.float32)
        for word, weight in self._weigh_words(text, term_weights or {}).items():
            column = self._vocabulary.get(word)
            if column is None:
                continue
            begin, end = self._starts[column], self._starts[column + 1]
            total[self._rows[begin:end]] += np.float32(weight) * self._scores[begin:end]
        self._pairs.add_scores(total, [self._vocabulary.get(word) for word in split_words(text)])
        return total

    def search(
        self, text: str, k: int, *, term_weights: Mapping[str, float] | None = None
    ) -> tuple[Scores, Rows]:
        """The best ``k`` rows that share a word with the query: ``(scores, rows)``, best first."""
        scores = self.score_all(text, term_weights=term_weights)
        rows = top_positive_rows(scores, k)
        return scores[rows], rows

    def rarity(self, word: str) -> float:
        """Inverse document frequency of ``word`` in [0, 1], the largest of its parts; 0 for a stop word.

        Scaled by the frequency of a word that no row holds, so 1 means that the word is not there at all.
        """
        parts = split_words(word)
        if not parts or not self._size:
            return 1.0 if parts else 0.0
        counts = [
            int(self._starts[column + 1] - self._starts[column])
            for part in parts
            if (column := self._vocabulary.get(part)) is not None
        ]
        return self._inverse_frequency(min(counts, default=0)) / self._inverse_frequency(0)

    def similar_words(self, word: str) -> list[tuple[str, int]]:
        """The stem of ``word``, if indexed, else those one edit away from it; each with a row that holds it."""
        stems = split_words(word)
        if len(stems) != 1:
            return []
        found = stems if stems[0] in self._vocabulary else find_similar(stems[0], self._vocabulary)
        return [(other, int(self._rows[self._starts[self._vocabulary[other]]])) for other in found]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into ``folder``, which is made when missing."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "starts.npy", self._starts, allow_pickle=False)
        np.save(folder / "rows.npy", self._rows, allow_pickle=False)
        np.save(folder / "scores.npy", self._scores, allow_pickle=False)
        self._pairs.save(folder)
        words = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        described = {"tokenizer": TOKENIZER_VERSION, "size": self._size, "words": words}
        (folder / "words.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Open a saved index; raises :class:`ForeignBuild` or :class:`DamagedBuild`."""
        try:
            described = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            tokenizer, size, words = described["tokenizer"], described["size"], described["words"]
            if tokenizer != TOKENIZER_VERSION:
                raise ForeignBuild(
                    f"{folder}: words were split by version {tokenizer!r}, this program has {TOKENIZER_VERSION!r}; "
                    "build the index again"
                )
            starts = np.load(folder / "starts.npy", allow_pickle=False)
            rows = np.load(folder / "rows.npy", allow_pickle=False)
            scores = np.load(folder / "scores.npy", allow_pickle=False)
            pairs = WordPairs.load(folder)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise DamagedBuild(f"{folder}: the word index can't be read ({error}); build again") from error
        whole = fit_together(terms=len(words), starts=starts, rows=rows, scores=scores, size=size)
        if not whole or not pairs.fits(size):
            raise DamagedBuild(f"{folder}: the parts of the word index don't fit together; build again")
        return cls(
            vocabulary={word: number for number, word in enumerate(words)},
            starts=starts,
            rows=rows,
            scores=scores,
            size=size,
            pairs=pairs,
        )

    def _weigh_words(self, text: str, term_weights: Mapping[str, float]) -> dict[str, float]:
        weights: dict[str, float] = {}
        for word in split_words(text):
            weights[word] = weights.get(word, 0.0) + 1.0
        further: dict[str, float] = {}
        for term, weight in term_weights.items():
            if not 0 < weight <= 1:
                raise ValueError(f"the weight of {term!r} must lie in (0, 1], got {weight}")
            for word in split_words(term):
                if word not in weights:
                    further[word] = max(further.get(word, 0.0), weight)
        return weights | further

    def _inverse_frequency(self, count: int) -> float:
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))
