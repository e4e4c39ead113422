"""What the verifier is asked and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["supported", "not_enough", "refuted"]


@dataclass(frozen=True, slots=True)
class Check:
    """One layer's finding. ``reason`` is a sentence a person can read; empty when it passed."""

    name: str
    passed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verifier's finding for one claim against its evidence.

    ``score`` is a calibrated probability in [0, 1] that the evidence supports the claim.
    """

    label: Label
    score: float
    checks: tuple[Check, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(check.reason for check in self.checks if not check.passed)


class Verifier(Protocol):
    """Judges a claim against evidence texts: pure, deterministic, no network."""

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict: ...
