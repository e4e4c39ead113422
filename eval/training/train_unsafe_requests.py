"""Train the two models that recognise requests to do harm.

``python -m eval.training.train_unsafe_requests DATA`` where DATA holds ``medsafetybench`` (MIT),
``donotanswer`` (Apache-2.0), ``xstest`` (CC BY 4.0), ``medquad`` (CC BY 4.0), ``kqa`` (MIT) and
``trec_cast`` (MIT). Prints ten-fold cross-validation, chooses the thresholds on the held-out folds and writes
``assistant/screen/unsafe_requests.json``.

The unsafe half of xstest and the plain-worded requests of ``harmful_requests.yaml`` are only measured, and so is
LiveQA: they show what a new style of asking does.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.screen.unsafe_requests import (
    UnsafeModel,
    asks_for_violence,
    extract_features,
    score_features,
)
from eval.sets.lines import read_values

SEED = 20261123
OUT = Path("assistant/screen/unsafe_requests.json")
HARMLESS = Path("eval/training/harmless_requests.yaml")
HARMFUL = Path("eval/training/harmful_requests.yaml")
LEAST_OCCURRENCES = 2
SMALLEST_WEIGHT = 0.02
REFUSED_HARMLESS = 0.0125
"""Share of the hard harmless questions of the held-out folds that the threshold may refuse."""
HARD_HARMLESS = ("kqa", "cast", "xstest safe", "own frames")


@dataclass(frozen=True, slots=True)
class Kind:
    """What one of the models learns from. Small sets weigh more, so that ten thousand easy questions don't
    drown them."""

    weights: dict[str, float]
    only_measured: frozenset[str]
    refused_at_most: dict[str, float]


KINDS = {
    "ethics": Kind(
        weights={"medsafetybench": 4.0, "xstest safe": 4.0, "own frames": 3.0, "cast": 2.0},
        only_measured=frozenset({"donotanswer", "xstest unsafe", "own harmful"}),
        refused_at_most={},
    ),
    "crime": Kind(
        weights={
            "donotanswer": 4.0, "xstest safe": 12.0, "own frames": 3.0, "cast": 2.0, "kqa": 2.0,
        },
        only_measured=frozenset({"medsafetybench", "xstest unsafe", "own harmful"}),
        refused_at_most={"xstest safe": 0.02, "kqa": 0.001, "cast": 0.002, "own frames": 0.004},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    unsafe: bool
    origin: str


def write_out_harmless(path: Path) -> list[str]:
    """Fill the frames of the harmless requests."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    filled = list(data["plain"])
    for aim in data["aims"]:
        for frame in data["role_frames"]:
            filled.append(frame.format(role=rng.choice(data["roles"]), aim=aim))
    for text in data["texts"]:
        filled += [frame.format(text=text) for frame in data["task_frames"]]
    return filled


def read_rows(data: Path) -> list[Row]:
    rng = random.Random(SEED)  # noqa: S311 - a repeatable draw, no secret
    rows = [
        Row(r["request"], True, "medsafetybench")
        for r in read_values(data / "medsafetybench" / "train.jsonl.gz")
    ]
    rows += [
        Row(r["prompt"], True, "donotanswer")
        for r in read_values(data / "donotanswer" / "malicious_uses.jsonl")
    ]
    harmful = yaml.safe_load(HARMFUL.read_text(encoding="utf-8"))
    rows += [Row(text, True, "own harmful") for text in harmful]
    for r in read_values(data / "xstest" / "prompts.jsonl.gz"):
        rows.append(Row(r["prompt"], r["label"] == "unsafe", f"xstest {r['label']}"))
    medquad = sorted({r["question"] for r in read_values(data / "medquad" / "qa_with_answers.jsonl.gz")})
    rows += [Row(text, False, "medquad") for text in rng.sample(medquad, 2500)]
    for name in ("questions_without_answers", "questions_w_answers"):
        rows += [Row(r["Question"], False, "kqa") for r in read_values(data / "kqa" / f"{name}.jsonl.gz")]
    cast = json.loads(next((data / "trec_cast").glob("*2021*manual*.json")).read_text("utf-8"))
    rows += [
        Row(turn["manual_rewritten_utterance"], False, "cast") for topic in cast for turn in topic["turn"]
    ]
    rows += [Row(text, False, "own frames") for text in write_out_harmless(HARMLESS)]
    return rows


def to_matrix(texts: list[frozenset[str]], columns: dict[str, int]) -> csr_matrix:
    """One row a text: 1/sqrt(number of features) in the columns of its known features."""
    indptr, indices, values = [0], [], []
    for features in texts:
        known = [columns[f] for f in features if f in columns]
        indices += known
        values += [1 / np.sqrt(max(1, len(features)))] * len(known)
        indptr.append(len(indices))
    return csr_matrix((values, indices, indptr), shape=(len(texts), len(columns)))


