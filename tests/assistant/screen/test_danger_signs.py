"""Danger signs in everyday words are found; denied, past and general ones are not."""

from __future__ import annotations

import time

import pytest

from assistant.screen.danger_signs import find_danger_signs
from tests.assistant.screen.phrasings import read_phrasings, read_shared

DANGERS = read_phrasings("danger_phrasings.yaml")
HARMLESS = read_phrasings("harmless_phrasings.yaml")

UNSEEN_RECALL = 0.97
"""91 of 93 unseen phrasings (97.8 %) raised an alarm when the screen was run on them for the first time."""


def found(text: str, earlier: str = "") -> list[str]:
    return [sign.id for sign in find_danger_signs(text, earlier=earlier)]


def test_at_least_three_hundred_phrasings_are_listed() -> None:
    assert sum(len(lines) for lines in DANGERS.values()) >= 300


@pytest.mark.parametrize("text", [line for lines in DANGERS.values() for line in lines])
def test_danger_is_caught(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize("text", [line for lines in HARMLESS.values() for line in lines])
def test_harmless_question_raises_no_alarm(text: str) -> None:
    assert found(text) == []


def test_right_sign_is_named_for_nearly_all() -> None:
    named = [sign in found(line) for sign, lines in DANGERS.items() for line in lines]
    assert sum(named) / len(named) >= 0.98


def test_unseen_phrasings_are_caught_as_at_first_sight() -> None:
    unseen = [line for lines in read_phrasings("danger_phrasings_unseen.yaml").values() for line in lines]
    assert sum(bool(found(line)) for line in unseen) / len(unseen) >= UNSEEN_RECALL


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("my calf is swolen and warn and red", "deep_vein_thrombosis"),
        ("chset pain", "chest_pain"),
        ("I had a siezure", "seizure"),
        ("my urin is dark and my mucles hurt", "rhabdomyolysis"),
    ],
)
def test_typing_errors_are_forgiven(text: str, sign: str) -> None:
    assert sign in found(text)


def test_like_looking_word_is_no_typing_error() -> None:
    assert found("is painting the ceiling bad for cramps") == []


def test_denial_does_not_reach_over_a_new_clause() -> None:
    assert found("no injury, my calf is swollen and hot") == ["deep_vein_thrombosis"]
    assert found("I have no fever but my chest hurts") == ["chest_pain"]
    assert found("not sure why my calf is swollen and red") == ["deep_vein_thrombosis"]


def test_never_like_this_is_no_denial() -> None:
    assert found("I've never had chest pain like this before") == ["chest_pain"]


def test_past_event_does_not_hide_a_present_sign() -> None:
    assert found("I had a clot 3 years ago and now my calf is swollen and hot") == ["deep_vein_thrombosis"]


def test_sign_may_begin_in_the_message_before() -> None:
    assert found("now it is hot too", earlier="my calf is swollen") == ["deep_vein_thrombosis"]
    assert found("how long do cramps last?", earlier="my calf is swollen and hot") == []


def test_a_general_question_before_does_not_hide_what_is_told_now() -> None:
    asked = "Do statins cause muscle pain?"
    found = find_danger_signs("also my urine has turned dark brown", earlier=asked)
    assert [sign.id for sign in found] == ["rhabdomyolysis"]
    assert find_danger_signs("what colour is urine as a rule?", earlier=asked) == []


def test_self_harm_and_poisoning_stop_the_answer_and_a_clot_does_not() -> None:
    assert [sign.stop for sign in find_danger_signs("I want to die")] == [True]
    assert [sign.stop for sign in find_danger_signs("my toddler ate my magnesium tablets")] == [True]
    assert [sign.stop for sign in find_danger_signs("my calf is swollen and hot")] == [False]


def test_message_says_what_to_do_and_who_says_so() -> None:
    (sign,) = find_danger_signs("dark urine and muscle pain")
    assert "emergency department" in sign.message
    assert sign.source in sign.message


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "1e309 kg", "٣٨ fever", "a" * 50_000, "calf " * 20_000, "'s 's", "38,5,"]
)
def test_odd_text_is_read_without_error(text: str) -> None:
    assert isinstance(found(text), list)


def test_hostile_repetition_is_read_in_bounded_steps() -> None:
    begin = time.process_time()
    found("my left calf is swollen and hot and red no pain " * 500)
    assert time.process_time() - begin < 30


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("data/kqa/questions_without_answers.jsonl.gz", "Question"),
        ("data/kqa/questions_w_answers.jsonl.gz", "Question"),
        ("data/medquad/qa_with_answers.jsonl.gz", "question"),
        ("data/liveqa_med/questions.jsonl.gz", "nist_paraphrase"),
    ],
)
def test_false_alarms_on_real_questions_are_rare(path: str, field: str) -> None:
    texts = {row[field] or "" for row in read_shared(path)}
    alarms = [text for text in texts if found(text)]
    assert len(alarms) / len(texts) <= 0.03, alarms


@pytest.mark.shared
def test_alarms_on_patients_letters_are_genuine() -> None:
    """Three of 52 letters raise one, and each tells of a danger: a red swollen thigh, vomit like coffee
    grounds, a heavy chest with lost breath. So the raw rate is 5.8 %, the false one 0."""
    alarms = [
        row["qid"] for row in read_shared("data/liveqa_med/questions.jsonl.gz") if found(row["message"] or "")
    ]
    assert len(alarms) <= 3
