"""Layer 3: negation and hedging."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.verify.words import Word

_NEGATORS = frozenset(
    "no not never neither nor none cannot without nobody nothing lack lacks lacked lacking absence absent fail fails failed failing unable "
    "unlikely don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't shouldn't couldn't can't mustn't "
    "insufficient contraindicated avoid avoided avoiding unrelated independent ineffective inconclusive rather instead hardly scarcely "
    "nonsignificant insignificant unaffected unchanged unaltered ruled exclude excludes excluded except denies".split()
)
_HARMLESS_NEGATIONS = (
    ("not", "only"),
    ("no", "longer"),
    ("not", "just"),
    ("whether", "or", "not"),
    ("no", "doubt"),
)

_HEDGES = frozenset(
    "may might could can possibly possible potentially potential perhaps suggest suggests suggested suggesting suggestive seem seems seemed "
    "appear appears appeared apparently probable probably likely unclear uncertain uncertainty limited sometimes occasionally preliminary "
    "hypothesis hypothesize hypothesized propose proposed presumably presumed inconsistent insufficient conflicting some partly partially "
    "consider considered tend tends often generally usually up".split()
)
_STRONG_HEDGES = frozenset(
    "may might could possibly possible potentially perhaps suggest suggests suggested seem seems seemed appear appears appeared unclear uncertain "
    "probably likely sometimes occasionally inconsistent".split()
)
_ADVICE = (
    "recommend",
    "suggest",
    "advis",
    "advic",
    "warn",
    "caution",
    "argu",
    "evidence",
    "decid",
    "speak",
    "spoke",
)
_CERTAINTIES = frozenset(
    "always never certainly definitely proven prove proves proved cure cures cured guarantee guarantees guaranteed undoubtedly conclusively "
    "invariably completely entirely".split()
)


@dataclass(frozen=True, slots=True)
class Stance:
    """How a run of words is asserted: positions of its negators, hedges and certainties."""

    negators: tuple[int, ...]
    hedges: tuple[int, ...]
    certainties: tuple[int, ...]

    @property
    def is_negative(self) -> bool:
        """An odd number of negators; two of them cancel out."""
        return len(self.negators) % 2 == 1


def read_stance(words: tuple[Word, ...]) -> Stance:
    """Read negators, strong hedges and certainties of ``words``."""
    texts = tuple(word.text for word in words)
    return Stance(
        tuple(i for i, text in enumerate(texts) if is_negator(text) and not _is_harmless(texts, i)),
        tuple(i for i, text in enumerate(texts) if text in _STRONG_HEDGES),
        tuple(i for i, text in enumerate(texts) if text in _CERTAINTIES),
    )


def is_negator(word: str) -> bool:
    return word in _NEGATORS or word.endswith("n't")


def advises_against(words: tuple[Word, ...]) -> bool:
    """Whether ``words`` speak against something ("is suggested against", "evidence against"), which no negator says."""
    texts = [word.text for word in words]
    return any(
        text == "against" and any(before.startswith(_ADVICE) for before in texts[max(0, i - 4) : i])
        for i, text in enumerate(texts)
    )


def is_hedge(word: str) -> bool:
    """Any hedge, weak ones ("often", "usually") included."""
    return word in _HEDGES


def is_certainty(word: str) -> bool:
    return word in _CERTAINTIES


def is_strong_hedge(word: str) -> bool:
    return word in _STRONG_HEDGES


def _is_harmless(texts: tuple[str, ...], i: int) -> bool:
    return any(
        texts[max(0, i - k) : max(0, i - k) + len(phrase)] == phrase
        for phrase in _HARMLESS_NEGATIONS
        for k, part in enumerate(phrase)
        if part == texts[i] and i >= k
    )
