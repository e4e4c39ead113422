"""What kind of thing a question asks for, by its words, and the words of a sentence that tell it."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.rewrite.remedies import names_remedy


class QuestionKind(StrEnum):
    TREATMENT = "treatment"
    SAFETY = "safety"
    DOSE = "dose"
    CAUSE = "cause"
    DIAGNOSIS = "diagnosis"
    DEFINITION = "definition"
    STRENGTH = "strength"  # "how strong is that?", "who says so?"
    SEEKING_CARE = "seeking_care"  # "when should I see a doctor?"
    ONSET = "onset"  # "how long until it works?"
    DURATION = "duration"  # "how long do they last?"
    FREQUENCY = "frequency"  # "how common is it?", "who gets it?"
    OTHER = "other"


UNSAFE_TO_CARRY_OVER = (QuestionKind.SAFETY, QuestionKind.DOSE)
"""What is safe for adults, and how much of it, says nothing about a child or a pregnancy."""

_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.STRENGTH,
        re.compile(
            r"\bhow (?:strong|certain|sure|reliable|good) (?:is|are)\b|\bwho (?:says|said|recommends?)\b|"
            r"\b(?:low|moderate|high|very low)[ -]certainty['\"”’]? mean",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.SEEKING_CARE,
        re.compile(
            r"\bwhen (?:should|do|does|must|would|is it time|to)\b[^?.]{0,30}?\b(?:see|call|ring|visit|go to|seek|get|contact|ask|worry|worried|"
            r"concerned)\b|\b(?:should|must|do|need) (?:i|we|he|she|they|my \w+) (?:need to |have to |be )?(?:worry|worried|concerned|"
            r"see (?:a|my|the|his|her) (?:doctor|gp))\b|"
            r"\bwhat if\b[^?.]{2,40}(?:n['’]t|\bnot|\bnever) (?:stop|stops|go away|goes away|get better|ease|eases|improve|settle)\b|"
            r"\bcramp\b[^?.]{0,30}\b(?:for|lasting|lasted) (?:over |more than |about )?(?:\d+|an?|two|three|four|five|several|a few) (?:hours?|days?|weeks?)\W*$|\bred flags?\b|\b(?:warning|danger) signs?\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.FREQUENCY,
        re.compile(
            r"\bhow (?:common|frequent|rare|widespread|prevalent)\b|\bprevalence\b|\bincidence\b|\bhow often (?:do|does) (?:people|it|they|leg|[\w ]*cramps)\b|"
            r"\bhow many (?:people|adults|children|women|men|pregnant|older|of us)\b|\bwho (?:usually |mostly |normally )?gets\b|\bwhat age\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DURATION,
        re.compile(
            r"\bhow long\b(?![^?.]*\b(?:effects?|relief|benefits?)\b)[^?.]*\b(?:lasts?|go(?:es)? on|(?:before|until|till) (?:it|they|[\w ]*cramps?) (?:stops?|goes|go|ends?|passe?s?))\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.ONSET,
        re.compile(
            r"\bhow long\b[^?.]*\b(?:effects?|relief|benefits?)\b[^?.]*\blasts?\b|"
            r"\bhow long (?:does|do|did|will|would|can) [^?.]{2,40}? take\b(?! (?:it|them|an?|the)\b)|\bhow (?:long|soon|quickly|fast|many (?:days|weeks|months))\b[^?.]*\b(?:works?|working|helps?|helping|kicks? in|takes? effect|start\w*|see|notice|feel|"
            r"makes? (?:a|any) difference|(?:get|gets|getting|feel|feels) better|improve\w*)\b|"
            r"\bwhen (?:does|do|will|would|should|can)\b[^?.]*\b(?:(?:start|begin)\w* (?:to )?(?:work|help)\w*|kick in|take effect|see (?:a |any )?(?:results?|effects?|difference|benefit))\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DOSE,
        re.compile(
            r"\bhow (?:much|many)\b(?! (?:trials?|studies|people|participants|patients|reviews|sources)\b)|\bdos(?:e|es|age|ing)\b|\bhow often\b|\bhow long (?:should|do|to|must)\b|\bmaximum\b|\bmg\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.SAFETY,
        re.compile(
            r"\b(?:safe|safety|safely|dangerous|danger|harm(?:ful|s)?|risks?|risky|side effects?|adverse|interact\w*|"
            r"contraindicat\w*|avoid|toxic\w*|overdose|should not|shouldn't|problem(?:s)? with|bad for|safest|safer|riskiest|"
            r"(?:what|which \w+) (?:should|must|can|may|do) (?:i|we|you|they|he|she|people|patients|one|someone|my \w+)(?: (?:with|on) [\w ]{3,40}?)? (?:not|never|avoid)|not to (?:take|use|do|eat|drink))\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.CAUSE,
        re.compile(
            r"\bcaus(?:es?|ed|ing)\b|\bmakes?\b[^?.]{2,40}\bworse\b|\bwhy\b|\breasons?\b|\bdue to\b|\bbecause\b|\btriggers?\b|\bbring on\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DIAGNOSIS,
        re.compile(
            r"\bdiagnos\w*|\btests?\b|\blabs\b|\bwork-?up\b|\bimaging\b|\b(?:an?|any|need|have|get|order|which|what) (?:\w+ )?(?:scans?|x-?rays?|ultrasound|mri)\b|\btell (?:if|whether|apart)|\bdiffer(?:ence|ent|s)?\b|\bsymptoms?\b|\bsigns?\b|"
            r"\bhow (?:do|would|could|can|will) (?:i|we|you|one|they) (?:know|tell|find out|check|be sure)\b|\bfind out (?:if|whether|what)\b|\bfeels? like\b|\bdistinguish\w*|\bwarning\b|\bthe same as\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.TREATMENT,
        re.compile(
            r"\b(?:treat\w*|therap\w*|options?|remed(?:y|ies)|relie\w*|manag\w*|cures?|fix(?:es)?|stop|prevent\w*|get rid|ease|"
            r"what (?:can|should|could) (?:i|we|you|he|she|they|be|one|someone|somebody|people|patients|my \w+)\b[^?.]{0,40}?\b(?:do|take|try|done|use)|what helps?|what to do|(?:is|are) there (?:anything|something|any (?:other )?(?:way|thing)s?))\b",
            re.IGNORECASE,
        ),
    ),
    (
        QuestionKind.DEFINITION,
        re.compile(r"^\W*(?:what(?:'s| is| are)|define|explain|tell me about)\b", re.IGNORECASE),
    ),
)


_OF_THE_ILLNESS = re.compile(r"\b(?:dangerous|serious|life-?\s?threatening|harmful)\b", re.IGNORECASE)


CUES = {
    QuestionKind.DOSE: re.compile(r"\b\d[\d,.]*\s?(?:mg|mcg|µg|mmol|IU|ml|mEq|units?|times (?:a|per) (?:day|week)|seconds?|g)\b|\bdoses?\b|\bupper limit\b|"
        r"\b(?:once|twice|\w+ times) (?:a|per|each|every) (?:day|night|week)\b|\b(?:every|each) (?:day|night|morning|evening|week)\b|\bnightly\b|\bdaily\b", re.IGNORECASE),
    QuestionKind.SAFETY: re.compile(
        r"\b(?:safe\w*|risk\w*|harm\w*|adverse|side effects?|avoid\w*|contraindicat\w*|caution\w*|toxic\w*|warn\w*|"
        r"should not|must not|serious|fatal|death|interact\w*|excess\w*|build up|accumulat\w*|hyper\w+emia|stop|impair\w*|before (?:using|taking|you take)|do not (?:take|use|give))\b",
        re.IGNORECASE,
    ),
    QuestionKind.SEEKING_CARE: re.compile(
        r"\b(?:see(?:ing)?|ask(?:ing)?|call(?:ing)?|ring|phone|contact(?:ing)?|consult(?:ing)?|visit(?:ing)?|seek(?:ing)?|tell(?:ing)?|go(?:ing)? to)\b[^.;]{0,25}"
        r"\b(?:doctors?|GPs?|provider|midwi\w+|help|care|advice|appointment|ambulance|hospital|emergency|A&E|999|911|112)\b|\burgent\w*|\bemergenc\w+|"
        r"\b(?:can|may|might|could) (?:point to|be a sign of|be signs of|signal|suggest|mean)\b|\bsigns? of\b|\bmedical attention\b|\bharmless\b",
        re.IGNORECASE,
    ),
    QuestionKind.CAUSE: re.compile(r"\b(?:caus\w+|due to|associated with|result\w* from|trigger\w*|linked|risk factor\w*|follow\w*|because|mechanism\w*|proposed|acts? (?:by|on|through)|reflex)\b", re.IGNORECASE),
    QuestionKind.FREQUENCY: re.compile(
        r"\bcommon\b(?! (?:cause|side|with|adverse|reason|treatment))|\brare(?:ly)?\b(?! (?:but|reactions?|side|cases|adverse|harms))|\bprevalen\w+|\bincidence\b|\bmore often in\b|"
        r"\b(?:older|younger) than\b|\d ?%\)?,? (?:of (?:\w+ ){0,2}(?:people|adults|children|women|men|patients|respondents|them|those)|had|have|were|was)\b|"
        r"\b(?:one|two|three|half|a third|a quarter|most|many|nearly all|\d+) (?:in|of|out of) (?:the |all )?(?:\w+ )?(?:\d+|three|four|five|ten|people|adults|women|men|children|patients|them)\b",
        re.IGNORECASE,
    ),
    QuestionKind.ONSET: re.compile(
        r"\b(?:(?<!last )(?<!lasts )up to|after|within|at|over|for|takes?|in|of|by) (?:about |the first |another |an? |only )?(?:\d+|one|two|three|four|five|six|eight|ten|twelve|few|several)(?: (?:to|or) \w+)?"
        r"[ -](?:nights?|days?|weeks?|months?)\b(?! old\b)|\btoo slowly\b|\bat once\b|\bimmediate(?:ly)?\b|\bbecomes? apparent\b|\blasted\b|\bw(?:ears?|ore) off\b",
        re.IGNORECASE,
    ),
    QuestionKind.DURATION: re.compile(r"\blast(?:s|ed|ing)?\b(?! resort)|\b(?:few|\d+) (?:seconds|minutes|hours)\b", re.IGNORECASE),
    QuestionKind.DIAGNOSIS: re.compile(
        r"\b(?:diagnos\w+|differential|symptoms?|signs?|tests?|tested|testing|laboratory|examin\w+|history|scans?|imaging|x-?rays?|ultrasound|blood levels?|"
        r"creatine kinase|distinguish\w*|tell\w*\b[^.;]* from|told from|unlike|confirm\w*|(?:pain|weakness|wasting|cramps?|twitching)\b[^.;]* suggests?|points? to|show(?:s|ing)? itself|feels?|felt|lump|lasts?|"
        r"(?:mostly|usually|often|mainly|typically) (?:affects?|occurs?|starts?|comes?|strikes?|felt|involves?))\b",
        re.IGNORECASE,
    ),
    QuestionKind.TREATMENT: re.compile(r"\b(?:treat\w*|reduc\w+|reliev\w+|relief|recommend\w*|effective|help\w*|benefit\w*|prevent\w*|no difference|improv\w+|stretch\w*|should)\b", re.IGNORECASE),
    QuestionKind.STRENGTH: re.compile(r"\b(?:certainty|evidence|confidence|strength|recommend\w*|grade|level|limit\w*|small|bias)\b", re.IGNORECASE),
    QuestionKind.DEFINITION: re.compile(r"\b(?:is|are) (?:a|an|the|sudden|painful|when)\b|\brefers? to\b|\bmeans?\b|\bknown as\b|\bcalled\b", re.IGNORECASE),
}  # fmt: skip
"""What a sentence that tells it says. A kind without cues is told by any sentence."""
_SEEKING_CARE_SECTION = re.compile(r"\bwhen to (?:seek|see|call|get|worry)\b|\bred flags?\b", re.IGNORECASE)


def read_kind(question: str, topic: str) -> QuestionKind:
    """The first kind whose words ``question`` holds; ``topic`` is the condition it is about, empty where none is."""
    kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), QuestionKind.OTHER)
    if (
        kind is QuestionKind.SAFETY
        and topic
        and _OF_THE_ILLNESS.search(question)
        and not names_remedy(question)
    ):
        return QuestionKind.SEEKING_CARE  # "are leg cramps dangerous?" asks whether to worry
    return kind


def has_cue(kind: QuestionKind, text: str) -> bool:
    """Whether ``text`` holds a cue of what ``kind`` asks for; any text does where nothing particular is asked."""
    pattern = CUES.get(kind)
    return pattern is None or pattern.search(text) is not None


def tells(kind: QuestionKind, text: str, heading: str) -> bool:
    """Whether a sentence under ``heading`` tells what ``kind`` asks for, by its own words or by where it stands."""
    if kind is QuestionKind.SEEKING_CARE and _SEEKING_CARE_SECTION.search(heading):
        return True
    return has_cue(kind, text)
