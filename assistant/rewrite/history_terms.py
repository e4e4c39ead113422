"""Choose the words of the conversation that the last turn leaves unsaid but needs.

Candidates are the words of the first turn, of the last four user turns, and the most telling words of
the last two answers, less what the last turn says itself. A logistic model, trained on human rewrites
of follow-up questions (see ``docs/cards/history_terms.md``), gives each the probability that a careful
person would have added it when writing the question out in full.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from assistant.conversation import Conversation
from assistant.rewrite.dialogue_acts import DialogueAct, read_turn
from assistant.rewrite.pleasantries import strip_pleasantries
from assistant.rewrite.words import FRAME_WORDS, STOP_WORDS, stem, tokens

Rarity = Callable[[str], float]

RECENT_TURNS = 4
ANSWER_TERMS = 15
RECENT_ANSWERS = 2

FEATURES = (
    "bias",
    "rarity",
    "in_first_turn",
    "in_previous_turn",
    "in_last_answer",
    "in_answer_before",
    "recency",
    "turns_with_term",
    "share_of_turns",
    "count_in_last_answer",
    "answer_rank",
    "opens_last_answer",
    "is_frame_word",
    "is_capitalised",
    "has_digit",
    "last_turn_short",
    "last_turn_content",
    "pronoun",
    "ellipsis",
    "standalone",
    "pronoun*in_previous_turn",
    "pronoun*in_first_turn",
    "pronoun*in_last_answer",
    "ellipsis*in_previous_turn",
    "ellipsis*in_first_turn",
    "standalone*in_first_turn",
    "standalone*in_previous_turn",
    "rarity*in_first_turn",
    "rarity*in_previous_turn",
    "rarity*in_last_answer",
    "shares_context_with_last_turn",
)
"""Names of the model's inputs, in order."""


@dataclass(frozen=True, slots=True)
class HistoryTerms:
    """``weights``: word -> weight for the lexical query; ``for_embedding``: words to embed beside it."""

    weights: tuple[tuple[str, float], ...] = ()
    for_embedding: tuple[str, ...] = ()
    probabilities: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TermModel:
    """Weights of the logistic model and how its probabilities are used."""

    coefficients: npt.NDArray[np.float64]
    lexical_scale: float
    lexical_floor: float
    embedding_floor: float
    embedding_terms: int


@cache
def load_term_model() -> TermModel:
    """Read the packaged model."""
    raw = json.loads(resources.files("assistant.rewrite").joinpath("history_terms.json").read_text("utf-8"))
    if tuple(raw["features"]) != FEATURES:
        raise ValueError("history_terms.json was trained with other features; train it again")
    return TermModel(
        coefficients=np.asarray(raw["coefficients"], dtype=np.float64),
        lexical_scale=float(raw["lexical_scale"]),
        lexical_floor=float(raw["lexical_floor"]),
        embedding_floor=float(raw["embedding_floor"]),
        embedding_terms=int(raw["embedding_terms"]),
    )


