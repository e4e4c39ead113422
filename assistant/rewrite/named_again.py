"""Name what a turn points at with a noun or takes "with them": "those tablets" -> "the blood pressure tablets"."""

from __future__ import annotations

import re

from assistant.rewrite.words import content_words, stem

_POINTED_AT = re.compile(r"\b(?:those|these|that|this) (?P<noun>[^\W\d_]{3,})\b", re.IGNORECASE)
_PHRASE_BEFORE = r"(?P<phrase>(?:[\w-]+ ){1,3}%s)\b"
_MEDICINES = re.compile(
    r"\b(?:[\w-]+ ){0,3}(?:tablets?|pills?|capsules?|medicines?|medications?|drugs?|statins?|diuretics?|thinners?|blockers?)\b",
    re.IGNORECASE,
)
_TAKEN_WITH = re.compile(
    r"\b(?:(?:take|taking|use|using|have|mix|mixing|combine|combining|alongside|together)\b[^?.]*?(?:with|and|alongside)) (?P<them>them|those|these|it|that)\b",
    re.IGNORECASE,
)


def name_again(text: str, earlier: str) -> str:
    """``text`` with "those tablets" named as ``earlier``, what was said before, named them last.

    Nothing changes where nothing of that name was said, or where it was said without a word more.
    """
    for found in _POINTED_AT.finditer(text):
        if phrase := _last_phrase(found["noun"], earlier):
            return f"{text[: found.start()]}the {phrase}{text[found.end() :]}"
    return text


def name_taken_with(text: str, earlier: str) -> str:
    """``text`` with what a remedy would be taken with ("take magnesium with them") named, where that was medicines."""
    found = _TAKEN_WITH.search(text)
    if found is None:
        return text
    medicines = [phrase for match in _MEDICINES.finditer(earlier) if (phrase := _content_end(match.group()))]
    if not medicines:
        return text
    return f"{text[: found.start('them')]}{medicines[-1]}{text[found.end('them') :]}"


def _last_phrase(noun: str, earlier: str) -> str:
    named = re.compile(_PHRASE_BEFORE % rf"{re.escape(stem(noun.lower()))}(?:e?s)?", re.IGNORECASE)
    phrases = [phrase for match in named.finditer(earlier) if (phrase := _content_end(match["phrase"]))]
    return phrases[-1] if phrases else ""


def _content_end(phrase: str) -> str:
    """The last word of ``phrase`` with the content words right before it; empty where there is none before it."""
    words = phrase.split()
    begin = len(words) - 1
    while begin > 0 and content_words(words[begin - 1]):
        begin -= 1
    return " ".join(words[begin:]) if begin < len(words) - 1 else ""
