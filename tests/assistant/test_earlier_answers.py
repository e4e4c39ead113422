"""A question that follows on an answer kept as JSON: what it cited carries over; nothing else passes as an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.answer import Answer
from assistant.cli import app
from assistant.conversation import Conversation, Turn
from assistant.earlier_answers import MOST_BYTES, NotAnAnswer, continue_from_file, read_answer
from tests.library import BUILDS, bundled_library, converse
from tests.scripted_chain import magnesium_answer, sample_library

RESTLESS = "What is the treatment for restless legs syndrome?"


def write(answer: Answer, path: Path) -> Path:
    path.write_text(answer.model_dump_json(indent=2), "utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["ask", *map(str, arguments), "--no-keep", "--index", str(BUILDS)])


def test_an_answer_is_read_back_and_followed_on(tmp_path: Path) -> None:
    answer = magnesium_answer().model_copy(update={"question": "How much magnesium?"})
    read = read_answer(write(answer, tmp_path / "answer.json"))
    assert read == answer
    before = Conversation((Turn("user", "What helps?"), Turn("assistant", "Stretching.")))
    after, gone = continue_from_file(before, read, sample_library())
    assert gone == 0
    assert after.turns[:2] == before.turns
    assert after.turns[2] == Turn("user", "How much magnesium?")
    assert [(item.document_id, item.start, item.end) for item in after.evidence] == [
        (reference.document_id, span.start, span.end)
        for reference in answer.references
        for span in reference.spans
    ]
    assert after.offered == tuple(answer.suggestions)


def test_an_answer_without_the_newer_fields_is_read(tmp_path: Path) -> None:
    body = magnesium_answer().model_dump(mode="json")
    del body["footer"], body["provenance"]["usage"]
    path = tmp_path / "older.json"
    path.write_text(json.dumps(body), "utf-8")
    assert (read_answer(path).footer, read_answer(path).provenance.usage) == ([], None)


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(0, 10, "other words"), (-5, 3, "x"), (7, 7, ""), (3, 2, ""), (10**40, 10**40 + 3, "abc")],
)
def test_what_no_longer_reads_so_is_left_out(start: int, end: int, quote: str) -> None:
    answer = magnesium_answer()
    (reference,) = answer.references
    changed = reference.spans[0].model_copy(update={"start": start, "end": end, "quote": quote})
    spans = [changed, *reference.spans[1:]]
    answer = answer.model_copy(update={"references": [reference.model_copy(update={"spans": spans})]})
    after, gone = continue_from_file(Conversation(), answer, sample_library())
    assert gone == 1
    assert len(after.evidence) == len(spans) - 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "the file"),
        ("{}", "Field required"),
        ('[{"role": "user", "content": "What helps?"}]', "the file"),
        ('{"id": 1', "the file"),
        ("\x00\xff", "the file"),
        ("[" * 100_000, "the file"),
    ],
    ids=["empty", "no fields", "a history", "cut off", "bytes", "deep"],
)
def test_anything_else_is_refused_with_what_is_expected(tmp_path: Path, body: str, words: str) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(body.encode("latin-1"))
    with pytest.raises(NotAnAnswer, match="followup ask --json") as caught:
        read_answer(path)
    assert words in str(caught.value)


def test_a_huge_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(NotAnAnswer, match="too large"):
        read_answer(huge)
    with pytest.raises(NotAnAnswer, match="No such file"):
        read_answer(tmp_path / "missing.json")


@pytest.mark.model
def test_how_strong_is_that_is_answered_from_the_file(tmp_path: Path) -> None:
    (treatment, strong) = converse(RESTLESS, "how strong is that?")
    result = run("how strong is that?", "--after", write(treatment, tmp_path / "answer.json"), "--json")
    assert result.exit_code == 0, result.output
    asked = Answer.model_validate_json(result.stdout)
    assert [statement.text for statement in asked.statements()] == [
        statement.text for statement in strong.statements()
    ]
    assert any("Strength as stated" in (statement.note or "") for statement in asked.statements())
    assert asked.footer == strong.footer
    assert asked.footer[0].startswith("Quoted from the sources")


@pytest.mark.model
def test_changed_passages_are_told_and_a_wrong_file_is_bad_usage(tmp_path: Path) -> None:
    bundled_library()
    (treatment,) = converse(RESTLESS)
    reference = treatment.references[0]
    spans = [span.model_copy(update={"quote": "Something else."}) for span in reference.spans]
    changed = treatment.model_copy(
        update={"references": [reference.model_copy(update={"spans": spans}), *treatment.references[1:]]}
    )
    result = run("how strong is that?", "--after", write(changed, tmp_path / "changed.json"))
    assert result.exit_code == 0, result.output
    assert f"read otherwise now, left out: {len(spans)}" in result.stderr
    assert "no language model." in result.stdout
    (tmp_path / "history.json").write_text('[{"role": "user", "content": "x"}]')
    result = run("how strong is that?", "--after", tmp_path / "history.json")
    assert result.exit_code == 2
    assert "Expected what `followup ask --json` prints" in result.stderr
