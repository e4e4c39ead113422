"""What a turn does in its conversation: begins it, leans on it, corrects it, agrees, or changes topic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.rewrite.about_answer import read_about_answer
from assistant.rewrite.person_told import STATE, find_taken, name_state
from assistant.rewrite.pleasantries import is_courtesy
from assistant.rewrite.remedies import names_medicine, names_remedy
from assistant.rewrite.words import content_phrases, content_words, tokens


class DialogueAct(StrEnum):
    """How a turn relates to what came before it."""

    FIRST = "first"
    STANDALONE = "standalone"
    ELLIPSIS = "ellipsis"  # "and in pregnancy?", "what about stretching?"
    PRONOUN = "pronoun"  # "is it safe?"
    UNDERSPECIFIED = "underspecified"  # "how much magnesium?": complete, but silent about the topic
    CORRECTION = "correction"  # "no, I meant children"
    AFFIRMATION = "affirmation"  # "yes", "the second one"
    SWITCH = "switch"  # "what about restless legs instead?": the same question of another topic
    NEW_TOPIC = "new_topic"  # "different question: what is ...?": nothing of before is meant
    COURTESY = "courtesy"  # "ok thanks": nothing is asked
    ABOUT_ANSWER = "about_answer"  # "how strong is that?", "what does 'low certainty' mean there?"


@dataclass(frozen=True, slots=True)
class Reading:
    """A turn's act and the part of it that carries the new content."""

    act: DialogueAct
    remainder: str


_AFFIRMATION = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|yup|sure|ok|okay|please|please do|go on|go ahead|continue|more|tell me more|"
    r"do (?:so|that)|why not|of course|absolutely|definitely|sounds good|that one|"
    r"(?:the )?(?:first|second|third|last|former|latter)(?: one| question)?)"
    r"(?:[\s,.!]+(?:please|thanks|thank you|tell me more|go on|go ahead|that one|"
    r"the (?:first|second|third|last)(?: one| question)?))*)\W*$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|not that|sorry|wait|hm+|actually)\b[\s,.:;!-]*)*"
    r"(?:i (?:meant|mean|was asking about|was talking about|asked about)|i'm asking about|i want(?:ed)? to know about|rather|correction:?)\s+"
    r"(?:to (?:ask|say)\s+)?(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_BARE_CORRECTION = re.compile(
    r"^\W*(?:no|nope|actually|sorry|wait)\b[\s,.:;!-]+(?P<rest>.+)$", re.IGNORECASE | re.DOTALL
)
_NOT_X_BUT_Y = re.compile(r"^\W*not (?P<old>.+?)[,;]?\s+but (?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_TELLS_OF_SELF = re.compile(
    r"^\W*(?:(?:and|but|also|oh|well|actually|by the way)[\s,]+)*(?:"
    r"i(?: also| do)?(?: have|['’]ve got| have got| suffer from| was diagnosed with)\s+"
    r"(?P<illness>(?!to\b|an?(?:other)? (?:question|doubt)|been\b|had\b|no\b|not\b|never\b|tried\b|heard\b|read\b|taken\b|one\b|some\b|it\b|this\b|that\b|these\b|them\b)[^.?!,;]{3,50})|"
    r"i(?:['’]?m| am)(?: also| now| actually)?\s+(?:\d+ (?:weeks?|months?) )?(?P<state>pregnant|breast-?\s?feeding|diabetic|on dialysis)(?: now)?"
    r"|(?:i|he|she|they|my \w+)(?:['’]?m| am|['’]?s| is| are)?(?: also| now| already| currently)* (?:take|takes|taking|on|use|uses)\s+"
    r"(?P<medicine>(?!it\b|that\b|this\b|them\b|my own\b|dialysis\b)[^.?!,;]{3,40})"
    r")[.! ]*$",
    re.IGNORECASE,
)
_AND_TELLS_ON = re.compile(
    r"\s+(?:and|but)\s+(?:has|have|had|gets?|got|is|am|now|feels?|wakes?|i|he|she|they|his|her|my)\b.*$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|ok(?:ay)?|so|then|now)[\s,]+)*(?:what|how)(?:'s| is)? about\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_LEADING_AND = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|well)[\s,]+)?(?:and|but|or|also|plus|then|so)\b[\s,]*(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_PREPOSITIONAL = re.compile(
    r"^\W*(?:in|for|with|without|during|after|before|if|when|while|at|by|on|among|as|under|over)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\binstead\b", re.IGNORECASE)
