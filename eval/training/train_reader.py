"""Train the verifier's reader, a small cross-encoder, and write it as an adapter of the packaged encoder.

``python -m eval.training.train_reader DATA --work FOLDER`` with the steps ``pretrain`` (pairs made from
unlabelled texts), ``tune`` (labelled claims, once on each half of their sources, so that each half can be judged by a
model that has not seen it) and ``export`` (the mean of both halves' weights, Wortsman et al., ICML 2022, cut to a
small rank, into ``assistant/verify/reader/``). DATA holds the sets of :mod:`eval.training.claim_rows`.

Embeddings and the two lowest layers stay frozen. A run that is cut short by its minutes ends with a small rate.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save, save_file
from transformers import AutoTokenizer

from assistant.verify.premise import choose_premise
from assistant.verify.reader import ALL_TOKENS, CLAIM_TOKENS, FOLDER, HEAD, LABELS
from eval.training.claim_rows import ClaimRow, read_training
from eval.training.reader_pairs import ReaderPair, make_pairs, weigh
from eval.training.train_encoder import compress, find_transformer, open_packaged, write_adapter
from index.adapter import WEIGHTS
from index.embedder import find_packaged_model

SEED = 1
BATCH = 32
PRETRAINING_RATE, TUNING_RATE, HEAD_TIMES = 1.2e-4, 7e-5, 5.0
WARM_UP, WEIGHT_DECAY, SMOOTHING = 0.06, 0.01, 0.05
LIKE_LENGTH = 640  # rows that are sorted by length before they are cut into batches: little padding
LAYERS = tuple(f"encoder.layer.{i}." for i in range(2, 6))
RANK = 32
LABELLED = ("trial", "plain")
"""Kinds of pairs that carry annotations. Trials' are tuned on, in their own half only."""
TUNED_ON = {
    "scifact": (1.0, 2.0),
    "kqa": (1.0, 3.0),
    "expertqa": (1.0, 1.5),
    "trials": (1.0, 1.0),
    "pubmedqa": (0.3, 0.7),
    "plain": (0.2, 0.7),
    "passages": (0.3, 0.7),
}
"""Share of a set's labelled claims that are tuned on, and the weight of each."""
PAIRS_TUNED_ON = (0.5, 0.7)
"""The same for the pairs made from annotated trials."""
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    premise: str
    claim: str
    label: int
    weight: float


class ReaderModel(torch.nn.Module):
    """The encoder with the head of :class:`assistant.verify.reader.Reader`, for batches."""

    def __init__(self) -> None:
        super().__init__()
        encoder: Any = find_transformer(open_packaged())
        self.encoder = encoder
        self.head = torch.nn.Linear(3 * encoder.config.hidden_size, len(LABELS))
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)
        for name, parameter in self.encoder.named_parameters():
            parameter.requires_grad_(name.startswith(LAYERS))

    def forward(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Logits, shape ``(n, 3)``."""
        hidden = self.encoder(
            input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["kinds"]
        ).last_hidden_state
        claim = batch["claim"].unsqueeze(-1)
        mean = (hidden * claim).sum(1) / claim.sum(1).clamp(min=1)
        highest = hidden.masked_fill(claim == 0, -1e4).max(1).values
        logits: torch.Tensor = self.head(torch.cat([hidden[:, 0], mean, highest], 1))
        return logits


Tokens = tuple[list[int], list[int]]


class Batcher:
    """Turns texts into batches of token numbers."""

    def __init__(self) -> None:
        self._tokenizer: Any = AutoTokenizer.from_pretrained(
            str(find_packaged_model()), local_files_only=True
        )

    def encode(self, premise: str, claim: str) -> Tokens:
        ours = self._tokenize(claim, CLAIM_TOKENS)
        return ours, self._tokenize(premise, ALL_TOKENS - 3 - len(ours))

    def _tokenize(self, text: str, most: int) -> list[int]:
        found: list[int] = self._tokenizer(
            text, add_special_tokens=False, truncation=True, max_length=most
        ).input_ids
        return found

    def collate(self, rows: Sequence[Tokens]) -> dict[str, torch.Tensor]:
        first, border = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        longest = max(len(ours) + len(theirs) + 3 for ours, theirs in rows)
        batch = {
            name: torch.zeros((len(rows), longest), dtype=torch.long)
            for name in ("ids", "mask", "kinds", "claim")
        }
        for i, (ours, theirs) in enumerate(rows):
            whole = [first, *ours, border, *theirs, border]
            batch["ids"][i, : len(whole)] = torch.tensor(whole)
            batch["mask"][i, : len(whole)] = 1
            batch["kinds"][i, len(ours) + 2 : len(whole)] = 1
            batch["claim"][i, 1 : 1 + len(ours)] = 1
        return batch


def draw_batches(lengths: Sequence[int], rng: random.Random) -> list[list[int]]:
    """Rows in random batches of like length."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches = []
    for begin in range(0, len(order), LIKE_LENGTH):
        part = sorted(order[begin : begin + LIKE_LENGTH], key=lambda i: lengths[i])
        batches += [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
    rng.shuffle(batches)
    return batches


def train(
    model: ReaderModel,
    examples: Sequence[Example],
    *,
    rate: float,
    minutes: float,
    epochs: int,
    seed: int,
    label: str,
) -> int:
    """Train in place; return the steps done."""
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311
    batcher = Batcher()
    rows = [batcher.encode(example.premise, example.claim) for example in examples]
    labels = torch.tensor([example.label for example in examples])
    weights = torch.tensor([example.weight for example in examples])
    lengths = [len(ours) + len(theirs) for ours, theirs in rows]
    batches = [batch for _ in range(epochs) for batch in draw_batches(lengths, rng)]
    upper = [p for p in model.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": upper, "times": 1.0}, {"params": list(model.head.parameters()), "times": HEAD_TIMES}],
        lr=rate,
        weight_decay=WEIGHT_DECAY,
    )
    model.train()
    began, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(batches):
        done = max(step / len(batches), (time.monotonic() - began) / (60 * minutes))
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["times"] * rate * min(1.0, (step + 1) / (WARM_UP * len(batches))) * (1 - done)
        logits = model(batcher.collate([rows[i] for i in batch]))
        each = torch.nn.functional.cross_entropy(
            logits, labels[batch], reduction="none", label_smoothing=SMOOTHING
        )
        loss = (each * weights[batch]).sum() / weights[batch].sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if step % 40 == 39:
            spent = time.monotonic() - began
            print(
                f"{label} {step + 1}/{len(batches)} loss {np.mean(losses[-40:]):.3f} {spent:.0f} s",
                flush=True,
            )
    return len(losses)


def read(model: ReaderModel, pairs: Sequence[tuple[str, str]]) -> Floats:
    """Logits of (premise, claim) pairs, shape ``(n, 3)``."""
    model.eval()
    batcher = Batcher()
    rows = [batcher.encode(premise, claim) for premise, claim in pairs]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]))
    logits = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    with torch.inference_mode():
        for begin in range(0, len(order), 2 * BATCH):
            part = order[begin : begin + 2 * BATCH]
            logits[part] = model(batcher.collate([rows[i] for i in part])).numpy()
    return logits


