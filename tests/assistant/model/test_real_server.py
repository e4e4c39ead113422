"""The whole path with a real model behind a real server. What it writes may be anything; what is shown may not."""

from __future__ import annotations

import pytest

from assistant.events import StatementEvent
from assistant.language_model import LanguageModelError, OpenAICompatibleModel
from assistant.verify.verdict import Verifier
from tests.assistant.model.conftest import Ask
from tests.assistant.model.promise import unsupported
from tests.small_library import PREGNANCY_TRIAL

pytestmark = pytest.mark.server


def test_real_text_streams_in_pieces(local_model_url: str) -> None:
    model = OpenAICompatibleModel(
        base_url=local_model_url, api_key="none", model="smollm2", timeout_s=60, max_tokens=24
    )
    pieces = list(model.stream(system="You are helpful.", user="Write one sentence about the sea."))
    assert len(pieces) > 3
    assert any(letter.isalpha() for letter in "".join(pieces))


def test_a_real_server_that_takes_too_long_is_left(local_model_url: str) -> None:
    model = OpenAICompatibleModel(
        base_url=local_model_url, api_key="none", model="smollm2", timeout_s=0.2, max_tokens=4000
    )
    with pytest.raises(LanguageModelError):
        list(model.stream(system="You are helpful.", user="Write a very long story about the sea."))


def test_every_statement_shown_is_supported(local_model_url: str, ask: Ask, verifier: Verifier) -> None:
    question, documents = "Does magnesium help leg cramps in pregnancy?", (PREGNANCY_TRIAL,)
    answered = ask(question, local_model_url, timeout_s=25, max_tokens=64, documents=documents)
    assert answered.shown, "where the model fails, the sources' own sentences answer"
    assert unsupported(answered.answer, verifier) == []
    assert answered.shown == [
        event.statement.text for event in answered.events if isinstance(event, StatementEvent)
    ]
    if answered.answer.provenance.composer == "extractive":
        assert answered.shown == ask(question, documents=documents).shown
    else:
        assert answered.answer.provenance.composer == "model:scripted"
