"""Read a turn that only tells of somebody: "my dad, he's 78 and on water tablets" modifies the question before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.rewrite.remedies import names_medicine


@dataclass(frozen=True, slots=True)
class PersonTold:
    """``modifier`` is added to a question ("in a 78-year-old while taking water tablets"); ``medicine`` may be empty."""

    modifier: str
    medicine: str


_PERSON = re.compile(
    r"^\W*(?:in |for |with )?(?:my (?:\w+ )?|an? |the )(?:husband|wife|partner|mother|father|mum|mom|mam|dad|gran|nan|grand\w+|sister|brother|aunt|uncle|friend|"
    r"neighbou?r|son|daughter|child|kid|baby|patient|man|woman|person|lady|gentleman|boy|girl)(?:['’]s)?\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AGE = re.compile(
    r"\b(?:(?:is|he['’]?s|she['’]?s|aged?|who['’]?s|who is|of)\s+|^[\s,]*)(?P<age>\d{1,3})(?:[- ]?(?:years?|yrs?)(?:[- ]old)?)?\b(?! ?(?:mg|weeks?|months?|%))",
    re.IGNORECASE,
)
_TAKEN = (
    r"\b(?:on|takes?|taking|uses?|using)\s+(?P<medicine>(?!dialysis\b)[^,.;?!]{3,40}?)"
    r"(?=\s+(?:who|but|because|for|since|every|at|so|and (?:i|it|he|she|they|has|have|had|gets?|got|is|am|was|now|keeps?|wakes?|can|should|what|\w*cramps?|aged?|\d+))\b|[,.;?!]|$)"
)
_TAKES = re.compile(_TAKEN, re.IGNORECASE)
_SOMEBODY_TAKES = re.compile(
    r"\b(?:i|i['’]?m|i am|she|he|she['’]?s|he['’]?s|they|mother|mum|mom|father|dad|wife|husband)(?: (?:is|am|also|now|already|currently))* "
    + _TAKEN,
    re.IGNORECASE,
)
_HAS = re.compile(
    r"\b(?:has|having|with|suffers from|got)\s+(?P<illness>(?!been\b|had\b|to\b|it\b|no\b|cramps?\b)[^,.;?!]+?)(?=\s+(?:and|who|but|because)\b|[,.;?!]|$)",
    re.IGNORECASE,
)
STATE = re.compile(r"\b(?P<state>pregnant|breast-?\s?feeding|on dialysis|diabetic)\b", re.IGNORECASE)
_OF_STATE = {
    "pregnant": "in pregnancy",
    "breastfeeding": "while breastfeeding",
    "ondialysis": "on dialysis",
    "diabetic": "with diabetes",
}
_SOMEBODY_HAS = re.compile(
    r"\b(?:i|i['’]ve|she|he|they|mother|father|mum|mom|mam|dad|husband|wife|partner|gran|nan|grand\w+|sister|brother|aunt|uncle|friend|son|daughter|patient)"
    r"(?:['’]s)?(?: (?:also|now|already|still|has|have|is|was|been|who))* (?:has|have|had|got|with|suffers? from|lives? with|living with|diagnosed with)"
    r" (?:an? |the |some |severe |mild |bad |chronic )*(?P<illness>[^,.;?!]{3,40}?)(?=\s+(?:and|but|who|so|for|since|what|can|is|was|as|plus)\b|[,.;?!]|$)",
    re.IGNORECASE,
)
_ILLNESS = re.compile(
    r"^(?:asthma|epilepsy|glaucoma|copd|gout|hypertension|(?:high|low) blood pressure|angina|arrhythmias?|(?:atrial fibrillation|afib|af)|parkinson['’]?s|"
    r"multiple sclerosis|myasthenia(?: gravis)?|lupus|crohn['’]?s|heart (?:block|condition|problems?|trouble)|g6pd deficiency|an[ae]emia|h[ae]mophilia|"
    r"(?:[\w-]+ ){0,2}[\w-]*(?:disease|failure|syndrome|disorder|itis|osis|opathy|thyroidism|cancer|deficiency))$",
    re.IGNORECASE,
)


def name_state(state: str) -> str:
    """ "in pregnancy" of "pregnant": how a question names the people in that state. Raises ``KeyError`` for another."""
    return _OF_STATE[re.sub(r"[\s-]", "", state.casefold())]


def find_taken(text: str, *, also_asks: bool = False) -> str:
    """The first medicine that ``text`` says somebody takes; empty where it names none.

    In a text that ``also_asks`` ("can magnesium be taken by somebody on furosemide?") only after whoever takes it.
    """
    for found in (_SOMEBODY_TAKES if also_asks else _TAKES).finditer(text):
        medicine = found["medicine"].strip()
        if not all(map(names_medicine, medicine.split(" and "))):
            medicine = medicine.split(" and ")[0]
        if names_medicine(medicine):
            return medicine
    return ""


def find_illness(text: str) -> str:
    """The first illness that ``text`` says somebody has ("heart failure"); empty where it tells of none. A complaint
    such as cramps or pain is none."""
    for found in _SOMEBODY_HAS.finditer(text):
        if names_illness(illness := found["illness"].strip()):
            return illness
    return ""


def names_illness(text: str) -> bool:
    """Whether ``text`` is the name of an illness and nothing more; complaints, medicines and meals are none."""
    return _ILLNESS.match(text) is not None


def read_person(text: str) -> PersonTold | None:
    """What ``text`` tells of somebody, as a modifier; ``None`` where it tells nothing but who, or asks something."""
    person = _PERSON.match(text)
    if person is None or "?" in text:
        return None
    rest = person["rest"]
    said: list[str] = []
    if age := _AGE.search(rest):
        said.append(f"in a {age['age']}-year-old")
    if state := STATE.search(rest):
        said.append(name_state(state["state"]))
    if illness := _HAS.search(rest):
        said.append(f"with {illness['illness'].strip()}")
    if medicine := find_taken(rest):
        said.append(f"while taking {medicine}")
    return PersonTold(" ".join(said), medicine) if said else None
