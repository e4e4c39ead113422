"""BM25, against a plain implementation of the formula."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedBuild, ForeignBuild
from index.lexical_index import K1, B, LexicalIndex
from index.tokens import split_words

TEXTS = [
    "Magnesium for leg cramps in pregnancy",
    "Quinine for leg cramps",
    "Vitamin B12 and the dose of 10 mg",
    "Magnesium magnesium and more magnesium",
    "",
]


def plain_bm25(texts: list[str], query: dict[str, float]) -> list[float]:
    """Lucene's BM25, written out; ``query`` maps stems to weights."""
    rows = [split_words(text) for text in texts]
    mean = sum(map(len, rows)) / len(rows)
    total = []
    for row in rows:
        counts, score = Counter(row), 0.0
        for word, weight in query.items():
            holding = sum(1 for other in rows if word in other)
            if counts[word]:
                idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
                score += weight * idf * counts[word] / (counts[word] + K1 * (1 - B + B * len(row) / mean))
        total.append(score)
    return total


def test_scores_match_the_formula() -> None:
    index = LexicalIndex.build(TEXTS)
    found = index.score_all("magnesium for cramps")
    assert found == pytest.approx(plain_bm25(TEXTS, {"magnesium": 1, "cramp": 1}), rel=1e-5)
    assert found[4] == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["leg", "cramp", "dose", "b12"]), max_size=6), min_size=1, max_size=8),
    st.dictionaries(st.sampled_from(["leg", "cramp", "dose", "b12"]), st.floats(0.1, 1), max_size=4),
)
def test_any_corpus_and_weights_match_the_formula(rows: list[list[str]], weights: dict[str, float]) -> None:
    texts = [" ".join(row) for row in rows]
    found = LexicalIndex.build(texts).score_all("", term_weights=weights)
    assert found == pytest.approx(plain_bm25(texts, weights), rel=1e-4, abs=1e-6)


def test_further_words_weigh_what_they_are_given() -> None:
    index = LexicalIndex.build(TEXTS)
    plain, further = index.score_all("cramps"), index.score_all("pregnancy")
    mixed = index.score_all("cramps", term_weights={"pregnancy": 0.5})
    assert mixed == pytest.approx(plain + 0.5 * further)


def test_a_further_word_that_the_text_holds_already_adds_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    assert (index.score_all("cramps", term_weights={"cramping": 1.0}) == index.score_all("cramps")).all()


def test_a_repeated_word_counts_each_time() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.score_all("cramps cramps") == pytest.approx(2 * index.score_all("cramps"))


@pytest.mark.parametrize("weight", [0.0, -1.0, 1.5, float("nan")])
def test_weights_outside_their_range(weight: float) -> None:
    with pytest.raises(ValueError, match="weight of 'dose'"):
        LexicalIndex.build(TEXTS).score_all("", term_weights={"dose": weight})


@pytest.mark.parametrize("query", ["", "   ", "the of and", "zebra"])
def test_a_query_without_known_words_scores_nothing(query: str) -> None:
    index = LexicalIndex.build(TEXTS)
    assert not index.score_all(query).any()
    assert index.search(query, 3)[1].size == 0


def test_context_counts_once_beside_the_text() -> None:
    texts, contexts = ["cramps at night", "cramps by day"], ["Magnesium trial", "Quinine trial"]
    with_context = LexicalIndex.build(texts, contexts=contexts)
    joined = LexicalIndex.build([f"{c} {t}" for c, t in zip(contexts, texts, strict=True)])
    assert (with_context.score_all("magnesium night") == joined.score_all("magnesium night")).all()
    with pytest.raises(ValueError, match="contexts"):
        LexicalIndex.build(texts, contexts=["one"])


def test_search_ranks_and_leaves_out_rows_without_a_word() -> None:
    scores, rows = LexicalIndex.build(TEXTS).search("magnesium", 10)
    assert rows.tolist() == [3, 0]
    assert scores[0] > scores[1] > 0


@pytest.mark.parametrize("texts", [[], ["", "the"]])
def test_an_index_without_words(texts: list[str], tmp_path: Path) -> None:
    index = LexicalIndex.build(texts)
    index.save(tmp_path)
    for each in (index, LexicalIndex.load(tmp_path)):
        assert each.score_all("magnesium").shape == (len(texts),)
        assert not each.score_all("magnesium").any()


def test_rarity_is_the_share_of_the_largest_inverse_frequency() -> None:
    index = LexicalIndex.build(TEXTS)  # five rows
    unseen = math.log(1 + 5.5 / 0.5)
    assert index.rarity("pregnancy") == pytest.approx(math.log(1 + 4.5 / 1.5) / unseen)
    assert index.rarity("cramps") == pytest.approx(math.log(1 + 3.5 / 2.5) / unseen)
    assert index.rarity("zebra") == 1
    assert index.rarity("the") == index.rarity("") == 0
    assert LexicalIndex.build([]).rarity("cramps") == 1


def test_saved_and_loaded_scores_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "words")
    again = LexicalIndex.load(tmp_path / "words")
    assert len(again) == len(TEXTS)
    for query in ("magnesium cramps", "B12", "10mg"):
        assert (again.score_all(query) == index.score_all(query)).all()


def test_nothing_on_disk_is_a_pickle(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    for path in tmp_path.glob("*.npy"):
        np.load(path, allow_pickle=False)
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}


def test_damage_is_noticed(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    np.save(tmp_path / "rows.npy", np.array([99], np.int32))
    with pytest.raises(DamagedBuild, match="don't fit"):
        LexicalIndex.load(tmp_path)
    (tmp_path / "rows.npy").write_bytes(b"")
    with pytest.raises(DamagedBuild, match="can't be read"):
        LexicalIndex.load(tmp_path)
    with pytest.raises(DamagedBuild, match="can't be read"):
        LexicalIndex.load(tmp_path / "nowhere")


def test_words_of_another_version_are_refused(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    described = json.loads((tmp_path / "words.json").read_text("utf-8"))
    (tmp_path / "words.json").write_text(json.dumps(described | {"tokenizer": "0"}), encoding="utf-8")
    with pytest.raises(ForeignBuild, match="version '0'"):
        LexicalIndex.load(tmp_path)
