"""Training the reader: what is trained on in which half, and that the small form reads as the whole one does."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from assistant.verify.reader import LABELS, load_reader
from eval.training.claim_rows import ClaimRow
from eval.training.reader_pairs import ReaderPair
from eval.training.train_reader import (
    BATCH,
    Example,
    ReaderModel,
    draw_batches,
    export,
    half_of,
    labelled_examples,
    read,
    save_model,
    train,
    unlabelled_examples,
)

PAIRS = [
    ReaderPair("A helps.", "A works.", "supported", "near", "doc:1"),
    ReaderPair("A helps.", "A raised B.", "refuted", "trial", "trials:1"),
    ReaderPair("A helps.", "A is good.", "supported", "plain", "plain:1"),
    ReaderPair("A helps.", "A cures.", "refuted", "gist_turn", "pubmedqa:1"),
]


def test_annotations_stay_out_of_what_both_halves_start_from() -> None:
    assert [example.claim for example in unlabelled_examples(PAIRS)] == ["A works."]


def test_each_source_is_tuned_on_in_one_half_only() -> None:
    rows = [
        ClaimRow("scifact", f"scifact:{n}", f"Claim {n}.", ("Evidence.",), "supported") for n in range(40)
    ]
    halves = [
        {example.claim for example in labelled_examples(rows, PAIRS, half=half, seed=1)} for half in (0, 1)
    ]
    assert halves[0]
    assert halves[1]
    assert not halves[0] & halves[1]
    assert {f"Claim {n}." for n in range(40) if half_of(f"scifact:{n}") == 0} <= halves[0]


def test_every_row_is_in_one_batch_of_like_length() -> None:
    lengths = [n % 90 for n in range(200)]
    batches = draw_batches(lengths, random.Random(1))
    assert sorted(i for batch in batches for i in batch) == list(range(200))
    assert max(map(len, batches)) <= BATCH
    spread = [max(lengths[i] for i in batch) - min(lengths[i] for i in batch) for batch in batches]
    assert np.mean(spread) < 30


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReaderModel, Path]:
    """A model after three steps, saved as both halves."""
    work = tmp_path_factory.mktemp("work")
    examples = [Example("Tea helps gout.", "Gout is helped by tea.", 0, 1.0)] * 3 * BATCH
    model = ReaderModel()
    assert train(model, examples, rate=1e-3, minutes=5, epochs=1, seed=1, label="test") == 3
    for half in (0, 1):
        save_model(model, work / f"half{half}.safetensors")
    return model, work


def test_training_moves_the_upper_layers_and_leaves_the_lower(trained: tuple[ReaderModel, Path]) -> None:
    now, before = (
        {name: value.detach() for name, value in model.encoder.named_parameters()}
        for model in (trained[0], ReaderModel())
    )
    changed = {name for name, value in now.items() if not torch.equal(value, before[name])}
    assert changed
    assert all(name.startswith(tuple(f"encoder.layer.{i}." for i in range(2, 6))) for name in changed)


def test_a_small_form_is_written_beside_its_head(trained: tuple[ReaderModel, Path], tmp_path: Path) -> None:
    export(trained[1], tmp_path, rank=8)
    assert {path.name for path in tmp_path.iterdir()} == {
        "adapter.json",
        "adapter.safetensors",
        "head.safetensors",
    }
    head = load_file(tmp_path / "head.safetensors")
    assert torch.equal(head["weight"], trained[0].head.weight)
    assert head["bias"].shape == (len(LABELS),)


def test_batches_are_read_as_single_pairs_are() -> None:
    reader = load_reader()
    model = ReaderModel()
    model.encoder.load_state_dict(reader.encoder.state_dict())
    model.head.load_state_dict(
        {"weight": torch.from_numpy(reader.weight), "bias": torch.from_numpy(reader.bias)}
    )
    pairs = [
        ("Tea helps gout in adults.", "Tea helps gout."),
        ("Rest.", "Rest is best for everybody who has cramps at night."),
    ]
    assert np.allclose(read(model, pairs), reader.read(pairs), atol=1e-4)
