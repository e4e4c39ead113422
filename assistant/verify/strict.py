"""What may be shown to a reader: a verdict of support that also agrees in negation with the nearest clause.

The layered verifier weighs a claim as a whole and is tuned to judge claims well on average. Before a
reader sees a sentence that isn't a quote, averages are not enough: a "not" that the nearest clause of the
evidence doesn't share, a drug or group of people that the evidence never names, a finding stretched beyond its study
(``scope``), or a score near the border, withholds it. Withholding a good sentence costs a sentence; showing a flipped
one costs trust.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.verify.comparison import compare_directions
from assistant.verify.entities import find_unnamed
from assistant.verify.equivalents import restate
from assistant.verify.exact_quote import find_quote
from assistant.verify.negation import advises_against, read_stance
from assistant.verify.scope import object_to_scope
from assistant.verify.verdict import Check, Verdict, Verifier
from assistant.verify.words import Sentence, Word, normalize, split_sentences, split_words

SURE = 0.60
"""Least score of a sentence that isn't a quote."""
_CLAUSE_END = re.compile(
    r"(?<=[.!?;])\s+|,?\s+\b(?:but|although|though|however|whereas|while|yet|except)\b\s*|;\s*", re.IGNORECASE
)


class StrictVerifier:
    """Passes on another verifier's verdict, and takes support back where negation differs or doubt is left."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        """Judge ``claim``; never more lenient than the verifier within."""
        verdict = self._verifier.verify(claim, evidence)
        quoted = any(check.name == "exact_quote" and check.passed for check in verdict.checks)
        if verdict.label != "supported" or quoted:
            return verdict
        claim = restate(claim, evidence)
        if find_quote(claim, evidence) == "whole":
            return verdict
        problems = []
        if not agrees_in_negation(claim, evidence):
            problems.append(
                Check("negation_of_clause", False, "The nearest clause of the source is negated otherwise.")
            )
        if verdict.score < SURE:
            problems.append(Check("sure", False, f"Support is too near the border ({verdict.score:.2f})."))
        if names_arms_otherwise(claim, evidence):
            problems.append(
                Check("arms_turned", False, "The source gives the better result to the other side.")
            )
        problems += [
            Check("entities", False, f"The source does not speak of {entity.shown}.")
            for entity in find_unnamed(claim, evidence)
        ]
        problems += [Check(name, False, reason) for name, reason in object_to_scope(claim, evidence)]
        if not problems:
            return verdict
        return replace(verdict, label="not_enough", checks=(*verdict.checks, *problems))


def agrees_in_negation(claim: str, evidence: tuple[str, ...]) -> bool:
    """Whether ``claim`` is negated just as the clause of ``evidence`` that shares most of its words."""
    mine = _words(claim)
    own = {word.text for word in mine}
    clauses = [_words(part) for text in evidence for part in _CLAUSE_END.split(text) if part and part.strip()]
    if not clauses or not own:
        return False

    def shared(clause: tuple[Word, ...]) -> tuple[int, int]:
        return len(own & {word.text for word in clause}), -len(clause)

    nearest = max(clauses, key=shared)
    return _is_negative(mine) == _is_negative(nearest)


def _is_negative(words: tuple[Word, ...]) -> bool:
    return read_stance(words).is_negative != advises_against(words)


def names_arms_otherwise(claim: str, evidence: tuple[str, ...]) -> bool:
    """Whether the sentence of ``evidence`` nearest to a comparison tells the same change of the other arm."""
    mine = Sentence(normalize(claim), _words(claim))
    stems = {word.stem for word in mine.content}
    sentences = [sentence for text in evidence for sentence in split_sentences(text)]
    if not sentences:
        return False
    nearest = max(sentences, key=lambda sentence: len(stems & {word.stem for word in sentence.content}))
    found = compare_directions(mine, [nearest])
    return found.turned and found.agreement < 0


def _words(text: str) -> tuple[Word, ...]:
    return split_words(normalize(text))
