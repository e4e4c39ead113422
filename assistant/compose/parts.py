"""Questions with several parts: take them apart, and say which part the library does not answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.candidates import Candidate
from assistant.compose.facets import SITE_STEMS, Facets, text_stems, with_synonyms
from assistant.compose.populations import populations_in
from assistant.compose.question_kinds import UNSAFE_TO_CARRY_OVER
from assistant.rewrite.person_told import names_illness
from assistant.rewrite.remedies import names_medicine
from assistant.rewrite.topics import names_condition
from assistant.rewrite.vocabulary import synonyms_in
from assistant.rewrite.words import (
    TOKEN,
    content_phrases,
    content_words,
    coordinated_phrases,
    stem,
    tokens,
)

MOST_PARTS = 3
_QUESTION_WORD = (
    r"(?:what|how|which|who|when|where|why|is|are|does|do|did|can|could|should|will|would|has|have)\b"
)
_JOINT = re.compile(rf"\?\s+(?:and |or |also |but )?(?={_QUESTION_WORD})|,?\s+(?:and|but|or)(?: also)?,?\s+(?=(?:what|how|which|when|why|is it|are they|does it|do they|can i|should i)\b)", re.IGNORECASE)  # fmt: skip
_FEWEST_WORDS = 2
_WITH_ILLNESS = re.compile(r"\bwith (?P<illness>(?:(?!\bwith\b)[^,.?()])+)[?. ]*$", re.IGNORECASE)


_ACTIVITY = re.compile(
    r"\b(?:after|during|while|when|from|since|playing|doing)\s+(?:playing |doing |going |i play |he plays |she plays |an? |my |his |her |long |round of |game of )*"
    r"(?P<activity>golf|tennis|squash|badminton|basketball|rugby|hockey|cricket|boxing|gardening|dancing|skiing|hiking|yoga|pilates|rowing|"
    r"climbing|driving|flying|flights?|weightlifting|housework|shopping)\b",
    re.IGNORECASE,
)
"""What somebody was doing when it began: a library that has never heard of golf still knows about cramps."""


def split_questions(text: str) -> list[str]:
    """The questions that ``text`` asks one after another; itself alone when it asks one.

    "Does magnesium help, and how much zinc?" asks two.
    """
    if not re.match(rf"\W*{_QUESTION_WORD}", text, re.IGNORECASE):
        return [text]
    parts = [part.strip(" ,?") for part in _JOINT.split(text)]
    if not 1 < len(parts) <= MOST_PARTS or any(len(part.split()) < _FEWEST_WORDS for part in parts):
        return [text]
    return [f"{part[:1].upper()}{part[1:]}?" for part in parts]


def find_missing_parts(text: str, facets: Facets, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Those members of a run ("magnesium and ginkgo") that the library says nothing about, while it does about
    another: no known word in them, or a medicine that no retrieved sentence names; and an unknown activity or, where
    neither safety nor a dose is asked, an unknown illness of somebody who asks about another."""
    missing: list[str] = []
    for run in coordinated_phrases(text):
        lacking = [phrase for phrase in run if _is_missing(phrase, facets, candidates)]
        if len(lacking) < len(run):
            missing += lacking
    if illness := _find_unknown_illness(text, facets):
        missing.append(illness)
    return (
        *missing,
        *(
            word
            for found in _ACTIVITY.finditer(text)
            if (word := found["activity"].lower()) in facets.unknown
        ),
    )


def _illness_told(text: str) -> str:
    """What ``text`` ends in after "with"; empty where it doesn't."""
    told = _WITH_ILLNESS.search(text)
    return told["illness"].strip() if told else ""


def _find_unknown_illness(text: str, facets: Facets) -> str:
    """ "asthma" of "what are the treatments for leg cramps with asthma?"; empty for what the question is itself about."""
    illness = _illness_told(text)
    if (
        not names_illness(illness)
        or facets.kind in UNSAFE_TO_CARRY_OVER
        or not set(facets.topic) & facets.key_weights.keys()
    ):
        return ""
    words = content_words(illness)
    own = {stem(word) for word in words} & {*facets.topic, *facets.subject}
    return illness if words and not own and set(words) <= set(facets.unknown) else ""


