"""The verifier: quotes at once, everything else through all layers, hard rules first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from assistant.verify.alignment import Aligner
from assistant.verify.direction import are_opposed, read_direction
from assistant.verify.edits import Change, ChangeKind, NearQuote, list_changes
from assistant.verify.entities import find_unnamed
from assistant.verify.equivalents import restate
from assistant.verify.exact_quote import find_host_sentence, find_quote
from assistant.verify.features import FEATURES, LAYER_FEATURES, Findings, read_findings
from assistant.verify.model import Floats, VerifierModel, squash
from assistant.verify.premise import choose_premise
from assistant.verify.quantities import Quantity, read_quantities
from assistant.verify.reader import Read
from assistant.verify.regimen import object_to_regimen
from assistant.verify.verdict import Check, Label, Verdict
from assistant.verify.words import Sentence, normalize, split_words

QUOTED = 0.995
"""Score of a whole quote: the words are there, only the reading of sentence borders can err."""
NEARLY_QUOTED = 0.95
_MAX_CLAIM = 4000
_MAX_EVIDENCE = 20_000
"""Characters of one evidence text that the layers after the exact quote read; the chain cites far fewer."""
_CLOSE = 0.8
"""From this share of followed words on, a foreign word, a lost hedge or a lost condition counts too."""

_ALWAYS_GRAVE: frozenset[ChangeKind] = frozenset(
    {"quantity", "negation", "direction", "drug", "population", "relation", "order"}
)
_GRAVE_WHEN_CLOSE: frozenset[ChangeKind] = frozenset(
    {"hedging", "certainty", "condition", "word", "omission"}
)
_LAYER_OF: dict[ChangeKind, str] = {
    "quantity": "quantities", "negation": "negation", "hedging": "negation", "certainty": "negation", "direction": "direction",
    "drug": "entities", "condition": "entities", "population": "entities", "relation": "direction", "order": "entities", "word": "wording", "omission": "wording",
}  # fmt: skip
_COMPARES = FEATURES.index("compares")
LAYERS = (
    "exact_quote",
    "quantities",
    "regimen",
    "negation",
    "direction",
    "entities",
    "wording",
    "alignment",
    "model",
)
READER = "reader"
ABLATED = ("exact_quote", "regimen", *LAYER_FEATURES, READER)
"""Layers that can be left out, to measure what each one gives."""
FindingsReader = Callable[[str, tuple[str, ...]], Findings]


@dataclass(frozen=True, slots=True)
class _Objection:
    """A hard rule that speaks against the claim. ``refutes``: the evidence says otherwise."""

    layer: str
    reason: str
    refutes: bool


class LayeredVerifier:
    """Judges claims against evidence; deterministic, without network, safe to share between threads."""

    def __init__(
        self,
        model: VerifierModel,
        aligner: Aligner,
        *,
        reader: Read | None = None,
        left_out: str = "",
        read: FindingsReader | None = None,
    ) -> None:
        self._model, self._reader, self._left_out = model, reader, left_out
        self._read: FindingsReader = read or partial(read_findings, aligner=aligner)
        self._aligner = aligner
        self._silenced = [FEATURES.index(name) for name in LAYER_FEATURES.get(left_out, ())]

    def without_each_layer(self) -> dict[str, LayeredVerifier]:
        """This verifier with one layer silent, for each layer: its rules object to nothing and its features stand
        at their training mean; the model is not retrained. A claim that goes through all of them in turn is read
        once."""
        read = lru_cache(maxsize=1)(self._read)
        reader = None if self._reader is None else lru_cache(maxsize=1)(self._reader)
        return {
            layer: LayeredVerifier(
                self._model,
                self._aligner,
                reader=None if layer == READER else reader,
                left_out=layer,
                read=read,
            )
            for layer in ABLATED
        }

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        """Judge ``claim``. A claim or evidence without a letter or digit is ``not_enough``, never an error."""
        texts = tuple(filter(_says_something, evidence))
        if not _says_something(claim) or not texts:
            what = "There is no evidence text." if _says_something(claim) else "The claim is empty."
            return Verdict("not_enough", 0.0, (Check("exact_quote", False, what),))
        if len(claim) > _MAX_CLAIM:
            reason = f"The claim has {len(claim)} characters; at most {_MAX_CLAIM} can be checked. Split it."
            return Verdict("not_enough", 0.0, (Check("exact_quote", False, reason),))
        quoted = None if self._left_out == "exact_quote" else find_quote(claim, texts)
        if quoted == "whole":
            return Verdict("supported", QUOTED, (Check("exact_quote", True),))
        if quoted == "part":
            verdict = self._judge_part(claim, texts)
            if verdict:
                return verdict
        read = tuple(text[:_MAX_EVIDENCE] for text in texts)
        return self._judge_wording(restate(claim, read), read)

    def _judge_part(self, claim: str, evidence: tuple[str, ...]) -> Verdict | None:
        """A verbatim part of a sentence stands unless what was cut off turns its meaning."""
        host = find_host_sentence(claim, evidence)
        plain = normalize(claim)
        part = Sentence(plain, split_words(plain))
        if host is None or len(part.words) < 3:
            return None
        objections = _object_to_changes(list_changes(host, part), close=True)
        objections += [
            _Objection("regimen", reason, True) for reason in object_to_regimen(claim, (host.text,))
        ]
        if objections:
            return Verdict("not_enough", 0.2, _to_checks(objections, quoted=False))
        return Verdict("supported", NEARLY_QUOTED, (Check("exact_quote", True),))

    def _judge_wording(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        findings = self._read(claim, evidence)
        near = findings.near_quote
        objections = _object_to_quantities(evidence, findings)
        objections += [_Objection("regimen", reason, True) for reason in object_to_regimen(claim, evidence)]
        if near is not None and near.is_near:
            objections += _object_to_changes(near.changes, close=near.ratio >= _CLOSE)
        objections += _object_to_entities(claim, evidence, near)
        objections = [objection for objection in objections if objection.layer != self._left_out]
        if self._silenced:
            values = findings.values.copy()
            values[self._silenced] = self._model.neutral[self._silenced]
            findings = replace(findings, values=values)
        unchanged = near is not None and near.ratio >= 0.9 and not near.changes
        # What the rules have settled needs no reading, the slowest of the layers.
        logits = None if objections or unchanged else self._read_together(claim, evidence)
        score = self._model.probability(findings.values, logits)
        if unchanged and not objections:
            score = max(score, NEARLY_QUOTED)
        if objections:
            score = min(score, 0.45 * self._model.threshold)
        label = self._label(score, findings, objections, claim, logits)
        return Verdict(label, round(score, 4), self._checks(objections, findings, score))

    def _read_together(self, claim: str, evidence: tuple[str, ...]) -> Floats | None:
        """The reader's logits; ``None`` without a reader."""
        if self._reader is None:
            return None
        return self._reader(choose_premise(claim, evidence, self._aligner.weight), claim)

    def _label(
        self,
        score: float,
        findings: Findings,
        objections: Sequence[_Objection],
        claim: str,
        logits: Floats | None,
    ) -> Label:
        if score >= self._model.threshold and not objections:
            return "supported"
        if any(objection.refutes for objection in objections):
            return "refuted"
        plain = normalize(claim)
        mine = read_direction(plain, split_words(plain)).main
        theirs = read_direction(findings.best.text, findings.best.words).main if findings.best else None
        leaning = self._model.leans_to_refuted(findings.values, logits) + 0.4 * are_opposed(mine, theirs)
        return "refuted" if squash(leaning) >= 0.5 else "not_enough"

    def _checks(
        self, objections: Sequence[_Objection], findings: Findings, score: float
    ) -> tuple[Check, ...]:
        checks = list(_to_checks(objections, quoted=False))
        missed = [word.text for word in findings.alignment.unmatched][:5]
        covered = findings.alignment.coverage >= 0.5
        reason = "" if covered else f"The evidence does not speak of: {', '.join(missed)}."
        checks.append(Check("alignment", covered, reason))
        passed = score >= self._model.threshold
        text = (
            ""
            if passed
            else f"Support was judged too weak ({score:.2f}, needed {self._model.threshold:.2f})."
        )
        checks.append(Check("model", passed, text))
        return tuple(checks)


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _object_to_quantities(evidence: tuple[str, ...], findings: Findings) -> list[_Objection]:
    """Amounts that the evidence does not hold.

    In a sentence that compares two arms, an amount that merely describes an arm may be missing from the
    evidence when nothing of its kind stands there: the trial's methods, not its results, name it.
    """
    found = findings.quantities
    known = {quantity.unit for text in evidence for quantity in read_quantities(text)}
    compares = findings.values[_COMPARES] > 0
    objections = []
    for quantity in found.missing:
        if compares and quantity.unit not in known:
            continue
        objections.append(
            _Objection(
                "quantities",
                f"The evidence does not give {_show(quantity)}.",
                _says_other(quantity, evidence),
            )
        )
    objections += [
        _Objection("quantities", f"{_show(q)} stands in the evidence with another unit.", True)
        for q in found.other_unit
    ]
    objections += [
        _Objection("quantities", f"{_show(q)} is another kind of limit in the evidence.", True)
        for q in found.other_bound
    ]
    return objections


