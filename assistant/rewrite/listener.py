"""What a listener keeps in mind between the turns of a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.rewrite.words import lower_first


@dataclass(frozen=True, slots=True)
class Listener:
    """What a listener keeps in mind between turns."""

    base: str = ""  # last full question, without population modifiers
    frame: str = (
        ""  # last full question that named the topic and no single remedy: the one to ask of a new topic
    )
    topic: str = ""
    subject: str = ""
    modifier: str = ""
    kind: str = ""  # what "each one" is one of: "stretches" after "which stretches help?"
    medicine: str = ""  # what somebody told of takes: "the tablets", "them", where no remedy is asked about
    suspect: str = ""  # what the last question asked whether it brings on the topic: "is that my problem?"
    last_text: str = ""


def suffix(state: Listener) -> str:
    return f" {lower_first(state.modifier)}" if state.modifier else ""
