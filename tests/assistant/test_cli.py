"""What the terminal tells of an answer's making: who wrote it, what that cost, what is missing and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.answer import Answer, Withheld
from assistant.cli import app, print_answer
from tests.library import BUILDS, bundled_library
from tests.scripted_chain import magnesium_answer
from tests.scripted_openai_server import Prompt, Say, Step, Usage, serve_script

LIE = "Magnesium cures 99 of 100 people of leg cramps within 2 days."
WITHHELD = [
    Withheld(text="Take [900] mg.", reason="…", plain="It gives a number, a dose or a time that its source does not give."),
    Withheld(text="Take 800 mg.", reason="…", plain="It gives a number, a dose or a time that its source does not give."),
    Withheld(text="It is harmless.", reason="…", plain="It names no source."),
]  # fmt: skip


def printed(answer: Answer, capsys: pytest.CaptureFixture[str], *, kept: bool) -> list[str]:
    print_answer(answer, kept=kept)
    return capsys.readouterr().out.splitlines()


def test_what_is_missing_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    answer = magnesium_answer().model_copy(update={"id": "abc", "withheld": WITHHELD, "footer": ["By [x]."]})
    lines = printed(answer, capsys, kept=True)
    assert "3 sentences withheld: followup trace abc shows each with its reason." in lines
    assert "By [x]." in lines, "brackets of a model's name are no markup"
    lines = printed(answer, capsys, kept=False)
    (line,) = [line for line in lines if "withheld" in line]
    assert line == (
        "3 sentences withheld: It gives a number, a dose or a time that its source does not give. It names no source."
    )
    assert not any("900" in line for line in lines)
    assert not any("withheld" in line for line in printed(magnesium_answer(), capsys, kept=True))


def write_with_a_lie(prompt: Prompt) -> list[Step]:
    first = prompt.split("</passage>")[0].split("\n", 1)[1].strip().splitlines()[-1]
    return [Say(f"{first.split('. ')[0].rstrip('.')} [1].\n{LIE} [1]"), Usage(2000, 100)]


@pytest.mark.model
def test_a_models_answer_is_told_and_traced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundled_library()
    monkeypatch.setenv("FOLLOWUP_DATABASE", f"sqlite:///{tmp_path / 'kept.db'}")
    monkeypatch.setenv("OPENAI_MODEL", "writer-1")
    monkeypatch.setenv("FOLLOWUP_MODEL_PRICE_IN", "0.5")
    monkeypatch.setenv("FOLLOWUP_MODEL_PRICE_OUT", "2")
    with serve_script(write_with_a_lie, [Say("NO ANSWER"), Usage(2100, 4)]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        asked = ["ask", "Does magnesium help leg cramps?", "--index", str(BUILDS)]
        result = CliRunner().invoke(app, asked)
        assert result.exit_code == 0, result.output
        assert len(server.requests) == 2
    assert "Written by the language model writer-1 from the sources cited" in result.stdout
    assert "Cost of the language model: 0.002258 (4,100 tokens read, 104 written)." in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("1 sentence withheld: ")]
    assert LIE not in result.stdout
    answer_id = line.split()[5]
    traced = CliRunner().invoke(app, ["trace", answer_id])
    assert traced.exit_code == 0, traced.output
    assert LIE in traced.stdout, "a reviewer sees it, with its reason"
    assert "Used 2 calls of writer-1: 4,100 tokens read, 104 written, cost 0.002258" in traced.stdout
    body = json.loads(CliRunner().invoke(app, ["trace", answer_id, "--json"]).stdout)
    assert body["trace"]["usage"] == body["answer"]["provenance"]["usage"]
    assert body["trace"]["usage"]["cost"] == pytest.approx(0.002258)


@pytest.mark.model
def test_chat_keeps_its_answers_unless_told_not_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundled_library()
    database = tmp_path / "kept.db"
    monkeypatch.setenv("FOLLOWUP_DATABASE", f"sqlite:///{database}")
    questions = "Does magnesium help leg cramps?\nand in pregnancy?\n\n"
    result = CliRunner().invoke(app, ["chat", "--no-keep", "--index", str(BUILDS)], input=questions)
    assert result.exit_code == 0, result.output
    assert not database.exists()
    result = CliRunner().invoke(app, ["chat", "--index", str(BUILDS)], input=questions)
    assert result.exit_code == 0, result.output
    answers = [
        line.split()[1].rstrip(",") for line in result.stdout.splitlines() if line.startswith("Answer ")
    ]
    assert len(answers) == 2
    for answer_id in answers:
        assert CliRunner().invoke(app, ["trace", answer_id]).exit_code == 0
    assert result.stdout.count("no language model.") == 2
