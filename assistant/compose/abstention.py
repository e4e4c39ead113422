"""What a reader is told where the library doesn't answer."""

from __future__ import annotations

from assistant.answer import Banner, BannerKind
from assistant.compose.answerability import Answerability
from assistant.compose.facets import Facets
from assistant.compose.parts import in_the_readers_words
from assistant.compose.question_kinds import UNSAFE_TO_CARRY_OVER, QuestionKind
from assistant.compose.vetoes import NO_TOPIC
from assistant.rewrite.words import EVERYDAY_WORDS, FRAME_WORDS, STOP_WORDS, tokens

ENGLISH_ONLY = (
    "Only questions in English are understood here, danger signs included. Please ask again in English. "
    "In an emergency call 112, 911 or 999."
)
FEWEST_TO_TELL = 5  # words, for telling a language
ENGLISH_SHARE = 1 / 3


def abstention_banner(
    judged: Answerability, facets: Facets, *, asked: str, in_danger: bool, found_any: bool
) -> Banner:
    """Say plainly that the library doesn't answer ``asked``, and what it has never heard of."""
    return Banner(
        kind=BannerKind.ABSTAINED, text=_say(judged, facets, asked, in_danger=in_danger, found_any=found_any)
    )


def _say(judged: Answerability, facets: Facets, asked: str, *, in_danger: bool, found_any: bool) -> str:
    if judged.reason == NO_TOPIC:
        return "The question does not say what it is about. Name a condition or a treatment, such as “leg cramps”."
    if in_danger:
        return "The library adds nothing to the advice above. Follow that first."
    if is_foreign(asked, facets):
        return ENGLISH_ONLY
    text = "The library does not answer this question."
    if missing := in_the_readers_words(judged.missing, asked):
        text += f" It holds nothing about {', '.join(f'“{word}”' for word in missing)}."
    if facets.kind in (*UNSAFE_TO_CARRY_OVER, QuestionKind.SEEKING_CARE):
        text += " A pharmacist or doctor can answer it for the person concerned."
    if found_any:
        text += " The nearest documents are listed below; they were looked at and do not answer it."
    return text


def is_foreign(asked: str, facets: Facets) -> bool:
    """Whether a question of several words holds none of the library's and few of English ("was" is German too)."""
    words = tokens(asked)
    english = sum(word in STOP_WORDS or word in FRAME_WORDS or word in EVERYDAY_WORDS for word in words)
    return len(words) >= FEWEST_TO_TELL and not facets.key_weights and english / len(words) < ENGLISH_SHARE
