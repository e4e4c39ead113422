"""Put what is meant in the place of "it", "them", "each one" and "the tablets"."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.rewrite.dialogue_acts import DONE_BY_DOCTORS
from assistant.rewrite.listener import Listener, suffix
from assistant.rewrite.named_again import name_again, name_taken_with
from assistant.rewrite.person_told import find_taken
from assistant.rewrite.remedies import names_medicine
from assistant.rewrite.topics import find_subject, names_condition
from assistant.rewrite.words import content_words, is_plural, stems, strip_end, upper_first

_IT = r"it(?! (?:ok|okay|safe|alright|all right|fine|worth|possible|better|bad|good|dangerous|true|normal|necessary) (?:to|that|if)\b)"
"""The "it" that stands for something; that of "is it ok to ...?" does not."""
_THEY = rf"they(?! (?:{DONE_BY_DOCTORS}|treat|diagnose|know|tell|find|fix|cure|manage|use|say|decide)\b)"
"""The "they" that stands for something; that of "how do they treat it?" means whoever does."""
_PRONOUN_SLOT = re.compile(rf"\b(?:{_IT}|this|(?<!so )that|{_THEY}|them|these|those)\b", re.IGNORECASE)
_POSSESSIVE_SLOT = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_IS_IT = re.compile(
    r"^\W*(?:is|are|was|were|could|can|might|may) (?:it|this|that|these|they)(?: be)?(?: really| just| actually)? (?:an? |the (?!same\b))?"
    r"(?P<what>(?!(?:the )?same\b|because\b|caused\b|due\b|for\b|from\b|in\b|a sign\b|common\b|good\b|safe\b)[^?,.]{3,40}?)\W*$",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"^\W*(?:is|are|was|were) (?:it|this|that|these|they)(?: just| all| only| really)? (?P<why>because (?!of\b).+)$",
    re.IGNORECASE | re.DOTALL,
)
_CONTRACTED = re.compile(r"\b(?P<it>it|that|this)['’]s\b|\b(?P<those>they)['’]re\b", re.IGNORECASE)
_ONE_OF_KIND = re.compile(r"\b(?P<which>each|which|every|any|either|neither) ones?\b", re.IGNORECASE)
_ONE_OF_THESE = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?P<which>which(?: one)?|any|are any|is any|is one) of (?:these|those|them)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TREATING = re.compile(r"\b(?:treat\w*|helps?|options?|remed\w+|reliev\w*|ease|do about)\b", re.IGNORECASE)
_MEDICINES = r"(?:tablets?|pills?|medicines?|medications?|drugs?|capsules?)"
_ANY_MEDICINES = re.compile(_MEDICINES, re.IGNORECASE)
_THE_TABLETS = re.compile(rf"\b(?:the|his|her|my|their|those|these) {_MEDICINES}\b", re.IGNORECASE)
_SAID_OF_ILLNESS = re.compile(
    r"\b(?:do about (?:it|this|that|them|these)|how (?:common|rare|frequent) (?:is|are) (?:it|this|that|they|these|those)|an emergency|normal|common|serious|curable|hereditary|contagious|permanent|go away|going away|get worse|getting worse|come back|dangerous for the \w+)$",
    re.IGNORECASE,
)
"""What is asked of an illness, not of what one takes for it: "is it normal?"."""
_HAS_IT = re.compile(
    r"\b(?:has|have|had|gets?|got) (?:it|this|them|these)\b(?! (?:help|work|been|any)\w*)", re.IGNORECASE
)
_HELD_IN = re.compile(
    r"\b(?:foods?|drinks?|fruits?|vegetables?|meals?|products?|brands?|supplements?|tablets?|waters?)\b[^?.]{0,20}\b(?:has|have|contains?)\b",
    re.IGNORECASE,
)
"""What has a remedy in it: "which foods have it?" asks about no illness."""
_FIND_OUT = re.compile(
    r"\b(?:find out|figure out|work out|tell|know|check|test|rule|be sure)\b[^?.]*?(?:(?<=it['’]s )|(?<=it is )|\b(?!it(?:['’]s| is) (?:that|this)\b))"
    r"(?P<it>that|this|it)\b(?P<is>['’]s)?"
    r"|\bhow (?:is|are|was|can|could|would|do you) (?P<tested>that|this|it)(?= (?:be )?(?:tested|checked|diagnosed|found|confirmed|ruled out|test|check|diagnose)\b)",
    re.IGNORECASE,
)
"""Asks how to find out whether what was suspected is so."""
_LEVEL = re.compile(r"(?:low|high|too (?:little|much)|lack of|not enough) (?P<what>\S.*)$", re.IGNORECASE)
_CHANGE_LEVEL = re.compile(
    r"\b(?P<verb>raise|lower|boost|increase|reduce|correct|top up|bring up|bring down|get more|measure|check|test)\s+(?:it|that|this)\b",
    re.IGNORECASE,
)
"""What is done about the level of something: "can low potassium cause cramps?", then "how do I raise it?"."""
_WHICH_DO_THAT = re.compile(
    r"^\W*(?:(?:and|but|so) )?which (?:ones?|of (?:them|these|those)) (?:(?:do|does|can do|might do|could do) (?:that|this|it)|cause (?:it|this|that|them)|(?:are|is) (?:the )?(?:worst|most likely))\W*$",
    re.IGNORECASE,
)
_STOPPING = re.compile(
    r"\b(?:stop|come off|coming off|carry on|keep|skip|cut down|swap|switch)\b[^?.]{0,20}\b(?:it|them|that|these|those)\b",
    re.IGNORECASE,
)
"""What is asked of a medicine taken already, not of one asked about: "should I stop taking it?"."""
_HOW_MUCH_OF_IT = re.compile(
    r"\b(?P<much>how (?:much|many)) of (?:it|that|this|them|these|those)\b", re.IGNORECASE
)
_IT_WORKS = re.compile(
    r"\b(?:(?<!how does )it|(?<!how do )they|(?<!how do )(?<=do )(?:these|those)|(?:(?<=does )|(?<=did )|(?<=will ))(?:that|this))"
    r"(?= (?:really |actually |ever |always )?(?:works?|worked|helps?|helped|kicks? in|takes? effect|wears? off|does nothing|"
    r"do(?:es)?n['’]?t (?:work|help))\b)",
    re.IGNORECASE,
)
"""Asked of a remedy only: "how long until it works?" of cramps asks about whatever is done for them."""
_ANOTHER_ONE = re.compile(r"\b(?P<which>another|a different) one\b", re.IGNORECASE)
_OTHER_ONES = re.compile(r"\b(?P<which>(?:the )?other) ones?\b", re.IGNORECASE)
_SINGULAR_VERB = re.compile(
    rf"\b(?P<verb>is|was|does|has(?= \w+ (?:been|become|\w+ed)\b))(?= (?:{_IT}|this|that)\b)", re.IGNORECASE
)
_PLURAL_VERB = re.compile(rf"\b(?P<verb>are|were|do|have)(?= (?:{_THEY}|these|those)\b)", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"\b(?P<pronoun>it|this|that) (?P<verb>does|is|was|has)(?P<not>n['’]t| not)\b", re.IGNORECASE
)
_VERB_AFTER = re.compile(
    r"\b(?P<pronoun>it|this|that) (?P<verb>happens|goes|gets|comes|keeps|lasts|hurts|wakes|starts|stops|returns|occurs|strikes|grabs|grips|hits|seizes|bites|means|feels|spreads)\b",
    re.IGNORECASE,
)
_ONE_OF_THEM = re.compile(
    r"\b(?P<verb>stop|ease|relieve|treat|prevent|get rid of|get|have|feel|cure|help with) one\b(?! of\b)",
    re.IGNORECASE,
)
"""One of what the conversation is about: "how do I stop one when it happens?"."""
_STRIKES = re.compile(
    r"\b(?P<when>when|if|once|while|as|after|before) one (?P<verb>hits|strikes|comes|starts|happens|begins|wakes|goes|occurs)\b",
    re.IGNORECASE,
)
_BLAMED = re.compile(
    r"(?:^|[,.;]\s*|\b(?:and|so|but)\s+|^\W*(?:(?:and|so|but)\s+)?(?P<how>how (?:often|likely)) )(?:is|are|could|can|might|may) (?:it|this|that|they|these|those)(?: just| really| all)?(?: be)?"
    r"(?: because of| due to| caused by| from| down to)? (?:the|my|his|her|their|those|these) (?P<what>[\w-]+(?: [\w-]+)?)\W*$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\W*(?:what|which|how|when|where|should|can|could|do|does|is|are|will|would)\b", re.IGNORECASE
)
_CLAUSE_OF_ITS_OWN = re.compile(r"[,.;]|\b(?:and|but|so)\b", re.IGNORECASE)
_TO_PLURAL = {"is": "are", "was": "were", "does": "do", "has": "have"}
_TO_SINGULAR = {plural: singular for singular, plural in _TO_PLURAL.items()}


def resolve_pronoun(state: Listener, remainder: str) -> Listener:
    """The listener's state after a turn that leans on a pronoun; ``last_text`` is the turn with what is meant named."""
    if (named := name_taken_with(name_again(remainder, state.last_text), state.last_text)) != remainder:
        if not _PRONOUN_SLOT.search(named):
            return _state_named(state, named, subject=find_subject(named) or state.subject)
        # What is left, "which of the tablets cause it?", is the topic.
        return resolve_pronoun(replace(state, subject="", medicine="", last_text=""), named)
    if own := _named_before(remainder):
        text = _with_topic(strip_end(remainder), state)
        return replace(state, base=text, subject=own, last_text=f"{upper_first(text)}{suffix(state)}?")
    if (level := _LEVEL.match(state.suspect)) and _CHANGE_LEVEL.search(remainder):
        text = _CHANGE_LEVEL.sub(lambda found: f"{found['verb']} {level['what']}", strip_end(remainder))
        return _state_named(state, text, subject=level["what"])
    if state.suspect and (asked := _FIND_OUT.search(remainder)):
        return _ask_about_suspect(asked, remainder, state)
    stops = state.medicine and _STOPPING.search(remainder)
    state = replace(state, subject=state.medicine if stops else state.subject or state.medicine)
    if names_medicine(state.subject):
        if _WHICH_DO_THAT.match(remainder) and state.topic:
            text = f"Which {state.subject.removesuffix('s')}s cause {state.topic}"
            return replace(state, base=text, last_text=f"{text}?")
        remainder = _ANOTHER_ONE.sub(lambda found: f"{found['which']} {state.subject}", remainder)
    if (blamed := _BLAMED.search(remainder)) and (medicine := _name_blamed(blamed, remainder, state)):
        return _ask_if_it_is(medicine, blamed, remainder, state)
    named_again = names_medicine(state.subject) and _THE_TABLETS.search(remainder) is not None
    if named_again:  # "could the tablets be causing it?": the tablets are those just told of, "it" is not
        remainder = _THE_TABLETS.sub(state.subject, remainder)
    of_topic = bool(state.topic) and (named_again or _means_the_topic(remainder, state))
    referent = state.topic if of_topic else state.subject or state.topic
    if not referent:
        return replace(state, last_text=remainder)
    asks_of_none = not state.subject and names_condition(state.topic)
    if asks_of_none and (any_remedy := _ask_of_any_remedy(remainder)) != remainder:
        return _state_named(state, any_remedy, subject="")
    if because := _BECAUSE.match(remainder):
        does = "do" if is_plural(referent) else "does"
        return _state_named(state, f"{does} {referent} happen {because['why']}", subject=state.subject)
    if (asked := _IS_IT.match(remainder)) and names_condition(asked["what"]):
        text = f"Is it {asked['what'].strip()} or {state.topic or referent}{suffix(state)}?"
        return replace(state, base=strip_end(text), last_text=text)
    if one := _name_one_of_them(remainder, referent, state):
        return one
    return _put_in_place(referent, remainder, state, of_topic=of_topic)


