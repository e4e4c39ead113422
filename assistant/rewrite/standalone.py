"""Understand a question in its conversation: its wording for the reader, its query for the index.

No language model. The earlier turns are read in order, so a chain of elliptical questions unfolds the
way a listener would unfold it: "treatments for leg cramps?" - "and in pregnancy?" - "and stretching?".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.conversation import Conversation
from assistant.rewrite.dialogue_acts import (
    DialogueAct,
    Reading,
    asks_what_sources_say,
    asks_when_to_worry,
    is_affirmation,
    is_prepositional,
    read_telling_of_self,
    read_turn,
)
from assistant.rewrite.history_terms import HistoryTerms, choose_history_terms
from assistant.rewrite.listed_items import find_offers, name_items
from assistant.rewrite.named_again import name_again, name_taken_with
from assistant.rewrite.person_told import read_person
from assistant.rewrite.pleasantries import is_courtesy, strip_pleasantries
from assistant.rewrite.remedies import find_taken_already, names_medicine, names_remedy
from assistant.rewrite.tellings import name_what_is_told
from assistant.rewrite.vocabulary import widen_query
from assistant.rewrite.words import content_phrases, content_words, name_cramps, stems, tokens
from index.ports import SearchQuery

Rarity = Callable[[str], float]
"""Inverse document frequency of a word in the library; larger is rarer."""


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


@dataclass(frozen=True, slots=True)
class _State:
    """What a listener keeps in mind between turns."""

    base: str = ""  # last full question, without population modifiers
    frame: str = (
        ""  # last full question that named the topic and no single remedy: the one to ask of a new topic
    )
    topic: str = ""
    subject: str = ""
    modifier: str = ""
    kind: str = ""  # what "each one" is one of: "stretches" after "which stretches help?"
    medicine: str = ""  # what somebody told of takes: "the tablets", "them", where no remedy is asked about
    last_text: str = ""


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
    state = _State()
    for turn in conversation.user_turns:
        if is_courtesy(turn):
            continue
        earlier = strip(name_what_is_told(" ".join(turn.split())))
        reading = read_turn(earlier, has_history=bool(state.base))
        state = _advance(state, reading, earlier, offered=())
    question = asked
    if conversation.user_turns:
        question = strip(asked)
        if parts.listed_items and not (conversation.offered and is_affirmation(question)):
            question = name_items(question, conversation.last_answer)
    reading = read_turn(question, has_history=bool(conversation.user_turns))
    offered = conversation.offered or find_offers(conversation.last_answer)
    state = _advance(state, reading, question, offered=offered)
    text = state.last_text
    if reading.act is DialogueAct.FIRST:
        return StandaloneQuestion(
            text=text, query=widen(SearchQuery(text)), act=reading.act, leans_on_history=False,
            topic=state.topic, subject=state.subject,
        )  # fmt: skip
    plain = {asked.casefold(), strip(asked).casefold(), question.casefold()}
    leans = question != strip(asked) or text.casefold() not in plain
    if reading.act is DialogueAct.NEW_TOPIC:
        return StandaloneQuestion(
            text=text, query=widen(SearchQuery(text)), act=reading.act, leans_on_history=False,
            topic=state.topic, subject=state.subject,
        )  # fmt: skip
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
    state = _full_question(_State(), text)
    return StandaloneQuestion(
        text=text, query=widen_query(SearchQuery(text)), act=DialogueAct.STANDALONE, leans_on_history=False,
        topic=state.topic, subject=state.subject,
    )  # fmt: skip


def _as_it_is(query: SearchQuery) -> SearchQuery:
    return query


def _query(
    question: str, text: str, terms: HistoryTerms, act: DialogueAct, *, worded: bool = True
) -> SearchQuery:
    if act is DialogueAct.AFFIRMATION:  # "yes" itself says nothing; what it takes up is searched
        question = text
    if act is DialogueAct.SWITCH and _CONDITION_WORD.search(_strip_end(text)):
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


# --- wording ------------------------------------------------------------------------------------------------

_TOPIC_FRAMES = re.compile(
    r"\b(?:treatments?(?: options?)? (?:for|of)|options? for|treat|treating|prevent|preventing|prevention of|"
    r"causes? of|causes|symptoms? of|signs? of|manage|managing|management of|remed(?:y|ies) for|cures? for|"
    r"help(?:s|ing)?(?: with)?|diagnos(?:e|is of)|what (?:is|are)|about|relie(?:f|ve|ving)(?: from| of)?|stop|therapy for|therapies for)\s+"
    r"(?P<topic>.+)$",
    re.IGNORECASE,
)
_TOPIC_END = re.compile(
    r"\s+(?:in|for|with|without|during|after|before|if|when|while|and|or|that|who|which|instead|caused|be|at|on|so|because|to|every|each|all|last|long|safely|still|really|vs|versus)\b.*$|[?.!,;:].*$",
    re.IGNORECASE | re.DOTALL,
)
_TRAILING_MODIFIER = re.compile(
    r"\s+(?:in|during|for|with|while|if|when|after|among)\s+(?:(?!leg|calf|muscle).)+$", re.IGNORECASE
)
_SUBJECT_FRAMES = re.compile(
    r"\b(?P<frame>(?:is|are|does|do|can|should|could|would|will|take|taking|use|using|how (?:much|many|often|long)|dose of|dosage of|about|and|try|safety of|"
    r"(?:side )?effects? of|stop|evidence (?:for|on|about)|start(?:ed|ing)?(?: on)?|beg[au]n|prescribed|(?:put|been|was|am|i'm) on)"
    r"(?: i| we| you| she| he| they| people| patients| women| children| adults| someone| my \w+)?(?: not)?(?: (?:take|use|have|try|give|stop|avoid|still))?)\s+"
    r"(?:the |a |an |some |any |oral |daily )?"
    r"(?P<subject>(?!(?:that|this|it|those|these|they|them|much|many|often|long|i|we|you|not)\b)(?:vitamin \w+|coenzyme \w+|pickle juice|tonic water|water (?:pill|tablet)s?|blood thinners?|[\w-]+)"
    r"(?: (?:oxide|sulfate|complex|citrate|supplements?|juice|therapy|exercises?))*)",
    re.IGNORECASE,
)
_CONDITION_WORD = re.compile(
    r"(?:itis|osis|emia|aemia|algia|(?<!homeo)(?<!naturo)(?<!osteo)pathy|plegia|penia|uria|pnea|edema|oma|thyroidism|cramps?|spasms?|syndrome|disease|"
    r"disorder|failure|thrombosis|clots?|legs?|pains?|palsy|tetany|claudication|rhabdomyolysis|stroke|cancer|infection|"
    r"movements?|aches?|stenosis|tension|tremors?|twitch(?:es|ing)|weakness|numbness|fasciculations?|dystonia|fainting)$",
    re.IGNORECASE,
)
_IT = r"it(?! (?:ok|okay|safe|alright|all right|fine|worth|possible|better|bad|good|dangerous|true|normal|necessary) (?:to|that|if)\b)"
"""The "it" that stands for something; that of "is it ok to ...?" does not."""
_PRONOUN_SLOT = re.compile(rf"\b(?:{_IT}|this|that|they|them|these|those)\b", re.IGNORECASE)
_POSSESSIVE_SLOT = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_IS_IT = re.compile(
    r"^\W*(?:is|are|was|were|could|can|might|may) (?:it|this|that|these|they)(?: be)?(?: really| just| actually)? (?:an? |the (?!same\b))?"
    r"(?P<what>(?!(?:the )?same\b|because\b|caused\b|due\b|for\b|from\b|in\b|a sign\b|common\b|good\b|safe\b)[^?,.]{3,40}?)\W*$",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\b(?P<it>it|that|this)['’]s\b|\b(?P<those>they)['’]re\b", re.IGNORECASE)
_ONE_OF_KIND = re.compile(r"\b(?P<which>each|which|every|any|either|neither) ones?\b", re.IGNORECASE)
_ONE_OF_THESE = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?P<which>which(?: one)?|any|are any|is any|is one) of (?:these|those|them)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TREATING = re.compile(r"\b(?:treat\w*|helps?|options?|remed\w+|reliev\w*|ease|do about)\b", re.IGNORECASE)
_THE_TABLETS = re.compile(
    r"\b(?:the|his|her|my|their|those|these) (?:tablets?|pills?|medicines?|medications?|drugs?|capsules?)\b",
    re.IGNORECASE,
)
_SAID_OF_ILLNESS = re.compile(
    r"\b(?:normal|common|serious|curable|hereditary|contagious|permanent|go away|going away|get worse|getting worse|come back|dangerous for the \w+)$",
    re.IGNORECASE,
)
"""What is asked of an illness, not of what one takes for it: "is it normal?"."""
_OTHER_ONES = re.compile(r"\b(?P<which>(?:the )?other) ones?\b", re.IGNORECASE)
_KIND = re.compile(
    r"\b(?:which|what) (?P<which>(?!does\b|is\b|helps\b|causes\b|happens\b|works\b|stops\b)[\w-]{3,}s)\b|\bwhat (?:are|were) the (?P<what>[\w -]*?s) (?:for|of)\b",
    re.IGNORECASE,
)
_SINGULAR_VERB = re.compile(rf"\b(?P<verb>is|was|does|has)(?= (?:{_IT}|this|that)\b)", re.IGNORECASE)
_PLURAL_VERB = re.compile(r"\b(?P<verb>are|were|do|have)(?= (?:they|these|those)\b)", re.IGNORECASE)
_TO_PLURAL = {"is": "are", "was": "were", "does": "do", "has": "have"}
_TO_SINGULAR = {plural: singular for singular, plural in _TO_PLURAL.items()}
_SINGULAR_IN_S = frozenset(
    "diabetes rabies measles shingles mumps herpes scabies rickets hives aids sars series gallstones".split()
) - {"gallstones", "hives"}
_ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "last": -1, "latter": -1}


def _advance(state: _State, reading: Reading, question: str, *, offered: tuple[str, ...]) -> _State:
    """The listener's state after one more user turn; ``last_text`` is that turn, standing alone."""
    match reading.act:
        case DialogueAct.FIRST | DialogueAct.STANDALONE:
            return _full_question(state, question)
        case DialogueAct.AFFIRMATION:
            chosen = _chosen_offer(question, offered)
            if chosen:
                return _full_question(state, chosen)
            return replace(state, last_text=state.last_text or question)
        case DialogueAct.NEW_TOPIC:
            return _full_question(_State(), _upper_first(reading.remainder))
        case DialogueAct.SWITCH:
            return _switch_topic(state, reading.remainder)
        case DialogueAct.CORRECTION:
            return _correct(state, reading.remainder)
        case DialogueAct.ELLIPSIS if state.subject and read_telling_of_self(question):
            return _ask_if_safe(state, reading.remainder)
        case DialogueAct.ELLIPSIS:
            return _complete_ellipsis(state, reading.remainder)
        case DialogueAct.PRONOUN:
            return _resolve_pronoun(state, reading.remainder)
        case DialogueAct.UNDERSPECIFIED:
            return _add_topic(state, reading.remainder)
        case DialogueAct.COURTESY:
            return replace(state, last_text=question)
        case DialogueAct.ABOUT_ANSWER:
            about = " for ".join(part for part in (state.subject, state.topic) if part)
            return replace(
                state,
                last_text=f"{_upper_first(_strip_end(question))} (about {about})?" if about else question,
            )


