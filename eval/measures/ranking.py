"""Measures of a ranked list, computed by ir-measures (which runs trec_eval's own code).

=========  ==================================================================================
nDCG@k     sum of grade / log2(rank + 1) over the first k, over that of the ideal order
           (Jarvelin and Kekalainen, ACM TOIS 20, 2002; trec_eval's linear gain)
R@k        relevant passages in the first k, over all relevant ones
MRR@10     1 / rank of the first relevant passage in the first 10, else 0
hit@k      1 if any of the first k is relevant, else 0
=========  ==================================================================================

Relevant means a grade above 0. Each is computed for one query; a set's figure is the mean over its
judged queries, and a query that found nothing counts 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

MEASURES = ("nDCG@5", "nDCG@10", "R@5", "R@10", "R@100", "MRR@10", "hit@1", "hit@5")


def measure_ranking(
    rankings: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return measure name -> value for each judged query of ``qrels``.

    ``rankings`` holds passage ids, best first, without repeats (raises ``ValueError`` at one). The
    order given is the order measured: trec_eval sorts by score and breaks ties by id, so ranks are
    handed over as strictly falling scores.
    """
    with warnings.catch_warnings():
        # Its providers touch deprecated interfaces at import; that is not this program's to report.
        warnings.simplefilter("ignore")
        import ir_measures  # noqa: PLC0415 - a second of import time that only this measure needs

    names = {
        ir_measures.parse_measure(theirs): ours
        for ours, theirs in zip(
            MEASURES,
            ("nDCG@5", "nDCG@10", "R@5", "R@10", "R@100", "RR@10", "Success@1", "Success@5"),
            strict=True,
        )
    }
    judged = {query_id: dict(grades) for query_id, grades in qrels.items() if grades}
    run: dict[str, dict[str, float]] = {}
    for query_id in judged:
        ranking = rankings.get(query_id, ())
        if len(set(ranking)) != len(ranking):
            raise ValueError(f"the ranking of query {query_id!r} names a passage twice")
        run[query_id] = {passage_id: -float(rank) for rank, passage_id in enumerate(ranking, start=1)}
    values = {query_id: dict.fromkeys(MEASURES, 0.0) for query_id in judged}
    for metric in ir_measures.iter_calc(list(names), judged, run):
        values[metric.query_id][names[metric.measure]] = float(metric.value)
    return values
