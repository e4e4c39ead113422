"""Train the verifier's model and measure it by cross-validation over groups.

``python -m eval.training.train_verifier DATA [--claims CLAIMS]`` where DATA holds the sets named in
``claim_rows.LICENCES`` and CLAIMS further sets in the layout of ``python -m eval claims`` that are only
measured. Writes ``assistant/verify/model.json``. Rows of one source never stand on both sides of a fold; the
probability is calibrated, and the threshold chosen, on rows of folds that the trees had not seen.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from assistant.verify.alignment import Aligner, load_word_statistics
from assistant.verify.features import FEATURES, LAYER_FEATURES, read_findings
from assistant.verify.semantic import best_cosine
from eval.measures.verification import calibration_error
from eval.training.claim_rows import SEED, ClaimRow, read_claims, read_training

OUT = Path("assistant/verify/model.json")
FOLDS = 5
WEIGHTS = {
    "scifact": 1.0,
    "kqa": 3.0,
    "expertqa": 1.0,
    "pubmedqa": 0.7,
    "trials": 1.0,
    "plain": 0.5,
    "passages": 1.5,
}
"""Weight of a row by its set. ``scifact_long`` is read and measured, not trained on."""
CHOSEN_ON = ("scifact", "kqa", "expertqa", "trials", "plain", "passages")
"""Sets whose mean macro-F1 on held-out folds chooses the threshold."""

RISING = frozenset(
    "coverage coverage_1 coverage_2 coverage_3 exact exact_1 plain plain_1 rare_coverage rare_coverage_1 bigrams follow cosine entities_shared "
    "verb_coverage head_coverage tail_coverage direction_agrees agree_near signed_agreement parity_agrees clause_agrees clause_parity_agrees "
    "static_cosine static_cosine_window clause_coverage shared_polar turned_agrees claim_asserts_same told_agreement told_strict".split()
)
FALLING = frozenset(
    "worst_missed second_missed missed_share drugs_new conditions_new populations_new quantities_missing quantities_other negative_differs "
    "direction_opposed oppose_near clause_opposed clause_negative_differs opposite_words overclaimed changes_in_near_quote claim_up_only_same".split()
)
"""The probability may only rise (fall) with these: it keeps the model sane on texts unlike its own."""

Floats = npt.NDArray[np.float64]


def make_classifier(*, monotonic: bool = True) -> HistGradientBoostingClassifier:
    constraints = [1 if name in RISING else -1 if name in FALLING else 0 for name in FEATURES]
    return HistGradientBoostingClassifier(
        max_iter=300,
        learning_rate=0.06,
        max_leaf_nodes=24,
        min_samples_leaf=10,
        l2_regularization=5,
        max_features=0.3,
        early_stopping=False,
        monotonic_cst=constraints if monotonic else None,
        random_state=SEED,
    )


def draw_folds(rows: Sequence[ClaimRow]) -> npt.NDArray[np.intp]:
    """Fold of each row. Equal claims stand in one fold, whichever set they come from."""
    group_of_claim = {_key(row.claim): row.group for row in reversed(rows) if row.origin in WEIGHTS}
    groups = [group_of_claim.get(_key(row.claim), row.group) for row in rows]
    names = sorted(set(groups))
    fold = dict(zip(names, np.random.default_rng(SEED).integers(0, FOLDS, len(names)), strict=True))
    return np.array([fold[group] for group in groups])


def _key(claim: str) -> str:
    return re.sub(r"\W+", " ", claim).casefold().strip()


def export_trees(model: HistGradientBoostingClassifier) -> dict[str, Any]:
    """The trees as parallel lists; a leaf points to itself."""
    trees = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        index = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            {
                "feature": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
                "threshold": [round(float(v), 5) for v in np.where(leaf, 0.0, nodes["num_threshold"])],
                "left": np.where(leaf, index, nodes["left"]).tolist(),
                "right": np.where(leaf, index, nodes["right"]).tolist(),
                "value": [round(float(v), 4) for v in np.where(leaf, nodes["value"], 0.0)],
            }
        )
    return {"bias": round(float(np.ravel(model._baseline_prediction)[0]), 5), "trees": trees}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--claims", type=Path, help="folder of claim sets that are only measured")
    parser.add_argument(
        "--cache", type=Path, help="file that keeps the computed features between runs (.npy)"
    )
    parser.add_argument(
        "--cosine-rows", type=int, default=0, help="rows to embed and fit the optional cosine layer on"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="retrain without each layer's features too; writes no model"
    )
    arguments = parser.parse_args()
    rows = read_training(arguments.data)
    if arguments.claims:
        for path in sorted(arguments.claims.glob("*.jsonl.gz")):
            rows += read_claims(path, f"measured {path.name.split('.')[0]}")
    features = compute_features(rows, arguments.cache)
    truth = np.array([row.label == "supported" for row in rows])
    origins = np.array([row.origin for row in rows])
    weights = np.array([WEIGHTS.get(row.origin, 0.0) for row in rows])
    folds = draw_folds(rows)
    odds = score_held_out(features, truth, weights, folds)
    trained = weights > 0
    platt = LogisticRegression(C=1e6).fit(odds[trained, None], truth[trained], sample_weight=weights[trained])
    slope, intercept = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    scores = 1 / (1 + np.exp(-(slope * odds + intercept)))
    if arguments.ablate:
        print_ablation(features, truth, weights, folds, odds, origins)
        return
    threshold = choose_threshold(scores, truth, origins)
    cosine = read_stored_cosine()
    if arguments.cosine_rows:
        cosine = fit_cosine(rows, slope * odds + intercept, trained, count=arguments.cosine_rows)
        print(f"cosine layer: {cosine}")
    figures = {
        name: measure(scores[origins == name], truth[origins == name], threshold)
        for name in sorted(set(origins))
    }
    for name, figure in figures.items():
        print(f"{name:28s} {figure}")
    print(f"threshold {threshold}, slope {slope:.3f}, intercept {intercept:.3f}")
    unsupported = trained & ~truth
    refuted = np.array([row.label == "refuted" for row in rows])
    final = make_classifier().fit(features[trained], truth[trained], sample_weight=weights[trained])
    refutation = (
        make_classifier(monotonic=False)
        .set_params(max_iter=80)
        .fit(features[unsupported], refuted[unsupported], sample_weight=weights[unsupported])
    )
    OUT.write_text(
        json.dumps(
            {
                "about": "Gradient-boosted trees; see docs/cards/verifier.md",
                "seed": SEED,
                "features": list(FEATURES),
                "slope": round(slope, 4),
                "intercept": round(intercept, 4),
                "threshold": threshold,
                "cosine": cosine,
                "neutral": [
                    round(float(v), 4)
                    for v in np.average(features[trained], axis=0, weights=weights[trained])
                ],
                "held_out_folds": figures,
                "support": export_trees(final),
                "refutation": export_trees(refutation),
            },
            separators=(",", ":"),
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{OUT}: {OUT.stat().st_size} bytes")


def score_held_out(
    features: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    weights: Floats,
    folds: npt.NDArray[np.intp],
    *,
    left_out: Sequence[int] = (),
) -> Floats:
    """Log-odds of each row by the model of the folds it isn't in; ``left_out`` columns are hidden from it."""
    shown = features.copy()
    shown[:, list(left_out)] = 0
    odds = np.zeros(len(shown))
    for fold in range(FOLDS):
        train = (folds != fold) & (weights > 0)
        model = make_classifier().fit(shown[train], truth[train], sample_weight=weights[train])
        odds[folds == fold] = model.decision_function(shown[folds == fold])
    return odds


