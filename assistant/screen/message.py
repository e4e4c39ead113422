"""A reader's message as words, with what is denied, past, or merely asked about in general."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|[.,;:!?\n…]")
_SENTENCE_ENDS = frozenset(".!?…\n;")

_CANNOT = re.compile(
    r"\b(?:can not|can'?t|cannot|could not|couldn'?t|unable to|not able to|(?:wasn|isn|aren|weren)'?t able to)\b"
)
_NOT = re.compile(r"\b(?:do|does|did|is|are|was|were|has|have|had|ai|would|should|need)n'?t\b")
_WILL_NOT = re.compile(r"\b(?:won'?t|will not)\b")

_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100"}
_COUNTED = frozenset(
    "week weeks wk wks month months day days year years tablets pills capsules times degrees".split()
)
_DOSE_UNITS = frozenset(
    "mg mcg ug g gram grams milligram milligrams iu ml kg kilos lb lbs pounds mgs".split()
)

_NEGATORS = frozenset("no not without never denies denied none nor neither".split())
_NOT_NEGATING = frozenset(
    # What follows makes the negator say something else: "not sure why my calf is swollen".
    "sure idea only just know matter going go getting better improving help helping helped normal relief stop "
    "stopping like usual long able related understand want work working easing ease feeling well good right eaten "
    "eating slept sleep sleeping doubt wonder appetite energy insurance doctor appointment choice one clue "
    "explain warning reason even a".split()
)
_SCOPE_BREAKS = frozenset(
    "but however although though yet except because since due with from after now then until when while so if "
    "which still suddenly today instead".split()
)
_NEW_SUBJECT = frozenset(
    "i im ive my the it its he she his her they now is has have also am are feel there a".split()
)
_LISTING = frozenset({"or", "nor"})

_PAST_AFTER = re.compile(
    r"\b(?:(?:\d+|few|several|many|couple of|some|a|an) (?:years?|yrs?|months?|decades?) (?:ago|back)|(?:years|months|ages) ago"
    r"|last year|in the past|as a (?:child|kid|baby|teenager)|when (?:i|he|she) was|years before"
    r"|in (?:19|20)\d\d|at age \d+|at \d+ years|at the age|in my (?:teens|twenties|thirties|youth))\b"
)
_PAST_BEFORE = re.compile(
    r"\b(?:history of|previous|previously had|past|prior|used to have|used to get|survived|recovered from|family history of)$"
)
_PRESENT = re.compile(
    r"\b(?:now|again|still|today|since|tonight|currently|at the moment|right now|back again)\b"
)

_REQUEST_FRAME = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|u|someone|anyone|i) (?:please )?(?:tell|explain|give|send|list|describe|show|ask|know|find|get|let)(?: to)?(?: me| us)?"
    r"|i (?:would|d|really|just)? ?(?:like|want|need|wish|am trying|was trying|am looking|was looking|am writing|m trying|m looking|m writing) (?:to|for|about)? ?(?:know|learn|understand|find|find out|get|have|obtain|ask|read)?"
    r"|(?:please )?(?:tell|teach|inform|advise|send|give|help|let) (?:me|us)(?: to| with| about| know| understand)?"
    r"|do you (?:have|know)|i (?:am|was|m) (?:wondering|curious|interested|doing|studying|a (?:nurse|student|teacher|medical|nursing))|i wonder|my question is|for my (?:class|exam|essay|project|report|studies|homework|patients?))\b"
)
_PERSONAL = re.compile(
    r"\b(?:i|im|ive|id|my|me|mine|myself|we|our|us|he|she|hes|shes|his|her|him|hers|mum|mom|dad|grandma|grandpa|nan"
    r"|someone|somebody|who has just|right now|just now|just started|since yesterday|since this|this morning|tonight|today|help|urgent|emergency)\b"
)
_GENERAL = re.compile(
    r"^(?:and |so |ok |okay |also |hi |hello |please |but |well |question |then )*(?:"
    r"(?:what|whats|which) (?:is|are|s|was|were)? ?(?:the |an? |some |all |most |common |usual |early |typical |main |first |possible |other |warning |different |known )*"
    r"(?:signs?|symptoms?|causes?|treatments?|types?|kinds?|definition|meaning|difference|differences|risks?|risk factors?|complications?|outlook|prognosis|genetic changes|stages|tests?|chances?|odds|incidence|prevalence|mechanism|pathophysiology|effects?|side effects?|long term|purpose|role|relationship|link|connection|dose|evidence|guidelines?|recommendations?|criteria|frequency|rate|rates|percentage|mortality|research|history|name|medicines?|drugs?|medications?|mortality|red flags|treatment|diagnosis|management|best|conditions?|diseases?|people|population|factors|lethality|first)\b"
    r"|(?:what|whats) (?:is|are|s) (?:\w+ ){1,6}?$"
    r"|what (?:causes|cause|triggers|leads to|brings on|happens in|happens during|happens to|does)\b"
    r"|what (?:is|are) (?:\(?are\)? )?(?!this|it|that|these|wrong|happening|going)\w+"
    r"|who (?:gets|is at risk|has|should|are|is)\b"
    r"|(?:how|why|when|where) (?:is|are|does|do|did|was|were|can|common|many|often|long|would|much|might|could|should|to (?:diagnose|prevent|treat|recognise|recognize|spot|tell|identify|avoid|detect|test|measure|distinguish))\b"
    r"|(?:is|are) (?:\w+ ){1,8}(?:inherited|contagious|hereditary|genetic|curable|treatable|preventable|common|rare|an? (?:common |known |possible |typical |early )?(?:sign|symptom|side effect|complication|cause|type|form)|(?:signs|symptoms|side effects|complications) of|caused by|associated with|linked to|due to|related to|painful|dangerous in)\b"
    r"|(?:can|could|does|do|may|might|will|would) (?:\w+ ){1,8}?(?:cause|lead to|trigger|prevent|reduce|increase|raise|lower|result in|help|treat|affect|make|provoke|bring on|interact|worsen|contribute|occur|come|be (?:caused|prevented|treated|inherited|a (?:sign|symptom|side effect)))\b"
    r"|(?:information|info|facts|details|overview|definition|symptoms|signs|causes|treatments?|diagnosis|prevention|risk factors|management|prognosis|epidemiology|incidence|pathophysiology|complications|side effects)\b"
    r"|(?:explain|define|describe|list|summari[sz]e|compare|discuss|learn|about|difference between)\b"
    r")"
)


@dataclass(frozen=True, slots=True)
class Message:
    """``words`` in order; ``sentence_of`` and ``comma_before`` run parallel to them."""

    words: tuple[str, ...]
    sentence_of: tuple[int, ...]
    comma_before: tuple[bool, ...]

    def is_dose(self, i: int) -> bool:
        """Whether word ``i`` is the number of a dose ("400 mg"), not of tablets, degrees or weeks."""
        return self.words[i][0].isdecimal() and i + 1 < len(self.words) and self.words[i + 1] in _DOSE_UNITS

    def is_denied(self, start: int, end: int) -> bool:
        """Whether the words ``start`` to ``end`` stand under a negator outside themselves."""
        j = start - 1
        comma = self.comma_before[start]
        while j >= 0 and start - j <= 7 and self.sentence_of[j] == self.sentence_of[start]:
            word = self.words[j]
            following = self.words[j + 1]
            if word in _NEGATORS:
                return self._negates(j, start, end, comma=comma)
            if word in _SCOPE_BREAKS or (word == "and" and following in _NEW_SUBJECT):
                return False
            comma = comma or self.comma_before[j]
            j -= 1
        return False

    def _negates(self, j: int, start: int, end: int, *, comma: bool) -> bool:
        following = self.words[j + 1]
        if following in _NOT_NEGATING and j + 1 < start:
            return False
        if self.words[j] == "never":
            after = " ".join(self.words[start : end + 6])
            if re.search(r"\b(?:like this|this bad|before|so bad|this much|such)\b", after):
                return False
        if comma:
            # "no swelling, redness or heat" goes on over the comma; "no injury, calf swollen" does not.
            neighbours = self.words[max(0, start - 1) : end + 1]
            return any(word in _LISTING for word in neighbours)
        return True

    def is_long_past(self, start: int, end: int) -> bool:
        """Whether the words are told of months or years ago, and not of now."""
        first, last = self._sentence_bounds(start)
        before = " ".join(self.words[max(first, start - 4) : start])
        if _PAST_BEFORE.search(before) or re.search(r"\b(?:history of)\b", before):
            return True
        after = " ".join(self.words[end : min(last, end + 9)])
        found = _PAST_AFTER.search(after)
        if (
            found
            and not _PRESENT.search(after[: found.start()])
            and not re.search(r"\b(?:since|for)\b", after[: found.start()])
        ):
            return True
        opening = " ".join(self.words[first:start])
        found = _PAST_AFTER.search(opening)
        return bool(found and found.start() == 0 and not _PRESENT.search(opening) and " but " not in opening)

    def is_general_knowledge(self, position: int) -> bool:
        """Whether the sentence round ``position`` asks about the matter in general, about nobody."""
        first, last = self._sentence_bounds(position)
        sentence = _REQUEST_FRAME.sub(" ", " ".join(self.words[first:last]))
        sentence = " ".join(sentence.split())
        return bool(_GENERAL.search(sentence)) and not _PERSONAL.search(sentence)

    def _sentence_bounds(self, position: int) -> tuple[int, int]:
        number = self.sentence_of[position]
        first = last = position
        while first and self.sentence_of[first - 1] == number:
            first -= 1
        while last < len(self.words) and self.sentence_of[last] == number:
            last += 1
        return first, last


def read_message(text: str, *, limit: int) -> Message:
    """Split ``text`` into at most ``limit`` lower-case words, contractions and number words made plain."""
    plain = text.casefold().replace("’", "'").replace("`", "'")
    plain = _CANNOT.sub("cannot", plain)
    plain = _WILL_NOT.sub("wont", plain)
    plain = _NOT.sub("not", plain)
    plain = re.sub(r"'s\b", "", plain).replace("'", "")
    words: list[str] = []
    sentences: list[int] = []
    commas: list[bool] = []
    sentence, comma = 0, False
    for part in _TOKEN.findall(plain):
        if len(words) >= limit:
            break
        if part in _SENTENCE_ENDS:
            sentence += 1
        elif part in ",:":
            comma = True
        else:
            words.append(part.replace(",", "."))
            sentences.append(sentence)
            commas.append(comma)
            comma = False
    for i, word in enumerate(words[:-1]):
        many = int(_NUMBER_WORDS.get(word, 0)) >= 8 and words[i + 1] != "times"  # "ten ibuprofen"
        if word in _NUMBER_WORDS and (many or words[i + 1] in _COUNTED):
            words[i] = _NUMBER_WORDS[word]
    return Message(tuple(words), tuple(sentences), tuple(commas))