_LETS_TALK = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|and|so|now|forget (?:about )?[\w ]{1,30})[\s,.:;]+)*(?:let's|let us|can we) (?:talk|speak) about\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NEW_TOPIC = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|and|so|now|but|well)[\s,.:;]+)*(?:(?:on (?:to )?|i have |i've got |here's |just )?(?:a |an )?"
    r"(?:completely |totally |quite |whole )?(?:different|another|new|other|separate) (?:question|topic|subject|thing|matter)|change of (?:topic|subject)|"
    r"switching (?:topics?|subjects?)|(?:about |for )?something (?:completely |totally |quite )?(?:else|different)|unrelated(?: question)?|moving on|"
    r"forget (?:about )?(?:that|this|it|[\w ]{1,30}?)|never mind|leaving that aside)\s*[-–,.:;!]+\s*(?:but |and |so |now )*(?P<rest>\S.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_ANSWER = re.compile(
    r"(?:\bhow (?:strong|certain|sure|reliable|solid|good|recent|old|trustworthy|confident) (?:is|are|was) "
    r"(?:that|this|it|those|these|the (?:evidence|recommendation|source|study|trial|review)s?)\b|"
    r"\bwho (?:says|said|recommends?|wrote|published|claims?)\b.*\b(?:so|that|this|it)\b|"
    r"\b(?:where|which (?:study|source|guideline|review|trial)) (?:does|did|is|says|was)\b.*\b(?:that|this|it)\b|"
    r"\bwhat(?:'s| is) the (?:source|evidence|grade|strength|certainty)(?: (?:for|of|behind) (?:that|this|it|those))?\W*$|"
    r"\bwhat (?:does|do|did|is meant by|is)\b.*[\"'“‘].+[\"'”’].*\b(?:mean|there|here|that)\b|"
    r"\bis meant by\b|\bwhy [\"'“‘][^\"'”’]+[\"'”’]\W*$|"
    r"\bwhat (?:does|do) (?:that|this|it|those) mean\b|\bwhat do(?:es)? (?:you|they|it) mean\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|him|her|his|one|ones|former|latter|"
    r"(?:that)(?!\s+(?:i|you|we|they|he|she|are|is|can|may|might|have|has|cause|causes|help|helps|the)\b)|there|either|both|neither|such)\b",
    re.IGNORECASE,
)
_THAT_IS_ASKED_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:is|are|was|were) (?:that|this) the\b", re.IGNORECASE
)
DONE_BY_DOCTORS = "do|run|give|check|test|ask|prescribe|look|measure|want|offer"
"""What "they" do where "they" are whoever treats or tests: a pattern."""
_FALSE_PRONOUN = re.compile(
    r"\b(?:is|was|makes?|if|would) it (?:true|possible|normal|ok|okay|common|rare)\s+(?:to|that|if|for|when|after)\b|"
    r"\b(?:is|was|does|makes?|if|how long (?:does|did)|would) it (?:take|help to|safe to|good to|bad to|"
    r"worth|dangerous to|necessary to|better to|mean (?:if|when))\b|\bit (?:is|was) \w+ (?:to|that)\b|\b(?:is|are|was|were) there\b|"
    r"\bthere (?:is|are|a|any)\b|\bwhat if\b|\bno one\b|\bnumber one\b|\bone (?:day|week|month|year|of|or)\b|\bboth (?:legs|calves|sides|feet|arms)\b|"
    r"\bthis (?:week|month|year|morning|evening)\b|"
    rf"\b(?:will|would|do|did|can|could|should|might) they (?:{DONE_BY_DOCTORS})\b",
    re.IGNORECASE,
)
_DEFINITIONAL = re.compile(
    r"^\W*(?:what(?:'s| is| are)|define|explain|tell me about|who gets|describe)\b(?!.*\b(?:dose|dosage|maximum|limit|best)\b)|"
    r"\b(?:symptoms?|signs?|causes?|types?|definition) of\b|\bwhat causes\b",
    re.IGNORECASE,
)