def _full_question(state: _State, question: str) -> _State:
    modifier = ""
    base = _strip_end(question)
    if found := _TRAILING_MODIFIER.search(base):
        modifier = found.group().strip()
        if find_topic(base[: found.start()]):
            base = base[: found.start()]
        else:
            modifier = ""
    subject = find_subject(question)
    topic = find_topic(question, any_phrase=not state.topic)
    if state.topic and stems(tokens(state.topic)) <= stems(tokens(question)):
        topic = state.topic  # "do cramps mean claudication?" goes on about claudication
    # A question about one remedy ("is magnesium safe?") keeps the conversation's topic.
    if state.topic and (not topic or subject):
        topic = state.topic
    topic = topic or state.topic
    frame = base if topic and topic in base and not subject else ""
    if not frame and state.topic == topic:
        frame = state.frame
    named = _KIND.search(question)
    return _State(
        base=base, frame=frame, topic=topic, subject=subject, modifier=modifier,
        kind=(named["which"] or named["what"]) if named else "", last_text=question,
    )  # fmt: skip


def _complete_ellipsis(state: _State, remainder: str) -> _State:
    remainder = _as_modifier(_TRAILING_THEN.sub("", _strip_end(remainder)))
    if told := read_person(remainder):
        return replace(
            state,
            medicine=told.medicine,
            modifier=told.modifier,
            last_text=f"{_upper_first(state.base)} {told.modifier}?",
        )
    if is_prepositional(remainder):
        text = f"{_upper_first(state.base)} {_lower_first(remainder)}?"
        if not state.topic and _CONDITION_WORD.search(
            remainder
        ):  # "for leg cramps" says at last what it is about
            return _full_question(state, text)
        return replace(state, modifier=remainder, last_text=text)
    if _CONDITION_WORD.search(remainder):
        return _switch_topic(state, remainder)
    measured = _MEASURED.match(remainder)
    if measured and state.subject and state.subject.casefold() not in remainder.casefold():
        text = f"{measured.group()} of {state.subject}{remainder[measured.end() :]}"
        return replace(
            state,
            last_text=f"{_upper_first(text)}{f' for {state.topic}' if state.topic else ''}{_suffix(state)}?",
        )
    words = stems(content_words(remainder))
    if state.topic and not words & stems(content_words(state.topic)):
        return replace(
            state,
            subject=find_subject(remainder) or _longest_phrase(remainder),
            last_text=f"{_upper_first(remainder)} for {state.topic}{_suffix(state)}?",
        )
    return replace(
        state,
        subject=find_subject(remainder) or _longest_phrase(remainder),
        last_text=f"{_upper_first(remainder)}?",
    )


