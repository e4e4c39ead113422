"""What a standalone question asks for: its kind, the people it is about, and its key words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.compose.ages import read_age
from assistant.compose.other_cramps import OtherCramps, find_other_cramps
from assistant.compose.populations import populations_in
from assistant.compose.question_kinds import QuestionKind, read_kind
from assistant.rewrite.remedies import find_taken_already
from assistant.rewrite.vocabulary import is_whole_name, synonyms_in
from assistant.rewrite.words import (
    EVERYDAY_WORDS,
    STOP_WORDS,
    content_words,
    coordinated_phrases,
    find_words_of_telling,
    stem,
    tokens,
)

Rarity = Callable[[str], float]

_MANNER = re.compile(
    r"\b(?:fast(?:er)?|quick(?:ly|er)?|immediately|instantly|rapidly|properly|correctly|asap)(?=\W*$|[,.?!]| (?:when|if|at|so|before|without)\b)",
    re.IGNORECASE,
)
"""How something is to be done says nothing of what it is: "how do I get rid of leg cramps fast?"."""
_ALARMING = re.compile(r"\b(?:warning|danger|alarm) (?=signs?\b|symptoms?\b)|\bred flags?\b", re.IGNORECASE)
"""No source calls its signs so; whoever asks for them wants the signs."""
_SETTING = re.compile(r"\bin (?:primary care|general practice|the community|outpatients?)\b", re.IGNORECASE)
"""Where a patient is treated, which few sources say, is not what is asked about."""
_NUMBER = re.compile(r"\d+(?:[.:]\d+)?(?:am|pm|st|nd|rd|th|x)?")  # "3am" says when, not what

SITE_STEMS = frozenset(
    "leg calf calve foot feet toe thigh hand arm muscle body night nocturnal nighttime day skeletal limb".split()
)
SITE_WEIGHT = 0.5
"""Where and when something hurts says less about what it is than its name: a source on muscle cramps
speaks to a question about leg cramps, one on restless legs does not."""


TAKEN_WEIGHT = 0.1
"""A medicine that somebody takes already is beside what they ask for: without this a rare name outweighs the rest."""


@dataclass(frozen=True, slots=True)
class Facets:
    """A question taken apart.

    ``key_weights`` maps the stem of each content word to its rarity in the library; ``unknown`` holds
    content words that occur nowhere in it. A name that means nothing word by word ("water pill") is one key. ``subject`` (the remedy or thing asked about) and ``topic``
    (the condition) are stems in reading order, so that the last one is the head noun.
    """

    kind: QuestionKind
    populations: tuple[str, ...]
    key_weights: dict[str, float]
    unknown: tuple[str, ...]
    topic: tuple[str, ...]
    subject: tuple[str, ...]
    synonyms: tuple[
        tuple[frozenset[str], frozenset[str]], ...
    ] = ()  # (other name, what it stands for), as stems
    age: int | None = None  # in years, of whoever is asked about
    wants_recommendation: bool = False  # "should women be screened?", "what is recommended?"
    sides: tuple[
        frozenset[str], ...
    ] = ()  # things set beside each other ("magnesium and stretching"), as stems
    held_by_name: tuple[
        tuple[str, str], ...
    ] = ()  # names that mean nothing word by word, each with its first other name
    asks_more: bool = (
        False  # "what causes it, and what should I drink?": its kind is that of the first question alone
    )
    other_cramps: OtherCramps | None = None  # of the womb or the belly: only what is said of them answers
    asks_effect: bool = False  # "does magnesium help?": whether it does comes before what else is said of it
    without_medicines: bool = False  # "is there anything without tablets?"
    asks_how: bool = False  # "how do I stretch my calf?": what nobody could tell is no way of doing it
    said_by: frozenset[str] = frozenset()  # whose word is wanted ("what does NICE say?"), as stems


def read_facets(question: str, *, topic: str, subject: str, rarity: Rarity) -> Facets:
    """Take ``question`` apart. ``rarity`` is 1 for a word the library does not hold."""
    # Who is asked about is weighed by population, not by words: "pregnant" is met by "in pregnancy".
    words = [
        word
        for word in dict.fromkeys(_words_of_the_thing(question))
        if not _NUMBER.fullmatch(word) and not populations_in(word)
    ]
    names = synonyms_in(question)
    whole = tuple(name.casefold() for name in names if is_whole_name(name))
    in_whole = {word for name in whole for word in tokens(name)}
    words = [word for word in words if word not in in_whole]
    taken = find_taken_already(question)
    known = {
        stem(word): rarity(word)
        * (TAKEN_WEIGHT if word in taken else SITE_WEIGHT if stem(word) in SITE_STEMS else 1.0)
        for word in words
        if rarity(word) < 1
    }
    held = {
        name: [max(map(rarity, tokens(other))) for other in (name, *others)] for name, others in names.items()
    }
    held = {name: [weight for weight in weights if weight < 1] for name, weights in held.items()}
    renamed = {stem(part) for name, weights in held.items() if weights for part in tokens(name)}
    unknown = [word for word in words if rarity(word) >= 1 and stem(word) not in renamed]
    telling = find_words_of_telling(question)
    for name in whole:
        weights = held[next(found for found in held if found.casefold() == name)]
        if weights:
            known[name] = max(weights) * (TAKEN_WEIGHT if name in taken else 1.0)
        else:
            unknown.append(name)
    sides = tuple(
        side
        for run in coordinated_phrases(question)
        for phrase in run
        if (side := frozenset(map(stem, content_words(phrase))) & known.keys())
    )
    about = _stems_in(subject, words, whole)
    return Facets(
        kind=read_kind(question, topic),
        populations=populations_in(question),
        key_weights=known,
        unknown=tuple(word for word in unknown if word not in EVERYDAY_WORDS and word not in telling),
        topic=_stems_in(topic, words, whole),
        # "Magnesium and stretching" asks about both: neither is the subject alone.
        subject=() if about and any(side >= set(about) for side in sides) else about,
        synonyms=tuple(
            (frozenset(map(stem, tokens(other))), _meaning(name))
            for name, others in names.items()
            for other in (others if not is_whole_name(name) else (name, *others))
        ),
        age=read_age(question),
        wants_recommendation=_ASKS_WHAT_IS_RECOMMENDED.search(question) is not None,
        sides=sides if len(sides) > 1 else (),
        held_by_name=tuple(
            (name.casefold(), others[0]) for name, others in names.items() if is_whole_name(name)
        ),
        asks_more=_AND_ASKS.search(question) is not None,
        other_cramps=find_other_cramps(question),
        asks_effect=bool(about) and _ASKS_EFFECT.search(question) is not None,
        without_medicines=_WITHOUT_MEDICINES.search(question) is not None,
        asks_how=_ASKS_HOW.match(question) is not None,
        said_by=_read_issuer(question),
    )


def _words_of_the_thing(question: str) -> list[str]:
    """Content words that say what the question is about; all of them where it says only how or how alarming."""
    return content_words(_SETTING.sub(" ", _ALARMING.sub(" ", _MANNER.sub(" ", question)))) or content_words(
        question
    )


_ASKS_WHAT_IS_RECOMMENDED = re.compile(
    r"\b(?:should|must|ought)\b(?! (?:i|we|my|you|he|she|they|this|that|it)\b)[^.?]*\b(?:be|get|have|undergo|receive|take|use|start|stop)\b|"
    r"\brecommend\w*|\bguid(?:eline|ance)s?\b|\bscreen(?:ed|ing)\b|\bwho should\b|\bis (?:\w+ ){1,4}advised\b|\bwhat (?:is|are) advised\b",
    re.IGNORECASE,
)
_WITHOUT_MEDICINES = re.compile(
    r"\b(?:without|other than|besides|except|instead of|apart from|avoid(?:ing)?|not) (?:\w+ ){0,2}(?:tablets?|pills?|medicines?|medications?|drugs?)\b"
    r"|\b(?:non-?\s?drug|drug-free|non-?\s?pharmacological|non-?\s?medic\w+)\b",
    re.IGNORECASE,
)
_ASKS_EFFECT = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:do|does|did|can|could|will|would|is|are)\b[^?]*\b(?:help|helps|work|works|effective|useful|good for|any (?:good|use)|ease|relieve|stop|prevent|reduce)\b",
    re.IGNORECASE,
)
_ASKS_HOW = re.compile(
    r"^\W*(?:(?:and|but|so) )?how (?:do|does|should|can|would|could) (?:i|we|you|he|she|they|one|someone|somebody|people|my \w+) "
    r"(?!(?:know|tell|find out|check)\b)",
    re.IGNORECASE,
)
_AND_ASKS = re.compile(
    r"\b(?:and|or),? (?:what|how|which|when|why|is|are|do|does|can|should)\b", re.IGNORECASE
)
_SAID_BY = re.compile(
    r"\bwhat (?:does|do|did) (?P<who>(?:the )?[\w&.' -]{2,40}?) (?:say|recommend|advise|suggest|conclude|think)\b|"
    r"\b(?:does|do|did) (?P<does>the [\w&.' -]{2,40}?|(?-i:[A-Z]{3,6})) (?:say|recommend|advise|suggest)\b|"
    r"\baccording to (?P<by>(?:the )?[\w&.' -]{2,40}?)(?=[,?]|$)",
    re.IGNORECASE,
)
SHORTEST_INITIALS = 3
_LEADING_CAPITALS = re.compile(r"^(?:[A-Z][\w.'’-]*(?:\s+(?:of|for|the|and|on)(?=\s))?\s*)+")
_NOBODY = frozenset(
    "they you it doctor doctors expert experts research study evidence science trial review guideline source people "
    "researcher author this that these those literature".split()
)


def _read_issuer(question: str) -> frozenset[str]:
    found = _SAID_BY.search(question)
    named = {
        stem(word) for word in tokens((found["who"] or found["does"] or found["by"]) if found else "")
    } - STOP_WORDS
    return frozenset(named - _NOBODY)


def _stems_in(phrase: str, words: list[str], whole: tuple[str, ...]) -> tuple[str, ...]:
    """The words of ``phrase`` that the question says, as stems; a whole name in it counts as one."""
    if named := [name for name in whole if name in phrase.casefold()]:
        return tuple(named)
    said = {stem(word) for word in words}
    return tuple(stem(word) for word in content_words(phrase) if stem(word) in said)


def _meaning(name: str) -> frozenset[str]:
    return frozenset([name.casefold()]) if is_whole_name(name) else frozenset(map(stem, tokens(name)))


def is_said_by(facets: Facets, source: str) -> bool:
    """Whether ``source`` (issuer, journal, title) is whom the question names; true where it names nobody."""
    initials = _initials(source)
    left = facets.said_by - text_stems(source)
    return all(len(word) >= SHORTEST_INITIALS and initials.startswith(word) for word in left)


def _initials(name: str) -> str:
    """ "uspstf" of "U.S. Preventive Services Task Force recommendation": capitals of the leading capitalised words."""
    leading = _LEADING_CAPITALS.match(name)
    return "".join(re.findall(r"[A-Z]", leading.group())).casefold() if leading else ""


def with_synonyms(words: set[str], facets: Facets) -> set[str]:
    """``words`` plus the question's own words for whatever they call by another name."""
    meant: set[str] = set()
    for other, name in facets.synonyms:
        if other <= words:
            meant |= name
    return words | meant


_FOOD_AND_DRUG = re.compile(r"\bFood and Drug Administration\b")  # names no food


def coverage(key_weights: dict[str, float], text_stems: set[str]) -> float:
    """Share, by rarity, of the question's key words that ``text_stems`` holds; 1.0 when it has none."""
    total = sum(key_weights.values())
    if not total:
        return 1.0
    return sum(weight for key, weight in key_weights.items() if key in text_stems) / total


def text_stems(text: str) -> set[str]:
    """Stems of the words of ``text`` that may carry content."""
    return {stem(word) for word in tokens(_FOOD_AND_DRUG.sub(" ", text)) if word not in STOP_WORDS}
