"""Whom a question is about: told in a story, by an earlier turn, or by the reader's profile."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.populations import SPECIAL, populations_in
from assistant.conversation import Conversation, Person
from assistant.rewrite.standalone import StandaloneQuestion, find_topic, restate
from assistant.rewrite.words import content_words

PHRASES: dict[str, str] = {
    Person.PREGNANCY: "in pregnancy",
    Person.BREASTFEEDING: "while breastfeeding",
    Person.CHILDREN: "in children",
    Person.ADOLESCENTS: "in adolescents",
    Person.OLDER_ADULTS: "in older adults",
    Person.DIALYSIS: "in people on dialysis",
    Person.RENAL_IMPAIRMENT: "with kidney disease",
    Person.HEPATIC_IMPAIRMENT: "with liver disease",
    Person.ALS: "with ALS",
    Person.DIABETES: "with diabetes",
    Person.ATHLETES: "in athletes",
}
"""How each population is added to a question. What is added is shown to the reader and can be edited."""

_LIKE_ANYBODY = frozenset({Person.ATHLETES})
"""Not carried from turn to turn: what holds for healthy adults holds for them, and leaving it out harms nobody."""

CARRIED_WEIGHT = 0.6
"""Weight of an added word in the lexical query: as much as a sure word of the history."""

_PERSONAL = re.compile(r"\b(?:i|i'?m|i'?ve|me|my|we|our|he|she|his|her)\b", re.IGNORECASE)
_RELEASED = re.compile(
    r"\b(?:in general|generally|everyone|anyone|(?:other|most|healthy) (?:people|adults|women|men)|adults?|"
    r"not pregnant|non-pregnant|after (?:the )?(?:pregnancy|birth|delivery))\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\bmy (?:husband|wife|partner|mother|father|mum|mom|dad|parents?|grand\w+|sister|brother|friend|neighbou?r|boss|patient)\b",
    re.IGNORECASE,
)


_THE_BABY = re.compile(r"\b(?:the|my|our) (?:unborn )?(?:baby|child)\b", re.IGNORECASE)
""""Safe for the baby?" of somebody pregnant asks about pregnancy, not about children."""
_QUESTION = re.compile(
    r"^(?:(?:so|and|but|please)\s+)?(?:what|which|how|why|when|where|who|is|are|can|could|do|does|did|should|would|will|may)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"(?<=[.!?;,])\s+")


def tell_question_from_story(standalone: StandaloneQuestion) -> StandaloneQuestion:
    """The question of "I have kidney disease, what can I take for leg cramps?": what it asks, and about whom.

    The rest of a story draws the search away from what is asked. A story that asks nothing in so many words
    ("my 6 year old wakes with leg pain") is searched by its complaint and its person. Anything else stays.
    """
    text = standalone.text
    phrases = _phrases_for(populations_in(text))
    if not phrases or not _PERSONAL.search(text):
        return standalone
    clauses = _CLAUSE_END.split(text)
    asked = [clause for clause in clauses if _QUESTION.match(clause)]
    if asked and len(clauses) > 1 and find_topic(asked[-1], any_phrase=False):
        own = "" if populations_in(asked[-1]) else f" {phrases}"
        return restate(f"{asked[-1].rstrip('?.! ')}{own}?")
    if not asked and "?" not in text and (topic := find_topic(text, any_phrase=False)):
        return restate(f"{topic} {phrases}")
    return standalone


def _phrases_for(people: tuple[str, ...]) -> str:
    """ "in pregnancy"; where people in general with an age beside a special population are named, the latter."""
    special = tuple(name for name in people if name in SPECIAL)
    return " ".join(PHRASES[name] for name in special or people if name in PHRASES)


def name_people(
    standalone: StandaloneQuestion,
    question: str,
    conversation: Conversation,
    *,
    profile: tuple[Person, ...] = (),
) -> StandaloneQuestion:
    """Add the people an earlier turn spoke of to a question that names none.

    Somebody who said "I'm 30 weeks pregnant" and asks "is quinine ok?" two turns later is still pregnant: an
    answer for people in general would be a wrong answer. ``profile`` counts where the conversation names
    nobody.
    """
    spoken_of = _people_spoken_of(standalone, question, conversation)
    expecting = Person.PREGNANCY in (spoken_of or profile) and _THE_BABY.search(question) is not None
    if (populations_in(standalone.text) and not expecting) or _RELEASED.search(question):
        return standalone
    people = spoken_of or profile
    added = _phrases_for(people)
    if not added:
        return standalone
    told = _THE_BABY.sub("the unborn baby", standalone.text) if expecting else standalone.text
    text = f"{told.rstrip('?.! ')} {added}?"
    query = standalone.query
    weights = dict(query.term_weights)
    if query.lexical_text is not None:
        weights |= dict.fromkeys(content_words(added), CARRIED_WEIGHT)
    dense = tuple(text if known == standalone.text else known for known in query.dense_texts)
    query = replace(query, text=text, dense_texts=dense, term_weights=weights)
    return replace(standalone, text=text, query=query)


def _people_spoken_of(
    standalone: StandaloneQuestion, question: str, conversation: Conversation
) -> tuple[str, ...]:
    """The populations of the latest turn that names any, if they still hold for this question."""
    for turn in reversed(conversation.user_turns):
        named = tuple(name for name in populations_in(turn) if name not in _LIKE_ANYBODY)
        if named and _PERSONAL.search(turn):
            somebody, now = _SOMEBODY.search(turn), _SOMEBODY.search(question)
            same = now is None or (somebody is not None and somebody[0].casefold() == now[0].casefold())
            return named if same else ()
        if named:  # "and in pregnancy?": holds until a question of its own comes
            own_topic = not standalone.leans_on_history and find_topic(question, any_phrase=False)
            return () if own_topic else named
        if _RELEASED.search(turn):
            return ()
    return ()
