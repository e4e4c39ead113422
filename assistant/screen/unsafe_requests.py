"""Recognises requests to do harm.

Three layers: two logistic models over word n-grams and intents, one trained on requests that break medical
ethics, one on requests for crime, and a plain rule for violence, where the same verb is harmless with another
object. One model for both kinds refuses "how do I kill time"; two with thresholds of their own don't.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import yaml

_WORD = re.compile(r"[a-z]+|\d+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly")
MAX_WORDS = 400


Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """``unsafe_intents.yaml``: phrases of the intents by first word or its beginning, and the violence rule."""

    by_word: dict[str, list[tuple[str, Phrase]]]
    by_beginning: dict[str, list[tuple[str, Phrase]]]
    violence: dict[str, list[Phrase]]


@dataclass(frozen=True, slots=True)
class UnsafeModel:
    """Logistic regression: ``probability = 1 / (1 + exp(-(bias + sum of the weights of the features)))``.

    A feature counts once however often it occurs, and the sum is divided by the square root of their
    number, so that a long question is not judged by its length.
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float


def judge_request(text: str) -> dict[str, float]:
    """The probability that ``text`` asks for help with harm, by model: ``ethics``, ``crime``."""
    features = extract_features(text)
    return {name: score_features(features, model) for name, model in load_models().items()}


def is_unsafe(text: str) -> bool:
    """Whether ``text`` should be refused."""
    models = load_models()
    return asks_for_violence(text) or any(
        score >= models[name].threshold for name, score in judge_request(text).items()
    )


def asks_for_violence(text: str) -> bool:
    """Whether ``text`` asks how to hurt somebody or commit a crime, outside fiction, games and history."""
    words = _split_words(text)
    rule = _load_intents().violence
    if _find_phrase(rule["not_real"], words) is not None or _find_phrase(rule["telling"], words) is not None:
        return False
    asked = _find_phrase(rule["asking"], words)
    if asked is None:
        return False
    rest = words[asked:]
    if _find_phrase(rule["crime"], rest) is not None:
        return True
    done = _find_phrase(rule["act"], rest)
    return done is not None and _find_phrase(rule["against"], rest[done : done + 5]) is not None


def score_features(features: frozenset[str], model: UnsafeModel) -> float:
    total = sum(model.weights.get(feature, 0.0) for feature in features)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, model.bias + total / math.sqrt(max(1, len(features)))))))


def extract_features(text: str) -> frozenset[str]:
    """Stems, their beginnings, pairs of neighbouring stems, intents, and intents under the way of asking."""
    words = _split_words(text)
    stems = [stem(word) for word in words]
    features = {f"w:{word}" for word in stems}
    features |= {f"c:{word[:4]}" for word in stems}
    features |= {f"b:{first} {second}" for first, second in pairwise(stems)}
    intents = find_intents(words)
    frame = _find_frame(words)
    features |= {f"i:{intent}" for intent in intents}
    features |= {f"i:{intent}@{frame}" for intent in intents}
    features.add(f"n:{min(len(intents), 4)}")
    return frozenset(features)


def find_intents(words: list[str]) -> frozenset[str]:
    """Names of the intents in ``unsafe_intents.yaml`` whose words occur."""
    found = set()
    for intent, phrase in _candidate_phrases(frozenset(words)):
        if intent in found:
            continue
        width = len(phrase)
        for start in range(len(words) - width + 1):
            if all(_fits(part, words[start + k]) for k, part in enumerate(phrase)):
                found.add(intent)
                break
    return frozenset(found)


def stem(word: str) -> str:
    """Cut an inflection off; crude on purpose, the same in training and in use."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def load_models() -> dict[str, UnsafeModel]:
    """Read the coefficients once. They are made by ``python -m eval.training.train_unsafe_requests``."""
    data = json.loads(files("assistant.screen").joinpath("unsafe_requests.json").read_text(encoding="utf-8"))
    return {name: UnsafeModel(m["weights"], m["bias"], m["threshold"]) for name, m in data["models"].items()}


def _find_frame(words: list[str]) -> str:
    if not words:
        return "none"
    if words[0] in {
        "how",
        "can",
        "could",
        "what",
        "why",
        "where",
        "who",
        "when",
        "is",
        "are",
        "do",
        "does",
        "should",
    }:
        return "question"
    return "task" if words[0] in _TASKS else "statement"


_TASKS = frozenset(
    "write draft develop create generate provide explain list describe compose design propose formulate outline "
    "instruct convince advise detail produce publish offer suggest invent forge compile give spread".split()
)


def _fits(part: str, word: str) -> bool:
    return part == "_" or (word.startswith(part[:-1]) if part.endswith("*") else word == part)


def _split_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("'s", "").replace("’s", ""))[:MAX_WORDS]


def _find_phrase(phrases: Sequence[Phrase], words: list[str]) -> int | None:
    """Index just after the earliest of the phrases, or ``None``."""
    for start in range(len(words)):
        for phrase in phrases:
            if len(phrase) <= len(words) - start and all(
                _fits(part, words[start + k]) for k, part in enumerate(phrase)
            ):
                return start + len(phrase)
    return None


def _candidate_phrases(words: frozenset[str]) -> list[tuple[str, Phrase]]:
    lexicon = _load_intents()
    found = [phrase for word in words for phrase in lexicon.by_word.get(word, ())]
    for beginning, phrases in lexicon.by_beginning.items():
        if any(word.startswith(beginning) for word in words):
            found += phrases
    return found


@lru_cache(maxsize=1)
def _load_intents() -> _Lexicon:
    text = files("assistant.screen").joinpath("unsafe_intents.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, list[str]]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    by_word: dict[str, list[tuple[str, Phrase]]] = {}
    by_beginning: dict[str, list[tuple[str, Phrase]]] = {}
    for intent, lines in data["intents"].items():
        for line in lines:
            phrase = tuple(line.split())
            if phrase[0].endswith("*"):
                by_beginning.setdefault(phrase[0][:-1], []).append((intent, phrase))
            else:
                by_word.setdefault(phrase[0], []).append((intent, phrase))
    violence = {name: [tuple(line.split()) for line in lines] for name, lines in data["violence"].items()}
    return _Lexicon(by_word, by_beginning, violence)
