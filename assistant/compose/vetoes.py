"""Vetoes: what no score may overrule, because an answer would be medically wrong whatever it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.compose.candidates import Candidate
from assistant.compose.facets import Facets
from assistant.compose.populations import NAMES, SPECIAL, VULNERABLE
from assistant.compose.question_kinds import UNSAFE_TO_CARRY_OVER
from assistant.compose.selection import names
from assistant.rewrite.remedies import names_medicine
from assistant.rewrite.words import content_phrases, content_words, stem

WEIGHED = 40
"""How many of the most relevant sentences are looked at."""

_ANIMAL = re.compile(
    r"\b(?<!charley )(?P<animal>dogs?|pupp(?:y|ies)|cats?|kittens?|horses?|pon(?:y|ies)|cows?|cattle|rabbits?|hamsters?|guinea pigs?|"
    r"parrots?|goats?|pets?)\b(?!['’]?s?[ -](?:bites?|bitten|scratch\w*|hair|allerg\w*|walk\w*|tongue|stance|food|meat|milk))",
    re.IGNORECASE,
)
_BY_ANIMAL = re.compile(
    r"\b(?:by|from|walk(?:ing)?|allergic to|bitten by)\s+(?:a|an|my|the|our|his|her)?\s*$", re.IGNORECASE
)

_DECEIT = re.compile(
    r"\b(?:secretly|covertly|without (?:\w+ ){1,4}(?:knowing|noticing|noticed|telling)|without telling|forged?|fak(?:e|ing)|"
    r"kill (?:someone|somebody|him|her|them)|stops? (?:a|the|his|her) heart|autopsy|undetect\w+)\b",
    re.IGNORECASE,
)
"""What the screen lets pass as too unlike its examples is still not for the library to help with."""


@dataclass(frozen=True, slots=True)
class Veto:
    """``missing``: what the library holds nothing about, in words for the reader."""

    reason: str
    missing: tuple[str, ...]


NO_TOPIC = "the question names nothing to look for"


def find_veto(question: str, facets: Facets, candidates: Sequence[Candidate]) -> Veto | None:
    """The first veto that falls, or ``None``."""
    looked_at = candidates[:WEIGHED]
    if _DECEIT.search(question):
        return Veto("the question asks to harm or to deceive", ())
    if any(stem(word) in facets.subject for word in facets.unknown):
        return Veto("what is asked about is not in the library", facets.unknown)
    if facets.unknown and not facets.key_weights:
        return Veto("no word of the question is in the library", facets.unknown)
    if not facets.key_weights and not facets.unknown and not facets.populations:
        return Veto(NO_TOPIC, ())
    animal = find_animal(question)
    if animal and not any(
        re.search(rf"\b{re.escape(animal)}", item.text, re.IGNORECASE) for item in looked_at
    ):
        return Veto("the question is about an animal", (animal,))
    other = facets.other_cramps
    if other is not None and not any(other.told_by.search(item.text) for item in looked_at):
        return Veto("the question is about cramps of another kind", (other.named,))
    asked = [name for name in facets.populations if name in SPECIAL]
    if not asked:
        return None
    subject = subject_in_words(question, facets)
    stems = tuple(stem(word) for word in content_words(subject))
    if any(item.fits_population and names(stems, item.words | item.context, facets) for item in candidates):
        return None
    people = " and ".join(NAMES[name] for name in asked)
    missing = (f"{subject} in {people}",) if subject else (*facets.unknown, people)
    if facets.kind in UNSAFE_TO_CARRY_OVER:
        return Veto("safety or dose for people on whom there is no evidence", missing)
    if names_medicine(subject) and any(name in VULNERABLE for name in asked):
        return Veto("a medicine for people on whom there is no evidence of it", missing)
    return None


def find_animal(question: str) -> str | None:
    """The animal that a question asks help for, if it does; a dog's bite is a person's trouble."""
    for found in _ANIMAL.finditer(question):
        if not _BY_ANIMAL.search(question[: found.start()]):
            return found["animal"]
    return None


def subject_in_words(question: str, facets: Facets) -> str:
    """The remedy asked about as the question writes it: its subject, else the last medicine it names; may be empty."""
    wanted = set(facets.subject)
    named = " ".join(dict.fromkeys(word for word in content_words(question) if stem(word) in wanted))
    if named:
        return named
    medicines = [phrase for phrase in content_phrases(question) if names_medicine(phrase)]
    return medicines[-1] if medicines else ""
