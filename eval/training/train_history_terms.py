"""Train the model that chooses history terms, on human rewrites of follow-up questions.

``python -m eval.training.train_history_terms DATA`` where DATA holds ``trec_cast`` (TREC CAsT 2019 and
2021, MIT) and ``trec_ikat`` (TREC iKAT 2023, MIT). Prints grouped cross-validation, writes
``assistant/rewrite/history_terms.json``. ``--without SOURCE`` leaves one out, so that a set of that source can
be tested with a model that never saw it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from assistant.conversation import Conversation, Turn
from assistant.rewrite.history_terms import FEATURES, Rarity, term_features
from assistant.rewrite.words import stem, tokens

SEED = 20261123
SOURCES = {"cast2019": "TREC CAsT 2019", "cast2021": "TREC CAsT 2021", "ikat2023": "TREC iKAT 2023"}


@dataclass(frozen=True, slots=True)
class RewrittenTurn:
    """A follow-up, its conversation, and the question a person made of it."""

    group: str
    question: str
    conversation: Conversation
    rewrite: str


def read_cast_2021(path: Path) -> Iterable[RewrittenTurn]:
    for topic in json.loads(path.read_text("utf-8")):
        turns: list[Turn] = []
        for turn in topic["turn"]:
            if turns:
                yield RewrittenTurn(
                    f"cast21-{topic['number']}", turn["raw_utterance"], Conversation(tuple(turns)),
                    turn["manual_rewritten_utterance"],
                )  # fmt: skip
            turns += [Turn("user", turn["raw_utterance"]), Turn("assistant", turn.get("passage", ""))]


def read_cast_2019(topics: Path, rewrites: Path) -> Iterable[RewrittenTurn]:
    rewritten = dict(line.split("\t", 1) for line in rewrites.read_text("utf-8").splitlines() if "\t" in line)
    for topic in json.loads(topics.read_text("utf-8")):
        turns: list[Turn] = []
        for turn in topic["turn"]:
            key = f"{topic['number']}_{turn['number']}"
            if turns and key in rewritten:
                yield RewrittenTurn(
                    f"cast19-{topic['number']}",
                    turn["raw_utterance"],
                    Conversation(tuple(turns)),
                    rewritten[key],
                )
            turns.append(Turn("user", turn["raw_utterance"]))


def read_ikat(path: Path) -> Iterable[RewrittenTurn]:
    for topic in json.loads(path.read_text("utf-8")):
        turns: list[Turn] = []
        for turn in topic["turns"]:
            if turns:
                yield RewrittenTurn(
                    f"ikat-{topic['number']}",
                    turn["utterance"],
                    Conversation(tuple(turns)),
                    turn["resolved_utterance"],
                )
            turns += [Turn("user", turn["utterance"]), Turn("assistant", turn["response"])]


def fit_rarity(texts: Iterable[str]) -> Rarity:
    """Inverse document frequency over ``texts``, scaled to [0, 1]."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update({stem(word) for word in tokens(text)})
    top = math.log(1 + total)

    def rarity(word: str) -> float:
        return math.log((1 + total) / (1 + counts.get(stem(word), 0))) / top

    return rarity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("assistant/rewrite/history_terms.json"))
    parser.add_argument("--without", action="append", default=[], choices=SOURCES, help="leave a source out")
    options = parser.parse_args()
    cast, ikat = options.data / "trec_cast", options.data / "trec_ikat"
    readers: dict[str, Callable[[], Iterable[RewrittenTurn]]] = {
        "cast2021": lambda: read_cast_2021(cast / "2021_manual_evaluation_topics_v1.0.json"),
        "cast2019": lambda: read_cast_2019(
            cast / "evaluation_topics_v1.0.json", cast / "evaluation_topics_annotated_resolved_v1.0.tsv"
        ),
        "ikat2023": lambda: [
            *read_ikat(ikat / "2023_test_topics.json"),
            *read_ikat(ikat / "2023_train_topics.json"),
        ],
    }
    used = [name for name in SOURCES if name not in options.without]
    turns = [turn for name in used for turn in readers[name]()]
    rarity = fit_rarity({turn.content for item in turns for turn in item.conversation.turns})
    matrices, labels, groups = [], [], []
    for item in turns:
        words, matrix = term_features(item.question, item.conversation, rarity=rarity)
        wanted = {stem(word) for word in tokens(item.rewrite)}
        matrices.append(matrix)
        labels += [stem(word) in wanted for word in words]
        groups += [item.group] * len(words)
    x, y, g = np.concatenate(matrices), np.asarray(labels), np.asarray(groups)
    scores = np.zeros(len(y))
    for train, test in GroupKFold(5).split(x, y, g):
        fold = LogisticRegression(C=1.0, max_iter=5000, fit_intercept=False).fit(x[train], y[train])
        scores[test] = fold.predict_proba(x[test])[:, 1]
    print(f"{len(turns)} turns, {len(y)} candidates, base rate {y.mean():.3f}")
    print(f"average precision, 5-fold by conversation: {average_precision_score(y, scores):.3f}")
    model = LogisticRegression(C=1.0, max_iter=5000, fit_intercept=False).fit(x, y)
    options.out.write_text(
        json.dumps(
            {
                "features": FEATURES,
                "coefficients": [round(float(value), 5) for value in model.coef_[0]],
                "lexical_scale": 1.0,
                "lexical_floor": 0.05,
                "embedding_floor": 0.10,
                "embedding_terms": 6,
                "trained_on": [SOURCES[name] for name in used],
                "seed": SEED,
            },
            indent=1,
        )
        + "\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
