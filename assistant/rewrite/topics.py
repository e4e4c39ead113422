"""Find what a question is about: the condition (its topic), and the remedy it asks about (its subject)."""

from __future__ import annotations

import re

from assistant.rewrite.person_told import find_illness
from assistant.rewrite.remedies import NAMED_BY_USE, find_taken_already, names_medicine, names_remedy
from assistant.rewrite.words import content_phrases, content_words, name_cramps

_TOPIC_FRAMES = re.compile(
    r"\b(?:treatments?(?: options?)? (?:for|of)|options? for|treat|treating|prevent|preventing|prevention of|"
    r"causes? of|causes|symptoms? of|signs? of|manage|managing|management of|remed(?:y|ies) for|cures? for|"
    r"help(?:s|ing)?(?: with)?|diagnos(?:e|is of)|what (?:is|are)|about|relie(?:f|ve|ving)(?: from| of)?|stop(?! (?:hurting|aching|cramping|working|happening|being)\b)|therapy for|therapies for)\s+"
    r"(?P<topic>.+)$",
    re.IGNORECASE,
)
_TOPIC_END = re.compile(
    r"\s+(?:in|for|with|without|during|after|before|if|when|while|and|or|that|who|which|instead|caused|be|at|on|so|because|to|every|each|all|last|long|safely|still|really|vs|versus)\b.*$|[?.!,;:].*$",
    re.IGNORECASE | re.DOTALL,
)
_SUBJECT_FRAMES = re.compile(
    r"\b(?P<frame>(?:is|are|does|do|can|should|could|would|will|take|taking|use|using|how (?:much|many|often|long)|dose of|dosage of|about|and|try|safety of|"
    r"(?:side )?effects? of|stop|evidence (?:for|on|about)|start(?:ed|ing)?(?: on)?|beg[au]n|prescribed|(?:put|been|was|am|i'm) on)"
    r"(?: i| we| you| she| he| they| people| patients| women| children| adults| someone| my \w+)?(?: not)?(?: (?:take|use|have|try|give|stop|avoid|still))?)\s+"
    r"(?:the |a |an |some |any |my |his |her )?(?:new |different |another |oral |daily )?"
    r"(?P<subject>(?!(?:that|this|it|those|these|they|them|much|many|often|long|i|we|you|not|hurting|aching|cramping|working|helping|happening|coming|being)\b)(?:vitamin \w+|coenzyme \w+|pickle juice|tonic water|"
    rf"{NAMED_BY_USE}|[\w-]+)"
    r"(?: (?:oxide|sulfate|complex|citrate|supplements?|juice|therapy|exercises?))*)",
    re.IGNORECASE,
)
_CONDITION_WORD = re.compile(
    r"(?:itis|(?<!diagn)(?<!progn)(?<!hypn)osis|emia|aemia|algia|(?<!homeo)(?<!naturo)(?<!osteo)pathy|plegia|penia|uria|pnea|edema|oma|thyroidism|cramps?|spasms?|syndrome|disease|"
    r"disorder|failure|thrombosis|clots?|legs?|pains?|palsy|tetany|claudication|rhabdomyolysis|stroke|cancer|infection|"
    r"movements?|aches?|stenosis|tension|tremors?|twitch(?:es|ing)|weakness|numbness|fasciculations?|dystonia|fainting)$",
    re.IGNORECASE,
)
_CRAMPING = re.compile(
    r"\b(?P<part>legs?|calf|calves|foot|feet|toes?|hands?|muscles?)\s+cramp(?:s|ed|ing|s up)?$",
    re.IGNORECASE,
)
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
_WHAT_ONE_DOES = frozenset("drink eat".split())  # "what should I drink?" asks about no remedy called drink
_ANY_MEDICINE = frozenset(
    "juice tonic electrolyte electrolytes supplement supplements analgesics opioids".split()
)
_LEVEL = re.compile(r"\b(?:low|high|lack of|deficien\w+|levels?|blood)\b", re.IGNORECASE)
_HELPING = re.compile(
    r"\s+(?:(?:help|work|cure|treat|relieve|reduce|prevent|ease|stop|cause|give|worsen)s?|any (?:good|use)|good for|worth)\b",
    re.IGNORECASE,
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


def names_condition(text: str) -> bool:
    """Whether ``text`` ends in the name of a condition: "leg cramps" does, "stretch" does not."""
    return _CONDITION_WORD.search(text) is not None


def names_people(text: str) -> bool:
    """Whether ``text`` begins with people ("pregnant women", "my dad"), whom a question may be about."""
    return _POPULATION.match(text) is not None


def find_topic(question: str, *, any_phrase: bool = True) -> str:
    """The condition or theme a question is about, in its own words; empty when none is named.

    People ("pregnant women") and the remedy asked about are not the topic. With ``any_phrase`` the longest
    content phrase serves where neither a frame ("causes of ...") nor a condition's name gives it away.
    """
    if found := _TOPIC_FRAMES.search(question):
        topic = _TOPIC_END.sub("", found["topic"]).strip()
        topic = _as_noun(topic)
        topic = re.sub(r"^(?:my|the|a|an|some|any|your|having|of|with)\s+", "", topic, flags=re.IGNORECASE)
        if phrases := topic_phrases(topic):
            return max(phrases, key=len)
    phrases = list(map(_as_noun, topic_phrases(question)))
    if conditions := [condition for phrase in phrases if (condition := _condition_in(phrase))]:
        illness = find_illness(question)
        # "She has heart failure and gets cramps" is about the cramps.
        return next((condition for condition in conditions if condition != illness), conditions[0])
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


def topic_phrases(text: str) -> list[str]:
    return [phrase for phrase in content_phrases(text) if not _POPULATION.match(phrase)]


def find_subject(question: str) -> str:
    """The remedy a question asks about ("magnesium"); empty when none is named.

    After "take", "dose of" or "safety of" anything may be a remedy; after "is" or "does" only what is
    known as one, or what is asked to help.
    """
    taken = find_taken_already(question)
    for found in _SUBJECT_FRAMES.finditer(question):
        subject = found["subject"].strip()
        if any(subject.lower() in name for name in taken) or subject.lower() in _WHAT_ONE_DOES:
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
