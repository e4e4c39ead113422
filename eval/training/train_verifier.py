"""Train the verifier's model and measure it by cross-validation over groups.

``python -m eval.training.train_verifier DATA --reader WORK [--claims CLAIMS]`` where WORK holds the halves of
:mod:`eval.training.train_reader` (each row is read by the half that has not seen its source), DATA holds the sets named in
``claim_rows.LICENCES`` and CLAIMS further sets in the layout of ``python -m eval claims`` that are only
measured. Writes ``assistant/verify/model.json``. Rows of one source never stand on both sides of a fold; the
probability is calibrated, and the threshold chosen, on rows of folds that the trees had not seen.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from assistant.verify.alignment import Aligner, load_word_statistics
from assistant.verify.features import FEATURES, LAYER_FEATURES, read_findings
from assistant.verify.model import support_margin
from assistant.verify.premise import choose_premise
from assistant.verify.reader import LABELS, load_reader
from eval.measures.bootstrap import Statistic, estimate
from eval.measures.verification import area_under_curve, calibration_error, macro_f1_binary
from eval.training.claim_rows import SEED, ClaimRow, read_attribution, read_claims, read_training
from eval.training.reader_pairs import weigh
from eval.training.train_reader import TUNED_ON, half_of, open_model, read

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
"""Weight of a row by its set in training the trees. ``scifact_long`` is only read and measured there."""
STACKED = {**WEIGHTS, "scifact_long": 1.0}
"""Weight of a row where trees and reader are weighed against each other: with SciFact in both layouts the length of the
evidence, which the trees have learned to trust, tells nothing."""
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


def make_refutation_classifier() -> HistGradientBoostingClassifier:
    """Judges refuted against not enough."""
    return make_classifier(monotonic=False).set_params(max_iter=80)


def draw_folds(rows: Sequence[ClaimRow]) -> npt.NDArray[np.intp]:
    """Fold of each row."""
    groups = find_groups(rows)
    names = sorted(set(groups))
    fold = dict(zip(names, np.random.default_rng(SEED).integers(0, FOLDS, len(names)), strict=True))
    return np.array([fold[group] for group in groups])


def find_groups(rows: Sequence[ClaimRow]) -> list[str]:
    """The source that each row belongs to. Equal claims belong to one, whichever set they come from."""
    group_of_claim = {_key(row.claim): row.group for row in reversed(rows) if row.origin in WEIGHTS}
    return [group_of_claim.get(_key(row.claim), row.group) for row in rows]


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
        "--reader", type=Path, required=True, help="folder with both halves of the trained reader"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="retrain without each layer's features too; writes no model"
    )
    arguments = parser.parse_args()
    rows = read_rows(arguments.data, arguments.claims)
    features = compute_features(rows, arguments.cache)
    truth = np.array([row.label == "supported" for row in rows])
    refuted = np.array([row.label == "refuted" for row in rows])
    origins = np.array([row.origin for row in rows])
    weights = np.array([WEIGHTS.get(row.origin, 0.0) for row in rows])
    folds = draw_folds(rows)
    odds = score_held_out(features, truth, weights, folds)
    if arguments.ablate:
        print_ablation(features, truth, weights, folds, odds, origins)
        return
    trained = weights > 0
    calibration = fit_logistic(odds[:, None], truth, weights)
    logits = read_held_out(rows, arguments.reader, arguments.cache)
    both = np.column_stack([odds, [support_margin(row) for row in logits]])
    stack = fit_logistic(both, truth, np.array([STACKED.get(row.origin, 0.0) for row in rows]))
    scores = stack.predict_proba(both)[:, 1]
    threshold = choose_threshold(scores, truth, origins)
    print_gain(rows, calibration.predict_proba(odds[:, None])[:, 1], scores)
    figures = {
        name: measure(scores[origins == name], truth[origins == name], threshold)
        for name in sorted(set(origins))
    }
    for name, figure in figures.items():
        print(f"{name:28s} {figure}")
    unsupported = np.where(truth, 0.0, weights)
    refutation_odds = score_held_out(features, refuted, unsupported, folds, make=make_refutation_classifier)
    leaning = fit_logistic(
        np.column_stack([refutation_odds, logits[:, 2] - logits[:, 1]]), refuted, unsupported
    )
    open_rows = unsupported > 0
    final = make_classifier().fit(features[trained], truth[trained], sample_weight=weights[trained])
    refutation = make_refutation_classifier().fit(
        features[open_rows], refuted[open_rows], sample_weight=weights[open_rows]
    )
    write_model(
        {
            "slope": round(float(calibration.coef_[0, 0]), 4),
            "intercept": round(float(calibration.intercept_[0]), 4),
            "threshold": threshold,
            "reading": {
                "trees": round(float(stack.coef_[0, 0]), 4),
                "reader": round(float(stack.coef_[0, 1]), 4),
                "intercept": round(float(stack.intercept_[0]), 4),
                "refuted": round(float(leaning.coef_[0, 1] / leaning.coef_[0, 0]), 4),
            },
            "neutral": [
                round(float(v), 4) for v in np.average(features[trained], axis=0, weights=weights[trained])
            ],
            "held_out_folds": figures,
            "support": export_trees(final),
            "refutation": export_trees(refutation),
        }
    )


def read_rows(data: Path, claims: Path | None) -> list[ClaimRow]:
    """The rows to train on, then those that are only measured."""
    rows = [*read_training(data), *read_attribution(data / "attributionbench")]
    for path in sorted(claims.glob("*.jsonl.gz")) if claims else []:
        rows += read_claims(path, f"measured {path.name.split('.')[0]}")
    return rows


def fit_logistic(values: Floats, truth: npt.NDArray[np.bool_], weights: Floats) -> LogisticRegression:
    """On the rows that have a weight; ``values`` of shape ``(n, k)``."""
    used = weights > 0
    return LogisticRegression(C=1e6).fit(values[used], truth[used], sample_weight=weights[used])


def write_model(fitted: dict[str, Any]) -> None:
    about = {"about": "Gradient-boosted trees; see docs/cards/verifier.md", "seed": SEED}
    model = {**about, "features": list(FEATURES), **fitted}
    OUT.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"threshold {fitted['threshold']}, {fitted['reading']}; {OUT}: {OUT.stat().st_size} bytes")


def print_gain(rows: Sequence[ClaimRow], trees: Floats, both: Floats) -> None:
    """What the reader adds to the trees on rows that neither had seen, each at its own threshold."""
    truth = np.array([row.label == "supported" for row in rows])
    origins = np.array([row.origin for row in rows])
    groups = np.array(find_groups(rows))
    judged = [(scores, choose_threshold(scores, truth, origins)) for scores in (trees, both)]
    for name in sorted(set(origins)):
        chosen = origins == name
        gold, clusters = truth[chosen].tolist(), groups[chosen].tolist()
        f1 = [macro_f1_binary(gold, (scores[chosen] >= cut).tolist()) for scores, cut in judged]
        auc = [area_under_curve(gold, scores[chosen].tolist()) for scores, _ in judged]
        print(f"{name:28s} macro-F1 {show_gain(f1, clusters)} AUC {show_gain(auc, clusters)}", flush=True)


def show_gain(figures: Sequence[Statistic], clusters: Sequence[str]) -> str:
    """Both ``figures``, before and after, and their paired difference with its 95 % interval; one cluster key an item."""
    before, after = figures

    def difference(weights: Floats) -> Floats:
        return after(weights) - before(weights)

    one, other, gain = (
        estimate(statistic, len(clusters), clusters=clusters) for statistic in (before, after, difference)
    )
    if one is None or other is None or gain is None:
        return "-"
    return f"{one.value:.3f} -> {other.value:.3f} ({gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}])"


def score_held_out(
    features: npt.NDArray[np.float32],
    truth: npt.NDArray[np.bool_],
    weights: Floats,
    folds: npt.NDArray[np.intp],
    *,
    left_out: Sequence[int] = (),
    make: Callable[[], HistGradientBoostingClassifier] = make_classifier,
) -> Floats:
    """Log-odds of each row by the model of the folds it isn't in; ``left_out`` columns are hidden from it."""
    shown = features.copy()
    shown[:, list(left_out)] = 0
    odds = np.zeros(len(shown))
    for fold in range(FOLDS):
        train = (folds != fold) & (weights > 0)
        model = make().fit(shown[train], truth[train], sample_weight=weights[train])
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


def read_held_out(rows: Sequence[ClaimRow], work: Path, cache: Path | None) -> npt.NDArray[np.float32]:
    """The reader's logits, shape ``(len(rows), 3)``: a source that it was tuned on is read by the other half's model,
    everything else by the shipped one."""
    stored = cache.with_suffix(".logits.npy") if cache else None
    if stored and stored.exists():
        known: npt.NDArray[np.float32] = np.load(stored)
        if known.shape == (len(rows), len(LABELS)):
            return known
    groups = find_groups(rows)
    tuned_on = {group for row, group in zip(rows, groups, strict=True) if row.origin in TUNED_ON}
    halves = np.array([1 - half_of(group) if group in tuned_on else -1 for group in groups])
    pairs = [(choose_premise(row.claim, row.evidence, weigh), row.claim) for row in rows]
    logits = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    for half in (0, 1, -1):
        chosen = np.flatnonzero(halves == half)
        asked = [pairs[i] for i in chosen]
        model = open_model(work / f"half{half}.safetensors") if half >= 0 else None
        logits[chosen] = load_reader().read(asked) if model is None else read(model, asked)
    if stored:
        np.save(stored, logits)
    return logits


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