def _ask_if_safe(state: _State, told: str) -> _State:
    """Who tells of an illness after asking about a remedy wants to know whether it is safe for them."""
    text = f"{'Are' if is_plural(state.subject) else 'Is'} {state.subject} safe"
    return replace(state, base=text, modifier=told, last_text=f"{text} {told}?")


def _longest_phrase(text: str) -> str:
    """ "mexiletine dose" asks about mexiletine, "drinking tonic water" about tonic water."""
    return max(content_phrases(_DOING.sub("", text)), key=len, default=text)


def _switch_topic(state: _State, remainder: str) -> _State:
    remainder = _strip_end(re.sub(r"\b(?:instead|please)\b", "", remainder, flags=re.IGNORECASE))
    if re.match(
        r"\W*(?:what|how|is|are|can|do|does|should|which|who|why|when|tell|explain)\b",
        remainder,
        re.IGNORECASE,
    ):
        return _full_question(_State(), f"{_upper_first(remainder)}?")
    frame = state.frame or (state.base if not state.subject else "")
    if state.topic and state.topic in frame:
        base = frame.replace(state.topic, remainder)
        return _State(base=base, frame=base, topic=remainder, last_text=f"{base}?")
    return _State(base=remainder, topic=remainder, last_text=f"{_upper_first(remainder)}?")