_ABOUT_A_REMEDY = re.compile(
    r"\b(?:safe|safely|helps?|works?|dos(?:e|age|es)|how (?:much|many|often|long)|side effects?|tak(?:e|en|ing)|us(?:e|ed|ing)|try|"
    r"recommend\w*|effective|better|good|bad|avoid|stop|evidence|worth|benefits?|risks?|need(?:ed)?|necessary|required|suggest)\b",
    re.IGNORECASE,
)
STUDIED = (
    r"adverse (?:effects?|events?|reactions?)|contraindications?|harms?|toxicity|tolerability|efficacy|effect size|"
    r"mechanism(?: of action)?|monitoring"
)
"""What is studied of a remedy, as clinicians call it: a pattern."""
_QUANTITY = re.compile(
    r"^\W*(?:how (?:much|many|often|long|soon|quickly|fast)|what (?:dose|dosage|amount)|which (?:one|type|kind|form)|"
    rf"(?:any |what(?:'s| is| are)? (?:the |its |their )?)?(?:side effects?|dose|dosage|risks?|benefits?|alternatives?|evidence|{STUDIED}))\b",
    re.IGNORECASE,
)


_WHEN_TO_WORRY = re.compile(
    r"^\W*when to (?:refer|worry|be (?:worried|concerned)|see (?:an? |the |my )?(?:doctor|gp)|seek (?:help|care|medical \w+)|get (?:medical )?help|call (?:an? |the )?(?:doctor|ambulance|gp)|go to (?:the )?(?:doctor|hospital|er))\W*$|"
    r"^\W*(?:(?:and|but|so|then)\s+)?(?:should|must|do|need) (?:i|we|he|she|they|my \w+) (?:need to |have to |be )?(?:worry|worried|concerned|see (?:a|my|the) (?:doctor|gp))(?: about (?:it|this|that))?\W*$|"
    r"^\W*(?:(?:and|but|so|then)\s+)?(?:when|at what point) (?:do|does|should|must|would|is it time)\s+(?:(?:i|we|you|he|she|they|one|my \w+)\s+)?(?:to\s+)?"
    r"(?:(?:start to |start )?worry(?:ing)?|(?:take|bring) (?:him|her|them|my \w+|the \w+) to (?:the |a |our )?(?:doctors?|gp|hospital|clinic|emergency room)|be (?:worried|concerned)|(?:go and )?(?:see|call|ring|visit|go to|ask for|seek|get) (?:an? |the |my |his |her |our |their )?"
    r"(?:doctor|gp|help|medical help|specialist|hospital|emergency room|ambulance|midwife|paediatrician|pediatrician))\W*$",
    re.IGNORECASE,
)


