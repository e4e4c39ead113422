"""Whom a question is about, when an earlier turn or the reader's profile said so and this turn doesn't."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.compose.populations import SPECIAL, populations_in
from assistant.conversation import Conversation, Person
from assistant.rewrite.standalone import StandaloneQuestion, find_topic
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
    if populations_in(standalone.text) or _RELEASED.search(question):
        return standalone
    people = _people_spoken_of(standalone, question, conversation) or profile
    special = tuple(name for name in people if name in SPECIAL)
    phrases = [PHRASES[name] for name in special or people if name in PHRASES]
    if not phrases:
        return standalone
    added = " ".join(phrases)
    text = f"{standalone.text.rstrip('?.! ')} {added}?"
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
