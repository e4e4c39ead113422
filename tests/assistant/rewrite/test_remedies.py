"""Which remedy a question is about, and which somebody takes already."""

from __future__ import annotations

import pytest

from assistant.rewrite.remedies import find_taken_already
from assistant.rewrite.topics import find_subject


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("what can my grandad, who is 81 and on furosemide, take for leg cramps?", {"furosemide"}),
        ("I'm on simvastatin, what helps with cramps?", {"simvastatin"}),
        ("which treatments are there for someone already taking quinine?", {"quinine"}),
        ("what can I do about it if I'm on blood pressure tablets?", {"blood pressure tablets"}),
        ("is magnesium safe while on furosemide?", set()),
        ("I take quinine, is that dangerous?", set()),
        ("what can I take for cramps on long climbs?", set()),
        ("", set()),
    ],
)
def test_what_is_taken_already(question: str, taken: set[str]) -> None:
    assert find_taken_already(question) == taken


def test_it_is_not_what_is_asked_about() -> None:
    assert find_subject("what can my grandad, who is 81 and on furosemide, take for leg cramps?") == ""
    assert find_subject("I'm on furosemide, does magnesium help with cramps?") == "magnesium"
    assert find_subject("is furosemide safe?") == "furosemide"
