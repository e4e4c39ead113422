"""Puts the layers' findings on one claim into a vector for the model."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.verify.alignment import Aligner, Alignment, best_window, column_ranges
from assistant.verify.comparison import compare_directions
from assistant.verify.direction import DOWN, OPPOSITES, UP, read_direction, split_comparison
from assistant.verify.edits import NearQuote, compare_with_sources
from assistant.verify.entities import find_entities
from assistant.verify.negation import read_stance
from assistant.verify.quantities import QuantityMatch, match_quantities
from assistant.verify.words import Sentence, Word, normalize, split_sentences, split_words

MAX_SENTENCES = 80
"""Sentences of evidence that are read; the chain hands over a few."""
_ROUND = 6

FEATURES = (
    "coverage", "coverage_1", "coverage_2", "coverage_3", "exact", "exact_1", "plain", "plain_1", "worst_missed", "second_missed", "missed_share", "rare_coverage", "rare_coverage_1",
    "bigrams", "follow", "reverse", "cosine", "drugs_new", "conditions_new", "populations_new", "entities_shared", "entities_any",
    "quantities", "quantities_missing", "quantities_other", "negative_claim", "negative_evidence", "negative_differs", "negators_near", "hedged_claim", "hedged_evidence", "overclaimed", "certain_claim",
    "claim_up", "claim_down", "claim_same", "evidence_up", "evidence_down", "evidence_same", "direction_agrees", "direction_opposed", "parity_claim", "parity_evidence", "parity_agrees", "direction_word_shared",
    "compares", "arms_agree", "turned_agrees", "significant", "insignificant", "claim_words", "verb_coverage", "head_coverage", "tail_coverage", "changes", "changes_in_near_quote",
    "claim_up_only_same", "claim_asserts_same", "spread", "claim_question",
    "clause_coverage", "clause_agrees", "clause_opposed", "clause_parity", "clause_parity_agrees", "clause_negative_differs", "clause_same", "static_cosine", "static_cosine_window", "opposite_words", "shared_polar",
    "up_near", "down_near", "same_near", "agree_near", "oppose_near", "signed_agreement",
    "told_agreement", "told_turned", "told_claim", "told_evidence", "told_strict",
)  # fmt: skip


LAYER_FEATURES: dict[str, tuple[str, ...]] = {
    "alignment": ("coverage", "coverage_1", "coverage_2", "coverage_3", "exact", "exact_1", "plain", "plain_1", "worst_missed", "second_missed", "missed_share", "rare_coverage", "rare_coverage_1", "reverse", "cosine", "verb_coverage", "head_coverage", "tail_coverage", "spread", "clause_coverage"),
    "wording": ("bigrams", "follow", "changes", "changes_in_near_quote", "claim_words", "claim_question"),
    "entities": ("drugs_new", "conditions_new", "populations_new", "entities_shared", "entities_any"),
    "quantities": ("quantities", "quantities_missing", "quantities_other"),
    "negation": ("negative_claim", "negative_evidence", "negative_differs", "negators_near", "hedged_claim", "hedged_evidence", "overclaimed", "certain_claim", "clause_negative_differs"),
    "direction": ("claim_up", "claim_down", "claim_same", "evidence_up", "evidence_down", "evidence_same", "direction_agrees", "direction_opposed", "parity_claim", "parity_evidence", "parity_agrees", "direction_word_shared", "significant", "insignificant", "claim_up_only_same", "claim_asserts_same", "clause_agrees", "clause_opposed", "clause_parity", "clause_parity_agrees", "clause_same", "opposite_words", "shared_polar", "up_near", "down_near", "same_near", "agree_near", "oppose_near"),
    "comparison": ("compares", "arms_agree", "turned_agrees", "signed_agreement", "told_agreement", "told_turned", "told_claim", "told_evidence", "told_strict"),
    "word_vectors": ("static_cosine", "static_cosine_window"),
}  # fmt: skip
"""Which layer gives which feature, for measuring the whole without a layer. Each feature stands once."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the layers found; the checks and the model both read it."""

    values: npt.NDArray[np.float32]
    alignment: Alignment
    quantities: QuantityMatch
    near_quote: NearQuote | None
    best: Sentence | None