def _correct(state: _State, remainder: str) -> _State:
    wanted, unwanted = _split_contrast(_strip_end(remainder))
    if unwanted and re.search(rf"\b{re.escape(unwanted)}\b", state.base, re.IGNORECASE):
        base = re.sub(
            rf"\b{re.escape(unwanted)}\b", lambda _: wanted, state.base, count=1, flags=re.IGNORECASE
        )
        if not _CONDITION_WORD.search(wanted):
            return replace(
                state,
                base=base,
                topic=wanted if state.topic.casefold() == unwanted.casefold() else state.topic,
                subject=find_subject(base),
                last_text=f"{_upper_first(base)}{_suffix(state)}?",
            )
    remainder = _as_modifier(wanted)
    if _QUESTION_START.match(remainder):
        return _full_question(state, f"{_upper_first(remainder)}?")
    if is_prepositional(remainder):
        base = _without_people(state.base, state.topic)
        return replace(state, base=base, modifier=remainder, last_text=f"{base} {_lower_first(remainder)}?")
    if _CONDITION_WORD.search(remainder):
        return _switch_topic(state, remainder)
    if state.subject and state.subject in state.last_text:
        text = state.last_text.replace(state.subject, remainder)
        return replace(state, subject=remainder, base=_strip_end(text), last_text=text)
    about = f" for {state.topic}" if state.topic else ""
    return replace(state, subject=remainder, last_text=f"{_upper_first(remainder)}{about}?")


