"""Understand a question in its conversation: its wording for the reader, its query for the index.

No language model. The earlier turns are read in order, so a chain of elliptical questions unfolds the
way a listener would unfold it: "treatments for leg cramps?" - "and in pregnancy?" - "and stretching?".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.conversation import Conversation
from assistant.rewrite.dialogue_acts import (
    DialogueAct,
    ask_when_to_see_a_doctor,
    is_affirmation,
    read_turn,
    tells_only,
)
from assistant.rewrite.history_terms import HistoryTerms, choose_history_terms
from assistant.rewrite.listed_items import find_offers, name_items
from assistant.rewrite.listener import Listener
from assistant.rewrite.pleasantries import is_courtesy, strip_pleasantries
from assistant.rewrite.tellings import name_what_is_told
from assistant.rewrite.topics import names_condition
from assistant.rewrite.turns import advance, full_question
from assistant.rewrite.vocabulary import widen_query
from assistant.rewrite.words import strip_end
from index.ports import SearchQuery

Rarity = Callable[[str], float]
"""Inverse document frequency of a word in the library; larger is rarer."""
Widen = Callable[[SearchQuery], SearchQuery]


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question that can be understood, and searched, on its own.

    ``text`` is what the reader is shown as "Searched for". ``leans_on_history`` says whether anything
    had to be taken from earlier turns. ``topic`` is what the conversation is about, ``subject`` what
    this turn asks about within it ("magnesium").
    """

    text: str
    query: SearchQuery
    act: DialogueAct
    leans_on_history: bool
    topic: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class RewriteParts:
    """The ideas that make a query of a follow-up; each can be left out to measure what it gives."""

    courtesies: bool = True  # thanks and greetings are taken off
    listed_items: bool = True  # "the second one" is read as the item that stands there
    history_terms: bool = True  # unsaid words of the conversation are added with weights
    worded_question: bool = True  # the question as restated is embedded beside the reader's own
    synonyms: bool = True  # other names of what is spoken of are added with light weights
    shown: bool = True  # what was shown ranks lower, and its topic higher


ALL_PARTS = RewriteParts()


def understand(
    question: str,
    conversation: Conversation,
    *,
    rarity: Rarity | None = None,
    parts: RewriteParts = ALL_PARTS,
) -> StandaloneQuestion:
    """State ``question`` on its own.

    A turn that asks nothing gets the act ``COURTESY``, and a query all the same.

    ``rarity`` gives a word's inverse document frequency in the library that will be searched; without
    it all words count alike. A first turn is searched as it stands. ``parts`` leaves ideas out of the query.
    """
    read = _understand(question, conversation, rarity=rarity, parts=parts)
    return replace(read, act=DialogueAct.COURTESY) if is_courtesy(question) else read


def _understand(
    question: str, conversation: Conversation, *, rarity: Rarity | None, parts: RewriteParts
) -> StandaloneQuestion:
    strip = strip_pleasantries if parts.courtesies else str
    widen = widen_query if parts.synonyms else _as_it_is
    asked = name_what_is_told(" ".join(question.split()))
    state = Listener()
    for turn in conversation.user_turns:
        if is_courtesy(turn):
            continue
        earlier = strip(name_what_is_told(" ".join(turn.split())))
        reading = read_turn(earlier, has_history=bool(state.base))
        state = advance(state, reading, earlier, offered=())
    question = asked
    if conversation.user_turns:
        question = strip(asked)
        if parts.listed_items and not (conversation.offered and is_affirmation(question)):
            question = name_items(question, conversation.last_answer)
    reading = read_turn(question, has_history=bool(conversation.user_turns))
    offered = conversation.offered or find_offers(conversation.last_answer)
    state = advance(state, reading, question, offered=offered)
    if reading.act is DialogueAct.FIRST:
        return _search_as_it_stands(state.last_text, state, reading.act, widen)
    text = ask_when_to_see_a_doctor(state.last_text)
    if reading.act is DialogueAct.NEW_TOPIC:
        return _search_as_it_stands(text, state, reading.act, widen)
    if reading.act is DialogueAct.PRONOUN and tells_only(question):
        text = f"{strip_end(text)}, what helps?"
    plain = {asked.casefold(), strip(asked).casefold(), question.casefold()}
    leans = question != strip(asked) or text.casefold() not in plain
    terms = (
        choose_history_terms(question, conversation, rarity=rarity) if parts.history_terms else HistoryTerms()
    )
    return StandaloneQuestion(
        text=text,
        query=replace(
            widen(_query(question, text, terms, reading.act, worded=parts.worded_question)),
            shown=_shown(conversation, reading.act) if parts.shown else (),
        ),
        act=reading.act,
        leans_on_history=leans,
        topic=state.topic,
        subject=state.subject,
    )


def restate(text: str) -> StandaloneQuestion:
    """A question that already stands alone (the reader's own edit, a suggestion): searched as it is."""
    return _search_as_it_stands(text, full_question(Listener(), text), DialogueAct.STANDALONE, widen_query)


def _search_as_it_stands(text: str, state: Listener, act: DialogueAct, widen: Widen) -> StandaloneQuestion:
    """Nothing of earlier turns is meant: the text alone is searched."""
    return StandaloneQuestion(
        text=text, query=widen(SearchQuery(text)), act=act, leans_on_history=False,
        topic=state.topic, subject=state.subject,
    )  # fmt: skip


def _as_it_is(query: SearchQuery) -> SearchQuery:
    return query


def _query(
    question: str, text: str, terms: HistoryTerms, act: DialogueAct, *, worded: bool = True
) -> SearchQuery:
    if act is DialogueAct.AFFIRMATION:  # "yes" itself says nothing; what it takes up is searched
        question = text
    if act is DialogueAct.SWITCH and names_condition(strip_end(text)):
        # The old topic's words would pull the search back to what the reader has just left.
        return SearchQuery(text=text, dense_texts=tuple(dict.fromkeys((question, text))), lexical_text=text)
    widened = " ".join([question, *terms.for_embedding])
    dense_texts = tuple(dict.fromkeys((question, widened, text) if worded else (question, widened)))
    return SearchQuery(
        text=text, dense_texts=dense_texts, lexical_text=question, term_weights=dict(terms.weights)
    )


def _shown(conversation: Conversation, act: DialogueAct) -> tuple[str, ...]:
    """What the reader has read already; a question about the answer itself wants just that again."""
    if act is DialogueAct.ABOUT_ANSWER:
        return ()
    return tuple(turn.content for turn in conversation.turns if turn.role == "assistant" and turn.content)
