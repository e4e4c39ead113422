"""Decide whether the library answers: vetoes first, then one calibrated score against one threshold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from assistant.compose.candidates import Candidate
from assistant.compose.evidence import measure_evidence
from assistant.compose.facets import Facets
from assistant.compose.parts import find_missing_parts, lacks_every_part, leave_out
from assistant.compose.vetoes import find_veto
from index.ports import Hit

Decision = Literal["answer", "partial", "abstain"]

SCALE_FREE = "*"
"""The model for an embedder that has none of its own: it reads no plain cosine."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """``score``: calibrated probability that the library answers, 0 where a veto fell. ``missing``: what the
    question names and the library holds nothing about. ``unanswered``: parts of the question, in words, that
    are not answered while others are. ``reason``: the veto, for the record."""

    decision: Decision
    score: float
    missing: tuple[str, ...]
    threshold: float = 0.5
    unanswered: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerabilityModel:
    """Logistic regression: probability ``1 / (1 + exp(-(bias + sum(weight * feature))))``, which Platt's
    sigmoid (1999), fitted on sources left out, is already folded into. Below ``threshold`` nothing is answered."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def score(self, features: Mapping[str, float]) -> float:
        """The probability; raises ``KeyError`` when a feature is missing."""
        logit = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-logit)) if logit > -500 else 0.0


@cache
def load_answerability(embedder: str) -> AnswerabilityModel:
    """The packaged model for ``embedder`` (a name as in the settings), or the scale-free one."""
    raw = json.loads(resources.files("assistant.compose").joinpath("answerability.json").read_text("utf-8"))
    chosen = raw["models"].get(embedder, raw["models"][SCALE_FREE])
    return AnswerabilityModel(weights=chosen["weights"], bias=chosen["bias"], threshold=chosen["threshold"])


def judge_answerability(
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    facets: Facets,
    *,
    question: str,
    background: tuple[float, float],
    model: AnswerabilityModel,
) -> Answerability:
    """Answer, answer in part, or abstain. ``background``: see :func:`measure_evidence`."""

    def abstain(score: float, missing: tuple[str, ...], reason: str = "") -> Answerability:
        return Answerability("abstain", score, missing, model.threshold, reason=reason)

    if not candidates:
        return abstain(0.0, facets.unknown, "nothing was found")
    if lacks_every_part(question, facets):
        return abstain(0.0, facets.unknown, "nothing that is asked about is in the library")
    lacking = find_missing_parts(question, facets, candidates)
    if lacking:
        facets = leave_out(facets, lacking)
    veto = find_veto(question, facets, candidates)
    if veto is not None:
        return abstain(0.0, tuple(dict.fromkeys((*lacking, *veto.missing))), veto.reason)
    missing = tuple(dict.fromkeys((*lacking, *facets.unknown)))
    score = model.score(measure_evidence(hits, candidates, facets, background))
    if score < model.threshold:
        return abstain(score, missing)
    return Answerability("partial" if missing else "answer", score, missing, model.threshold)
