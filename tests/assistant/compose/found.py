"""What the chain finds in the small library, before anything is written."""

from __future__ import annotations

from dataclasses import replace

from assistant.chain import FollowUpChain, Found
from assistant.compose.answerability import AnswerabilityModel, judge_answerability
from assistant.events import Request
from assistant.rewrite.standalone import restate
from assistant.settings import Settings
from assistant.verify.loading import load_verifier
from tests.small_library import SmallLibrary

LENIENT = AnswerabilityModel(weights={}, bias=1.0, threshold=0.5)
"""Lets every question through, so that only vetoes and missing parts decide."""


def find(question: str) -> Found:
    """Retrieve and judge ``question``; the small library's cosines are of no known embedder."""
    library = SmallLibrary()
    chain = FollowUpChain(
        library=lambda: library, verifier=load_verifier(), settings=Settings(embedder="hashed-words")
    )
    found = chain._retrieve_one(restate(question), Request(question), library)
    judged = judge_answerability(
        found.hits,
        found.candidates,
        found.facets,
        question=question,
        background=library.measure_background(question),
        model=LENIENT,
    )
    return replace(found, answerability=judged)
