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
_TAKES = re.compile(
    r"\b(?:on|takes?|taking|uses?|using)\s+(?P<medicine>(?!dialysis\b)[^,.;?!]+?)(?=\s+(?:and|who|but|because|for)\b|[,.;?!]|$)",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"\b(?:has|having|with|suffers from|got)\s+(?P<illness>(?!been\b|had\b|to\b|it\b|no\b|cramps?\b)[^,.;?!]+?)(?=\s+(?:and|who|but|because)\b|[,.;?!]|$)",
    re.IGNORECASE,
)
_STATE = re.compile(r"\b(?P<state>pregnant|breast-?\s?feeding|on dialysis|diabetic)\b", re.IGNORECASE)
_OF_STATE = {
    "pregnant": "in pregnancy",
    "breastfeeding": "while breastfeeding",
    "ondialysis": "on dialysis",
    "diabetic": "with diabetes",
}


def name_state(state: str) -> str:
    """ "in pregnancy" of "pregnant": how a question names the people in that state. Raises ``KeyError`` for another."""
    return _OF_STATE[re.sub(r"[\s-]", "", state.casefold())]


def find_taken(told: str) -> str:
    """The first medicine that ``told``, which asks nothing, says somebody takes; empty where it names none."""
    taken = (found["medicine"].strip() for found in _TAKES.finditer(told))
    return next((medicine for medicine in taken if names_medicine(medicine)), "")


def read_person(text: str) -> PersonTold | None:
    """What ``text`` tells of somebody, as a modifier; ``None`` where it tells nothing but who, or asks something."""
    person = _PERSON.match(text)
    if person is None or "?" in text:
        return None
    rest = person["rest"]
    said: list[str] = []
    if age := _AGE.search(rest):
        said.append(f"in a {age['age']}-year-old")
    if state := _STATE.search(rest):
        said.append(name_state(state["state"]))
    if illness := _HAS.search(rest):
        said.append(f"with {illness['illness'].strip()}")
    if medicine := find_taken(rest):
        said.append(f"while taking {medicine}")
    return PersonTold(" ".join(said), medicine) if said else None
