"""Takes down a request and the settings as a trace keeps them."""

from __future__ import annotations

from assistant.events import Request
from assistant.settings import Settings
from assistant.trace import TracedRequest, TracedSpan, TracedTurn

TRACED_SETTINGS = (
    "passages", "passages_per_source", "statements", "stale_after_years", "max_question_chars", "dense_weight", "retrieval_effort", "embedder", "precision",
    "model_timeout_s", "model_max_tokens", "model_price_in", "model_price_out", "model_max_cost",
)  # fmt: skip
"""What of the settings decides what an answer says, where it is set."""


def trace_settings(settings: Settings) -> dict[str, str | int | float]:
    """The settings that decide what an answer says, by name."""
    values = {name: getattr(settings, name) for name in TRACED_SETTINGS}
    return {name: value for name, value in values.items() if value is not None}


def trace_request(request: Request) -> TracedRequest:
    """The request with the conversation it was understood in."""
    said = request.conversation
    return TracedRequest(
        question=request.question,
        turns=[TracedTurn(role=turn.role, content=turn.content) for turn in said.turns],
        evidence=[
            TracedSpan(document_id=item.document_id, start=item.start, end=item.end) for item in said.evidence
        ],
        offered=list(said.offered),
        audience=request.audience,
        standalone=request.standalone,
        about=list(request.about),
    )