def read_findings(claim: str, evidence: tuple[str, ...], aligner: Aligner) -> Findings:
    """Run every layer. ``values`` has shape ``(len(FEATURES),)``."""
    wanted = _as_sentence(claim)
    sentences = [sentence for text in evidence for sentence in split_sentences(text)][:MAX_SENTENCES]
    content = wanted.content or wanted.words
    pool = [word for sentence in sentences for word in sentence.content]
    table = aligner.similarities(content, pool)
    alignment = aligner.align(content, table)
    ranges = column_ranges(sentences)
    near = compare_with_sources(wanted, sentences)
    quantities = match_quantities(claim, evidence)
    coverage_1, columns = best_window(table, alignment.weights, ranges, width=1)
    coverage_2, window_2 = best_window(table, alignment.weights, ranges, width=2)
    coverage_3, _ = best_window(table, alignment.weights, ranges, width=3)
    best_index = next((i for i, r in enumerate(ranges) if len(r) and r.start == columns.start), None)
    best = sentences[best_index] if best_index is not None else None
    near_words = [
        s
        for s, r in zip(sentences, ranges, strict=True)
        if len(r) and r.start >= window_2.start and r.stop <= window_2.stop
    ]
    values = dict.fromkeys(FEATURES, 0.0)
    values |= {
        "coverage": alignment.coverage,
        "coverage_1": coverage_1,
        "coverage_2": coverage_2,
        "coverage_3": coverage_3,
    }
    values |= _read_alignment(alignment, table, columns, content)
    values |= _read_sequence(wanted, best, near, aligner)
    values |= _read_entities(claim, evidence)
    values |= _read_quantities(quantities)
    values |= _read_assertion(wanted, best, near_words, aligner)
    values["spread"] = alignment.coverage - coverage_1
    return Findings(
        np.array([values[name] for name in FEATURES], dtype=np.float32), alignment, quantities, near, best
    )


def _as_sentence(claim: str) -> Sentence:
    plain = normalize(claim)
    return Sentence(plain, split_words(plain))


def _read_alignment(
    alignment: Alignment, table: npt.NDArray[np.float32], columns: range, content: Sequence[Word]
) -> dict[str, float]:
    weights, matches = alignment.weights, alignment.matches
    total = float(weights.sum()) or 1.0
    local = (
        table[:, columns.start : columns.stop].max(axis=1)
        if len(columns)
        else np.zeros(len(weights), np.float32)
    )
    exact, exact_local = matches >= 0.89, local >= 0.89
    missed = np.sort(weights * (1 - matches))[::-1]
    rare = weights > 5.0
    verbs = np.array(
        [word.stem in UP or word.stem in DOWN or word.text.endswith(("ed", "es", "ing")) for word in content]
    )
    half = max(1, len(content) // 2)

    def share(values: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_]) -> float:
        weight = float(weights[mask].sum())
        return float((weights[mask] * values[mask]).sum()) / weight if weight else 1.0

    first = np.arange(len(content)) < half
    return {
        "exact": float((weights * exact).sum()) / total,
        "exact_1": float((weights * exact_local).sum()) / total,
        "plain": float(matches.mean()) if len(matches) else 1.0,
        "plain_1": float(local.mean()) if len(local) else 1.0,
        "worst_missed": float(missed[0]) if len(missed) else 0.0,
        "second_missed": float(missed[1]) if len(missed) > 1 else 0.0,
        "missed_share": float((matches < 0.5).mean()) if len(matches) else 0.0,
        "rare_coverage": share(matches, rare),
        "rare_coverage_1": share(local, rare),
        "verb_coverage": share(matches, verbs) if len(content) else 1.0,
        "head_coverage": share(matches, first),
        "tail_coverage": share(matches, ~first),
        "claim_words": math.log1p(len(content)),
    }


def _read_sequence(
    claim: Sentence, best: Sentence | None, near: NearQuote | None, aligner: Aligner
) -> dict[str, float]:
    if best is None:
        return {}
    mine, theirs = [w.stem for w in claim.content], [w.stem for w in best.content]
    pairs = set(itertools.pairwise(mine))
    known = set(itertools.pairwise(theirs))
    weights = dict(zip(theirs, aligner.weigh(best.content), strict=True))
    total = sum(weights.values()) or 1.0
    mine_weights = dict(zip(mine, aligner.weigh(claim.content), strict=True))
    shared = sum(weight**2 for stem, weight in mine_weights.items() if stem in weights)
    norm = math.sqrt(sum(w**2 for w in mine_weights.values()) * sum(w**2 for w in weights.values())) or 1.0
    return {
        "bigrams": len(pairs & known) / len(pairs) if pairs else 0.0,
        "follow": near.ratio if near else 0.0,
        "reverse": sum(weight for stem, weight in weights.items() if stem in mine_weights) / total,
        "cosine": shared / norm,
        "changes": float(len(near.changes)) if near else 0.0,
        "changes_in_near_quote": float(bool(near and near.is_near and near.changes)),
    }