def fit(
    features: list[frozenset[str]],
    truth: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64],
    *,
    strength: float,
) -> UnsafeModel:
    """Logistic regression over the features that occur at least twice."""
    counts: dict[str, int] = {}
    for row in features:
        for feature in row:
            counts[feature] = counts.get(feature, 0) + 1
    kept = sorted(f for f, n in counts.items() if n >= LEAST_OCCURRENCES)
    columns = {feature: i for i, feature in enumerate(kept)}
    model = LogisticRegression(C=strength, max_iter=3000, random_state=SEED)
    model.fit(to_matrix(features, columns), truth, sample_weight=weights)
    coefficients = {
        f: round(float(w), 2) for f, w in zip(kept, model.coef_[0], strict=True) if abs(w) >= SMALLEST_WEIGHT
    }
    return UnsafeModel(coefficients, round(float(model.intercept_[0]), 4), 0.5)


def cross_validate(
    features: list[frozenset[str]],
    rows: list[Row],
    weights: npt.NDArray[np.float64],
    learned: npt.NDArray[np.bool_],
    *,
    strength: float,
) -> npt.NDArray[np.float64]:
    """Scores of held-out rows, ten folds; rows that are only measured are never trained on."""
    truth = np.array([row.unsafe for row in rows])
    origins = np.array([row.origin for row in rows])
    scores = np.zeros(len(rows))
    for train, held in StratifiedKFold(10, shuffle=True, random_state=SEED).split(scores, origins):
        kept = train[learned[train]]
        model = fit([features[i] for i in kept], truth[kept], weights[kept], strength=strength)
        scores[held] = [score_features(features[i], model) for i in held]
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--strength", type=float, default=100.0, help="inverse of the L2 penalty")
    arguments = parser.parse_args()
    rows = read_rows(arguments.data)
    features = [extract_features(row.text) for row in rows]
    truth = np.array([row.unsafe for row in rows])
    origins = np.array([row.origin for row in rows])
    hard = np.isin(origins, HARD_HARMLESS)
    refused = np.array([asks_for_violence(row.text) for row in rows])
    _print_shares("rule", refused, origins)
    models = {}
    for name, kind in KINDS.items():
        weights = np.array([kind.weights.get(row.origin, 1.0) for row in rows])
        learned = np.array([row.origin not in kind.only_measured for row in rows])
        scores = cross_validate(features, rows, weights, learned, strength=arguments.strength)
        bounds = [np.quantile(scores[hard], 1 - REFUSED_HARMLESS)]
        bounds += [np.quantile(scores[origins == o], 1 - share) for o, share in kind.refused_at_most.items()]
        threshold = round(float(max(bounds)), 3)
        _print_shares(f"{name} at {threshold}", scores >= threshold, origins)
        refused |= scores >= threshold
        final = fit(
            [f for f, keep in zip(features, learned, strict=True) if keep],
            truth[learned],
            weights[learned],
            strength=arguments.strength,
        )
        models[name] = UnsafeModel(final.weights, final.bias, threshold)
    folds = _print_shares("all layers", refused, origins)
    for i in np.flatnonzero(refused & ~truth):
        print("  refused:", rows[i].origin, "|", rows[i].text[:120])
    live = list(read_values(arguments.data / "liveqa_med" / "questions.jsonl.gz"))
    texts = [text for r in live for text in (r["message"] or "", r["nist_paraphrase"] or "")]
    wrong = [
        text
        for text in texts
        if any(score_features(extract_features(text), m) >= m.threshold for m in models.values())
    ]
    print(f"LiveQA refused {len(wrong)} of {len(texts)}: {[text[:100] for text in wrong]}")
    OUT.write_text(
        json.dumps(
            {
                "about": "Logistic regressions; see docs/cards/unsafe_requests.md",
                "seed": SEED,
                "refused_in_held_out_folds": folds,
                "models": {
                    name: {"threshold": m.threshold, "bias": m.bias, "weights": m.weights}
                    for name, m in models.items()
                },
            },
            indent=0,
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{OUT.stat().st_size} bytes")


def _print_shares(
    name: str, refused: npt.NDArray[np.bool_], origins: npt.NDArray[np.str_]
) -> dict[str, float]:
    shares = {str(o): round(float(refused[origins == o].mean()), 4) for o in sorted(set(origins))}
    print(f"{name}: refused in held-out folds {shares}")
    return shares


if __name__ == "__main__":
    main()
