"""Recognises questions that ask what dose a particular person should take."""

from __future__ import annotations

import re

_PERSON = r"(?:i|we|he|she|they|my \w+|our \w+|a \w+ like me|someone my age)"
_TAKE = r"(?:take|use|have|give|be taking|be giving|need|drink|swallow|inject|start|go up to|go to)"
_SHOULD = r"(?:should|can|could|may|must|do|does|would|shall|might|ought)"
_AMOUNT = r"(?:\d[\d.,]*\s*(?:mg|mcg|µg|ug|g|grams?|ml|iu|units?|tablets?|pills?|capsules?|drops?|spoons?|teaspoons?))"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bhow (?:much|many|often|frequently)\b[^.?!]{{0,60}}\b{_SHOULD}(?: to)? {_PERSON}\b",
        r"\bhow (?:much|many)\b[^.?!]{0,60}\b(?:for|to give(?: to)?) (?:me|my|our|him|her|a \d+|an? (?:\w+ ){0,2}(?:year|month|week)s?[- ]old)\b",
        r"\bhow (?:much|many)\b[^.?!]{0,40}\b(?:is|are|would be) (?:safe|enough|too much|right|ok|okay|good|best) for (?:me|my|us|him|her)\b",
        rf"\b(?:what|which)(?: is|'s| was)?(?: the| a)?(?: \w+){{0,3}} (?:dose|dosage|amount|strength)s?\b[^.?!]{{0,60}}\b(?:{_SHOULD} {_PERSON}|for (?:me|my|our|him|her|someone my|an? (?:\w+ ){{0,2}}\d*[- ]?(?:year|month|week|kg|kilo|pound)|a \d+))",
        rf"\b{_SHOULD} {_PERSON}\b[^.?!]{{0,40}}\b(?:double|triple|halve|increase|raise|up|reduce|lower|decrease|change|split|skip|adjust|cut)\b[^.?!]{{0,30}}\b(?:dose|dosage|amount|mg|tablets?|pills?|it|medication|medicine)\b",
        r"\b(?:double|triple|halve|increase|raise|reduce|lower|change|adjust) (?:my|his|her|our|their)\b[^.?!]{0,30}\b(?:dose|dosage|mg|tablets?|pills?)\b",
        rf"\b{_SHOULD} {_PERSON}\b[^.?!]{{0,30}}\b{_TAKE}\b[^.?!]{{0,30}}(?:{_AMOUNT}|\b(?:more|extra|another|two|three|four|a second|twice|both)\b)",
        rf"\b(?:is|are|would|will)\b[^.?!]{{0,30}}{_AMOUNT}[^.?!]{{0,60}}\b(?:for (?:me|my|us|him|her)|too much|too little|enough|ok|okay|safe|right)\b",
        rf"\b(?:i|he|she|we)(?:'m| am| is| are|'s)?(?: \w+){{0,3}} (?:take|takes|taking|took|on)\b[^.?!]{{0,40}}{_AMOUNT}[^?]{{0,80}}\b(?:too much|too little|enough|ok|okay|safe|right|more)\b",
        r"\bmy (?:own )?(?:dose|dosage)\b",
        r"\b(?:dose|dosage|how much)\b[^.?!]{0,40}\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)[- ](?:year|month|week)s?[- ]old\b",
        r"\b(?:my weight|i weigh|weighs|weighing) ?(?:is )?\d+\b[^?]{0,80}\b(?:dose|dosage|how much|how many)\b",
        r"\b(?:dose|dosage|how much|how many)\b[^?]{0,80}\b(?:i weigh|weighs|weighing|i'?m \d+)\b",
    )
)


def asks_for_dose(text: str) -> bool:
    """Whether ``text`` asks what, how much or how often one particular person should take.

    "How much should I take?" and "what dose for my 4-year-old?" do; "how much magnesium was used in the
    trials?" does not.
    """
    plain = text.casefold().replace("’", "'")
    return any(pattern.search(plain) for pattern in _PATTERNS)


_MEDICINE = r"(?:it|another (?:one|statin|medicine|drug|tablet|pill)|them|this|that|these|those|my \w+(?: \w+)?|the \w+|(?:taking |using )?[a-z]{4,}(?:in|ol|ide|one|ine|ate|am|il|an|ins|ols)s?|(?:a |my )?(?:medicines?|medications?|meds|pills?|tablets?|drugs?|statins?|water (?:pill|tablet)s?|blood thinners?))"
_STOPPING = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_SHOULD} (?:i|we|he|she|they|my \w+) (?:just |now |then |simply |safely |also )*(?:stop|quit|come off|go off|give up|skip|discontinue|wean off|leave off|switch(?: from| to)?|change)(?: taking| using| giving (?:him|her|it))? {_MEDICINE}\b",
        rf"\b(?:is it|would it be) (?:safe|ok|okay|all right|dangerous|bad) (?:for me )?(?:to|if i) (?:just |suddenly )?(?:stop|quit|come off|skip|discontinue)(?: taking| using)? {_MEDICINE}\b",
        rf"\b(?:i|he|she|we)(?:'m| am| is| are|'s|'re)? (?:want|wants|going|planning|thinking|plan)(?: to| of)? (?:stop(?:ping)?|quit(?:ting)?|com(?:e|ing) off)(?: taking| using)? {_MEDICINE}\b",
    )
)


def asks_to_stop(text: str) -> bool:
    """Whether ``text`` asks if one particular person should stop a medicine: "should I stop taking it?"."""
    plain = text.casefold().replace("’", "'")
    return any(pattern.search(plain) for pattern in _STOPPING)