def half_of(group: str) -> int:
    """0 or 1: the half that all rows of one source fall into."""
    return hashlib.sha256(group.encode()).digest()[0] % 2


def unlabelled_examples(pairs: Sequence[ReaderPair]) -> list[Example]:
    """Pairs that no annotation went into, from sources that hold no labelled claim of the same kind."""
    kept = [
        pair
        for pair in pairs
        if not pair.kind.startswith(LABELLED) and not pair.group.startswith(("plain:", "pubmedqa:"))
    ]
    return [Example(pair.premise, pair.claim, LABELS.index(pair.label), 1.0) for pair in kept]


def labelled_examples(
    rows: Sequence[ClaimRow], pairs: Sequence[ReaderPair], *, half: int, seed: int
) -> list[Example]:
    """Labelled claims of one half, and pairs made from annotated trials of it."""
    rng = random.Random(seed)  # noqa: S311
    examples = []
    for row in rows:
        if row.origin in TUNED_ON and half_of(row.group) == half and rng.random() < TUNED_ON[row.origin][0]:
            premise = choose_premise(row.claim, row.evidence, weigh)
            examples.append(Example(premise, row.claim, LABELS.index(row.label), TUNED_ON[row.origin][1]))
    share, weight = PAIRS_TUNED_ON
    for pair in pairs:
        if pair.kind.startswith("trial") and half_of(pair.group) == half and rng.random() < share:
            examples.append(Example(pair.premise, pair.claim, LABELS.index(pair.label), weight))
    return examples


def save_model(model: ReaderModel, path: Path) -> None:
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, path)


def open_model(path: Path) -> ReaderModel:
    model = ReaderModel()
    model.load_state_dict(load_file(path))
    return model


def pretrain(data: Path, work: Path, *, minutes: float) -> None:
    examples = unlabelled_examples(make_pairs(data, seed=SEED))
    model = ReaderModel()
    steps = train(
        model, examples, rate=PRETRAINING_RATE, minutes=minutes, epochs=3, seed=SEED, label="pretrain"
    )
    save_model(model, work / "pretrained.safetensors")
    print(f"{steps} steps of {BATCH} on {len(examples)} pairs")


def tune(data: Path, work: Path, *, half: int, minutes: float) -> None:
    pairs = make_pairs(data, seed=SEED)
    examples = labelled_examples(read_training(data), pairs, half=half, seed=11 + half)
    model = open_model(work / "pretrained.safetensors")
    train(model, examples, rate=TUNING_RATE, minutes=minutes, epochs=2, seed=20 + half, label=f"half {half}")
    save_model(model, work / f"half{half}.safetensors")


def export(work: Path, out: Path, *, rank: int) -> None:
    """Write the mean of both halves, its change of each matrix cut to ``rank``."""
    halves = [load_file(work / f"half{half}.safetensors") for half in (0, 1)]
    mean = {name: (value + halves[1][name]) / 2 for name, value in halves[0].items()}
    base = dict(ReaderModel().encoder.named_parameters())
    small = compress(
        {
            name: mean[f"encoder.{name}"] - value.detach()
            for name, value in base.items()
            if value.requires_grad
        },
        rank=rank,
    )
    write_adapter(small, mix=1.0, rank=rank, about={"seed": SEED}, out=out)
    head = {name: mean[f"head.{name}"].contiguous() for name in ("weight", "bias")}
    (out / HEAD).write_bytes(save(head))
    print(f"{out}: {(out / WEIGHTS).stat().st_size / 2**20:.1f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["pretrain", "tune", "export"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where the weights of each step are kept")
    parser.add_argument("--out", type=Path, default=Path("assistant/verify") / FOLDER)
    parser.add_argument("--half", type=int, choices=[0, 1], default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--rank", type=int, default=RANK)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    if options.step == "pretrain":
        pretrain(options.data, options.work, minutes=options.minutes)
    elif options.step == "tune":
        tune(options.data, options.work, half=options.half, minutes=options.minutes)
    else:
        export(options.work, options.out, rank=options.rank)


if __name__ == "__main__":
    main()