def lacks_every_part(text: str, facets: Facets) -> bool:
    """Whether the question joins things ("ginkgo or valerian") of which the library knows none."""
    unknown = set(facets.unknown)
    return any(
        all(set(content_words(phrase)[:1]) & unknown for phrase in run) for run in coordinated_phrases(text)
    )


def _is_missing(phrase: str, facets: Facets, candidates: Sequence[Candidate]) -> bool:
    words = {word for word in content_words(phrase) if not word.isdigit()}
    if not words:
        return False
    if words <= set(facets.unknown):
        return True
    stems = {stem(word) for word in words}
    return names_medicine(phrase) and not any(stems <= item.words | item.context for item in candidates)


def leave_out(facets: Facets, phrases: Sequence[str]) -> Facets:
    """``facets`` of the question without ``phrases``: what is left is judged on its own."""
    dropped = {word for phrase in phrases for word in content_words(phrase)}
    stems = {stem(word) for word in dropped}
    return replace(
        facets,
        unknown=tuple(word for word in facets.unknown if word not in dropped),
        key_weights={key: weight for key, weight in facets.key_weights.items() if key not in stems},
        subject=tuple(key for key in facets.subject if key not in stems),
        topic=tuple(key for key in facets.topic if key not in stems),
    )


def find_unmentioned(question: str, facets: Facets, said: Sequence[str]) -> tuple[str, ...]:
    """Medicines, and illnesses the reader has, that the question names and none of ``said`` (sentences with
    their titles) does, by any name.

    "Is vitamin E safe with blood thinners?" is not answered by sentences that speak of vitamin E alone.
    """
    texts = [with_synonyms(text_stems(text), facets) for text in said]

    def is_said(*keys: str) -> bool:
        return any(set(keys) <= words for words in texts)

    lowered = question.casefold()
    whole = [key for key in facets.key_weights if " " in key and key in lowered]
    in_names = {word for name in synonyms_in(question) for word in tokens(name)}
    words = [
        word
        for word in dict.fromkeys(content_words(question))
        if names_medicine(word) and word not in in_names and not is_said(stem(word))
    ]
    words = list(dict.fromkeys(_phrase_of(word, question) for word in words))
    illness = _illness_told(question)
    known = names_condition(illness) or illness in synonyms_in(illness)
    if (
        not known
        or illness in whole
        or populations_in(illness)
        or is_said(*map(stem, content_words(illness)))
    ):
        illness = ""
    elsewhere = bool(said) and all(any(map(names_condition, content_phrases(text))) for text in said)
    unsaid = [key for key in whole if not is_said(key)]
    unsaid += [
        phrase
        for phrase in content_phrases(question)
        if phrase != illness
        and names_condition(phrase)
        and not populations_in(phrase)
        and not any(is_said(stem(word)) for word in content_words(phrase) if stem(word) not in SITE_STEMS)
        # Of a condition with other names a sentence may speak without one of them, unless it names another condition.
        and (elsewhere or not any(name.casefold() in phrase.casefold() for name in synonyms_in(phrase)))
    ]
    return (*unsaid, *words, *filter(None, [illness]))


def _phrase_of(word: str, question: str) -> str:
    """The short phrase of the question that ``word`` stands in: "pickle juice" for "juice"."""
    phrases = (phrase for phrase in content_phrases(question) if word in tokens(phrase))
    return next((phrase for phrase in phrases if len(phrase.split()) <= 2), word)


def in_the_readers_words(missing: Sequence[str], asked: str) -> tuple[str, ...]:
    """``missing`` as the question writes it, neighbours together: "CBD oil" for "cbd" and "oil"."""
    named: list[str] = []
    end = -1
    wanted = set(missing)
    for found in TOKEN.finditer(asked):
        if found.group().lower().replace("’", "'") not in wanted:
            continue
        if named and asked[end : found.start()] == " ":
            named[-1] += f" {found.group()}"
        else:
            named.append(found.group())
        end = found.end()
    said = {word for name in named for word in tokens(name)}
    return (*dict.fromkeys(named), *(word for word in missing if not set(tokens(word)) <= said))


def say_what_is_missing(missing: Sequence[str], unanswered: Sequence[str]) -> str:
    """One or two plain sentences for the reader."""
    said = []
    if missing:
        said.append(f"The library holds nothing about {', '.join(f'“{word}”' for word in missing)}.")
    if unanswered:
        said.append(f"It does not answer {', '.join(f'“{text}”' for text in unanswered)}.")
    return " ".join(said)
