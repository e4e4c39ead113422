"""Take thanks and other courtesies off a turn, so that only what it asks is read and searched."""

from __future__ import annotations

import re

from assistant.rewrite.words import tokens

_COURTESY_WORDS = frozenset(
    """
    a ah aha all alright amazing and appreciate appreciated are awesome been brilliant bye cheers clear again clever cool doctor enough excellent
    exactly excellent explanation fair fantastic fine for fun funny good gosh got great ha haha hello helped helpful helpfully hey hi
    hm hmm i i'm i've in info information interesting intriguing is it it's just kind know learn like lot lovely makes making many mmm mmmm
    much my nice of oh ok okay perfect pretty quite real really reply right see seem seems sense so sorry sound sounds sure surprising
    super sweet thank thanks that that's the them these they they're thing this those to true understand understood use useful very was
    well what what's wonderful wow yay you your you're you've advice answer answers help hint hints idea ideas points steps suggestion
    suggestions tip tips valuable cheering glad happy hear now then guidance don't mind there morning afternoon evening dear assistant
    """.split()
)
_CUE = re.compile(
    r"\b(?:thank(?:s| you)|cheers|appreciate|interesting|intriguing|great|nice|cool|wow|awesome|amazing|perfect|excellent|"
    r"wonderful|brilliant|fantastic|lovely|hm+|mm+|hi|hello|hey|oh|ah|i see|got it|makes sense|good to know|helpful|useful|"
    r"ok(?:ay)?|alright|all right|fair enough|understood|good)\b",
    re.IGNORECASE,
)
_PLAIN_COURTESY = re.compile(
    r"\b(?:thank(?:s| you)|cheers|appreciate\w*|hello|hi|hey|great|brilliant|fantastic|wonderful|awesome|amazing|perfect|excellent|"
    r"lovely|helpful|useful|interesting|got it|i see|makes sense|understood|good to know|bye)\b",
    re.IGNORECASE,
)
_ASSENT = re.compile(
    r"\b(?:yes|yeah|sure|please|sounds good|that one|tell me|go on|idea|how|what)\b", re.IGNORECASE
)
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")
_LEADING = re.compile(
    r"^\W*(?:(?:thank(?:s| you)(?: (?:very|so) much| a lot)?(?: for (?:that|this|the (?:info|information|answer|explanation|help)))?|"
    r"great|nice|cool|wow|awesome|perfect|excellent|interesting|hm+|mm+|oh|ah|i see|got it|alright|all right|ok(?:ay)?|"
    r"hi(?: there)?|hello(?: there| again)?|hey(?: there| again)?|good (?:morning|afternoon|evening))\b\s*[,.:;!–-]+\s*)+",
    re.IGNORECASE,
)
_OR_A_MYTH = re.compile(
    r",?\s+or (?:is|are) (?:that|it|this|they) (?:just |all |only |really )?(?:an? )?(?:myths?|old wives['’]? tales?|nonsense|rubbish|hype|fad|scam|urban legend|rumou?r)\W*$",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r"(?<=\w\w),?\s+or not(?=\W*$)", re.IGNORECASE)


def strip_pleasantries(text: str) -> str:
    """``text`` without sentences and openings that only greet, thank or praise, and without a closing "or is that a
    myth?" or "or not?"; all of it if nothing is left.

    "Thanks, that's helpful! Can you compare them?" -> "Can you compare them?". A sentence goes only when
    every word of it is a courtesy and none is a question, so that no fact the reader tells is lost.
    """
    sentences = [sentence.strip() for sentence in _BETWEEN_SENTENCES.split(text) if sentence.strip()]
    kept = [sentence for sentence in sentences if not _is_courtesy(sentence)]
    if not kept:
        return text
    kept[0] = _LEADING.sub("", kept[0]) or kept[0]
    kept[-1] = _OR_NOT.sub("", _OR_A_MYTH.sub("?", kept[-1]))
    left = " ".join(kept)
    return left if tokens(left) else text


def is_courtesy(text: str) -> bool:
    """Whether a whole turn only greets, thanks or praises: "ok thanks" does, "ok" and "sure" agree to something."""
    sentences = [sentence.strip() for sentence in _BETWEEN_SENTENCES.split(text) if sentence.strip()]
    return (
        bool(sentences)
        and _PLAIN_COURTESY.search(text) is not None
        and _ASSENT.search(text) is None
        and all(_is_courtesy(sentence) for sentence in sentences)
    )


def _is_courtesy(sentence: str) -> bool:
    if "?" in sentence or not _CUE.search(sentence):
        return False
    words = tokens(sentence)
    return bool(words) and all(word in _COURTESY_WORDS for word in words)
