"""A model may reword a question; it may not change it."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Turn
from assistant.language_model import Allowance
from assistant.rewrite.model_rewriter import rewrite_with_model
from assistant.rewrite.standalone import StandaloneQuestion, understand
from tests.assistant.model.written_model import WrittenModel

CONVERSATION = Conversation(
    turns=(
        Turn("user", "What are the treatment options for leg cramps?"),
        Turn("assistant", "Stretching the calf is tried first. Magnesium did not reduce cramps."),
    )
)
QUESTION = "and in pregnancy?"


def rewrite(
    reply: str, *, question: str = QUESTION, fails: bool = False
) -> tuple[StandaloneQuestion, StandaloneQuestion]:
    ruled = understand(question, CONVERSATION)
    return ruled, rewrite_with_model(WrittenModel([[reply]], fails=fails), ruled, question, CONVERSATION)


def test_a_faithful_rewrite_is_searched_and_shown() -> None:
    ruled, reworded = rewrite('"What are the treatment options for leg cramps in pregnancy?"\n')
    assert reworded.text == "What are the treatment options for leg cramps in pregnancy?"
    assert reworded.query.text == reworded.query.lexical_text == reworded.text
    assert reworded.query.dense_texts[0] == reworded.text
    assert len(set(reworded.query.dense_texts)) == len(reworded.query.dense_texts)
    assert set(ruled.query.dense_texts) <= set(reworded.query.dense_texts)
    assert (reworded.topic, reworded.act, reworded.leans_on_history) == (ruled.topic, ruled.act, True)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("", id="nothing"),
        pytest.param("Is quinine a treatment for leg cramps in pregnancy?", id="a drug nobody named"),
        pytest.param("Is 300 mg a treatment for leg cramps in pregnancy?", id="a dose nobody named"),
        pytest.param("What are the treatment options for leg cramps?", id="drops what was asked"),
        pytest.param("What are not treatment options for leg cramps in pregnancy?", id="adds a negation"),
        pytest.param("Are treatment options for leg cramps safe in pregnancy?", id="asks of safety instead"),
        pytest.param("Leg cramps in pregnancy?\nStretching.", id="answers too"),
        pytest.param("<b>Treatment options for leg cramps in pregnancy</b>", id="markup"),
        pytest.param("Treatment options for leg cramps in pregnancy " * 20, id="endless"),
        pytest.param("Treatment options for leg cramps in pregnancy\u202e", id="hidden characters"),
    ],
)
def test_an_unfaithful_rewrite_is_dropped(reply: str) -> None:
    ruled, reworded = rewrite(reply)
    assert reworded == ruled


def test_a_failing_model_leaves_the_rules() -> None:
    ruled, reworded = rewrite("What are the treatment options for leg cramps in pregnancy?", fails=True)
    assert reworded == ruled


def test_rewording_takes_a_share_of_the_time_and_no_more() -> None:
    seen: list[Allowance | None] = []

    class Watching(WrittenModel):
        def stream(self, *, system: str, user: str, allowance: Allowance | None = None):  # type: ignore[no-untyped-def]
            seen.append(allowance)
            return super().stream(system=system, user=user, allowance=allowance)

    whole = Allowance(seconds=30, characters=6000, clock=lambda: 0.0)
    ruled = understand(QUESTION, CONVERSATION)
    rewrite_with_model(Watching([["x"]]), ruled, QUESTION, CONVERSATION, allowance=whole)
    assert seen[0] is not None
    assert seen[0].seconds_left == pytest.approx(10)
    assert seen[0].characters_left < 1000


REWORDED = "What are the treatment options for leg cramps in pregnancy?"


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"question": "{REWORDED}", "leans_on_history": true}}',
        f'```json\n{{"question": "{REWORDED}", "leans_on_history": true}}\n```',
        f'Here it is: {{"leans_on_history": true, "question": "{REWORDED}"}}',
    ],
)
def test_one_reply_holds_the_wording_and_whether_it_leans(reply: str) -> None:
    ruled, reworded = rewrite(reply)
    assert (reworded.text, reworded.leans_on_history) == (REWORDED, True)
    assert reworded.query.shown == ruled.query.shown != ()
    assert reworded.query.term_weights == ruled.query.term_weights


@pytest.mark.parametrize(
    "reply",
    [
        '{"question": 3}',
        '{"question": ',
        "{}",
        "{broken}",
        '{"answer": "Stretch the calf."}',
        '[{"question": []}]',
    ],
)
def test_json_of_another_shape_leaves_the_rules(reply: str) -> None:
    ruled, reworded = rewrite(reply)
    assert reworded == ruled


def test_a_question_that_both_call_complete_is_searched_without_its_history() -> None:
    question = "Do statins cause muscle pain in adults?"
    ruled, reworded = rewrite(f'{{"question": "{question}", "leans_on_history": false}}', question=question)
    assert not ruled.leans_on_history
    assert ruled.query.term_weights
    assert reworded.query.term_weights == {}
    assert reworded.query.text == question
    assert reworded.query.shown == ruled.query.shown


def test_the_model_alone_cannot_cut_a_follow_up_off() -> None:
    _, reworded = rewrite('{"question": "and in pregnancy?", "leans_on_history": false}')
    assert reworded.leans_on_history
    assert reworded.query.term_weights
