"""Find what "the second one", "the first two" or "number 3" means in the last answer's list."""

from __future__ import annotations

import re

from assistant.rewrite.words import content_words, tokens

MAX_ITEM_WORDS = 12
"""Words of an item that name it; a long item explains itself after that."""
MAX_ANSWER_CHARS = 8000
MAX_SENTENCE_CHARS = 600
"""What is read of an answer, which may come from a file: its end, and no endless sentence for an enumeration."""

_NUMBERED = re.compile(r"(?:(?<=\s)|^|(?<=[.;:]))\(?(?P<number>\d{1,2})[.)]\s*(?=[^\W\d])")
_BULLET = re.compile(r"(?:^|\n)\s*[-*•·]\s+(?P<item>[^\n]+)")
_ENUMERATION = re.compile(
    r"(?:(?P<head>[^,.;:!?()\n]+), )?(?P<middle>(?:[^,.;:!?()\n]+, )*[^,.;:!?()\n]+?),? (?:and|or) (?P<tail>[^,.;:!?()\n]+)"
)
_LEAD_IN = re.compile(
    r"^.*\b(?:includ(?:es?|ing)|such as|like|are|is|were|was|between|requires?|need|needs|both|between|either|of|with|from|contains?|"
    r"has|have|try|consider|suggest|recommend|mean|meant|namely|two (?:types|kinds|forms|options|tools|ways))\b:?\s+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|can|could|may|might|will|would|should|you|they|it|we|i|which|that|who|to|be|by|"
    r"than|in addition|however|turned|covered|\w+ing it)\b|^\d+$",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"^(?:(?:so|and|if you like|okay|ok)[, ]+)?(?:would you (?:like|prefer|be interested)|do you (?:want|wish|need)|should i|shall i|can i|may i|"
    r"are you interested|would it help|interested)\s+"
    r"(?:(?:to|me to|in|if i)\s+)?(?:(?:know|hear|learn|read|see|find out|tell you|explain|show you|give you|look up|look into|share|hearing|"
    r"knowing|learning)\s+)?(?:(?:some|any|a bit)?\s*(?:more|further)(?: information| details)?\s+)?(?P<what>.+)\?$",
    re.IGNORECASE | re.DOTALL,
)
_PREDICATE = re.compile(
    r"\s+(?:\w{3,}ed|may|might|can|could|is|are|was|were|has|have|help|helps|reduces?|come|comes|work|works|causes?|seems?|appears?)\b.*$",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "couple": 2}
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "sixth": 5, "6th": 5, "seventh": 6, "eighth": 7, "ninth": 8, "tenth": 9, "former": 0, "latter": -1, "last": -1,
}  # fmt: skip
_KIND = (
    r"(?:one|ones|option|step|item|point|choice|way|method|type|kind|form|category|suggestion|idea|reason|cause|treatment|"
    r"remedy|medicine|drug|statement|recommendation|study|trial|approach|product|exercise|stretch|advice|measure)s?"
)
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_RUN = re.compile(r"\b(?:the )?(?P<end>first|last) (?P<count>two|three|four|couple|2|3|4)\b", re.IGNORECASE)
_PICKED = re.compile(
    rf"\b(?:the|your|that) (?P<ordinals>(?:(?:{_ORDINAL})(?:,? and (?:the )?|, (?:the )?| or (?:the )?)?)+)"
    rf"(?P<kind>\s+{_KIND}\b|(?=\W*$|\s+(?:is|are|was|were|does|do|did|better|worse|safe|safer|that you)\b|\s*[,.?!]))",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"\b(?:former|latter|two|both|first (?:and|or) (?:the )?second)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:numbers?|no\.?|nr\.?|#|point|item|option|step)\s*(?P<numbers>\d{1,2}(?:(?:,| and| or| &)\s*\d{1,2})*)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\b(?:the two|these two|those two|both of (?:them|these|those))\b",
    re.IGNORECASE,
)


def items_meant(question: str, answer: str) -> tuple[str, ...]:
    """The items of ``answer``'s list that ``question`` points at by place; empty when it points at none.

    An ordinal beyond the list, or "the two" of a list of another length, points at nothing.
    """
    places = _places(question)
    pair = _PAIR.search(question) is not None
    if places is None and not pair:
        return ()
    items = list_items(answer)
    if places is not None and len(items) < 3 and not _OF_TWO.search(question):
        return ()  # two names that "and" joins are a list only to who speaks of two
    if places is None:
        return items if len(items) == 2 else ()
    length = len(items)
    chosen = [items[place] for place in places if -length <= place < length]
    return tuple(dict.fromkeys(chosen)) if len(chosen) == len(places) else ()


