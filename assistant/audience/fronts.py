"""Makes a sentence of its own of what stands before the clause: the people or trials it is about, an "although"."""

from __future__ import annotations

import re

from assistant.audience.binding import COMPARES
from assistant.audience.cut import Cut
from assistant.audience.grammar import NOUN, is_clause

_PEOPLE_FIRST = re.compile(
    rf"^(?P<word>In|For|Among)\s+(?P<who>(?:[\w-]+\s+){{0,3}}?{NOUN}\s+(?:with|who|aged|undergoing|receiving|taking|at|having)\s+[^,;:()]+),\s+"
    r"(?P<rest>(?:the|there|no|it|we|this|these|treatment|using|\w+)\b)",
)


def find_people_first(text: str) -> list[Cut]:
    """ "In adults with X, Y helps" as two sentences, the people first and named again in the second."""
    found = _PEOPLE_FIRST.match(text)
    if not found or len(found["who"].split()) < 5:
        return []
    rest = text[found.start("rest") :]
    if (
        COMPARES.search(found["who"])
        or re.search(r"\b(?:no|not|may|might|if|when|unless|only|or|and|but)\b", found["who"], re.I)
        or re.search(r"[;:]|[.!?]\s", rest)
        or not is_clause(rest[0].lower() + rest[1:])
    ):
        return []
    word = found["word"]
    return [
        Cut(0, len(word), "This is about", False),
        Cut(found.end("who"), found.start("rest"), f". {word} them, ", False),
    ]
