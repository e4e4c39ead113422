"""Layer 4b: who did better than whom: the direction of a comparison, told for the same arm in both texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verify.direction import DOWN, UP, Direction, read_direction, read_significance
from assistant.verify.words import Sentence, Word, normalize, split_words, stem_word

_COMPARATOR = re.compile(
    r"\b(?:than|compared (?:with|to)|when compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|relative to|as opposed to|over (?=placebo|control)|rather than|against)(?=\W)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:when |as )?(?:compared (?:with|to)|in comparison (?:with|to)|relative to|versus)\b",
    re.IGNORECASE,
)
_PREDICATES = frozenset(
    stem_word(word)
    for word in (
        "increased increases increase raised raises raise higher greater more elevated elevates rose improved improves improve better longer larger faster enhanced enhances "
        "reduced reduces reduce lowered lowers lower decreased decreases decrease fewer less fell declined declines shorter smaller slower worse worsened attenuated reduction rise decline "
        "suppressed inhibited prevented diminished superior inferior exceeded"
    ).split()
)
_PREDICATE_FORMS = re.compile(
    r"^(?:was|were|is|are|be|significantly|led|resulted|a|had|showed|been|markedly|substantially|to|in|statistically|with|has|have)$"
)
_CONTROLS = frozenset(
    stem_word(word)
    for word in "placebo control controls usual standard conventional comparator untreated sham baseline cg vehicle".split()
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``agreement``: 1 when claim and evidence tell the same of the same arm, -1 when they contradict, 0
    when either tells nothing. ``turned``: the evidence names the arms the other way round."""

    agreement: int
    turned: bool
    claim: Direction | None
    evidence: Direction | None


def compare_directions(claim: Sentence, sentences: Sequence[Sentence]) -> Comparison:
    """Compare the direction of ``claim`` with that of the sentence that covers it best, given first."""
    mine = _predicate(claim)
    first, second = _split_arms(claim)
    last = Comparison(0, False, mine, None)
    for sentence in sentences:
        theirs = _predicate(sentence)
        if theirs is None or mine is None:
            last = Comparison(0, False, mine, theirs) if last.evidence is None else last
            continue
        turned = theirs != "same" and _is_turned(first, second, sentence)
        told = _turn(theirs) if turned else theirs
        return Comparison(1 if told == mine else -1, turned, mine, theirs)
    return last


def do_disagree(one: str, other: str) -> bool:
    """Whether two sentences about the same remedy and outcome report different directions.

    "No difference" disagrees with "more" and with "less". A text that tells no direction disagrees with none.
    """
    first, second = (Sentence(plain, split_words(plain)) for plain in (normalize(one), normalize(other)))
    return compare_directions(first, [second]).agreement < 0


def _turn(direction: Direction) -> Direction:
    return "down" if direction == "up" else "up" if direction == "down" else "same"


def _predicate(sentence: Sentence) -> Direction | None:
    """Direction of the main statement: "no difference" first, then the word in the place of a predicate."""
    reading = read_direction(sentence.text, sentence.words)
    if reading.same and read_significance(sentence.text) is not True:
        return "same"
    candidates = [
        (i, word)
        for i, word in enumerate(sentence.words)
        if word.stem in _PREDICATES and (word.stem in UP or word.stem in DOWN)
    ]
    if not candidates:
        return "same" if reading.same else reading.main
    chosen = max(candidates, key=lambda item: (_stands_as_predicate(sentence.words, item[0]), -item[0]))[1]
    return "up" if chosen.stem in UP else "down"


def _stands_as_predicate(words: tuple[Word, ...], place: int) -> int:
    before = words[place - 1].text if place else ""
    near = " ".join(word.text for word in words[place + 1 : place + 4])
    return 2 * bool(_PREDICATE_FORMS.match(before)) + bool(
        re.search(r"\b(?:than|compared|in|versus|vs|relative)\b", near)
    )


def _split_arms(sentence: Sentence) -> tuple[frozenset[str], frozenset[str]]:
    """Content stems of the arm spoken of and of the arm it is compared with; words of both belong to neither."""
    before, after = _split_text(sentence)
    first = frozenset(w.stem for w in before if w.is_content)
    second = frozenset(w.stem for w in after if w.is_content)
    return first - second, second - first


def _split_text(sentence: Sentence) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    opening = _OPENING.match(sentence.text)
    if opening:
        comma = sentence.text.find(",", opening.end())
        cut = comma if comma > 0 else len(sentence.text)
        return tuple(w for w in sentence.words if w.start > cut), tuple(
            w for w in sentence.words if opening.end() <= w.start < cut
        )
    match = _COMPARATOR.search(sentence.text)
    if not match:
        return sentence.words, ()
    return tuple(w for w in sentence.words if w.end <= match.start()), tuple(
        w for w in sentence.words if w.start >= match.end()
    )


def _is_turned(first: frozenset[str], second: frozenset[str], sentence: Sentence) -> bool:
    """Whether the evidence tells of the claim's second arm, or compares the first as the second."""
    if not second:
        return False
    before, after = _split_text(sentence)
    ours = first - UP - DOWN
    wide = second | (_CONTROLS if second & _CONTROLS else frozenset())
    straight = _hits(ours, before) + _hits(wide, after)
    crossed = _hits(ours, after) + _hits(wide, before)
    if after:
        return crossed > straight
    return _hits(wide, before) > 0 and _hits(ours, before) == 0


def _hits(stems: frozenset[str], words: Sequence[Word]) -> int:
    return len(stems & {word.stem for word in words})
