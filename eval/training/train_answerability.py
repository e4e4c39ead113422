"""Train the score that decides whether the library answers.

``python -m eval.training.train_answerability DATA`` where DATA holds ``pubmedqa`` (MIT), ``medquad`` (CC BY 4.0),
``kqa`` (MIT), ``evidence_inference`` (MIT annotations, CC BY articles) and ``trec_cast`` (MIT) to learn from, and
``bioasq`` and ``liveqa_med`` to measure on. Run it again when an embedder's weights change. Prints figures with
every source left out in turn, and on sources never learned from; writes ``assistant/compose/answerability.json``.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from assistant.assembly import open_embedder
from assistant.compose.answerability import SCALE_FREE
from assistant.compose.candidates import Candidate, score_candidates
from assistant.compose.evidence import measure_evidence
from assistant.compose.facets import Facets, read_facets
from assistant.compose.parts import find_missing_parts, leave_out
from assistant.compose.vetoes import find_veto
from assistant.rewrite.standalone import understand
from assistant.settings import Settings
from eval.measures.bootstrap import Estimate, estimate, mean_of
from eval.measures.selective import area_under_risk_coverage
from eval.measures.verification import area_under_curve, calibration_error
from eval.training.answerability_sets import (
    SEED,
    Asked,
    RememberedQueries,
    Shelf,
    ask_all,
    conversation_of,
    read_sets,
)
from index.ports import Hit
from index.vector_cache import VectorCache

OUT = Path("assistant/compose/answerability.json")
EMBEDDERS = ("minilm", "minilm-medical")
WRONG_ANSWERS = 0.05
"""Share of the unanswerable questions of sources left out that the threshold may let through."""
PENALTY = 1.0
LEARNED = (
    "cosine", "coverage_passage", "coverage_sentence", "rarest_held", "topic_held",
    "subject_held", "cue", "fits",
)  # fmt: skip
"""Each may only raise the score: what counts for a library with one document on a thing (few sentences agree,
the best stands far above the next) must not count against one with many."""

SCALE_FREE_LEARNED = ("standing_passage", *(name for name in LEARNED if name != "cosine"))
"""In a library about one thing every passage stands close, so this model is the weaker one there."""

THRESHOLD = 0.5
"""Answer where that is likelier right than not; the score is calibrated at even odds. The threshold at which
``WRONG_ANSWERS`` hold is written beside it: it abstains far more in a library about one thing."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """One question put to one library. ``vetoed``: a rule abstains, whatever the score."""

    source: str
    id: str
    kind: str
    answerable: bool
    learned: bool
    vetoed: bool
    features: Mapping[str, float]
    question: str
    title: str
    best: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """``probability = sigmoid(matrix @ weights + bias)``."""

    weights: Floats
    bias: float

    def logits(self, matrix: Floats) -> Floats:
        found: Floats = matrix @ self.weights + self.bias
        return found


def weigh(asked: Asked) -> tuple[str, list[Hit], list[Candidate], Facets]:
    """What the chain does before it judges: understand, search, score sentences."""
    library = asked.library
    standalone = understand(asked.question.text, conversation_of(asked.question), rarity=library.rarity)
    hits = library.search(standalone.query, k=Settings.model_fields["passages"].default)
    facets = read_facets(
        standalone.text, topic=standalone.topic, subject=standalone.subject, rarity=library.rarity
    )
    candidates = score_candidates(
        hits,
        {hit.chunk.document_id: library.metadata(hit.chunk.document_id) for hit in hits},
        library.sentence_vectors_many([hit.chunk for hit in hits]),
        library.embed_query(standalone.text),
        facets,
    )
    return standalone.text, hits, candidates, facets


def make_row(asked: Asked, source: str, *, learned: bool) -> Row:
    text, hits, candidates, facets = weigh(asked)
    lacking = find_missing_parts(text, facets, candidates)
    facets = leave_out(facets, lacking) if lacking else facets
    features = measure_evidence(hits, candidates, facets, asked.library.measure_background(text))
    return Row(
        source=source,
        id=asked.question.id,
        kind=asked.kind,
        answerable=asked.answerable,
        learned=learned,
        vetoed=not candidates or find_veto(text, facets, candidates) is not None,
        features=features,
        question=text,
        title=candidates[0].chunk.title if candidates else "",
        best=candidates[0].text if candidates else "",
    )


def fit(matrix: Floats, truth: npt.NDArray[np.bool_], weights: Floats) -> Fitted:
    """Logistic regression with an L2 penalty on standardised features and no negative weight (L-BFGS-B)."""
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    scaled = (matrix - mean) / spread
    sign = np.where(truth, 1.0, -1.0)

    def loss(point: Floats) -> tuple[float, Floats]:
        margin = sign * (scaled @ point[:-1] + point[-1])
        pull = -sign * weights / (1 + np.exp(np.clip(margin, -50, 50)))
        value = float((weights * np.logaddexp(0, -margin)).sum() + (point[:-1] ** 2).sum() / (2 * PENALTY))
        return value, np.append(scaled.T @ pull + point[:-1] / PENALTY, pull.sum())

    bounds = [(0.0, None)] * matrix.shape[1] + [(None, None)]
    point = minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return Fitted(point[:-1] / spread, float(point[-1] - (point[:-1] * mean / spread).sum()))


def fit_sigmoid(logits: Floats, truth: npt.NDArray[np.bool_], weights: Floats) -> tuple[float, float]:
    """Slope and intercept of Platt's sigmoid."""
    found = fit(logits[:, None], truth, weights)
    return float(found.weights[0]), found.bias