def read_turn(question: str, *, has_history: bool) -> Reading:
    """Say what ``question`` does in its conversation. Rules only; the first that fits decides."""
    if not has_history:
        return Reading(DialogueAct.FIRST, question)
    if _AFFIRMATION.match(question) and not is_courtesy(question):
        return Reading(DialogueAct.AFFIRMATION, question)
    if told := read_telling_of_self(question):
        return Reading(DialogueAct.ELLIPSIS, told)
    if match := _NEW_TOPIC.match(question):
        return Reading(DialogueAct.NEW_TOPIC, match["rest"].strip())
    if match := _CORRECTION.match(question) or _NOT_X_BUT_Y.match(question):
        return Reading(DialogueAct.CORRECTION, match["rest"].strip())
    if _ABOUT_ANSWER.search(question) or read_about_answer(question) is not None:
        return Reading(DialogueAct.ABOUT_ANSWER, question)
    if match := _WHAT_ABOUT.match(question):
        # "What about tonic water instead?" asks for another remedy of the same thing.
        switches = _INSTEAD.search(question) and not names_remedy(match["rest"])
        act = DialogueAct.SWITCH if switches else DialogueAct.ELLIPSIS
        return Reading(act, _INSTEAD.sub("", match["rest"]).strip(" ,?.!") or match["rest"])
    if match := _LETS_TALK.match(question):
        return Reading(DialogueAct.SWITCH, re.sub(r"\bnow\b", "", match["rest"]).strip(" ,?.!"))
    if (
        (match := _BARE_CORRECTION.match(question))
        and len(tokens(match["rest"])) <= 8
        and (not _has_verb(match["rest"]) or _PREPOSITIONAL.match(match["rest"]))
    ):
        return Reading(DialogueAct.CORRECTION, match["rest"].strip())
    if match := _LEADING_AND.match(question):
        if not _has_verb(match["rest"]) or _PREPOSITIONAL.match(match["rest"]):
            return Reading(DialogueAct.ELLIPSIS, match["rest"].strip())
        question = match["rest"].strip()
    if asks_when_to_worry(question):
        return Reading(DialogueAct.UNDERSPECIFIED, question)
    if _leans_on_pronoun(question):
        return Reading(DialogueAct.PRONOUN, question)
    if _QUANTITY.match(question) and len(content_words(question)) <= 2:
        return Reading(DialogueAct.UNDERSPECIFIED, question)
    if not _has_verb(question) and len(tokens(question)) <= 7:
        return Reading(DialogueAct.ELLIPSIS, question.strip())
    if (
        _ABOUT_A_REMEDY.search(question)
        and len(content_phrases(question)) <= 1
        and not _DEFINITIONAL.search(question)
        and len(content_words(question)) <= 3
    ):
        return Reading(DialogueAct.UNDERSPECIFIED, question)
    if _SOURCES_WORD.match(question) or asks_of_what_was_named(question):
        return Reading(DialogueAct.UNDERSPECIFIED, question)
    if not content_words(question):  # "what is the treatment?" of what?
        return Reading(DialogueAct.UNDERSPECIFIED, question)
    return Reading(DialogueAct.STANDALONE, question)


LINK_WITH = re.compile(
    r"\b(?P<link>(?:link|connection|association|relation(?:ship)?)s?) (?:with|to)\s+(?P<other>(?!(?:the |your |an? )?(?:stud|sourc|article|paper|guideline|review|trial|page|web|evidence|document|that\b|this\b|it\b))[^?]+?)\W*$",
    re.IGNORECASE,
)
A_CAUSE = re.compile(
    r"^\W*(?:is|are|was|were|can|could|might) (?!(?:it|this|that|these|those|they|there)\b)[^?]{2,40}?\b(?:an?|the|one) (?:\w+ ){0,2}"
    r"(?:causes?|triggers?|risk factors?|reasons?)(?: too| as well)?\W*$",
    re.IGNORECASE,
)
"""Asks whether something is a cause, without a word of what."""
_SOURCES_WORD = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:what|how|who|where|when|did|does|was|were|is|are)\b[^?]{0,40}\bthe (?:trials?|stud(?:y|ies)|reviews?|guidelines?|authors|researchers|evidence)\b[^?]{0,25}\W*$|"
    r"^\W*(?:(?:and|but|so)\s+)?what (?:does|do|did) [\w&.' -]{2,40}? (?:say|recommend|advise|suggest|think|conclude)\W*$",
    re.IGNORECASE,
)
"""Asks what sources say without a word on what about."""


