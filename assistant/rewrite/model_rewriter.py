"""Let the configured chat model word the standalone question; the rule-based one is the fallback."""

from __future__ import annotations

import logging
from dataclasses import replace

from assistant.conversation import Conversation
from assistant.language_model import LanguageModel, LanguageModelError
from assistant.rewrite.standalone import StandaloneQuestion
from assistant.rewrite.words import content_words, stems
from index.ports import SearchQuery

logger = logging.getLogger(__name__)

MAX_REWRITE_CHARS = 400

REWRITE_SYSTEM = """Rewrite the last question of a conversation so that it can be understood on its own.
Keep its meaning; add only what the conversation supplies; do not answer it.
Reply with the rewritten question alone, on one line."""


def rewrite_with_model(
    model: LanguageModel, ruled: StandaloneQuestion, question: str, conversation: Conversation
) -> StandaloneQuestion:
    """Reword ``ruled`` by the model. Any failure, and any rewrite that brings in words the conversation
    never held, leaves ``ruled`` as it is: a rewriter may not smuggle in an answer."""
    lines = [f"{turn.role}: {turn.content[:600]}" for turn in conversation.turns[-6:]]
    prompt = "\n".join([*lines, f"last question: {question}"])
    try:
        text = "".join(model.stream(system=REWRITE_SYSTEM, user=prompt)).strip().strip('"')
    except LanguageModelError as error:
        logger.warning("rewriting by the chat model failed: %s", error)
        return ruled
    if not _is_faithful(text, question, conversation):
        return ruled
    query = SearchQuery(
        text=text,
        dense_texts=(text, *ruled.query.dense_texts),
        lexical_text=text,
        term_weights=ruled.query.term_weights,
    )
    return replace(ruled, text=text, query=query, leans_on_history=text.casefold() != question.casefold())


def _is_faithful(text: str, question: str, conversation: Conversation) -> bool:
    if not text or len(text) > MAX_REWRITE_CHARS or "\n" in text:
        return False
    said = stems(content_words(" ".join([question, *(turn.content for turn in conversation.turns)])))
    return stems(content_words(text)) <= said
