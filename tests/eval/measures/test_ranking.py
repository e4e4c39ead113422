"""Ranking measures: by hand, and against the formula written out independently."""

import math

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from eval.measures.ranking import MEASURES, measure_ranking


def test_figures_one_can_work_out_by_hand():
    values = measure_ranking({"q": ["x", "a", "y", "b"]}, {"q": {"a": 1, "b": 1, "c": 1}})["q"]

    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    assert values == pytest.approx(
        {
            "nDCG@5": gained / ideal,
            "nDCG@10": gained / ideal,
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "R@100": 2 / 3,
            "MRR@10": 1 / 2,
            "hit@1": 0.0,
            "hit@5": 1.0,
        }
    )


def test_the_order_given_is_the_order_measured():
    # Ids chosen so that sorting by id, either way, would give another result.
    assert measure_ranking({"q": ["m", "a", "z"]}, {"q": {"m": 1}})["q"]["hit@1"] == 1.0


def test_a_query_that_found_nothing_counts_zero():
    assert measure_ranking({}, {"q": {"a": 1}})["q"] == dict.fromkeys(MEASURES, 0.0)


def test_a_passage_named_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        measure_ranking({"q": ["a", "a"]}, {"q": {"a": 1}})


def test_depth_cuts_off():
    ranking = [f"n{i}" for i in range(10)] + ["a"]
    values = measure_ranking({"q": ranking}, {"q": {"a": 1}})["q"]
    assert (values["nDCG@10"], values["R@10"], values["MRR@10"], values["R@100"]) == (0, 0, 0, 1)


def own_ndcg(ranking, grades, k):
    gains = sum(max(0, grades.get(p, 0)) / math.log2(r + 2) for r, p in enumerate(ranking[:k]))
    best = sorted((g for g in grades.values() if g > 0), reverse=True)[:k]
    ideal = sum(g / math.log2(r + 2) for r, g in enumerate(best))
    return gains / ideal if ideal else 0.0


def own_measures(ranking, grades):
    relevant = {passage for passage, grade in grades.items() if grade > 0}
    ranks = [rank for rank, passage in enumerate(ranking, 1) if passage in relevant]
    return {
        **{f"R@{k}": sum(rank <= k for rank in ranks) / len(relevant) for k in (5, 10, 100)},
        **{f"hit@{k}": float(any(rank <= k for rank in ranks)) for k in (1, 5)},
        "MRR@10": next((1 / rank for rank in ranks if rank <= 10), 0.0),
    }


def test_agrees_with_scikit_learn_on_random_rankings():
    generator = np.random.default_rng(8)
    passages = [f"p{i}" for i in range(30)]
    for _ in range(20):
        ranking = list(generator.permutation(passages))
        grades = {p: int(generator.integers(0, 4)) for p in passages}
        values = measure_ranking({"q": ranking}, {"q": grades})["q"]
        truth, scores = [[grades[p] for p in ranking]], [list(range(30, 0, -1))]
        for k in (5, 10):
            assert values[f"nDCG@{k}"] == pytest.approx(ndcg_score(truth, scores, k=k), abs=1e-6)


def test_agrees_with_the_formula_on_random_rankings():
    generator = np.random.default_rng(7)
    passages = [f"p{i}" for i in range(40)]
    for _ in range(30):
        ranking = list(generator.permutation(passages))
        grades = {p: int(generator.integers(0, 4)) for p in generator.choice(passages, 12, replace=False)}
        values = measure_ranking({"q": ranking}, {"q": grades})["q"]
        for k in (5, 10):
            assert values[f"nDCG@{k}"] == pytest.approx(own_ndcg(ranking, grades, k), abs=1e-6)
        own = own_measures(ranking, grades)
        assert {name: values[name] for name in own} == pytest.approx(own, abs=1e-6)
