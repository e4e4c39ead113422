"""Answer sets: every label is optional, none may contradict another."""

import json

import pytest

from eval.errors import BadSet
from eval.sets.answers import load_answer_set


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_labels_that_are_absent_stay_unknown(tmp_path):
    (item,) = load_answer_set(write(tmp_path / "a.jsonl", {"id": 1, "question": "Why?"})).items
    assert (item.id, item.answerable, item.red_flag, item.unsafe, item.must_have) == (
        "1",
        None,
        None,
        None,
        (),
    )


def test_reads_all_labels(tmp_path):
    row = {
        "id": "q",
        "question": "and in pregnancy?",
        "history": [{"role": "user", "content": "Does magnesium help?"}],
        "answerable": True,
        "must_have": ["Magnesium may help."],
        "red_flag": False,
        "unsafe": False,
        "gold_documents": ["doc"],
        "gold_spans": [{"document_id": "doc", "quote": "may help"}],
    }
    (item,) = load_answer_set(write(tmp_path / "a.jsonl", row)).items
    assert item.turn == 2
    assert item.gold_spans[0].quote == "may help"
    assert item.red_flag is False


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "q", "question": ""}, "question 'q' is empty"),
        ({"id": "q", "question": "x", "unsafe": "yes"}, "unsafe: Input should be a valid boolean"),
        ({"id": "q", "question": "x", "must_have": [""]}, "empty must_have"),
        (
            {"id": "q", "question": "x", "answerable": False, "gold_documents": ["d"]},
            "is not answerable, yet",
        ),
    ],
)
def test_names_the_line_of_a_breach(tmp_path, row, message):
    with pytest.raises(BadSet) as caught:
        load_answer_set(write(tmp_path / "a.jsonl", row))
    assert "a.jsonl:1: " in str(caught.value)
    assert message in str(caught.value)


def test_an_id_given_twice_is_refused(tmp_path):
    row = {"id": "q", "question": "x"}
    with pytest.raises(BadSet, match="2: id 'q' is given twice"):
        load_answer_set(write(tmp_path / "a.jsonl", row, row))