def balance(rows: Sequence[Row]) -> Floats:
    """Every source counts the same, and in it the answerable as much as the rest."""
    counts: dict[tuple[str, bool], int] = {}
    for row in rows:
        key = (row.source, row.answerable)
        counts[key] = counts.get(key, 0) + 1
    found = np.array([1 / counts[row.source, row.answerable] for row in rows])
    return np.asarray(found * len(rows) / found.sum(), dtype=np.float64)


def related(source: str) -> str:
    """The name that both halves of one source share."""
    return source.removesuffix(" held out")


def choose_threshold(
    probabilities: Floats, rows: Sequence[Row], weights: Floats, *, allowed: float = WRONG_ANSWERS
) -> float:
    """The lowest threshold at which at most ``allowed`` of the unanswerable weight is let through."""
    wrong = sorted(
        (
            (p, w)
            for p, w, row in zip(probabilities.tolist(), weights.tolist(), rows, strict=True)
            if not row.answerable
        ),
        reverse=True,
    )
    total = sum(w for _, w in wrong)
    spent = 0.0
    for p, w in wrong:
        spent += w if p > 0 else 0.0
        if spent > allowed * total:
            return math.nextafter(p, 1.0)
    return 0.5


def train(rows: Sequence[Row], names: Sequence[str]) -> tuple[dict[str, Any], Floats]:
    """The model as written to JSON, and each row's probability from a model that never saw its source."""
    matrix = np.array([[row.features[name] for name in names] for row in rows])
    truth = np.array([row.answerable for row in rows])
    learned = np.array([row.learned for row in rows])
    sources = np.array([related(row.source) for row in rows])
    logits = np.zeros(len(rows))
    for source in sorted(set(sources)):
        left_out = sources == source
        seen = learned & ~left_out
        fitted = fit(
            matrix[seen], truth[seen], balance([row for row, s in zip(rows, seen, strict=True) if s])
        )
        logits[left_out] = fitted.logits(matrix[left_out])
    taught = [row for row in rows if row.learned]
    weights = balance(taught)
    slope, intercept = fit_sigmoid(logits[learned], truth[learned], weights)
    probabilities = 1 / (1 + np.exp(-(slope * logits + intercept)))
    decided = np.where([row.vetoed for row in rows], 0.0, probabilities)
    threshold = round(choose_threshold(decided[learned], taught, weights), 4)
    whole = fit(matrix[learned], truth[learned], weights)
    model = {
        "weights": {
            n: round(float(slope * w), 5) for n, w in zip(names, whole.weights, strict=True) if w > 1e-6
        },
        "bias": round(slope * whole.bias + intercept, 5),
        "threshold": THRESHOLD,
        "strict_threshold": threshold,
    }
    return model, probabilities