def _read_entities(claim: str, evidence: tuple[str, ...]) -> dict[str, float]:
    mentioned = find_entities(claim)
    known = {entity.key for text in evidence for entity in find_entities(text)}
    new = {entity.key: entity.kind for entity in mentioned if entity.key not in known}
    kinds = list(new.values())
    keys = {entity.key for entity in mentioned}
    return {
        "drugs_new": float(kinds.count("drug")),
        "conditions_new": float(kinds.count("condition")),
        "populations_new": float(kinds.count("population")),
        "entities_shared": len(keys & known) / len(keys) if keys else 0.5,
        "entities_any": float(bool(keys)),
    }


def _read_quantities(found: QuantityMatch) -> dict[str, float]:
    return {
        "quantities": float(len(found.found) + len(found.wrong)),
        "quantities_missing": float(len(found.missing)),
        "quantities_other": float(len(found.other_unit) + len(found.other_bound)),
    }


def _read_assertion(
    claim: Sentence,
    best: Sentence | None,
    window: Sequence[Sentence],
    aligner: Aligner,
) -> dict[str, float]:
    """Negation, hedging and direction of the claim against the sentences that cover it best."""
    stance, direction = read_stance(claim.words), read_direction(claim.text, claim.words)
    values = {
        "negative_claim": float(stance.is_negative),
        "hedged_claim": float(bool(stance.hedges)),
        "certain_claim": float(bool(stance.certainties)),
        "claim_up": float(bool(direction.ups)),
        "claim_down": float(bool(direction.downs)),
        "claim_same": float(direction.same),
        "claim_question": float(claim.text.endswith("?")),
    }
    if best is None:
        return values
    theirs = [read_stance(sentence.words) for sentence in window] or [read_stance(best.words)]
    readings = [read_direction(sentence.text, sentence.words) for sentence in window] or [
        read_direction(best.text, best.words)
    ]
    negative = read_stance(best.words).is_negative
    up, down = any(r.ups for r in readings), any(r.downs for r in readings)
    same = any(r.same for r in readings)
    main, own = direction.main, read_direction(best.text, best.words).main
    significances = [r.significant for r in readings if r.significant is not None]
    near = _near_assertion(claim, best)
    mine = _sign(claim.words) * (-1 if stance.is_negative else 1)
    parity = _sign(near) * (-1 if read_stance(near).is_negative else 1)
    claim_stems = {word.stem for word in claim.words if word.stem in UP or word.stem in DOWN}
    values["compares"] = float(split_comparison(claim.text) is not None)
    values |= {
        "negative_evidence": float(negative),
        "negative_differs": float(negative != stance.is_negative),
        "negators_near": float(len(read_stance(near).negators)),
        "hedged_evidence": float(any(s.hedges for s in theirs)),
        "overclaimed": float(any(s.hedges for s in theirs) and not stance.hedges),
        "evidence_up": float(up),
        "evidence_down": float(down),
        "evidence_same": float(same),
        "direction_agrees": float(main is not None and main == own),
        "direction_opposed": float(main is not None and own is not None and main != own),
        "parity_claim": float(mine),
        "parity_evidence": float(parity),
        "parity_agrees": float(mine * parity),
        "direction_word_shared": float(bool(claim_stems & {word.stem for s in window for word in s.words})),
        "significant": float(any(significances)),
        "insignificant": float(bool(significances) and not all(significances)),
        "claim_up_only_same": float(main in {"up", "down"} and same and not (up or down)),
        "claim_asserts_same": float(main == "same" and same),
    }
    near_reading = read_direction(" ".join(w.text for w in near), near)
    values |= {
        "up_near": float(bool(near_reading.ups)),
        "down_near": float(bool(near_reading.downs)),
        "same_near": float(near_reading.same),
        "agree_near": float(main is not None and main == near_reading.main),
        "oppose_near": float(
            main is not None and near_reading.main is not None and main != near_reading.main
        ),
    }
    values |= _read_clause(claim, best, aligner, mine)
    told = compare_directions(claim, [best, *(s for s in window if s is not best)])
    code = {"up": 1.0, "down": -1.0, "same": 0.5, None: 0.0}
    values |= {
        "told_agreement": float(told.agreement),
        "told_turned": float(told.turned),
        "told_claim": code[told.claim],
        "told_evidence": code[told.evidence],
        "told_strict": float(told.agreement) * (1.0 if values["compares"] or told.claim == "same" else 0.5),
    }
    values |= _read_opposites(claim, window or [best])
    values["static_cosine"] = aligner.compare_meaning(claim.content, best.content)
    values["static_cosine_window"] = aligner.compare_meaning(
        claim.content, [w for s in window for w in s.content]
    )
    values |= _read_arms(claim, window or [best], mine)
    values["signed_agreement"] = (values["agree_near"] - values["oppose_near"]) * (
        values.get("arms_agree", 0.0) or 1.0
    )
    return values


