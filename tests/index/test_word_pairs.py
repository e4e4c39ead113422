"""Pairs of neighbouring words, against a plain implementation of the formula."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedBuild
from index.lexical_index import K1, B, LexicalIndex
from index.word_pairs import PAIR_WEIGHT, WordPairs

TEXTS = ["kidney disease and magnesium", "disease of the kidney", "magnesium disease of one kidney", ""]


def plain_scores(rows: list[list[int]], query: list[int]) -> list[float]:
    """Lucene's BM25 over pairs, written out, times the weight of a pair."""
    pairs = [list(pairwise(row)) for row in rows]
    mean = sum(map(len, pairs)) / len(pairs)
    total = []
    for row in pairs:
        counts, score = Counter(row), 0.0
        for pair in pairwise(query):
            holding = sum(1 for other in pairs if pair in other)
            if counts[pair]:
                idf = math.log(1 + (len(pairs) - holding + 0.5) / (holding + 0.5))
                score += idf * counts[pair] / (counts[pair] + K1 * (1 - B + B * len(row) / mean))
        total.append(PAIR_WEIGHT * score)
    return total


numbers = st.lists(st.integers(0, 3), max_size=7)


@settings(max_examples=40, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_any_rows_match_the_formula(rows: list[list[int]], query: list[int]) -> None:
    total = np.zeros(len(rows), np.float32)
    WordPairs.build([[row] for row in rows], k1=K1, b=B).add_scores(total, query)
    assert total == pytest.approx(plain_scores(rows, query), rel=1e-4, abs=1e-6)


def test_order_counts_and_stop_words_do_not_part_neighbours() -> None:
    with_pairs, without = LexicalIndex.build(TEXTS), LexicalIndex.build(TEXTS, with_pairs=False)
    gained = with_pairs.score_all("disease of kidney") - without.score_all("disease of kidney")
    assert gained[1] > 0
    assert gained[[0, 2, 3]].tolist() == [0, 0, 0]


def test_no_pair_spans_a_passage_and_its_context() -> None:
    texts, contexts = ["magnesium", "cramps"], ["kidney", "disease"]
    with_pairs = LexicalIndex.build(texts, contexts=contexts)
    without = LexicalIndex.build(texts, contexts=contexts, with_pairs=False)
    for question in ("magnesium kidney", "kidney magnesium", "cramps disease"):
        assert (with_pairs.score_all(question) == without.score_all(question)).all()


def test_an_unknown_word_parts_its_neighbours() -> None:
    index = LexicalIndex.build(TEXTS)
    single = index.score_all("kidney") + index.score_all("disease")
    assert index.score_all("kidney zebra disease") == pytest.approx(single)
    assert index.score_all("kidney disease")[0] > single[0]


def test_a_further_word_forms_no_pair() -> None:
    index = LexicalIndex.build(TEXTS)
    found = index.score_all("kidney", term_weights={"disease": 1.0})
    assert found == pytest.approx(index.score_all("kidney") + index.score_all("disease"))


def test_saved_pairs_score_the_same_and_damage_is_noticed(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path)
    assert (again.score_all("kidney disease") == index.score_all("kidney disease")).all()
    keys = np.load(tmp_path / "pair_keys.npy")
    np.save(tmp_path / "pair_keys.npy", keys[::-1])
    with pytest.raises(DamagedBuild, match="don't fit"):
        LexicalIndex.load(tmp_path)
    (tmp_path / "pair_rows.npy").unlink()
    with pytest.raises(DamagedBuild, match="can't be read"):
        LexicalIndex.load(tmp_path)