def _ask_about_suspect(asked: re.Match[str], turn: str, state: Listener) -> Listener:
    """ "how would I find out if that's my problem?" asks about what was suspected last."""
    slot = "it" if asked["it"] else "tested"
    named = f"{state.suspect} is" if asked["is"] else state.suspect
    text = strip_end(f"{turn[: asked.start(slot)]}{named}{turn[asked.end() :]}")
    return replace(state, base=text, subject="", last_text=f"{upper_first(text)}?")


def _ask_of_any_remedy(turn: str) -> str:
    """``turn`` where it asks of "it" what can be asked of a remedy alone, while none was named; unchanged elsewhere."""
    text = _HOW_MUCH_OF_IT.sub(lambda found: found["much"], turn)
    return _IT_WORKS.sub(
        lambda found: "treatments" if found.group().lower() in ("they", "these", "those") else "treatment",
        text,
    )


def _state_named(state: Listener, named: str, *, subject: str) -> Listener:
    text = _with_topic(strip_end(named), state)
    return replace(state, base=text, subject=subject, last_text=f"{upper_first(text)}?")


def _with_topic(text: str, state: Listener) -> str:
    """``text``, with the topic in brackets where it doesn't name it."""
    if not state.topic or state.topic.casefold() in text.casefold():
        return text
    return f"{text} (for {state.topic})"


def _ask_if_it_is(medicine: str, blamed: re.Match[str], turn: str, state: Listener) -> Listener:
    """ "on furosemide, is it the tablets?" asks whether furosemide causes what the conversation is about."""
    told = turn[: blamed.start()].strip(" ,.;")
    ask = f"can {medicine} cause {state.topic}"
    if blamed["how"]:
        ask = f"{blamed['how']} {'do' if is_plural(medicine) else 'does'} {medicine} cause {state.topic}"
    text = f"{told}, {ask}" if told else ask
    others = "" if medicine in state.modifier else suffix(state)
    return replace(state, base=text, subject="", medicine=medicine, last_text=f"{upper_first(text)}{others}?")


def _name_one_of_them(turn: str, referent: str, state: Listener) -> Listener | None:
    """The turn where it speaks of one of several ("when one hits", "which of these", "each one"); ``None`` elsewhere."""
    if is_plural(state.topic) and _STRIKES.search(turn):
        text = _STRIKES.sub(lambda found: f"{found['when']} {state.topic} {_without_s(found['verb'])}", turn)
    elif is_plural(referent) and _ONE_OF_THEM.search(turn):
        text = _ONE_OF_THEM.sub(lambda found: f"{found['verb']} {referent}", turn)
        text = _VERB_AFTER.sub(lambda found: f"they {_without_s(found['verb'])}", text)
    elif (chosen := _ONE_OF_THESE.match(turn)) and state.topic and (kind := _kind_of(state)):
        text = f"{chosen['which']} of the {kind} for {state.topic} {strip_end(chosen['rest'])}"
    elif state.kind and _ONE_OF_KIND.search(turn):
        return _state_named(state, _name_kind(turn, state.kind), subject=state.subject)
    else:
        return None
    text = strip_end(text)
    return replace(state, base=text, last_text=f"{upper_first(text)}{suffix(state)}?")


def _kind_of(state: Listener) -> str:
    return state.kind or ("treatments" if _TREATING.search(state.base) else "")


def _put_in_place(referent: str, turn: str, state: Listener, *, of_topic: bool) -> Listener:
    """The turn with ``referent`` in the place of its pronoun, and the topic beside it where it is another."""
    plural = is_plural(referent)
    turn = _CONTRACTED.sub(lambda found: f"{found['it'] or found['those']} {'are' if plural else 'is'}", turn)
    possessive = f"{referent}'" if plural else f"{referent}'s"
    text, count = _POSSESSIVE_SLOT.subn(lambda _: possessive, turn, count=1)
    if not count:
        text, count = _PRONOUN_SLOT.subn(lambda _: referent, _agree(turn, referent), count=1)
    text = strip_end(text)
    if not count and not _SOMEBODY.search(text):  # "safe for her?" points at a person, whom name_people adds
        text = f"{text} ({referent})"
    elif not count and not state.subject and _ASKS.match(text):
        text = _with_topic(text, state)
    taken = state.subject == state.medicine  # "is it dangerous?" of what somebody takes for something else
    if not of_topic and state.subject and not taken:
        text = _with_topic(text, state)
    subject = find_subject(turn) or state.subject
    return replace(state, base=text, subject=subject, last_text=f"{upper_first(text)}?")