_CLAUSE_BREAK = re.compile(
    r"[,;:()]| - |\b(?:and|but|while|whereas|although|which|who|because|however)\b", re.IGNORECASE
)


def _read_clause(claim: Sentence, best: Sentence, aligner: Aligner, mine: int) -> dict[str, float]:
    """Polarity of the run of clauses in ``best`` that says most of the claim in the fewest words."""
    stems = {word.stem for word in claim.content}
    weights = dict(zip((w.stem for w in claim.content), aligner.weigh(claim.content), strict=True))
    total = sum(weights.values()) or 1.0
    cuts = [0, *(m.start() for m in _CLAUSE_BREAK.finditer(best.text)), len(best.text)]
    pieces = [tuple(w for w in best.words if a <= w.start < b) for a, b in itertools.pairwise(cuts)]
    pieces = [piece for piece in pieces if piece]
    chosen: tuple[Word, ...] = best.words
    score = -1.0
    for width in (1, 2, 3):
        for start in range(len(pieces) - width + 1):
            words = tuple(itertools.chain.from_iterable(pieces[start : start + width]))
            covered = sum(weights[stem] for stem in {w.stem for w in words} & stems) / total
            value = covered - 0.012 * len(words)
            if value > score:
                score, chosen = value, words
    covered = sum(weights[stem] for stem in {w.stem for w in chosen} & stems) / total
    text = " ".join(w.text for w in chosen)
    stance, reading = read_stance(chosen), read_direction(text, chosen)
    main = read_direction(claim.text, claim.words).main
    parity = _sign(chosen) * (-1 if stance.is_negative else 1)
    negative = read_stance(claim.words).is_negative
    return {
        "clause_coverage": covered,
        "clause_agrees": float(main is not None and main == reading.main),
        "clause_opposed": float(main is not None and reading.main is not None and main != reading.main),
        "clause_parity": float(parity),
        "clause_parity_agrees": float(parity * mine),
        "clause_negative_differs": float(stance.is_negative != negative),
        "clause_same": float(reading.same),
    }


def _read_opposites(claim: Sentence, window: Sequence[Sentence]) -> dict[str, float]:
    """Polar words of the claim whose opposite, or which themselves, stand in the evidence."""
    theirs = {word.stem for sentence in window for word in sentence.words}
    opposite = shared = 0
    for word in claim.words:
        other = OPPOSITES.get(word.stem)
        if word.stem in theirs and other:
            shared += 1
        elif other and other & theirs:
            opposite += 1
    return {"opposite_words": float(opposite), "shared_polar": float(shared)}


def _near_assertion(claim: Sentence, best: Sentence) -> tuple[Word, ...]:
    """The words of ``best`` within a few words of those it shares with the claim."""
    stems = {word.stem for word in claim.content}
    places = [i for i, word in enumerate(best.words) if word.stem in stems]
    return tuple(
        word for i, word in enumerate(best.words) if any(abs(i - place) <= _ROUND for place in places)
    )


def _sign(words: Sequence[Word]) -> int:
    """+1 or -1: the product of the directions told; "loss of X increases Y" is -1. 0 when none is told."""
    downs = sum(word.stem in DOWN for word in words)
    ups = sum(word.stem in UP for word in words)
    if not ups and not downs:
        return 0
    return -1 if downs % 2 else 1


def _read_arms(claim: Sentence, window: Sequence[Sentence], mine: int) -> dict[str, float]:
    """Whether the arms of a comparison stand in the same order in claim and evidence."""
    parts = split_comparison(claim.text)
    if parts is None:
        return {}
    first, second = ({w.stem for w in split_words(part) if w.is_content} for part in parts)
    first, second = first - second, second - first
    order = 0
    for sentence in window:
        other = split_comparison(sentence.text)
        if other is None:
            continue
        before, after = ({w.stem for w in split_words(part) if w.is_content} for part in other)
        order += len(first & before) + len(second & after) - len(first & after) - len(second & before)
    sign = (order > 0) - (order < 0)
    return {"compares": 1.0, "arms_agree": float(sign), "turned_agrees": float(sign * mine)}