def _without_people(base: str, topic: str) -> str:
    """ "what helps with cramps in dialysis patients" without whom it is about, where that stands last."""
    for found in reversed(list(_LAST_PREPOSITION.finditer(base))):
        people = base[found.end() :].strip()
        if _POPULATION.match(people) and topic.casefold() in base[: found.start()].casefold():
            return base[: found.start()]
    return base


def _split_contrast(text: str) -> tuple[str, str]:
    """ "the calf, not the foot" -> what is wanted and what isn't; the "not" of a question stays in it."""
    found = _CONTRAST.search(text)
    if found is None or (_QUESTION_START.match(text) and not found["comma"]):
        return text, ""
    return text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,.?!")


def _resolve_pronoun(state: _State, remainder: str) -> _State:
    named = name_taken_with(name_again(remainder, state.last_text), state.last_text)
    if named != remainder and not _PRONOUN_SLOT.search(named):
        about = (
            f" (for {state.topic})" if state.topic and state.topic.casefold() not in named.casefold() else ""
        )
        text = f"{_strip_end(named)}{about}"
        keep = find_subject(named) or state.subject
        return replace(state, base=text, subject=keep, last_text=f"{_upper_first(text)}?")
    if named != remainder:  # what is left, "which of the tablets cause it?", is the topic
        return _resolve_pronoun(replace(state, subject="", last_text=""), named)
    state = replace(state, subject=state.subject or state.medicine)
    named_again = names_medicine(state.subject) and _THE_TABLETS.search(remainder) is not None
    if named_again:  # "could the tablets be causing it?": the tablets are those just told of, "it" is not
        remainder = _THE_TABLETS.sub(state.subject, remainder)
    of_topic = named_again or (state.topic and _SAID_OF_ILLNESS.search(_strip_end(remainder)))
    referent = state.topic if of_topic and state.topic else state.subject or state.topic
    if not referent:
        return replace(state, last_text=remainder)
    if (asked := _IS_IT.match(remainder)) and _CONDITION_WORD.search(asked["what"]):
        text = f"Is it {asked['what'].strip()} or {state.topic or referent}{_suffix(state)}?"
        return replace(state, base=_strip_end(text), last_text=text)
    plural = is_plural(referent)
    if (chosen := _ONE_OF_THESE.match(remainder)) and state.topic:
        kind = state.kind or ("treatments" if _TREATING.search(state.base) else "")
        if kind:
            text = f"{chosen['which']} of the {kind} for {state.topic} {_strip_end(chosen['rest'])}"
            return replace(state, base=text, last_text=f"{_upper_first(text)}{_suffix(state)}?")
    if state.kind and _ONE_OF_KIND.search(remainder):
        text = _strip_end(_name_kind(remainder, state.kind))
        if state.topic and state.topic.casefold() not in text.casefold():
            text = f"{text} (for {state.topic})"
        return replace(state, base=text, last_text=f"{_upper_first(text)}?")
    remainder = _CONTRACTED.sub(
        lambda found: f"{found['it'] or found['those']} {'are' if plural else 'is'}", remainder
    )
    possessive = f"{referent}'" if plural else f"{referent}'s"
    text, count = _POSSESSIVE_SLOT.subn(lambda _: possessive, remainder, count=1)
    if not count:
        text, count = _PRONOUN_SLOT.subn(lambda _: referent, _agree(remainder, referent), count=1)
    text = _strip_end(text)
    if not count:
        text = f"{text} ({referent})"
    if not of_topic and state.subject and state.topic and state.topic.casefold() not in text.casefold():
        text = f"{text} (for {state.topic})"
    keep = find_subject(remainder) or state.subject
    return replace(state, base=_strip_end(text), subject=keep, last_text=f"{_upper_first(text)}?")


