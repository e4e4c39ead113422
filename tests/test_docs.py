"""What is documented is what there is: an undocumented setting, event or command fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from assistant.cli import app
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent


def environment_names(field: str) -> list[str]:
    alias = Settings.model_fields[field].validation_alias
    choices = getattr(alias, "choices", None)
    return [str(choice) for choice in choices] if choices else [f"FOLLOWUP_{field.upper()}"]


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme_with_its_meaning(field: str) -> None:
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    named = [row for row in rows if all(f"`{name}`" in row for name in environment_names(field))]
    assert len(named) == 1, f"{field} needs one row in the README's settings table"
    assert Settings.model_fields[field].description in named[0]


def test_every_row_of_the_readme_is_a_setting() -> None:
    known = {name for field in Settings.model_fields for name in environment_names(field)}
    written = set(re.findall(r"`(FOLLOWUP_\w+|OPENAI_\w+)`", (ROOT / "README.md").read_text("utf-8")))
    assert written <= known


def test_settings_can_be_set_by_their_documented_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLLOWUP_STATEMENTS", "7")
    monkeypatch.setenv("OPENAI_MODEL", "some-model")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (settings.statements, settings.openai_model) == (7, "some-model")


def test_every_command_explains_itself() -> None:
    group = get_command(app)
    commands = getattr(group, "commands", {})
    assert {"serve", "ask", "chat", "show", "index"} <= set(commands)
    assert all(command.help for command in commands.values())


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = "\n".join((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets
