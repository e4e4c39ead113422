"""Let a listener hear one more turn, and state that turn on its own."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.rewrite.dialogue_acts import (
    A_CAUSE,
    LINK_WITH,
    STUDIED,
    DialogueAct,
    Reading,
    asks_what_sources_say,
    asks_when_to_worry,
    is_prepositional,
    read_telling_of_self,
)
from assistant.rewrite.listener import Listener, suffix
from assistant.rewrite.person_told import find_taken, read_person
from assistant.rewrite.pronouns import resolve_pronoun
from assistant.rewrite.topics import find_subject, find_topic, names_condition, names_people, topic_phrases
from assistant.rewrite.words import (
    content_phrases,
    content_words,
    is_plural,
    lower_first,
    name_cramps,
    stems,
    strip_end,
    tokens,
    upper_first,
)

_PART = re.compile(
    r"^(?:in )?(?:(?:my|the|his|her|their|our) )?(?:left |right |both )?(?P<part>calf|calves|foot|feet|toes?|hands?|thighs?|hamstrings?)(?: cramps?)?$",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\b(?:which|what) (?P<which>(?!does\b|is\b|helps\b|causes\b|happens\b|works\b|stops\b)[\w-]{3,}s)\b|\bwhat (?:are|were) the (?P<what>[\w -]*?s) (?:for|of)\b",
    re.IGNORECASE,
)
_SUSPECTED = re.compile(
    r"\b(?:can|could|does|do|might|may|is|are) (?:an? |the |my |having )?(?P<what>(?!(?:it|this|that|these|those|they|i|you|we|there)\b)[\w-]+(?: [\w-]+){0,3}?)"
    r" (?:also |really )?(?:causes?|gives?|triggers?|brings? on|leads? to|makes?|(?:the |a )cause of|(?:causing|behind|to blame for))\b",
    re.IGNORECASE,
)
"""What a question asks whether it brings something on: "can an underactive thyroid give you cramps?"."""
_ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "last": -1, "latter": -1}
_TRAILING_MODIFIER = re.compile(
    r"\s+(?:in|during|for|with|while|if|when|after|among)\s+(?:(?!leg|calf|muscle).)+$", re.IGNORECASE
)
_QUANTITY_OF = re.compile(
    r"^\W*(?:how (?:much|many|often|long|soon|quickly|fast)|what (?:dose|dosage|amount)|which (?:type|kind|form)|"
    rf"(?:any |what(?:'s| is| are)? (?:the |its |their )?)?(?:side effects?|dose|dosage|risks?|benefits?|alternatives?|evidence|{STUDIED}))\b",
    re.IGNORECASE,
)
_TRAILING_THEN = re.compile(r"[\s,]+(?:then|though|too|maybe)$", re.IGNORECASE)
_OPEN_FOR = re.compile(r"\s+for$", re.IGNORECASE)  # "how long should I stretch for?"
_WHAT_HAPPENS = re.compile(r"^\W*what (?:happens|would happen|will happen)\W*$", re.IGNORECASE)
_TOO_MUCH = re.compile(r"\b(?P<what>too (?:much|many|little|few) [\w-]+(?: [\w-]+)?)\W*$", re.IGNORECASE)
_FOR_SOMEBODY = re.compile(r"\s+for (?:him|her)$", re.IGNORECASE)  # who that is was said before, and is added
_DOING = re.compile(
    r"^\W*(?:drinking|eating|taking|using|trying|having|doing|wearing|swallowing)\s+", re.IGNORECASE
)
_MEASURED = re.compile(
    r"^\W*(?:the |a |any )?(?:(?:right|usual|recommended|best|safe|maximum|correct|normal) )?"
    rf"(?:dos(?:e|age|es)|amount|safety|side effects?|risks?|benefits?|interactions?|evidence|{STUDIED})\b(?! of\b)",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"^\W*(?:how|what|which)\b", re.IGNORECASE)
_SAYS_NO_SUBJECT = frozenset(
    "side drink eat swallow apply give rub buy mix glass glasses cup cups bottle bottles can cans spoonful spoonfuls adverse event events reaction reactions contraindication contraindications harm harms toxicity tolerability efficacy size mechanism action monitoring capsule capsules times".split()
)
_NOUN_OF_TOPIC = re.compile(
    r"\b(?:treatments?|options?|remed(?:y|ies)|cures?|symptoms?|signs?|causes?|risks?|medicines?|medications?|drugs?|tests?|reasons?|"
    r"prevention|diagnosis|management|guidelines?|evidence|help|helps|effects?|dose|dosage|much|many|often|long)\W*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:in|for|with) (?:the )?", re.IGNORECASE)
_LAST_PREPOSITION = re.compile(r"\s+(?:in|during|for|with|on|while)\s+", re.IGNORECASE)
_CONTRAST = re.compile(r"(?P<comma>,?)\s+(?:and )?not\s+", re.IGNORECASE)
_QUESTION_START = re.compile(r"\W*(?:what|how|is|are|can|do|does|should|which|who|why|when)\b", re.IGNORECASE)


def advance(state: Listener, reading: Reading, question: str, *, offered: tuple[str, ...]) -> Listener:
    """The listener's state after one more user turn; ``last_text`` is that turn, standing alone."""
    match reading.act:
        case DialogueAct.FIRST | DialogueAct.STANDALONE:
            return full_question(state, question)
        case DialogueAct.AFFIRMATION:
            chosen = _chosen_offer(question, offered)
            if chosen:
                return full_question(state, chosen)
            return replace(state, last_text=state.last_text or question)
        case DialogueAct.NEW_TOPIC:
            return full_question(Listener(), upper_first(reading.remainder))
        case DialogueAct.SWITCH:
            return _switch_topic(state, reading.remainder)
        case DialogueAct.CORRECTION:
            return _correct(state, reading.remainder)
        case DialogueAct.ELLIPSIS if state.subject and not state.suspect and read_telling_of_self(question):
            return _ask_if_safe(state, reading.remainder)
        case DialogueAct.ELLIPSIS:
            return _complete_ellipsis(state, reading.remainder)
        case DialogueAct.PRONOUN:
            return resolve_pronoun(state, reading.remainder)
        case DialogueAct.UNDERSPECIFIED:
            return _add_topic(state, reading.remainder)
        case DialogueAct.COURTESY:
            return replace(state, last_text=question)
        case DialogueAct.ABOUT_ANSWER:
            about = " for ".join(part for part in (state.subject, state.topic) if part)
            return replace(
                state,
                last_text=f"{upper_first(strip_end(question))} (about {about})?" if about else question,
            )


def full_question(state: Listener, question: str) -> Listener:
    modifier = ""
    base = strip_end(question)
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
    elif topic and stems(tokens(topic)) < stems(tokens(state.topic)):
        topic = state.topic  # "a cramp", where leg cramps are spoken of
    # A question about one remedy ("is magnesium safe?") keeps the conversation's topic.
    if state.topic and (not topic or subject):
        topic = state.topic
    topic = topic or state.topic
    frame = base if topic and topic in base and not subject else ""
    if not frame and state.topic == topic:
        frame = state.frame
    named, suspected = _KIND.search(question), _SUSPECTED.search(question)
    return Listener(
        base=base, frame=frame, topic=topic, subject=subject, modifier=modifier,
        kind=(named["which"] or named["what"]) if named else "",
        suspect=suspected["what"] if suspected else "", last_text=question,
    )  # fmt: skip


def _complete_ellipsis(state: Listener, remainder: str) -> Listener:
    remainder = _as_modifier(_FOR_SOMEBODY.sub("", _TRAILING_THEN.sub("", strip_end(remainder))))
    if told := read_person(remainder):
        return replace(
            state,
            medicine=told.medicine,
            modifier=told.modifier,
            last_text=f"{upper_first(state.base)} {told.modifier}?",
        )
    if is_prepositional(remainder):
        text = f"{upper_first(state.base)} {lower_first(remainder)}?"
        if not state.topic and names_condition(remainder):  # "for leg cramps" says at last what it is about
            return full_question(state, text)
        if other := _sister_topic(state, remainder):
            base = state.base.replace(state.topic, other)
            return replace(state, base=base, topic=other, last_text=f"{upper_first(base)}?")
        return replace(
            state, modifier=remainder, medicine=find_taken(remainder) or state.medicine, last_text=text
        )
    if (part := _PART.match(remainder)) and state.topic.casefold().endswith("cramps"):
        return _switch_topic(state, name_cramps(part["part"]))
    if names_condition(remainder):
        return _switch_topic(state, remainder)
    measured = _MEASURED.match(remainder)
    if measured and state.subject and state.subject.casefold() not in remainder.casefold():
        text = f"{measured.group()} of {state.subject}{remainder[measured.end() :]}"
        return replace(
            state,
            last_text=f"{upper_first(text)}{f' for {state.topic}' if state.topic else ''}{suffix(state)}?",
        )
    words = stems(content_words(remainder))
    if state.topic and not words & stems(content_words(state.topic)):
        return replace(
            state,
            subject=find_subject(remainder) or _longest_phrase(remainder),
            last_text=f"{upper_first(remainder)} for {state.topic}{suffix(state)}?",
        )
    return replace(
        state,
        subject=find_subject(remainder) or _longest_phrase(remainder),
        last_text=f"{upper_first(remainder)}?",
    )


def _sister_topic(state: Listener, remainder: str) -> str:
    """ "and in Tarui disease?" after a question on McArdle disease: one disease in the place of another, not a person
    with both. Empty for people ("in kidney disease") and for what is no disease of the same name."""
    other = _PREPOSITION.sub("", remainder).strip()
    if not state.topic or state.topic not in state.base or names_people(other) or not names_condition(other):
        return ""
    same = len(other.split()) > 1 and other.split()[-1].casefold() == state.topic.split()[-1].casefold()
    return other if same and other.casefold() != state.topic.casefold() else ""


def _ask_if_safe(state: Listener, told: str) -> Listener:
    """Who tells of an illness after asking about a remedy wants to know whether it is safe for them."""
    text = f"{'Are' if is_plural(state.subject) else 'Is'} {state.subject} safe"
    return replace(state, base=text, modifier=told, last_text=f"{text} {told}?")


def _longest_phrase(text: str) -> str:
    """ "mexiletine dose" asks about mexiletine, "drinking tonic water" about tonic water."""
    return max(content_phrases(_DOING.sub("", text)), key=len, default=text)


def _switch_topic(state: Listener, remainder: str) -> Listener:
    remainder = strip_end(re.sub(r"\b(?:instead|please)\b", "", remainder, flags=re.IGNORECASE))
    if re.match(
        r"\W*(?:what|how|is|are|can|do|does|should|which|who|why|when|tell|explain)\b",
        remainder,
        re.IGNORECASE,
    ):
        return full_question(Listener(), f"{upper_first(remainder)}?")
    frame = state.frame or (state.base if not state.subject else "")
    if state.topic and state.topic in frame:
        base = frame.replace(state.topic, remainder)
        return Listener(base=base, frame=base, topic=remainder, last_text=f"{base}?")
    return Listener(base=remainder, topic=remainder, last_text=f"{upper_first(remainder)}?")


def _correct(state: Listener, remainder: str) -> Listener:
    wanted, unwanted = _split_contrast(strip_end(remainder))
    if unwanted and re.search(rf"\b{re.escape(unwanted)}\b", state.base, re.IGNORECASE):
        base = re.sub(
            rf"\b{re.escape(unwanted)}\b", lambda _: wanted, state.base, count=1, flags=re.IGNORECASE
        )
        if not names_condition(wanted):
            return replace(
                state,
                base=base,
                topic=wanted if state.topic.casefold() == unwanted.casefold() else state.topic,
                subject=find_subject(base),
                last_text=f"{upper_first(base)}{suffix(state)}?",
            )
    remainder = _as_modifier(wanted)
    if _QUESTION_START.match(remainder):
        return full_question(state, f"{upper_first(remainder)}?")
    if is_prepositional(remainder):
        base = _without_people(state.base, state.topic)
        return replace(state, base=base, modifier=remainder, last_text=f"{base} {lower_first(remainder)}?")
    if names_condition(remainder):
        return _switch_topic(state, remainder)
    if state.subject and state.subject in state.last_text:
        text = state.last_text.replace(state.subject, remainder)
        return replace(state, subject=remainder, base=strip_end(text), last_text=text)
    about = f" for {state.topic}" if state.topic else ""
    return replace(state, subject=remainder, last_text=f"{upper_first(remainder)}{about}?")


def _without_people(base: str, topic: str) -> str:
    """ "what helps with cramps in dialysis patients" without whom it is about, where that stands last."""
    for found in reversed(list(_LAST_PREPOSITION.finditer(base))):
        people = base[found.end() :].strip()
        if names_people(people) and topic.casefold() in base[: found.start()].casefold():
            return base[: found.start()]
    return base


def _split_contrast(text: str) -> tuple[str, str]:
    """ "the calf, not the foot" -> what is wanted and what isn't; the "not" of a question stays in it."""
    found = _CONTRAST.search(text)
    if found is None or (_QUESTION_START.match(text) and not found["comma"]):
        return text, ""
    return text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,.?!")


def _add_topic(state: Listener, question: str) -> Listener:
    if _TRAILING_THEN.search(strip_end(question)):
        question = _TRAILING_THEN.sub("", strip_end(question))
    subject = find_subject(question)
    known = stems(content_words(question))
    if not state.topic and state.subject and not subject and not known:
        text = f"{strip_end(question)} ({state.subject})"  # "what happens if you take too much?" of magnesium
        return replace(state, base=text, last_text=f"{upper_first(text)}?")
    if _WHAT_HAPPENS.match(question) and (too := _TOO_MUCH.search(state.base)):
        text = f"What happens with {too['what']}"
        return replace(state, base=text, last_text=f"{text}?")
    if not state.topic or known & stems(content_words(state.topic)):
        return full_question(state, question)
    if linked := LINK_WITH.search(question):
        text = f"{question[: linked.start()]}{linked['link']} between {state.topic} and {linked['other']}"
        return replace(state, base=text, last_text=f"{upper_first(text)}?")
    if A_CAUSE.match(question):
        text = f"{strip_end(question)} of {state.topic}"
        return replace(state, base=text, last_text=f"{upper_first(text)}{suffix(state)}?")
    if any(names_condition(phrase) for phrase in topic_phrases(question)):
        return full_question(state, question)  # it names a condition of its own
    base = strip_end(question)
    if asks_when_to_worry(question):
        return replace(state, last_text=f"When to see a doctor about {state.topic}{suffix(state)}?")
    if asks_what_sources_say(question):
        about = " for ".join(part for part in (state.subject, state.topic) if part)
        return replace(state, last_text=f"{upper_first(base)} (about {about}){suffix(state)}?")
    bare_content = set(content_words(question)) - _SAYS_NO_SUBJECT
    if (
        not bare_content
        and not (state.subject and _QUANTITY_OF.match(question))
        and not _NOUN_OF_TOPIC.search(base)
    ):
        text = f"{base} (about {state.topic})"
        return replace(state, base=text, last_text=f"{upper_first(text)}{suffix(state)}?")
    if (
        not bare_content and state.subject and _QUANTITY_OF.match(question)
    ):  # "how much?" asks about the remedy just named
        bare = len(tokens(question)) <= 2
        link = " " if _HOW_MUCH.match(base) else " of "  # "how much magnesium", "dose of magnesium"
        base = f"{base}{link}{state.subject}" if bare else f"{base} ({state.subject})"
    text = f"{_OPEN_FOR.sub('', base)} for {state.topic}"
    return Listener(
        base=text,
        frame=state.frame,
        topic=state.topic,
        subject=subject or state.subject,
        modifier=state.modifier,
        last_text=f"{upper_first(text)}{suffix(state)}?",
    )


def _as_modifier(remainder: str) -> str:
    """ "children" -> "in children": a bare population modifies the question, it isn't a new subject."""
    if not names_people(remainder):
        return remainder
    preposition = "during" if remainder.casefold() in {"pregnancy", "breastfeeding", "lactation"} else "in"
    return f"{preposition} {lower_first(remainder)}"


def _chosen_offer(question: str, offered: tuple[str, ...]) -> str:
    if not offered:
        return ""
    for word in tokens(question):
        if word in _ORDINALS:
            position = _ORDINALS[word]
            return offered[position] if -len(offered) <= position < len(offered) else ""
    return offered[0]