def choose_history_terms(
    question: str, conversation: Conversation, *, rarity: Rarity | None = None, model: TermModel | None = None
) -> HistoryTerms:
    """Weigh the conversation's words for ``question``; empty on a first turn."""
    model = model or load_term_model()
    words, matrix = term_features(question, conversation, rarity=rarity)
    if not words:
        return HistoryTerms()
    probabilities = 1.0 / (1.0 + np.exp(-(matrix @ model.coefficients)))
    ranked = sorted(zip(words, probabilities.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return HistoryTerms(
        weights=tuple(
            (word, round(min(1.0, model.lexical_scale * p), 4))
            for word, p in ranked
            if p > model.lexical_floor
        ),
        for_embedding=tuple(word for word, p in ranked if p >= model.embedding_floor)[
            : model.embedding_terms
        ],
        probabilities=tuple(ranked),
    )


def term_features(
    question: str, conversation: Conversation, *, rarity: Rarity | None = None
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Candidate words and their features, shape ``(candidates, len(FEATURES))``."""
    users = [strip_pleasantries(turn) for turn in conversation.user_turns]
    question = strip_pleasantries(question)
    if not users:
        return [], np.zeros((0, len(FEATURES)))
    answers = [turn.content for turn in conversation.turns if turn.role == "assistant"]
    user_words = [_words(turn) for turn in users]
    last_answer = _words(answers[-1]) if answers else []
    answer_before = _words(answers[-2]) if len(answers) > 1 else []
    said = {stem(word) for word in tokens(question)}
    weigh = rarity or _equal_rarity

    ranks = _answer_ranks(last_answer, weigh)
    ranks_before = _answer_ranks(answer_before, weigh)
    candidates: dict[str, str] = {}
    recent = [user_words[0], *user_words[-RECENT_TURNS:]]
    for word in [*(word for turn in recent for word in turn), *ranks, *ranks_before]:
        candidates.setdefault(stem(word), word)
    candidates = {key: word for key, word in candidates.items() if key not in said}
    if not candidates:
        return [], np.zeros((0, len(FEATURES)))

    act = read_turn(question, has_history=True).act
    pronoun = float(act is DialogueAct.PRONOUN or act is DialogueAct.ABOUT_ANSWER)
    ellipsis = float(act in (DialogueAct.ELLIPSIS, DialogueAct.UNDERSPECIFIED, DialogueAct.AFFIRMATION))
    standalone = float(act in (DialogueAct.STANDALONE, DialogueAct.SWITCH))
    content = [word for word in _words(question) if word not in FRAME_WORDS]
    turn_stems = [{stem(word) for word in turn} for turn in user_words]
    last_counts = Counter(stem(word) for word in last_answer)
    before_stems = {stem(word) for word in answer_before}
    opening = {stem(word) for word in last_answer[:12]}
    capitalised = _capitalised([*users, *answers[-RECENT_ANSWERS:]])
    neighbours = _shared_sentence_words(said, [*users, *answers[-RECENT_ANSWERS:]])

    rows = []
    for key, word in candidates.items():
        holding = [position for position, turn in enumerate(turn_stems) if key in turn]
        first, previous = float(key in turn_stems[0]), float(key in turn_stems[-1])
        in_last, rare = float(key in last_counts), weigh(word)
        rank = ranks.get(word, ANSWER_TERMS)
        rows.append(
            (
                1.0,
                rare,
                first,
                previous,
                in_last,
                float(key in before_stems),
                1.0 / (len(users) - holding[-1]) if holding else 0.0,
                math.log1p(len(holding)),
                len(holding) / len(users),
                math.log1p(last_counts.get(key, 0)),
                1.0 - rank / ANSWER_TERMS,
                float(key in opening),
                float(word in FRAME_WORDS),
                float(key in capitalised),
                float(any(ch.isdigit() for ch in word)),
                1.0 / (1 + len(tokens(question))),
                math.log1p(len(content)),
                pronoun,
                ellipsis,
                standalone,
                pronoun * previous,
                pronoun * first,
                pronoun * in_last,
                ellipsis * previous,
                ellipsis * first,
                standalone * first,
                standalone * previous,
                rare * first,
                rare * previous,
                rare * in_last,
                float(key in neighbours),
            )
        )
    return list(candidates.values()), np.asarray(rows, dtype=np.float64)


def _equal_rarity(_word: str) -> float:
    return 1.0


def _words(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


def _answer_ranks(words: list[str], weigh: Rarity) -> dict[str, int]:
    """The most telling words of an answer (term frequency x rarity) -> their rank from 0."""
    counts = Counter(words)
    ranked = sorted(counts, key=lambda word: (-counts[word] * weigh(word), word))
    return {word: rank for rank, word in enumerate(ranked[:ANSWER_TERMS])}


def _capitalised(texts: list[str]) -> set[str]:
    """Stems of words that stand capitalised inside a sentence: names, drugs, places."""
    found: set[str] = set()
    for text in texts:
        parts = text.split()
        for before, part in pairwise(parts):
            if part[:1].isupper() and not before.endswith((".", "?", "!", ":")):
                found.update(stem(word) for word in tokens(part))
    return found


def _shared_sentence_words(said: set[str], texts: list[str]) -> set[str]:
    """Stems of words that share a sentence with a content word of the last turn."""
    keys = {word for word in said if word not in STOP_WORDS}
    shared: set[str] = set()
    for text in texts:
        for sentence in text.replace("?", ".").replace("!", ".").split("."):
            words = {stem(word) for word in tokens(sentence)}
            if words & keys:
                shared |= words - keys
    return shared
