"""Trees are walked as they stand, and the alignment weighs rare words."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.verify.alignment import Aligner, WordStatistics, best_window, column_ranges
from assistant.verify.model import build_ensemble, load_model, squash
from assistant.verify.words import split_sentences, split_words

STUMP = {
    "feature": [1, 0, 0],
    "threshold": [0.5, 0, 0],
    "left": [1, 1, 2],
    "right": [2, 1, 2],
    "value": [0, -1.0, 2.0],
}
LEAF = {"feature": [0], "threshold": [0], "left": [0], "right": [0], "value": [0.25]}


@pytest.mark.parametrize(("value", "expected"), [(0.2, -0.65), (0.5, -0.65), (0.9, 2.35)])
def test_trees_of_unlike_size_are_summed(value: float, expected: float) -> None:
    ensemble = build_ensemble([STUMP, LEAF], bias=0.1)
    assert ensemble.score(np.array([9.0, value], dtype=np.float32)) == pytest.approx(expected)


def test_stored_model_gives_probabilities() -> None:
    model = load_model()
    rng = np.random.default_rng(0)
    for row in rng.normal(size=(50, len(model.features))).astype(np.float32):
        assert 0 <= model.probability(row) <= 1


def test_squash_is_safe() -> None:
    assert squash(1e9) == pytest.approx(1)
    assert squash(-1e9) == pytest.approx(0)


def aligner() -> Aligner:
    frequency = {"cramp": 3, "leg": 50, "renal": 2, "kidney": 2, "fail": 10}
    vectors = np.eye(2, dtype=np.float32)
    return Aligner(WordStatistics(100, frequency, {"alpha": 0, "beta": 1}, vectors))


def test_synonyms_and_word_families_align() -> None:
    table = aligner().similarities(
        split_words("renal hypomagnesaemic alpha"), split_words("kidney hypomagnesemia alpha beta")
    )
    assert table[0, 0] == pytest.approx(0.9)
    assert table[1, 1] == pytest.approx(0.75)
    assert table[2, 2] == 1
    assert table[2, 3] == 0


def test_rare_words_weigh_more() -> None:
    one = aligner()
    claim, evidence = split_words("leg cramp"), split_words("leg pain")
    alignment = one.align(claim, one.similarities(claim, evidence))
    assert alignment.coverage < 0.5
    assert [word.text for word in alignment.unmatched] == ["cramp"]


def test_best_window_finds_the_sentence() -> None:
    one = aligner()
    sentences = split_sentences("Nothing here. The cramp was renal. More nothing.")
    claim = split_words("renal cramp")
    pool = [word for sentence in sentences for word in sentence.content]
    coverage, columns = best_window(
        one.similarities(claim, pool), one.weigh(claim), column_ranges(sentences), width=1
    )
    assert coverage == pytest.approx(1)
    assert {pool[i].text for i in columns} == {"cramp", "renal"}