_FOR_WHAT_IS_LEFT_UNSAID = re.compile(
    r"^\W*(?:do(?:es)?|did|can|could|will|would|is|are)\b[^?]*\b(?:help|work|make (?:a|any) difference|(?:any|much) (?:good|use)|better|effective|useful|worth (?:it|trying))\W*$|"
    r"^\W*(?:what|which|any)\b[^?]{0,20}\b(?:tests?|scans?|x-?rays?|labs|bloods|imaging|work-?up)\b[^?]*\b(?:do|have|need|order|ask for|get|run)\W*$|"
    r"^\W*(?:what|which) (?:foods?|drinks?|fruits?|diet|exercises?|stretch(?:es)?|vitamins?|minerals?|supplements?)\b[^?]{0,40}$|"
    r"^\W*what (?:should|can|could|may) (?:i|we|he|she|they|people|one|my \w+) (?:drink|eat|wear|avoid)\W*$|"
    r"^\W*how (?:do|does|did|would|will|can|should) (?:an? |the |my |his |her )?(?:doctors?|gp|they|specialists?|hospital|clinic) (?:check|test|diagnose|find out|know|tell|look)\W*$|"
    r"^\W*how (?:do|can|does|would|should) (?:i|we|he|she|they|one|my \w+) get (?:tested|checked|diagnosed|help|treated)\W*$|"
    r"^\W*how (?:do|should|can|does) (?:i|you|we|he|she|they|one) (?:best |properly |correctly )?(?:stretch|massage|rub)\b[^?]{0,40}$|"
    r"^\W*what (?:happens|if) (?:if |when )?(?:i|you|we|he|she|they|one|someone|somebody|people) (?:take|takes|took|have|has|had|use|uses|used) (?:far |way |much )?(?:too (?:much|many)|an overdose|a double dose|more)\W*$|"
    r"^\W*(?:what|which)(?:['’]s| is| are)? the (?:very )?(?:best|number one|safest|strongest|quickest|fastest|first|most \w+) (?:treatment|remedy|thing|way|cure|medicine|medication|option|drug)s?(?: to (?:do|take|try))?\W*$|"
    r"^\W*(?:is|are) there (?:anything|something|any|a|another|other)\b[^?]*\b(?:without|besides|except|other than|natural)\b|"
    r"^\W*(?:what|how) (?:can|should|do|could) (?:i|we|he|she|they|one) (?:do|get relief) (?:right now|now|immediately|at once|straight away)\W*$|"
    r"^\W*(?:and )?what can be tried when other treatment has not worked\W*$|"
    rf"{A_CAUSE.pattern}|{LINK_WITH.pattern}",
    re.IGNORECASE,
)
_MAY_BE_TAKEN = re.compile(
    r"^\W*(?:can|could|may|should) (?:i|we|you|he|she|they|my \w+) (?:still |also |safely )?(?:take|give|use|try)\b|"
    r"^\W*why (?:is|was|are|were|do(?:es)?|did)\b[^?]*\b(?:banned|restricted|withdrawn|discouraged|stopped|recommended|prescribed|used|approved|given)\W*$",
    re.IGNORECASE,
)


def asks_of_what_was_named(question: str) -> bool:
    """Whether ``question`` is about what the conversation is about and leaves that unsaid: "does drinking more water
    help?", "is there a link with varicose veins?", "can I give my 6 year old magnesium?"."""
    if _FOR_WHAT_IS_LEFT_UNSAID.search(question):
        return True
    remedies = [word for word in content_words(question) if names_medicine(word)]
    return len(remedies) == 1 and _MAY_BE_TAKEN.search(question) is not None


def read_telling_of_self(text: str) -> str:
    """What a turn that only tells of the reader, or of whom they ask for, adds to a question: "with kidney disease",
    "while taking furosemide"; empty for any other."""
    match = _TELLS_OF_SELF.match(text)
    if match is None:
        return ""
    if match["illness"]:
        return f"with {_without_complaint(match['illness'].strip())}"
    if match["medicine"]:
        medicine = _AND_TELLS_ON.sub("", match["medicine"]).strip()
        return f"while taking {medicine}" if names_medicine(medicine) else ""
    if not match["state"]:
        return ""
    return name_state(match["state"])


