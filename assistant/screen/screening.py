"""Screens a question before anything else sees it: cleans it, finds danger signs, refuses harm."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from assistant.screen.danger_signs import DangerSign, find_danger_signs
from assistant.screen.dosing import asks_for_dose, asks_to_stop
from assistant.screen.standing import TURNS, find_standing_signs
from assistant.screen.unsafe_requests import is_unsafe

ScreenKind = Literal["ok", "invalid", "red_flag", "unsafe"]

REFUSAL = (
    "This asks for help with something that could harm or deceive a person, so it is not answered here. "
    "You can ask what guidelines and research say about treatments, their risks, and patients' rights."
)
_REFUSAL_SOURCE = "American Medical Association, Principles of Medical Ethics"

_PREGNANT = re.compile(
    r"\b(?:i am|i'm|im|we are|we're|my (?:wife|partner|girlfriend|daughter|sister) is)\b[^.?!]{0,30}\bpregnant\b",
    re.IGNORECASE,
)
_KEPT_CONTROLS = frozenset("\n\t")
# Signs that change how text is shown, not what it says: direction marks and overrides, joiners that hide
# inside words, tag characters.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for the outcome, in words for the reader; ``stop`` and ``self_care_waits`` as in :class:`DangerSign`."""

    id: str
    message: str
    source: str
    stop: bool = False
    self_care_waits: bool = False


@dataclass(frozen=True, slots=True)
class ScreenOutcome:
    """What the screen found.

    ``text`` is the cleaned question. ``urgent``: a danger sign, whose advice comes before anything else.
    ``stop``: nothing but the findings may be shown. ``dosing``: it asks for one person's dose;
    ``stopping``: whether that person should stop a medicine.
    ``standing`` are signs that earlier messages told of and nobody has looked at since.
    ``message`` says what to do when ``kind`` is ``invalid``.
    """

    kind: ScreenKind
    text: str
    findings: tuple[Finding, ...] = ()
    message: str = ""
    dosing: bool = False
    stopping: bool = False
    urgent: bool = False
    stop: bool = False
    standing: tuple[Finding, ...] = ()


def screen_question(question: str, *, max_chars: int, history: tuple[str, ...] = ()) -> ScreenOutcome:
    """Screen ``question``; ``history`` holds the reader's earlier messages, oldest first.

    A danger sign may begin in the message before ("my calf is swollen" / "now it is hot too"). Never
    raises for any text: an empty, overlong or wordless question is ``invalid`` with a message.
    """
    text = clean_text(question)
    problem = _find_problem(text, max_chars=max_chars)
    if problem:
        return ScreenOutcome("invalid", text[:max_chars], message=problem)
    dosing, stopping = asks_for_dose(text), asks_to_stop(text)
    signs = find_danger_signs(text, earlier=_what_came_before(history))
    if signs:
        urgent = [sign for sign in signs if sign.stop] or signs
        return ScreenOutcome(
            "red_flag",
            text,
            findings=tuple(_to_finding(sign) for sign in urgent),
            dosing=dosing,
            stopping=stopping,
            urgent=True,
            stop=any(sign.stop for sign in signs),
        )
    if is_unsafe(text):
        refusal = Finding("unsafe_request", REFUSAL, _REFUSAL_SOURCE)
        return ScreenOutcome("unsafe", text, findings=(refusal,), stop=True)
    standing = find_standing_signs(text, [clean_text(turn) for turn in history[-TURNS - 1 :]])
    return ScreenOutcome(
        "ok",
        text,
        dosing=dosing,
        stopping=stopping,
        standing=tuple(_to_finding(sign) for sign in standing),
    )


def _what_came_before(history: tuple[str, ...]) -> str:
    """The message before, and that the reader is pregnant where an older one said so: it raises what a sign means."""
    if not history:
        return ""
    told = [found.group() for turn in history[:-1] if (found := _PREGNANT.search(turn))]
    return clean_text(f"{history[-1]}. {told[-1] if told else ''}")


def clean_text(text: str) -> str:
    """Return ``text`` in NFC, without control, direction and other invisible characters, trimmed."""
    visible = _INVISIBLE.sub("", text)
    printable = "".join(
        char if char in _KEPT_CONTROLS or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"} else " "
        for char in visible
    )
    return re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFC", printable.replace("\r", "\n"))).strip()


def _find_problem(text: str, *, max_chars: int) -> str:
    if not text:
        return "The question is empty. Type a question about the article and send it again."
    if len(text) > max_chars:
        return f"The question has {len(text)} characters; at most {max_chars} are read. Shorten it and send it again."
    if not any(char.isalnum() for char in text):
        return "The question holds no words. Type a question about the article and send it again."
    return ""


def _to_finding(sign: DangerSign) -> Finding:
    return Finding(sign.id, sign.message, sign.source, stop=sign.stop, self_care_waits=sign.self_care_waits)
