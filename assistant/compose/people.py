"""Whom a question is about: told in a story, by an earlier turn, or by the reader's profile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.cited_sentences import addresses_a_model
from assistant.compose.populations import SPECIAL, populations_in
from assistant.conversation import Conversation, Person
from assistant.rewrite.dialogue_acts import ask_when_to_see_a_doctor, asks_when_to_worry
from assistant.rewrite.person_told import find_illness, find_taken
from assistant.rewrite.remedies import names_medicine, names_remedy
from assistant.rewrite.standalone import StandaloneQuestion, restate
from assistant.rewrite.topics import find_subject, find_topic
from assistant.rewrite.words import content_words, name_cramps, stems

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

_PERSONAL = re.compile(
    r"\b(?:\d{1,2} ?(?:f|m|yo|y/o)|i|i'?m|i'?ve|me|my|we|our|he|she|his|her)\b", re.IGNORECASE
)
_RELEASED = re.compile(
    r"\b(?:in general|generally|everyone|anyone|(?:other|most|healthy) (?:people|adults|women|men)|adults?|"
    r"not pregnant|non-pregnant|after (?:the )?(?:pregnancy|birth|delivery))\b",
    re.IGNORECASE,
)
_MAY_THEY = re.compile(
    r"\b(?:safe|safely|treat\w*|remed\w+|dos(?:e|age|es)|side effects?|(?:can|could|may|should) (?:i|we|he|she|they|my \w+) (?:\w+ )?(?:take|use|try|have|do)|what helps?)\b",
    re.IGNORECASE,
)
"""Asks what somebody may do or take, for which all that they have counts."""
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
_TELLING_TOO = re.compile(r"^(?:(?:so|and|but|please)\s+)?(?:which|who|where|when)\b", re.IGNORECASE)
_TELL_ME = re.compile(
    r"^[^.?!]*?\b(?:tell|show) me\s+(?P<asked>(?:what|how|which|why|when)\b[^.!?]*\??)\W*$", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no|not|without|never|isn['’]t|don['’]t have(?: any)?|haven['’]t)\b[^.,;!?]*[.,;!?]?", re.IGNORECASE
)
_FOR_THEM = re.compile(r"\s+for (?:him|her)\b|(?<=help) (?:him|her)\b(?=\W*$)", re.IGNORECASE)
_FOR_WHOM = re.compile(r"\s+for (?:her|him|me|us|them|my \w+)$", re.IGNORECASE)
_WHAT_IS_IT = re.compile(
    r"^what(?:['’]s| is| could| might| can)?(?: (?:it|this|that|they|these))?(?: be| is)?(?: wrong| going on| happening| (?:the )?(?:cause|reason))?"
    r"(?: (?:it|this|that))?(?: with (?:me|him|her))?$",
    re.IGNORECASE,
)
_TELL_APART = re.compile(
    r"\b(?:tell|know|distinguish)(?: which(?: is which)?| the difference| them apart| apart)?$", re.IGNORECASE
)
"""What is to be told apart was named before: "restless legs or cramps, how do I tell?" is one question."""
_POINTS_BACK = re.compile(r"\b(?:it|that|this|they|these|those)\b", re.IGNORECASE)
_LEADING_AND = re.compile(r"^(?:and|but|so)\s+", re.IGNORECASE)
_PHRASE_STARTS = re.compile(r"\s+(?=(?:in|with|on|while) )")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_DRINKS = re.compile(
    r"\b(?:drinks?|drinking|eats?|eating|gave me|gives me|bought me|bought)\s+(?:some |a |the )?([a-z][\w-]*(?: water| juice| tablets?)?)",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"(?:and |so |but )?(?:is|are|could|can|would) (?:it|that|this|they|these|those)(?: be)? (?:dangerous|safe|ok(?:ay)?|bad|harmful|all ?right|good|wise|a problem|toxic)\b.{0,30}$",
    re.IGNORECASE,
)
_CRAMPS_IN = re.compile(
    r"\bcramps?\b[^.?!]{0,12}? in (?:my|his|her|their|the|both)?\s*(?:left |right |both )?(?P<part>legs?|calf|calves|foot|feet|toes?|hands?|thighs?)\b",
    re.IGNORECASE,
)
_ASIDE_IN_A_QUESTION = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:what|which|how|is|are|can|could|should|does|do|may|would|will)\b[^,.?!]*,\s*(?:who|whose|aged|now)\b[^,.?!]*,\s*\w",
    re.IGNORECASE,
)
"""One question with somebody described in its midst ("what can my grandad, who is 81, take?"), not a story and a question."""
MOST_ASKED = 3
LONG = 45
"""Words from which a message is a letter: a short one is searched with all it tells."""


def tell_question_from_story(standalone: StandaloneQuestion) -> StandaloneQuestion:
    """The question of "I have kidney disease, what can I take for leg cramps?": what it asks, and about whom.

    The rest of a story draws the search away from what is asked. A question that names no complaint ("what should
    I do?") is asked about the complaint told before it, denied signs left out. A story that asks nothing in so many
    words ("my 6 year old wakes with leg pain") is searched by its complaint and its person. Anything else stays.
    """
    text = ask_when_to_see_a_doctor(standalone.text)
    if text != standalone.text:
        return restate(text)
    if not _PERSONAL.search(text) or _ASIDE_IN_A_QUESTION.match(text):
        return standalone
    if (told := _TELL_ME.match(text)) and find_topic(told["asked"], any_phrase=False):
        return restate(f"{told['asked'][:1].upper()}{told['asked'][1:].rstrip('?.! ')}?")
    if (left := _without_orders(text)) != text:
        return restate(left)
    phrases = " ".join(filter(None, (_phrases_for(populations_in(text)), _medicine_taken(text))))
    clauses = _CLAUSE_END.split(text)
    asked = [clause for clause in clauses if _asks(clause, is_last=clause is clauses[-1])]
    if asked and len(clauses) > len(asked):
        named = [clause for clause in asked if find_topic(clause, any_phrase=False)]
        if named and (phrases or len(text.split()) >= LONG):
            return restate(_join_questions(asked[asked.index(named[0]) :], phrases))
        if remedy := _remedy_pointed_at(asked[-1], clauses):
            return restate(_join_questions([remedy], phrases))
        complaint = _name_complaint(_DENIED.sub(" ", text))
        if complaint and not named and (about := _ask_about(asked[-1], complaint)):
            return restate(_join_questions([about], phrases))
    if phrases and not asked and "?" not in text and (topic := find_topic(text, any_phrase=False)):
        return restate(f"{topic} {phrases}")
    return standalone


def _asks(clause: str, *, is_last: bool) -> bool:
    """Whether a clause asks: "which did nothing" and "when I wake" open like a question and tell something."""
    if not _QUESTION.match(clause):
        return False
    return is_last or clause.rstrip().endswith("?") or _TELLING_TOO.match(clause) is None


def _without_orders(text: str) -> str:
    """``text`` without sentences that speak to a model, where any other is left."""
    sentences = _SENTENCE_END.split(text)
    kept = [sentence for sentence in sentences if not addresses_a_model(sentence)]
    return " ".join(kept) if kept else text


def _medicine_taken(text: str) -> str:
    """ "while taking warfarin" of whoever is said to take it: what somebody takes may make a remedy dangerous."""
    taken = find_taken(text, also_asks=True)
    return f"while taking {taken}" if taken else ""


def _remedy_pointed_at(asked: str, clauses: Sequence[str]) -> str:
    """ "is that dangerous?" of "my wife drinks tonic water": the question with the remedy named; empty for any other."""
    before = " ".join(clauses[: list(clauses).index(asked)])
    remedy = find_subject(before) or next(iter(_DRINKS.findall(before)), "")
    if not names_medicine(remedy) or not _JUDGED.match(asked.strip()):
        return ""
    return _POINTS_BACK.sub(lambda _: remedy, asked, count=1)


def _join_questions(asked: Sequence[str], phrases: str) -> str:
    """At most the last few questions, as one sentence, with the people where the words name none."""
    text = ", ".join(clause.strip().rstrip("?.!,; ") for clause in asked[-MOST_ASKED:])
    text = _LEADING_AND.sub("", text)
    told = [phrase for phrase in _PHRASE_STARTS.split(phrases) if phrase]
    kept = [phrase for phrase in told if not _is_said(phrase, text)]
    own = f" {' '.join(kept)}" if kept else ""
    return f"{text}{own}?"


def _is_said(phrase: str, text: str) -> bool:
    """Whether ``text`` names the people, or the medicine, that ``phrase`` would add."""
    if phrase.startswith("while taking"):
        words = set(content_words(phrase))
        return bool(words & set(content_words(text)))
    return bool(populations_in(text))


def _name_complaint(told: str) -> str:
    """The complaint told of; "cramps in his legs" are leg cramps."""
    complaint = find_topic(told, any_phrase=False)
    if complaint.casefold() in ("cramp", "cramps") and (found := _CRAMPS_IN.search(told)):
        return name_cramps(found["part"])
    return complaint


def _ask_about(asked: str, complaint: str) -> str:
    """A question that names no complaint, asked about ``complaint``; empty where it means something else."""
    bare = _FOR_WHOM.sub("", _LEADING_AND.sub("", asked.strip()).rstrip("?.!,; "))
    if asks_when_to_worry(bare):
        return f"When to see a doctor about {complaint}"
    if _WHAT_IS_IT.match(bare):
        return f"What causes {complaint}"
    if (
        _POINTS_BACK.search(bare)
        or _TELL_APART.search(bare)
        or (content_words(bare) and not find_subject(bare))
    ):
        return ""
    link = (
        "with"
        if re.search(r"\bhelps?$", bare, re.IGNORECASE)
        else "about"
        if re.search(r"\bdo(?:ne)?$", bare)
        else "for"
    )
    return f"{bare} {link} {complaint}"


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
    """Add the people an earlier turn spoke of to a question that names none, and the illness it told of to one about
    a remedy.

    Somebody who said "I'm 30 weeks pregnant" and asks "is quinine ok?" two turns later is still pregnant: an
    answer for people in general would be a wrong answer. ``profile`` counts where the conversation names
    nobody.
    """
    if _RELEASED.search(question):
        return standalone
    spoken_of = _people_spoken_of(standalone, question, conversation)
    expecting = Person.PREGNANCY in (spoken_of or profile) and _THE_BABY.search(question) is not None
    named = populations_in(standalone.text) and not expecting
    people = "" if named else _phrases_for(spoken_of or profile)
    added = " ".join(filter(None, (people, _illness_spoken_of(standalone, question, conversation))))
    if not added:
        return standalone
    told = _THE_BABY.sub("the unborn baby", standalone.text) if expecting else standalone.text
    told = _FOR_THEM.sub("", told)  # whom it is for is added by name
    text = f"{told.rstrip('?.! ')} {added}?"
    query = standalone.query
    weights = dict(query.term_weights)
    if query.lexical_text is not None:
        weights |= dict.fromkeys(content_words(added), CARRIED_WEIGHT)
    dense = tuple(text if known == standalone.text else known for known in query.dense_texts)
    query = replace(query, text=text, dense_texts=dense, term_weights=weights)
    return replace(standalone, text=text, query=query)


def _illness_spoken_of(standalone: StandaloneQuestion, question: str, conversation: Conversation) -> str:
    """ "with heart failure" where the latest turn that told of an illness did, and a remedy for the same person is
    asked about."""
    if not names_remedy(standalone.text) and not _MAY_THEY.search(standalone.text):
        return ""
    now = _SOMEBODY.search(question)
    for turn in reversed(conversation.user_turns):
        if illness := find_illness(turn):
            said = stems(content_words(illness)) & stems(content_words(standalone.text))
            carried = _is_same_person(now, turn) and not said and not populations_in(illness)
            return f"with {illness}" if carried else ""
        if _RELEASED.search(turn):
            return ""
    return ""


def _is_same_person(now: re.Match[str] | None, turn: str) -> bool:
    """Whether an earlier ``turn`` told of the relative asked about ``now``; of whoever it told where none is named."""
    told = _SOMEBODY.search(turn)
    return now is None or (told is not None and told[0].casefold() == now[0].casefold())


def _people_spoken_of(
    standalone: StandaloneQuestion, question: str, conversation: Conversation
) -> tuple[str, ...]:
    """The populations of the latest turn that names any, if they still hold for this question."""
    now = _SOMEBODY.search(question)
    for turn in reversed(conversation.user_turns):
        named = tuple(name for name in populations_in(turn) if name not in _LIKE_ANYBODY)
        if named and _PERSONAL.search(turn):
            return named if _is_same_person(now, turn) else ()
        if named:  # "and in pregnancy?": holds until a question of its own comes, or one about "my mum"
            own_topic = not standalone.leans_on_history and find_topic(question, any_phrase=False)
            return () if now is not None or own_topic else named
        if _RELEASED.search(turn):
            return ()
    return ()