def print_ablation(
    features: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    weights: Floats,
    folds: npt.NDArray[np.intp],
    whole: Floats,
    origins: npt.NDArray[np.str_],
) -> None:
    """One line a layer: the fall in area under the curve on each set when the model is retrained without it."""
    for layer, names in LAYER_FEATURES.items():
        odds = score_held_out(
            features, truth, weights, folds, left_out=[FEATURES.index(name) for name in names]
        )
        falls = {
            o: round(
                float(
                    roc_auc_score(truth[origins == o], whole[origins == o])
                    - roc_auc_score(truth[origins == o], odds[origins == o])
                ),
                3,
            )
            for o in CHOSEN_ON
        }
        print(f"without {layer:14s} mean fall {np.mean(list(falls.values())):+.4f} {falls}", flush=True)


def read_stored_cosine() -> dict[str, float]:
    """The cosine layer of the stored model, kept when it is not fitted anew."""
    stored: dict[str, float] = (
        json.loads(OUT.read_text(encoding="utf-8")).get("cosine", {}) if OUT.exists() else {}
    )
    return stored or {"weight": 0.0, "centre": 0.0}


def fit_cosine(
    rows: Sequence[ClaimRow], odds: Floats, trained: npt.NDArray[np.bool_], *, count: int
) -> dict[str, float]:
    """Weight of the cosine beside the held-out log-odds, from ``count`` rows drawn evenly over the sets."""
    from index.embedder import load_embedder  # noqa: PLC0415 - only this option needs the model

    embed = load_embedder("minilm").embed
    rng = np.random.default_rng(SEED)
    by_origin = {o: [i for i in np.flatnonzero(trained).tolist() if rows[i].origin == o] for o in CHOSEN_ON}
    drawn = [
        i for found in by_origin.values() for i in rng.permutation(found)[: count // len(by_origin)].tolist()
    ]
    cosines = np.array([best_cosine(rows[i].claim, rows[i].evidence, embed) for i in drawn])
    truth = np.array([rows[i].label == "supported" for i in drawn])
    both = np.column_stack([odds[drawn], cosines])
    model = LogisticRegression(C=10.0).fit(both, truth)
    print(
        f"AUC of {len(drawn)} rows without cosine {roc_auc_score(truth, odds[drawn]):.3f}, with {roc_auc_score(truth, model.decision_function(both)):.3f}"
    )
    weight = float(model.coef_[0, 1] / model.coef_[0, 0])
    return {"weight": round(weight, 3), "centre": round(float(np.median(cosines)), 3)}


def compute_features(rows: Sequence[ClaimRow], cache: Path | None) -> npt.NDArray[np.float32]:
    if cache and cache.exists():
        stored: npt.NDArray[np.float32] = np.load(cache)
        if stored.shape == (len(rows), len(FEATURES)):
            return stored
    aligner = Aligner(load_word_statistics())
    features = np.array(
        [read_findings(row.claim, row.evidence, aligner).values for row in rows], dtype=np.float32
    )
    if cache:
        np.save(cache, features)
    return features


def choose_threshold(scores: Floats, truth: npt.NDArray[np.bool_], origins: npt.NDArray[np.str_]) -> float:
    def mean_f1(cut: float) -> float:
        return float(
            np.mean(
                [
                    f1_score(truth[origins == o], scores[origins == o] >= cut, average="macro")
                    for o in CHOSEN_ON
                ]
            )
        )

    return round(float(max(np.linspace(0.25, 0.75, 51), key=mean_f1)), 3)


def measure(scores: Floats, truth: npt.NDArray[np.bool_], threshold: float) -> dict[str, float]:
    return {
        "rows": len(scores),
        "macro_f1": round(float(f1_score(truth, scores >= threshold, average="macro")), 3),
        "auc": round(float(roc_auc_score(truth, scores)), 3),
        "ece": round(
            float(calibration_error(truth.tolist(), scores.tolist())(np.ones((1, len(scores))))[0]), 3
        ),
    }


if __name__ == "__main__":
    main()
