"""Adapters: read only when whole and unchanged, added exactly, known by their own fingerprint."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save

from index.adapter import (
    CONFIG,
    LARGEST_BYTES,
    MEDICAL,
    WEIGHTS,
    apply_change,
    find_adapter,
    multiply_out,
    read_adapter,
)
from index.embedder import PACKAGED_WEIGHTS_SHA256, adapt, load_embedder
from index.errors import EmbedderUnavailable

UP = torch.tensor([[1.0], [2.0]])
DOWN = torch.tensor([[3.0, 0.0, -1.0]])


def write_adapter(folder: Path, tensors: dict[str, torch.Tensor] | None = None, **changed: Any) -> Path:
    content = save(tensors or {"weight.up": UP, "weight.down": DOWN, "bias.whole": torch.tensor([1.0, -1.0])})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    config = {
        "format": 1,
        "base_sha256": PACKAGED_WEIGHTS_SHA256,
        "weights_sha256": hashlib.sha256(content).hexdigest(),
        "mix": 0.5,
    }
    (folder / CONFIG).write_text(json.dumps(config | changed), encoding="utf-8")
    return folder


def test_the_change_is_the_product_of_the_factors_times_the_mixing_factor(tmp_path: Path) -> None:
    layer = torch.nn.Linear(3, 2)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.ones_(layer.bias)
    adapter = read_adapter(write_adapter(tmp_path / "small"))
    apply_change(layer, adapter.change, mix=adapter.mix)
    assert layer.weight.tolist() == [[1.5, 0.0, -0.5], [3.0, 0.0, -1.0]]
    assert layer.bias.tolist() == [1.5, 0.5]


@pytest.mark.parametrize("mix", [0, 1.1, -0.5, "half", None, True])
def test_a_mixing_factor_outside_its_range_is_refused(tmp_path: Path, mix: Any) -> None:
    with pytest.raises(EmbedderUnavailable, match="mix"):
        read_adapter(write_adapter(tmp_path, mix=mix))


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path)
    content = bytearray((tmp_path / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHTS).write_bytes(bytes(content))
    with pytest.raises(EmbedderUnavailable, match="not what"):
        read_adapter(tmp_path)


def test_weights_that_are_too_large_are_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path)
    content = bytes(LARGEST_BYTES + 1)
    (tmp_path / WEIGHTS).write_bytes(content)
    config = json.loads((tmp_path / CONFIG).read_text("utf-8"))
    config["weights_sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(EmbedderUnavailable, match="not what"):
        read_adapter(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 2}', "\u0000"])
def test_a_config_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    write_adapter(tmp_path)
    (tmp_path / CONFIG).write_text(content, encoding="utf-8")
    with pytest.raises(EmbedderUnavailable, match="minilm"):
        read_adapter(tmp_path)


@pytest.mark.parametrize("lost", [CONFIG, WEIGHTS])
def test_a_missing_file_is_told(tmp_path: Path, lost: str) -> None:
    write_adapter(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(EmbedderUnavailable, match="can't be read"):
        read_adapter(tmp_path)


def test_bytes_that_are_no_tensors_are_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path, weights_sha256=hashlib.sha256(b"hello").hexdigest())
    (tmp_path / WEIGHTS).write_bytes(b"hello")
    with pytest.raises(EmbedderUnavailable, match="damaged"):
        read_adapter(tmp_path)


@pytest.mark.parametrize("name", ["weight.up", "weight.down", "weight", "weight.sideways"])
def test_a_factor_without_its_partner_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="partner"):
        multiply_out({name: UP})


@pytest.mark.parametrize("change", [{"unknown": torch.zeros(2)}, {"bias": torch.zeros(3)}])
def test_a_change_that_does_not_fit_changes_nothing(change: dict[str, torch.Tensor]) -> None:
    layer = torch.nn.Linear(3, 2)
    before = layer.weight.detach().clone()
    with pytest.raises(ValueError, match="no parameter"):
        apply_change(layer, {"weight": torch.ones(2, 3), **change}, mix=1.0)
    assert torch.equal(layer.weight, before)


def test_another_mixing_factor_is_another_adapter(tmp_path: Path) -> None:
    first = read_adapter(write_adapter(tmp_path / "a", mix=0.5))
    second = read_adapter(write_adapter(tmp_path / "b", mix=0.6))
    assert first.digest != second.digest
    assert first.digest == read_adapter(write_adapter(tmp_path / "c", mix=0.5)).digest


def test_an_adapter_for_other_weights_is_refused(tmp_path: Path) -> None:
    adapter = read_adapter(write_adapter(tmp_path, base_sha256="0" * 64))
    with pytest.raises(EmbedderUnavailable, match="other weights"):
        adapt([torch.nn.Linear(3, 2)], adapter)  # type: ignore[arg-type]


@pytest.mark.model
def test_the_packaged_adapter_changes_the_vectors_and_the_fingerprint_and_keeps_the_rest() -> None:
    texts = ["magnesium for nocturnal leg cramps in pregnancy", "the weather on Sunday"]
    plain, tuned = load_embedder("minilm", precision="fp32"), load_embedder(MEDICAL, precision="fp32")
    assert plain.fingerprint != tuned.fingerprint
    assert (plain.dimension, plain.max_tokens) == (tuned.dimension, tuned.max_tokens)
    a, b = plain.embed(texts), tuned.embed(texts)
    alike = (a * b).sum(1)
    assert np.allclose(np.linalg.norm(b, axis=1), 1, atol=1e-5)
    assert (alike < 0.9999).all()  # something was learnt
    assert (alike > 0.5).all()  # and not everything forgotten


def test_the_packaged_adapter_is_small_and_says_what_it_was_trained_on() -> None:
    folder = find_adapter(MEDICAL)
    config = json.loads(folder.joinpath(CONFIG).read_text(encoding="utf-8"))
    assert len(folder.joinpath(WEIGHTS).read_bytes()) <= 6 * 2**20
    assert set(config["training"]["questions"]) == {"evidence", "scifact", "medquad", "pubmedqa", "cochrane"}
    assert read_adapter(folder).base_sha256 == PACKAGED_WEIGHTS_SHA256
