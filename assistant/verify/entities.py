"""Layer 5: drugs, conditions and populations, by a vocabulary and by the shape of drug names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.verify.vocabulary import load_vocabulary
from assistant.verify.words import Word, normalize, split_words

EntityKind = Literal["drug", "condition", "population"]

# Stems of International Nonproprietary Names (WHO, "The use of stems in the selection of INN", 2018).
_DRUG_ENDING = re.compile(
    r"(?:statin|pril|sartan|olol|dipine|prazole|tidine|mycin|micin|cillin|cycline|floxacin|azole|conazole|vir|mab|tinib|"
    r"ciclib|parib|platin|taxel|rubicin|gliptin|gliflozin|glutide|glitazone|oxetine|triptan|setron|caine|azepam|zolam|"
    r"barbital|gabalin|thiazide|semide|parin|xaban|gatran|grel|fibrate|dronate|dronic|profen|coxib|olone|asone|onide|"
    r"terol|phylline|tropium|quine|quin|oxacin|sulfa|sporin|limus|mustine|trexate|stigmine|curium|dopa|pexole|tadine|rizine)$"
)
_NOT_DRUGS = frozenset("nostatin prostatin virus quinquin aquin".split())


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention. ``key`` is equal for synonyms; ``start`` and ``end`` count words."""

    kind: EntityKind
    key: str
    shown: str
    start: int
    end: int


@lru_cache(maxsize=2048)
def find_entities(text: str) -> tuple[Entity, ...]:
    """Mentions in ``text`` in reading order; the longest phrase wins, phrases don't overlap."""
    return tag_entities(split_words(normalize(text)))


def tag_entities(words: tuple[Word, ...]) -> tuple[Entity, ...]:
    vocabulary = load_vocabulary()
    found: list[Entity] = []
    i = 0
    while i < len(words):
        for width in range(min(vocabulary.longest, len(words) - i), 0, -1):
            group = vocabulary.groups.get(tuple(word.stem for word in words[i : i + width]))
            kind = vocabulary.kind_of.get(group) if group is not None else None
            if kind:
                shown = " ".join(word.text for word in words[i : i + width])
                found.append(Entity(kind, f"{kind}:{group}", shown, i, i + width))  # type: ignore[arg-type]
                i += width
                break
        else:
            word = words[i].text
            if len(word) > 6 and _DRUG_ENDING.search(word) and word not in _NOT_DRUGS:
                found.append(Entity("drug", f"drug:{words[i].stem}", word, i, i + 1))
            i += 1
    return tuple(found)


def find_unnamed(claim: str, evidence: tuple[str, ...]) -> tuple[Entity, ...]:
    """The drugs and groups of people of ``claim`` that no evidence text names."""
    return tuple(
        entity for entity in find_new_entities(claim, evidence) if entity.kind in {"drug", "population"}
    )


def find_new_entities(claim: str, evidence: tuple[str, ...]) -> tuple[Entity, ...]:
    """Mentions of ``claim`` that no evidence text holds, neither by name nor by synonym."""
    known = {entity.key for text in evidence for entity in find_entities(text)}
    stems = {word.stem for text in evidence for word in split_words(normalize(text))}
    return tuple(
        entity
        for entity in find_entities(claim)
        if entity.key not in known and not all(word.stem in stems for word in split_words(entity.shown))
    )
