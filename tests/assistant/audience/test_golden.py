"""What a patient reads of the bundled library says what its statements say."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from assistant.answer import Audience
from assistant.audience.explain import is_supported
from assistant.audience.glossary import load_glossary
from assistant.audience.plain import write_plain
from assistant.events import DoneEvent, Request, StatementEvent
from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier
from tests.library import bundled_chain

pytestmark = pytest.mark.model
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
QUESTIONS = (
    "What are the treatment options for leg cramps?",
    "Does magnesium help nocturnal leg cramps?",
    "What are the adverse effects of quinine?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_all_readers_get_the_same_statements(question: str) -> None:
    answers = {
        audience: bundled_chain().invoke(Request(question, audience=audience)) for audience in Audience
    }
    patient, professional = answers[Audience.PATIENT], answers[Audience.PROFESSIONAL]
    assert patient.statements() == professional.statements() == answers[Audience.STUDENT].statements()
    assert patient.statements()
    assert patient.reading_grade is not None
    assert professional.reading_grade is not None
    assert patient.reading_grade <= professional.reading_grade
    for statement in patient.statements():
        if statement.plain:
            shown = " ".join((statement.plain, *statement.figures))
            assert Counter(NUMBER.findall(shown)) == Counter(NUMBER.findall(statement.text))


def test_some_statements_of_the_library_are_made_plainer() -> None:
    plain = [
        statement
        for question in QUESTIONS
        for statement in bundled_chain().invoke(Request(question)).statements()
        if statement.plain
    ]
    assert plain
    assert all(statement.plain != statement.text for statement in plain)


def test_the_stream_put_together_equals_the_answer() -> None:
    from assistant.assembly import open_chain
    from tests.library import bundled_library, library_settings

    events = list(open_chain(library_settings(), bundled_library()).stream_events(Request(QUESTIONS[0])))
    done = events[-1]
    assert isinstance(done, DoneEvent)
    streamed = [event.statement for event in events if isinstance(event, StatementEvent)]
    assert Counter(item.model_dump_json() for item in streamed) == Counter(
        item.model_dump_json() for item in done.answer.statements()
    )


def test_a_sentence_of_the_library_word_by_word() -> None:
    text = "The 2020 Cochrane review of magnesium for muscle cramps included 11 randomised trials with 735 people, searched up to September 2019."
    plain = write_plain(text, load_glossary())
    assert plain.text == (
        "The 2020 Cochrane review of magnesium for muscle cramps included 11 studies with groups made by chance "
        "with 735 people, searched up to September 2019."
    )
    assert is_supported(text, plain, StrictVerifier(load_verifier()))
