"""TREC CAsT 2021 topics: conversations whose canonical passage stands beside each turn.

Where: 2021/2021_manual_evaluation_topics_v1.0.json in the daltonj/treccastweb repository on GitHub.
Licence: MIT; the passages come from MS MARCO, KILT and the Washington Post.
"""

from __future__ import annotations

from pathlib import Path

from assistant.conversation import Turn
from eval.sets.public.reading import need, read_json
from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.records import Passage, Query


def convert_cast(source: Path, destination: Path) -> Counts:
    """``source`` is the topics file. The passages shown are the pool; first turns are in it, not asked."""
    passages: list[Passage] = []
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    for topic in read_json(source):
        history: tuple[Turn, ...] = ()
        for turn in need(topic, "turn", source):
            turn_id = f"{need(topic, 'number', source)}_{need(turn, 'number', source)}"
            question, text = need(turn, "raw_utterance", source), need(turn, "passage", source)
            passages.append(Passage(turn_id, "", text))
            if history:
                queries.append(Query(turn_id, question, history))
                qrels[turn_id] = {turn_id: 1}
            history = (*history, Turn("user", question), Turn("assistant", text))
    return write_retrieval_set(destination, passages, queries, qrels)