def name_items(question: str, answer: str) -> str:
    """``question`` with "the second one" replaced by the item it means; unchanged when it means none."""
    items = items_meant(question, answer)
    if not items:
        return question
    named = " and ".join(items)
    for pattern in (_RUN, _NUMBER, _PICKED, _PAIR):
        if found := pattern.search(question):
            end = found.end()
            if after := re.match(
                rf"\s+{_KIND}\b(?: of (?:them|these|those))?", question[end:], re.IGNORECASE
            ):
                end += after.end()
            return f"{question[: found.start()]}{named}{question[end:]}"
    return question


def find_offers(answer: str) -> tuple[str, ...]:
    """What the answer's closing question offers to tell: "Would you like to know about X?" -> "About X?"."""
    sentences = re.split(r"(?<=[.!?])\s+|\n", answer.strip()[-MAX_SENTENCE_CHARS:])
    found = _OFFER.match(sentences[-1]) if sentences else None
    if found is None or not content_words(found["what"]):
        return ()
    what = found["what"].strip()
    return (f"{what[:1].upper()}{what[1:]}?",)


def list_items(answer: str) -> tuple[str, ...]:
    """The items of the answer's last list: numbered, with bullets, or enumerated in a sentence.

    Without any of these, sentences that each begin a choice anew ("Another is ...") are not guessed at.
    """
    answer = answer[-MAX_ANSWER_CHARS:]
    return _numbered(answer) or _bullets(answer) or _enumerated(answer)


def _places(question: str) -> list[int] | None:
    if found := _RUN.search(question):
        count = _COUNTS[found["count"].lower()]
        return list(range(count)) if found["end"].lower() == "first" else list(range(-count, 0))
    if found := _NUMBER.search(question):
        return [int(number) - 1 for number in re.findall(r"\d+", found["numbers"]) if int(number) > 0] or None
    if found := _PICKED.search(question):
        return [_ORDINALS[word] for word in tokens(found["ordinals"]) if word in _ORDINALS] or None
    return None


def _numbered(answer: str) -> tuple[str, ...]:
    marks = list(_NUMBERED.finditer(answer))
    runs: list[list[re.Match[str]]] = []
    for mark in marks:
        if mark["number"] == "1":
            runs.append([mark])
        elif runs and int(mark["number"]) == len(runs[-1]) + 1:
            runs[-1].append(mark)
    runs = [run for run in runs if len(run) > 1]
    if not runs:
        return ()
    run = runs[-1]
    ends = [mark.start() for mark in run[1:]] + [len(answer)]
    return tuple(_name(answer[mark.end() : end]) for mark, end in zip(run, ends, strict=True))


def _bullets(answer: str) -> tuple[str, ...]:
    items = [_name(found["item"]) for found in _BULLET.finditer(answer)]
    return tuple(items) if len(items) > 1 else ()


def _enumerated(answer: str) -> tuple[str, ...]:
    """The items of the longest enumeration; of equally long ones the last."""
    best: tuple[str, ...] = ()
    for sentence in re.split(r"(?<=[.!?])\s+|\n", answer):
        if len(sentence) > MAX_SENTENCE_CHARS:
            continue
        for found in _ENUMERATION.finditer(sentence.rstrip(".!?")):
            parts = [*(found["head"] or "").split(", "), *found["middle"].split(", "), found["tail"]]
            parts = [part.strip() for part in parts if part.strip()]
            parts[0] = _LEAD_IN.sub("", parts[0])
            parts[-1] = _PREDICATE.sub("", parts[-1])
            items = tuple(_name(part) for part in parts)
            if len(items) >= max(2, len(best)) and all(map(_is_name, items)):
                best = items
    return best


def _is_name(item: str) -> bool:
    """Whether an enumerated item reads as a name and not as a clause that "and" happened to join."""
    return 0 < len(tokens(item)) <= 6 and bool(content_words(item)) and not _CLAUSE.search(item)


def _name(item: str) -> str:
    """The head of an item: up to its first colon, full stop or so many words."""
    head = re.split(r"[:.;!?\n–]|\s-\s", item.strip(), maxsplit=1)[0].strip()
    head = head.strip(" ,")
    head = re.sub(r"^(?:the|a|an|and|or)\s+", "", head, flags=re.IGNORECASE)
    return " ".join(head.split()[:MAX_ITEM_WORDS])
