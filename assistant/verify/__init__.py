"""Decide whether a statement is supported by the passages it cites. Calls no model over a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.verify.verdict import Verifier

__all__ = ["load_verifier"]


def load_verifier() -> Verifier:
    """See :func:`assistant.verify.loading.load_verifier`; imported on the first call only."""
    from assistant.verify.loading import load_verifier as load  # noqa: PLC0415 - keeps the package light

    return load()