def _show(quantity: Quantity) -> str:
    return f"“{quantity.shown}”"


def _says_other(quantity: Quantity, evidence: tuple[str, ...]) -> bool:
    return bool(quantity.unit) and any(
        other.unit == quantity.unit and other.per == quantity.per
        for text in evidence
        for other in read_quantities(text)
    )


def _object_to_changes(changes: Sequence[Change], *, close: bool) -> list[_Objection]:
    objections = []
    for change in changes:
        if change.kind in _ALWAYS_GRAVE or (close and change.kind in _GRAVE_WHEN_CLOSE):
            refutes = change.kind in {"negation", "direction", "quantity"}
            objections.append(_Objection(_LAYER_OF[change.kind], _explain(change), refutes))
    return objections


def _explain(change: Change) -> str:
    if change.was and change.became:
        return f"The source says “{change.was}”, the claim “{change.became}”."
    if change.was:
        return f"The claim leaves out “{change.was}”."
    return f"The source does not say “{change.became}”."


def _object_to_entities(claim: str, evidence: tuple[str, ...], near: NearQuote | None) -> list[_Objection]:
    """A drug that the evidence never names speaks against a claim that otherwise follows a source."""
    if near is None or near.ratio < 0.5:
        return []
    return [
        _Objection("entities", f"The evidence does not speak of {entity.shown}.", False)
        for entity in find_unnamed(claim, evidence)
    ]


def _to_checks(objections: Sequence[_Objection], *, quoted: bool) -> tuple[Check, ...]:
    reasons: dict[str, str] = {}
    for objection in objections:
        reasons.setdefault(objection.layer, objection.reason)
    checks = [Check("exact_quote", quoted, "" if quoted else "The claim is not quoted word for word.")]
    checks += [Check(layer, layer not in reasons, reasons.get(layer, "")) for layer in LAYERS[1:7]]
    return tuple(checks)