def _without_complaint(told: str) -> str:
    """ "asthma" of "asthma and my calves cramp"; all of it where what follows says who somebody is or what they take."""
    rest = _AND_TELLS_ON.search(told)
    if rest is None or STATE.search(rest.group()) or find_taken(rest.group()):
        return told
    return told[: rest.start()]


def asks_when_to_worry(text: str) -> bool:
    """Whether ``text`` asks when to seek help, without a word on what for."""
    return _WHEN_TO_WORRY.match(text) is not None


_WORRY_IF = re.compile(
    r"^\W*(?:(?:and|but|so|then)\s+)?(?:should|must|do|need) (?:i|we|he|she|they|my \w+) (?:need to |have to )?(?:be )?"
    r"(?:worry|worried|concerned|see (?:a|my|the|his|her) (?:doctor|gp)|go to (?:a|my|the) doctor)\s+(?P<link>if|when|that|about|because|for|with)\s+(?P<what>\S.+)$",
    re.IGNORECASE | re.DOTALL,
)


def ask_when_to_see_a_doctor(text: str) -> str:
    """ "Should I be worried if leg cramps happen every night?" as what sources tell, when to see a doctor; any other
    text as it is."""
    found = _WORRY_IF.match(text)
    if found is None:
        return text
    link = "about" if found["link"].lower() in ("about", "for", "with") else "if"
    return f"When to see a doctor {link} {found['what']}"


_ASKS = re.compile(
    r"\?|\b(?:what|how|why|which|who|whether|can|could|should|may|do|does|did|will|would|tell me|explain)\b|^\W*(?:is|are|was|were|has|have|any)\b|"
    r"[,;.]\s*(?:and |so |but )?(?:is|are) (?:it|that|this|they|there)\b",
    re.IGNORECASE,
)
_OF_SOMEBODY = re.compile(r"\b(?:i|i['’]m|i['’]ve|we|my \w+|he|she)\b", re.IGNORECASE)


def tells_only(text: str) -> bool:
    """Whether ``text`` tells of somebody and asks nothing: "my teenage son gets them after football"."""
    return _OF_SOMEBODY.search(text) is not None and _ASKS.search(text) is None


def asks_what_sources_say(text: str) -> bool:
    """Whether ``text`` asks what a trial found or an issuer says, without a word on what about."""
    return _SOURCES_WORD.match(text) is not None


def is_affirmation(text: str) -> bool:
    """Whether ``text`` only agrees or picks: "yes please", "the second one"."""
    return _AFFIRMATION.match(text) is not None and not is_courtesy(text)


def is_prepositional(text: str) -> bool:
    """Whether ``text`` is a modifier such as "in pregnancy" or "with kidney disease"."""
    return _PREPOSITIONAL.match(text) is not None


_VERBS = re.compile(
    r"\b(?:is|are|was|were|am|be|been|do|does|did|can|could|should|would|will|may|might|must|has|have|had|"
    r"cause[sd]?|help(?:s|ed)?|work(?:s|ed)?|prevent(?:s|ed)?|treat(?:s|ed)?|take[sn]?|need(?:s|ed)?|"
    r"tell|explain|list|describe|compare|show|give|happens?|get(?:s)?|know|mean(?:s)?|stop(?:s)?|make[s]?|find|recommend(?:ed|s)?)\b",
    re.IGNORECASE,
)


def _has_verb(text: str) -> bool:
    return _VERBS.search(text) is not None


def _leans_on_pronoun(question: str) -> bool:
    without_false = _FALSE_PRONOUN.sub(" ", question)
    return _PRONOUN.search(without_false) is not None or _THAT_IS_ASKED_ABOUT.search(question) is not None