def measure(rows: Sequence[Row], probabilities: Floats, threshold: float) -> dict[str, Estimate | None]:
    """Figures with their intervals, questions drawn whole."""
    decided = np.where([row.vetoed for row in rows], 0.0, probabilities)
    truth = [row.answerable for row in rows]
    answered = decided >= threshold
    keys = [row.id for row in rows]

    def share(wanted: bool) -> Estimate | None:
        chosen = [i for i, row in enumerate(rows) if row.answerable is wanted]
        values = [float(answered[i]) for i in chosen]
        return estimate(mean_of(values), len(values), clusters=[keys[i] for i in chosen])

    return {
        "answered": share(True),
        "wrongly answered": share(False),
        "auc": estimate(area_under_curve(truth, decided.tolist()), len(rows), clusters=keys),
        "ece": estimate(calibration_error(truth, probabilities.tolist()), len(rows), clusters=keys),
        "aurc": estimate(area_under_risk_coverage(decided.tolist(), truth), len(rows), clusters=keys),
    }


def show(figures: Mapping[str, Estimate | None]) -> str:
    return "  ".join(
        f"{name} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
        for name, found in figures.items()
        if found is not None
    )


def collect(data: Path, embedder: str, cache: Path) -> list[Row]:
    """Every question of every set, put to every library."""
    model = RememberedQueries(open_embedder(Settings(embedder=embedder)))
    rows: list[Row] = []
    for corpus in read_sets(data):
        shelf = Shelf(corpus, model, VectorCache(cache, kept_at_least=10**9))
        made = [make_row(asked, corpus.name, learned=corpus.learned) for asked in ask_all(shelf)]
        rows += [row for row in made if row.features]
        print(f"  {corpus.name}: {len(corpus.documents)} documents, {len(made)} rows", flush=True)
    return rows


def report(rows: Sequence[Row], probabilities: Floats, threshold: float) -> None:
    names = dict.fromkeys(row.source for row in rows)
    groups = {name: [i for i, row in enumerate(rows) if row.source == name] for name in names}
    groups["all learned, each left out"] = [i for i, row in enumerate(rows) if row.learned]
    groups["never learned"] = [i for i, row in enumerate(rows) if not row.learned]
    for name, members in groups.items():
        chosen = [rows[i] for i in members]
        print(
            f"  {name} ({len(chosen)}): {show(measure(chosen, probabilities[members], threshold))}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--embedder", action="append", help=f"default: {', '.join(EMBEDDERS)}")
    parser.add_argument("--cache", type=Path, default=Path("var/eval-cache"))
    parser.add_argument("--rows", type=Path, help="write every row here, for reading wrong answers by hand")
    options = parser.parse_args()
    embedders = options.embedder or list(EMBEDDERS)
    raw = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {"models": {}}
    everything: list[Row] = []
    for embedder in embedders:
        print(embedder, flush=True)
        rows = collect(options.data, embedder, options.cache)
        everything += rows
        model, probabilities = train(rows, LEARNED)
        raw["models"][embedder] = model
        print(json.dumps(model))
        report(rows, probabilities, model["threshold"])
        if options.rows:
            write_rows(rows, probabilities, options.rows.with_suffix(f".{embedder}.jsonl"))
    print("scale-free")
    model, probabilities = train(everything, SCALE_FREE_LEARNED)
    raw["models"][SCALE_FREE] = model
    print(json.dumps(model))
    report(everything, probabilities, model["threshold"])
    written = {
        "about": "Logistic regression; see docs/cards/answerability.md",
        "seed": SEED,
        "models": raw["models"],
    }
    OUT.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def write_rows(rows: Sequence[Row], probabilities: Floats, path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for row, p in zip(rows, probabilities.tolist(), strict=True):
            told = {
                "source": row.source, "id": row.id, "kind": row.kind, "answerable": row.answerable, "learned": row.learned,
                "vetoed": row.vetoed, "probability": round(p, 4), "question": row.question, "title": row.title,
                "best": row.best, "features": dict(row.features),
            }  # fmt: skip
            out.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
