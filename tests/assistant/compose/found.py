"""What the chain finds in the small library, before anything is written."""

from __future__ import annotations

from dataclasses import replace

from assistant.compose.answerability import AnswerabilityModel, judge_answerability
from assistant.conversation import Conversation
from assistant.retrieval import Found, retrieve
from assistant.rewrite.standalone import restate
from assistant.settings import Settings
from tests.small_library import SmallLibrary

LENIENT = AnswerabilityModel(weights={}, bias=1.0, threshold=0.5)
"""Lets every question through, so that only vetoes and missing parts decide."""


def find(question: str) -> Found:
    """Retrieve and judge ``question``; the small library's cosines are of no known embedder."""
    library = SmallLibrary()
    settings = Settings(_env_file=None, embedder="hashed words")
    found = retrieve(restate(question), Conversation(), library, settings)
    judged = judge_answerability(
        found.hits,
        found.candidates,
        found.facets,
        question=question,
        background=library.measure_background(question),
        model=LENIENT,
    )
    return replace(found, answerability=judged)
