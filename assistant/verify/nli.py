"""Optional layer: a local cross-encoder for natural-language inference, which can only withhold more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.verify.verdict import Check, Verdict, Verifier
from assistant.verify.words import split_sentences

Judge = Callable[[Sequence[tuple[str, str]]], npt.NDArray[np.float32]]
"""(premise, hypothesis) pairs to probabilities of shape ``(n, 2)``: entailed, contradicted."""

ENTAILED = 0.5
_WINDOW = 3
_MOST_PAIRS = 32


class NliModelError(ValueError):
    """The folder of ``FOLLOWUP_NLI_MODEL`` holds no usable model; the message says what to do."""


@dataclass(frozen=True, slots=True)
class NliVerifier:
    """Passes on another verifier's verdict, and takes support back where no piece of evidence entails the claim.

    A word-for-word quote never reaches the model. Pieces are whole evidence texts of at most three sentences,
    else every run of three; the piece that entails most counts.
    """

    verifier: Verifier
    judge: Judge

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        """Judge ``claim``; never more lenient than the verifier within."""
        verdict = self.verifier.verify(claim, evidence)
        quoted = any(check.name == "exact_quote" and check.passed for check in verdict.checks)
        if verdict.label != "supported" or quoted:
            return verdict
        pieces = [piece for text in evidence for piece in _split_premise(text)][:_MOST_PAIRS]
        if not pieces:
            return verdict
        found = self.judge([(piece, claim) for piece in pieces])
        entailed, contradicted = (float(value) for value in found[int(found[:, 0].argmax())])
        if entailed >= ENTAILED:
            return replace(verdict, checks=(*verdict.checks, Check("nli", True)))
        reason = (
            f"The inference model does not find it in the evidence ({entailed:.2f}, needed {ENTAILED:.2f})."
        )
        return replace(
            verdict,
            label="refuted" if contradicted >= ENTAILED else "not_enough",
            score=min(verdict.score, round(entailed, 4)),
            checks=(*verdict.checks, Check("nli", False, reason)),
        )


def _split_premise(text: str) -> list[str]:
    sentences = [sentence.text for sentence in split_sentences(text)]
    last = max(1, len(sentences) - _WINDOW + 1)
    return [" ".join(sentences[i : i + _WINDOW]) for i in range(last)] if sentences else []


def load_nli_judge(folder: Path) -> Judge:
    """Open the cross-encoder in ``folder``: nothing is downloaded and no code of the model's is run.

    Raises :class:`NliModelError` when the folder is missing, isn't a sequence classifier with safetensors
    weights, or names no "entailment" label.
    """
    if not (folder / "config.json").is_file():
        raise NliModelError(
            f"FOLLOWUP_NLI_MODEL: {folder} holds no config.json. Give the folder of a transformers or "
            "sentence-transformers cross-encoder, or unset the variable."
        )
    import torch  # noqa: PLC0415 - only this option needs it
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        ).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise NliModelError(
            f"FOLLOWUP_NLI_MODEL: {folder} cannot be opened as a sequence classifier with its tokenizer and "
            f"safetensors weights: {error}"
        ) from error
    entails, contradicts = find_labels({int(i): str(name) for i, name in model.config.id2label.items()})
    length = min(512, int(getattr(model.config, "max_position_embeddings", 512) or 512))

    def judge(pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        encoded = tokenizer(
            [premise for premise, _ in pairs],
            [hypothesis for _, hypothesis in pairs],
            padding=True,
            truncation="longest_first",
            max_length=length,
            return_tensors="pt",
        )
        with torch.inference_mode():
            shares = model(**encoded).logits.float().softmax(dim=-1).numpy()
        against = shares[:, contradicts] if contradicts is not None else np.zeros(len(shares))
        return np.column_stack([shares[:, entails], against]).astype(np.float32)

    return judge


def find_labels(names: dict[int, str]) -> tuple[int, int | None]:
    """Columns of "entailment" and, if there is one, "contradiction". Raises :class:`NliModelError`."""
    plain = {column: name.casefold().replace("_", " ").replace("-", " ") for column, name in names.items()}
    entails = [c for c, name in plain.items() if "entail" in name and not name.startswith(("not", "non"))]
    contradicts = [c for c, name in plain.items() if "contradict" in name]
    if len(entails) != 1:
        raise NliModelError(
            f"FOLLOWUP_NLI_MODEL: exactly one label must be named entailment, but the model has {sorted(names.values())}. "
            "Write the names under id2label in its config.json."
        )
    return entails[0], contradicts[0] if contradicts else None
