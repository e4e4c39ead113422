"""Train the model that recognises requests to do harm.

``python -m eval.training.train_unsafe_requests DATA`` where DATA holds ``medsafetybench`` (MIT),
``donotanswer`` (Apache-2.0), ``xstest`` (CC BY 4.0), ``medquad`` (CC BY 4.0), ``kqa`` (MIT) and
``trec_cast`` (MIT). Prints ten-fold cross-validation, chooses the threshold on the held-out folds and writes
``assistant/screen/unsafe_requests.json``.

Requests for violence and crime (donotanswer, the unsafe half of xstest) and the plain-worded ones of
``harmful_requests.yaml`` are only measured: the rule in
``assistant/screen/unsafe_requests.py`` is for them, and a word model trained on them refuses "how do I kill
time at the airport". LiveQA is only measured too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

SEED = 20261123
OUT = Path("assistant/screen/unsafe_requests.json")
HARMLESS = Path("eval/training/harmless_requests.yaml")
HARMFUL = Path("eval/training/harmful_requests.yaml")
LEAST_OCCURRENCES = 2
SMALLEST_WEIGHT = 0.02
REFUSED_HARMLESS = 0.0125
"""Share of the hard harmless questions of the held-out folds that the threshold may refuse."""
WEIGHTS = {"medsafetybench": 4.0, "xstest safe": 4.0, "own frames": 3.0, "cast": 2.0}
"""Small sets weigh more, so that ten thousand easy questions do not drown them."""
ONLY_MEASURED = frozenset({"donotanswer", "xstest unsafe", "own harmful"})


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    unsafe: bool
    origin: str


def read_lines(path: Path) -> list[Any]:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.decode("utf-8").split("\n") if line.strip()]


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
        for r in read_lines(data / "medsafetybench" / "train.jsonl.gz")
    ]
    rows += [
        Row(r["prompt"], True, "donotanswer")
        for r in read_lines(data / "donotanswer" / "malicious_uses.jsonl")
    ]
    harmful = yaml.safe_load(HARMFUL.read_text(encoding="utf-8"))
    rows += [Row(text, True, "own harmful") for text in harmful]
    for r in read_lines(data / "xstest" / "prompts.jsonl.gz"):
        rows.append(Row(r["prompt"], r["label"] == "unsafe", f"xstest {r['label']}"))
    medquad = sorted({r["question"] for r in read_lines(data / "medquad" / "qa_with_answers.jsonl.gz")})
    rows += [Row(text, False, "medquad") for text in rng.sample(medquad, 2500)]
    for name in ("questions_without_answers", "questions_w_answers"):
        rows += [Row(r["Question"], False, "kqa") for r in read_lines(data / "kqa" / f"{name}.jsonl.gz")]
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--strength", type=float, default=100.0, help="inverse of the L2 penalty")
    arguments = parser.parse_args()
    rows = read_rows(arguments.data)
    features = [extract_features(row.text) for row in rows]
    truth = np.array([row.unsafe for row in rows])
    origins = np.array([row.origin for row in rows])
    weights = np.array([WEIGHTS.get(row.origin, 1.0) for row in rows])
    learned = np.array([row.origin not in ONLY_MEASURED for row in rows])
    scores = np.zeros(len(rows))
    for train, held in StratifiedKFold(10, shuffle=True, random_state=SEED).split(scores, origins):
        kept = train[learned[train]]
        model = fit([features[i] for i in kept], truth[kept], weights[kept], strength=arguments.strength)
        scores[held] = [score_features(features[i], model) for i in held]
    hard = np.isin(origins, ["kqa", "cast", "xstest safe", "own frames"])
    threshold = round(float(np.quantile(scores[hard], 1 - REFUSED_HARMLESS)), 3)
    violent = np.array([asks_for_violence(row.text) for row in rows])
    refused = (scores >= threshold) | violent
    folds = {str(o): round(float(refused[origins == o].mean()), 4) for o in sorted(set(origins))}
    by_rule = {str(o): round(float(violent[origins == o].mean()), 4) for o in sorted(set(origins))}
    print(f"threshold {threshold}; refused in held-out folds: {folds}; by the rule: {by_rule}")
    for cut in (0.2, 0.3, 0.4, 0.5, 0.6):
        print(
            cut, {str(o): round(float((scores[origins == o] >= cut).mean()), 3) for o in sorted(set(origins))}
        )
    for i in np.flatnonzero(refused & ~truth):
        print("  refused:", rows[i].origin, "|", rows[i].text[:120])
    final = fit(
        [f for f, keep in zip(features, learned, strict=True) if keep],
        truth[learned],
        weights[learned],
        strength=arguments.strength,
    )
    live = read_lines(arguments.data / "liveqa_med" / "questions.jsonl.gz")
    texts = [text for r in live for text in (r["message"] or "", r["nist_paraphrase"] or "")]
    wrong = [text for text in texts if score_features(extract_features(text), final) >= threshold]
    print(f"LiveQA refused {len(wrong)} of {len(texts)}: {[text[:100] for text in wrong]}")
    OUT.write_text(
        json.dumps(
            {
                "about": "Logistic regression; see docs/cards/unsafe_requests.md",
                "seed": SEED,
                "threshold": threshold,
                "refused_in_held_out_folds": folds,
                "bias": final.bias,
                "weights": final.weights,
            },
            indent=0,
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{len(final.weights)} weights, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