def _name_kind(text: str, kind: str) -> str:
    """ "each one" -> "each of the stretches", "the other ones" -> "the other stretches"."""
    text = _OTHER_ONES.sub(lambda found: f"{found['which']} {kind}", text)
    return _ONE_OF_KIND.sub(lambda found: f"{found['which']} of the {kind}", text, count=1)


def _agree(text: str, referent: str) -> str:
    """Let the verb before the pronoun agree with what takes the pronoun's place: "is it" of cramps -> "are it"."""
    if is_plural(referent):
        return _SINGULAR_VERB.sub(
            lambda found: _as_case(_TO_PLURAL[found["verb"].lower()], found["verb"]), text
        )
    return _PLURAL_VERB.sub(lambda found: _as_case(_TO_SINGULAR[found["verb"].lower()], found["verb"]), text)


def is_plural(name: str) -> bool:
    """Whether a verb after ``name`` stands in the plural: "cramps" and "calcium and magnesium" want one."""
    last = name.casefold().split()[-1] if name.split() else ""
    return (
        last.endswith("s") and not last.endswith(("ss", "us", "is")) and last not in _SINGULAR_IN_S
    ) or " and " in name


def _as_case(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


def _add_topic(state: _State, question: str) -> _State:
    if _TRAILING_THEN.search(_strip_end(question)):
        question = _TRAILING_THEN.sub("", _strip_end(question))
    subject = find_subject(question)
    known = stems(content_words(question))
    if not state.topic or known & stems(content_words(state.topic)):
        return _full_question(state, question)
    if any(_CONDITION_WORD.search(phrase) for phrase in _topic_phrases(question)):
        return _full_question(state, question)  # it names a condition of its own
    base = _strip_end(question)
    if asks_when_to_worry(question):
        return replace(state, last_text=f"When to see a doctor about {state.topic}{_suffix(state)}?")
    if asks_what_sources_say(question):
        about = " for ".join(part for part in (state.subject, state.topic) if part)
        return replace(state, last_text=f"{_upper_first(base)} (about {about}){_suffix(state)}?")
    bare_content = set(content_words(question)) - _SAYS_NO_SUBJECT
    if (
        not bare_content
        and not (state.subject and _QUANTITY_OF.match(question))
        and not _NOUN_OF_TOPIC.search(base)
    ):
        text = f"{base} (about {state.topic})"
        return replace(state, base=text, last_text=f"{_upper_first(text)}{_suffix(state)}?")
    if (
        not bare_content and state.subject and _QUANTITY_OF.match(question)
    ):  # "how much?" asks about the remedy just named
        bare = len(tokens(question)) <= 2
        base = f"{base} {state.subject}" if bare else f"{base} ({state.subject})"
    text = f"{base} for {state.topic}"
    return _State(
        base=text,
        frame=state.frame,
        topic=state.topic,
        subject=subject or state.subject,
        modifier=state.modifier,
        last_text=f"{_upper_first(text)}{_suffix(state)}?",
    )


def names_condition(text: str) -> bool:
    """Whether ``text`` ends in the name of a condition: "leg cramps" does, "stretch" does not."""
    return _CONDITION_WORD.search(text) is not None


def find_topic(question: str, *, any_phrase: bool = True) -> str:
    """The condition or theme a question is about, in its own words; empty when none is named.

    People ("pregnant women") and the remedy asked about are not the topic. With ``any_phrase`` the longest
    content phrase serves where neither a frame ("causes of ...") nor a condition's name gives it away.
    """
    if found := _TOPIC_FRAMES.search(question):
        topic = _TOPIC_END.sub("", found["topic"]).strip()
        topic = _as_noun(topic)
        topic = re.sub(r"^(?:my|the|a|an|some|any|your|having|of|with)\s+", "", topic, flags=re.IGNORECASE)
        if phrases := _topic_phrases(topic):
            return max(phrases, key=len)
    phrases = list(map(_as_noun, _topic_phrases(question)))
    if conditions := [condition for phrase in phrases if (condition := _condition_in(phrase))]:
        return conditions[0]
    if not any_phrase:
        return ""
    subject = find_subject(question).casefold()
    phrases = [phrase for phrase in phrases if phrase.casefold() != subject]
    return max(phrases, key=len) if phrases and not subject else ""


def _condition_in(phrase: str) -> str:
    """The longest beginning of ``phrase`` that ends in a condition's name: "claudication dangerous" has one."""
    words = phrase.split(" ")
    return next(
        (" ".join(words[:end]) for end in range(len(words), 0, -1) if _CONDITION_WORD.search(words[end - 1])),
        "",
    )


def _as_noun(phrase: str) -> str:
    """ "legs cramp" and "calf cramping" name leg cramps and calf cramps."""
    return _CRAMPING.sub(lambda found: name_cramps(found["part"]), phrase)


_CRAMPING = re.compile(
    r"\b(?P<part>legs?|calf|calves|foot|feet|toes?|hands?|muscles?)\s+cramp(?:s|ed|ing|s up)?$",
    re.IGNORECASE,
)


def _topic_phrases(text: str) -> list[str]:
    return [phrase for phrase in content_phrases(text) if not _POPULATION.match(phrase)]


def find_subject(question: str) -> str:
    """The remedy a question asks about ("magnesium"); empty when none is named.

    After "take", "dose of" or "safety of" anything may be a remedy; after "is" or "does" only what is
    known as one, or what is asked to help.
    """
    taken = find_taken_already(question)
    for found in _SUBJECT_FRAMES.finditer(question):
        subject = found["subject"].strip()
        if any(subject.lower() in name for name in taken):
            continue
        if not content_words(subject) or _CONDITION_WORD.search(subject) or _POPULATION.match(subject):
            continue
        after = question[found.end() :]
        if _TAKING.search(found["frame"]) or names_remedy(subject) or _HELPING.match(after):
            return subject
    if (asked := _ASKED_TO_HELP.search(question)) and not _POPULATION.match(asked["subject"]):
        named = content_phrases(asked["subject"])
        if len(named) == 1 and not _CONDITION_WORD.search(named[0]):
            return named[0]
    if dosed := _DOSE_OF_FIRST.match(question):
        return dosed["subject"]
    medicines = [
        word
        for word in content_words(question)
        if names_medicine(word) and word not in _ANY_MEDICINE and not any(word in name for name in taken)
    ]
    return medicines[0] if len(set(medicines)) == 1 and not _LEVEL.search(question) else ""


_QUANTITY_OF = re.compile(
    r"^\W*(?:how (?:much|many|often|long|soon|quickly|fast)|what (?:dose|dosage|amount)|which (?:type|kind|form)|"
    r"(?:any |what(?:'s| is| are)? (?:the |its |their )?)?(?:side effects?|dose|dosage|risks?|benefits?|alternatives?|evidence))\b",
    re.IGNORECASE,
)
_TRAILING_THEN = re.compile(r"[\s,]+(?:then|though|too|maybe)$", re.IGNORECASE)
_DOING = re.compile(
    r"^\W*(?:drinking|eating|taking|using|trying|having|doing|wearing|swallowing)\s+", re.IGNORECASE
)
_MEASURED = re.compile(
    r"^\W*(?:the |a |any )?(?:(?:right|usual|recommended|best|safe|maximum|correct|normal) )?"
    r"(?:dos(?:e|age|es)|amount|safety|side effects?|risks?|benefits?|interactions?|evidence)\b(?! of\b)",
    re.IGNORECASE,
)
_SAYS_NO_SUBJECT = frozenset("side drink eat swallow apply give rub buy mix".split())
_NOUN_OF_TOPIC = re.compile(
    r"\b(?:treatments?|options?|remed(?:y|ies)|cures?|symptoms?|signs?|causes?|risks?|medicines?|medications?|drugs?|tests?|reasons?|"
    r"prevention|diagnosis|management|guidelines?|evidence|help|helps|effects?|dose|dosage|much|many|often|long)\W*$",
    re.IGNORECASE,
)
_LAST_PREPOSITION = re.compile(r"\s+(?:in|during|for|with|on|while)\s+", re.IGNORECASE)
_CONTRAST = re.compile(r"(?P<comma>,?)\s+(?:and )?not\s+", re.IGNORECASE)
_QUESTION_START = re.compile(r"\W*(?:what|how|is|are|can|do|does|should|which|who|why|when)\b", re.IGNORECASE)
_TAKING = re.compile(
    r"\b(?:tak|us(?:e|ing)|try|dos(?:e|age)|safety|effects?|evidence|stop|start|beg[au]n|prescribed|\bon\b)",
    re.IGNORECASE,
)
_ASKED_TO_HELP = re.compile(
    r"\b(?:do|does|can|could|will|would)\s+(?P<subject>[\w-]+(?: [\w-]+){1,2}?)\s+(?:really |actually |also )?"
    r"(?:help|work|cure|treat|relieve|reduce|prevent|ease)s?\b",
    re.IGNORECASE,
)
_DOSE_OF_FIRST = re.compile(
    r"^\W*(?P<subject>(?!(?:the|what|which|a|any|usual|right|best)\b)[\w-]+) (?:dose|dosage|side effects|safety)\b",
    re.IGNORECASE,
)
_ANY_MEDICINE = frozenset(
    "juice tonic electrolyte electrolytes supplement supplements analgesics opioids".split()
)
_LEVEL = re.compile(r"\b(?:low|high|lack of|deficien\w+|levels?|blood)\b", re.IGNORECASE)
_HELPING = re.compile(
    r"\s+(?:help|work|cure|treat|relieve|reduce|prevent|ease|stop|cause|give|worsen)s?\b", re.IGNORECASE
)

_POPULATION = re.compile(
    r"^(?:the )?(?:(?:young|older?|elderly|small|healthy|pregnant|breastfeeding|nursing|dialysis|diabetic|cirrhotic|obese|female|male|"
    r"my|school|adult|paediatric|pediatric)\s+)*"
    r"(?:children|kids?|child|babies|baby|infants?|toddlers?|teens?|teenagers?|adolescents?|adults?|elderly|seniors?|people|persons?|women|men|"
    r"mothers?|mums?|moms?|patients?|athletes|runners|cyclists|pregnant|pregnancy|breastfeeding|lactation|dialysis|cirrhosis|diabetics?|diabetes|"
    r"pensioners|vegans?|husbands?|wife|partner|father|dad|son|daughter|sister|brother|grand\w+|kidney (?:disease|failure|problems)|renal (?:impairment|failure)|liver disease)"
    r"(?: (?:over|under|aged|with|on|who)\b.*)?$",
    re.IGNORECASE,
)


def _as_modifier(remainder: str) -> str:
    """ "children" -> "in children": a bare population modifies the question, it isn't a new subject."""
    if not _POPULATION.match(remainder):
        return remainder
    preposition = "during" if remainder.casefold() in {"pregnancy", "breastfeeding", "lactation"} else "in"
    return f"{preposition} {_lower_first(remainder)}"


def _chosen_offer(question: str, offered: tuple[str, ...]) -> str:
    if not offered:
        return ""
    for word in tokens(question):
        if word in _ORDINALS:
            position = _ORDINALS[word]
            return offered[position] if -len(offered) <= position < len(offered) else ""
    return offered[0]


def _suffix(state: _State) -> str:
    return f" {_lower_first(state.modifier)}" if state.modifier else ""


def _strip_end(text: str) -> str:
    return text.strip().rstrip("?.! ")


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]
