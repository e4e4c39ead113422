"""Training the encoder: the loss, the hard negatives and the small form, on numbers one can check."""

from __future__ import annotations

import math

import pytest
import torch

from eval.training.encoder_pairs import Example, PairSet, Passage
from eval.training.train_encoder import SCALE, compress, contrast, find_hard_negatives
from index.adapter import multiply_out


def passages(*keys: str) -> list[Passage]:
    return [Passage("", "text", frozenset({key})) for key in keys]


def test_the_loss_of_orthogonal_vectors_is_known() -> None:
    batch = [Example("q", "a", 0), Example("r", "b", 1)]
    loss = contrast(torch.eye(2), torch.eye(2), batch, passages("a", "b"))
    assert float(loss) == pytest.approx(math.log(1 + math.exp(-SCALE)), abs=1e-6)
    swapped = contrast(torch.eye(2), torch.eye(2).flip(0), batch, passages("a", "b"))
    assert float(swapped) == pytest.approx(SCALE, abs=1e-3)


def test_another_passage_that_answers_too_is_no_negative() -> None:
    batch = [Example("q", "a", 0)]
    both = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert float(contrast(both[:1], both, batch, passages("a", "a"))) == pytest.approx(0, abs=1e-6)
    assert float(contrast(both[:1], both, batch, passages("a", "b"))) == pytest.approx(math.log(2), abs=1e-6)


def test_hard_negatives_share_words_and_do_not_answer() -> None:
    pool = (
        Passage("Cramps", "magnesium for leg cramps", frozenset({"a"})),
        Passage("Cramps", "magnesium for leg cramps in pregnancy"),
        Passage("", "the price of bread"),
    )
    found = find_hard_negatives(PairSet("s", (Example("magnesium for cramps", "a", 0),), pool), at_most=1)
    assert found == [[1]]


def test_a_change_of_low_rank_survives_the_small_form() -> None:
    generator = torch.Generator().manual_seed(1)
    matrix = torch.randn(24, 3, generator=generator) @ torch.randn(3, 16, generator=generator) / 100
    small = compress({"layer.weight": matrix, "layer.bias": torch.full((24,), 0.25)}, rank=3)
    assert {name: (tuple(t.shape), t.dtype) for name, t in small.items()} == {
        "layer.weight.up": ((24, 3), torch.float16),
        "layer.weight.down": ((3, 16), torch.float16),
        "layer.bias.whole": ((24,), torch.float16),
    }
    whole = multiply_out(small)
    assert torch.linalg.norm(whole["layer.weight"] - matrix) < 0.002 * torch.linalg.norm(matrix)
    assert torch.equal(whole["layer.bias"], torch.full((24,), 0.25))


def test_the_small_form_keeps_the_largest_part() -> None:
    matrix = torch.diag(torch.tensor([4.0, 2.0, 1.0]))
    whole = multiply_out(compress({"w": matrix}, rank=1))["w"]
    assert torch.allclose(whole, torch.diag(torch.tensor([4.0, 0.0, 0.0])), atol=1e-2)
