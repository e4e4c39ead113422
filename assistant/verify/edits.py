"""Layer 7: what was changed between a source sentence and a claim that nearly quotes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.verify.direction import DOWN, OPPOSITES, UP
from assistant.verify.entities import Entity, tag_entities
from assistant.verify.negation import is_certainty, is_hedge, is_negator, is_strong_hedge
from assistant.verify.quantities import is_same_quantity, is_unit, read_quantities
from assistant.verify.vocabulary import load_vocabulary
from assistant.verify.words import Sentence, Word, normalize, split_words

_COMPARING = frozenset("versus vs than compared comparison over".split())
ChangeKind = Literal[
    "quantity",
    "negation",
    "hedging",
    "certainty",
    "direction",
    "drug",
    "condition",
    "population",
    "relation",
    "order",
    "word",
    "omission",
]

NEAR_QUOTE = 0.7
"""Share of a claim's words that must follow the source in order for it to pass as a near quote."""
_LEAST_WORDS = 4
_CLAUSE_MARK = re.compile(r"[,;:()]")

# Words on which the meaning turns. Within one set, any exchange changes it.
_RELATIONS = tuple(
    frozenset(group.split())
    for group in (
        "before after during until",
        "above below over under",
        "with without",
        "more less fewer most least",
        "all most some few none many",
        "first second third last",
        "must should may",
        "within beyond",
        "both either neither",
        "earlier later",
        "because despite although",
        "early late",
        "left right",
        "acute chronic",
        "high low",
        "higher lower",
        "daily weekly monthly nightly hourly yearly",
        "morning evening night",
        "oral intravenous topical intramuscular",
        "short long",
        "shorter longer",
        "younger older",
        "safe unsafe",
        "effective ineffective",
        "common rare",
        "mild moderate severe",
        "better worse",
        "start stop",
        "continue stop",
        "minimum maximum",
        "everyday never",
        "no insufficient enough",
    )
)
_NO_DIRECTION = frozenset(
    "active activity effect effects effective positive negative benefit benefits support supports".split()
)
_RELATION_OF = {word: number for number, group in enumerate(_RELATIONS) for word in group}
_CONDITIONS = frozenset(
    "if unless only except excluding provided although but however despite when until".split()
)
# Adding or dropping these leaves a sentence as it was.
_EMPTY = frozenset(
    "however therefore moreover furthermore additionally also thus hence overall conclusion conclusions summary results result methods background objective "
    "objectives finding findings finally addition therefore i.e e.g namely respectively indeed instance example et al people patients persons individuals participants subjects".split()
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that alters the meaning. ``was`` and ``became`` are the words; either may be empty."""

    kind: ChangeKind
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class NearQuote:
    """The source sentence that a claim follows most closely, and what was changed in it."""

    sentence: Sentence
    ratio: float
    changes: tuple[Change, ...]

    @property
    def is_near(self) -> bool:
        return self.ratio >= NEAR_QUOTE


def compare_with_sources(claim: Sentence, sources: Sequence[Sentence]) -> NearQuote | None:
    """Find the source sentence closest to ``claim`` and list the changes, or ``None`` without sources.

    Pairs of neighbouring sentences are tried too, for a claim that joins two.
    """
    best: tuple[float, Sentence] | None = None
    wanted = [word.text for word in claim.words]
    if len(wanted) < _LEAST_WORDS:
        return None
    bag = set(wanted)
    for sentence in sources:
        # Cheap upper bound first: only words that occur in both can be matched.
        bound = sum(word in {w.text for w in sentence.words} for word in bag) / len(bag)
        if best is not None and bound <= best[0] - 0.15:
            continue
        ratio = _follow(wanted, [word.text for word in sentence.words])
        if best is None or ratio > best[0]:
            best = (ratio, sentence)
    if best is None:
        return None
    changes = list_changes(best[1], claim) if best[0] >= NEAR_QUOTE else ()
    return NearQuote(best[1], best[0], changes)


def list_changes(source: Sentence, claim: Sentence) -> tuple[Change, ...]:
    """Changes of meaning from ``source`` to ``claim``; rewording with synonyms is none.

    Only the clauses of ``source`` that the claim follows are compared: what stands beyond a comma or
    semicolon outside them may be left out of a claim.
    """
    a, b = [word.text for word in source.words], [word.text for word in claim.words]
    opcodes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    equal = [(i1, i2) for tag, i1, i2, _, _ in opcodes if tag == "equal"]
    region = _clauses_around(source, equal[0][0], equal[-1][1]) if equal else range(len(a))
    changes = _compare_quantities(source, claim) + _compare_entities(source, claim)
    settled = _settled_words(source, claim)
    dropped: list[Word] = []
    added: list[Word] = []
    for tag, i1, i2, j1, j2 in opcodes:
        if tag == "equal":
            continue
        was = tuple(source.words[i] for i in range(i1, i2) if i in region or tag == "replace")
        became = claim.words[j1:j2]
        dropped += was
        added += became
        changes += _judge_replacement(was, became, settled)
    changes += _judge_balance(dropped, added)
    changes += _judge_omissions(source, claim, dropped, region)
    return tuple(dict.fromkeys(changes))


def _clauses_around(source: Sentence, first: int, last: int) -> range:
    """Word positions from the clause break before ``first`` to the one after ``last``."""
    start, stop = first, last
    while start > 0 and not _CLAUSE_MARK.search(
        source.text[source.words[start - 1].end : source.words[start].start]
    ):
        start -= 1
    while stop < len(source.words) and not _CLAUSE_MARK.search(
        source.text[source.words[stop - 1].end : source.words[stop].start]
    ):
        stop += 1
    return range(start, stop)


def _follow(claim: list[str], source: list[str]) -> float:
    matcher = SequenceMatcher(None, source, claim, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(claim)


def _compare_quantities(source: Sentence, claim: Sentence) -> list[Change]:
    """Each quantity of the claim must stand in the source, in the same order."""
    known = list(read_quantities(source.text))
    changes = []
    last = -1
    for wanted in read_quantities(claim.text):
        places = [i for i, quantity in enumerate(known) if is_same_quantity(wanted, quantity)]
        if not places:
            if (
                wanted.worded
                and not wanted.unit
                and any(word.text == wanted.shown.casefold() for word in source.words)
            ):
                continue
            changes.append(Change("quantity", "", wanted.shown))
            continue
        later = [i for i in places if i > last]
        if later:
            last = later[0]
        else:
            changes.append(Change("quantity", "", wanted.shown))
    if not changes:
        changes += _compare_bare_numbers(source, claim)
    return changes


def _compare_bare_numbers(source: Sentence, claim: Sentence) -> list[Change]:
    """Numbers that are part of names ("omega-3", "grade 2") must be the same too."""
    known = {word.text for word in source.words if word.text[0].isdigit()}
    new = [word.text for word in claim.words if word.text[0].isdigit() and word.text not in known]
    values = {value for quantity in read_quantities(source.text) for value in (quantity.low, quantity.high)}
    changes = []
    for number in new:
        shown = [q for q in read_quantities(claim.text) if number in q.shown]
        if not shown and float(number.replace(",", "") if number.count(".") < 2 else "0") not in values:
            changes.append(Change("quantity", "", number))
    return changes


def _compare_entities(source: Sentence, claim: Sentence) -> list[Change]:
    before, after = tag_entities(source.words), tag_entities(claim.words)
    keys = {entity.key for entity in before}
    stems = {word.stem for word in source.words}
    changes = [
        Change(entity.kind, "", entity.shown)
        for entity in after
        if entity.key not in keys
        and not all(word.stem in stems for word in split_words(normalize(entity.shown)))
    ]
    shared_before = [
        e.key for e in _first_mentions(before) if e.key in {x.key for x in after} and e.kind == "drug"
    ]
    shared_after = [e.key for e in _first_mentions(after) if e.key in keys and e.kind == "drug"]
    if shared_before != shared_after and set(shared_before) == set(shared_after):
        changes.append(
            Change("order", " … ".join(shared_before), ", ".join(e.shown for e in after if e.kind == "drug"))
        )
    return changes


def _first_mentions(entities: tuple[Entity, ...]) -> list[Entity]:
    return list({entity.key: entity for entity in reversed(entities)}.values())[::-1]


def _settled_words(source: Sentence, claim: Sentence) -> frozenset[Word]:
    """Words of the claim that other layers have judged: synonyms of the source's entities, and units."""
    known = {entity.key for entity in tag_entities(source.words)}
    places = {i for e in tag_entities(claim.words) if e.key in known for i in range(e.start, e.end)}
    return frozenset(word for i, word in enumerate(claim.words) if i in places or is_unit(word.text))


def _judge_replacement(
    was: tuple[Word, ...], became: tuple[Word, ...], settled: frozenset[Word]
) -> list[Change]:
    """Exchanges within one run: relation for relation, direction for its opposite, word for another word."""
    changes: list[Change] = []
    old, new = {word.text for word in was}, {word.text for word in became}
    old_stems = {word.stem for word in was}
    shown = " ".join(word.text for word in was)
    for word in became:
        if word.text in old:
            continue
        group = _RELATION_OF.get(word.text)
        if group is not None and any(_RELATION_OF.get(other) == group for other in old - new):
            changes.append(Change("relation", shown, word.text))
        elif OPPOSITES.get(word.stem, frozenset()) & old_stems or _turns(word, was, became):
            changes.append(Change("direction", shown, word.text))
        elif word.is_content and word not in settled and _is_other_word(word, was):
            changes.append(Change("word", shown, word.text))
    return changes


def _turns(word: Word, was: tuple[Word, ...], became: tuple[Word, ...]) -> bool:
    """Whether ``word`` tells "up" where "down" stood, or the other way round."""
    if word.text in _NO_DIRECTION:
        return False
    ups, downs = (
        any(other.stem in stems and other.text not in _NO_DIRECTION for other in was) for stems in (UP, DOWN)
    )
    if word.stem in UP and downs and not ups:
        return not any(other.stem in DOWN for other in became)
    return word.stem in DOWN and ups and not downs and not any(other.stem in UP for other in became)


def _is_other_word(word: Word, was: tuple[Word, ...]) -> bool:
    """Whether a content word was put in the place of content words it is no form or synonym of."""
    if word.text in _EMPTY or word.text[0].isdigit() or is_hedge(word.text):
        return False
    content = [other for other in was if other.is_content and not other.text[0].isdigit()]
    groups = load_vocabulary().groups
    own = groups.get((word.stem,))
    return bool(content) and not (
        any(own is not None and groups.get((other.stem,)) == own for other in content)
        or _shares_beginning(word, was)
    )


def _judge_balance(dropped: list[Word], added: list[Word]) -> list[Change]:
    """Negators, hedges and certainties must balance over the clauses that the claim follows."""
    changes: list[Change] = []
    lost, gained = _find_turning(dropped, added), _find_turning(added, dropped)
    if len(lost) % 2 != len(gained) % 2 or bool(lost) != bool(gained):
        changes.append(Change("negation", ", ".join(lost), ", ".join(gained)))
    hedges = [word.text for word in dropped if is_strong_hedge(word.text)]
    if hedges and not any(is_hedge(word.text) for word in added):
        changes.append(Change("hedging", ", ".join(hedges), ""))
    certain = [word.text for word in added if is_certainty(word.text)]
    if certain:
        changes.append(Change("certainty", "", ", ".join(certain)))
    return changes


def _find_turning(words: list[Word], others: list[Word]) -> list[str]:
    """Negators, and an "against" in whose place the ``others`` compare with nothing: "suggested against"."""
    compares = any(word.text in _COMPARING for word in others)
    return [word.text for word in words if is_negator(word.text) or (word.text == "against" and not compares)]


def _judge_omissions(source: Sentence, claim: Sentence, dropped: list[Word], region: range) -> list[Change]:
    """Conditions and people that the source names and the claim leaves out."""
    kept_words = {word.text for word in claim.words}
    left_out = [word.text for word in dropped if word.text in _CONDITIONS and word.text not in kept_words]
    changes = [Change("omission", ", ".join(left_out), "")] if left_out else []
    kept = {entity.key for entity in tag_entities(claim.words)}
    for entity in tag_entities(source.words):
        if entity.kind == "population" and entity.key not in kept and entity.start in region:
            changes.append(Change("omission", entity.shown, ""))
    return changes


def _shares_beginning(word: Word, others: tuple[Word, ...]) -> bool:
    return len(word.stem) >= 5 and any(
        other.stem[:5] == word.stem[:5]
        and min(len(other.stem), len(word.stem)) / max(len(other.stem), len(word.stem)) >= 0.6
        for other in others
    )
