"""Change the packaged model's weights by a small adapter that the package carries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from index.errors import EmbedderUnavailable

if TYPE_CHECKING:
    import torch

MEDICAL = "minilm-medical"
"""The packaged model, tuned on medical questions. Its card is ``docs/cards/encoder.md``."""

FORMAT = 1
CONFIG = "adapter.json"
WEIGHTS = "adapter.safetensors"
LARGEST_BYTES = 25 * 2**20

Tensors = dict[str, "torch.Tensor"]


@dataclass(frozen=True, slots=True)
class Adapter:
    """A change of weights. ``change`` maps a parameter's name to what is added to it, times ``mix``."""

    name: str
    digest: str
    base_sha256: str
    mix: float
    change: Tensors


def find_adapter(name: str) -> Traversable:
    """The folder of an adapter among the package's data."""
    return resources.files("index").joinpath("models", name)


def read_adapter(folder: Traversable) -> Adapter:
    """Read and check an adapter: ``adapter.json`` and ``adapter.safetensors``.

    A matrix is kept as two factors, ``<parameter>.up`` (rows, rank) and ``<parameter>.down`` (rank,
    columns); a vector as ``<parameter>.whole``. Raises :class:`EmbedderUnavailable` when a file is missing,
    changed, too large or of another format.
    """
    import safetensors  # noqa: PLC0415 - slow to import with torch, and only this adapter needs them
    from safetensors.torch import load  # noqa: PLC0415

    advice = "Reinstall the package, or choose the embedder 'minilm'."
    try:
        config = json.loads(folder.joinpath(CONFIG).read_text(encoding="utf-8"))
        content = folder.joinpath(WEIGHTS).read_bytes()
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(f"the adapter {folder} can't be read: {error}. {advice}") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise EmbedderUnavailable(f"the adapter {folder} is not of format {FORMAT}. {advice}")
    digest = hashlib.sha256(content).hexdigest()
    if len(content) > LARGEST_BYTES or digest != config.get("weights_sha256"):
        raise EmbedderUnavailable(f"{WEIGHTS} of the adapter {folder} is not what {CONFIG} tells. {advice}")
    mix, base = config.get("mix"), config.get("base_sha256")
    if not isinstance(mix, (int, float)) or isinstance(mix, bool) or not 0 < mix <= 1:
        raise EmbedderUnavailable(f"'mix' of the adapter {folder} must lie in (0, 1], got {mix!r}. {advice}")
    if not isinstance(base, str):
        raise EmbedderUnavailable(f"the adapter {folder} doesn't say which weights it changes. {advice}")
    try:
        change = multiply_out(load(content))
    except (safetensors.SafetensorError, ValueError, RuntimeError) as error:
        raise EmbedderUnavailable(
            f"{WEIGHTS} of the adapter {folder} is damaged: {error}. {advice}"
        ) from error
    return Adapter(
        name=folder.name,
        digest=hashlib.sha256(f"{digest} {mix}".encode()).hexdigest(),
        base_sha256=base,
        mix=float(mix),
        change=change,
    )


def multiply_out(factors: Mapping[str, torch.Tensor]) -> Tensors:
    """Turn the factors of each parameter into its whole change, in 32 bits.

    Raises ``ValueError`` for a name of another kind or a factor without its partner.
    """
    change: Tensors = {}
    for name, tensor in factors.items():
        parameter, _, kind = name.rpartition(".")
        if kind == "whole":
            change[parameter] = tensor.float()
        elif kind == "up" and f"{parameter}.down" in factors:
            change[parameter] = tensor.float() @ factors[f"{parameter}.down"].float()
        elif kind != "down" or f"{parameter}.up" not in factors:
            raise ValueError(f"{name!r} has no partner")
    return change


def apply_change(model: torch.nn.Module, change: Mapping[str, torch.Tensor], *, mix: float) -> None:
    """Add ``mix`` times the change to the model's parameters, in place.

    Raises ``ValueError``, before anything is changed, for a parameter that the model lacks or that has
    another shape.
    """
    import torch  # noqa: PLC0415

    parameters = dict(model.named_parameters())
    for name, value in change.items():
        if name not in parameters or parameters[name].shape != value.shape:
            raise ValueError(f"the model has no parameter {name!r} of shape {tuple(value.shape)}")
    with torch.no_grad():
        for name, value in change.items():
            parameter = parameters[name]
            # Summed in 32 bits: half precision would round small changes away before they add up.
            parameter.copy_(parameter.float() + mix * value)