def _means_the_topic(turn: str, state: Listener) -> bool:
    """Whether a pronoun means what the conversation is about and not the remedy asked about last."""
    if state.subject and stems(content_words(state.subject)) < stems(content_words(state.topic)):
        return True  # "what shows it?" of statin myopathy
    said = _SAID_OF_ILLNESS.search(strip_end(turn)) or (_HAS_IT.search(turn) and not _HELD_IN.search(turn))
    return bool(said) or _means_the_many(turn, state)


def _named_before(turn: str) -> str:
    """The remedy that a turn names in a clause before its pronoun: "my doctor said take quinine, is that ok?"."""
    slot = _PRONOUN_SLOT.search(turn)
    before = turn[: slot.start()] if slot else ""
    if not _CLAUSE_OF_ITS_OWN.search(before) or _BLAMED.search(turn):
        return ""
    named = find_subject(before)
    return named if names_medicine(named) else ""


def _means_the_many(turn: str, state: Listener) -> bool:
    """Whether "they" can only mean what the conversation is about: the remedy asked about is one, cramps are many."""
    slot = _PRONOUN_SLOT.search(turn)
    return (
        slot is not None
        and slot.group().casefold() in ("they", "them", "these")
        and bool(state.subject)
        and not is_plural(state.subject)
        and is_plural(state.topic)
    )


def _name_blamed(blamed: re.Match[str], turn: str, state: Listener) -> str:
    """The medicine meant by "is it the tablets?", which somebody was just told to take; empty for anything else."""
    what = blamed["what"]
    if not state.topic or not names_medicine(what):
        return ""
    if not _ANY_MEDICINES.fullmatch(what):
        return what
    taken = find_taken(turn[: blamed.start()]) or state.subject or state.medicine
    return taken if names_medicine(taken) else ""


def _without_s(verb: str) -> str:
    return "go" if verb.casefold() == "goes" else verb[:-1]


def _name_kind(text: str, kind: str) -> str:
    """ "each one" -> "each of the stretches", "the other ones" -> "the other stretches"."""
    text = _OTHER_ONES.sub(lambda found: f"{found['which']} {kind}", text)
    return _ONE_OF_KIND.sub(lambda found: f"{found['which']} of the {kind}", text, count=1)


def _agree(text: str, referent: str) -> str:
    """Let the verb before the pronoun agree with what takes the pronoun's place: "is it" of cramps -> "are it"."""
    if is_plural(referent):
        text = _VERB_AFTER.sub(lambda found: f"{found['pronoun']} {_without_s(found['verb'])}", text)
        text = _DENIED_AFTER.sub(
            lambda found: f"{found['pronoun']} {_TO_PLURAL[found['verb'].lower()]}{found['not']}", text
        )
        return _SINGULAR_VERB.sub(
            lambda found: _as_case(_TO_PLURAL[found["verb"].lower()], found["verb"]), text
        )
    return _PLURAL_VERB.sub(lambda found: _as_case(_TO_SINGULAR[found["verb"].lower()], found["verb"]), text)


def _as_case(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word
