"""Opening the database: from nothing, again, and when it must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from assistant.storage.database import open_database, upgrade_to_head
from assistant.storage.errors import DatabaseRefused
from assistant.storage.models import Base


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_migrations_from_empty_give_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path / "new" / "folder" / "followup.db"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert set(inspect(engine).get_table_names()) == {
        "alembic_version",
        "answers",
        "conversations",
        "events",
        "messages",
        "traces",
    }
    engine.dispose()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    url = url_of(tmp_path / "followup.db")
    upgrade_to_head(url)
    upgrade_to_head(url)


def test_sqlite_is_set_up_for_many_readers_and_honest_references(tmp_path: Path) -> None:
    engine = open_database(url_of(tmp_path / "followup.db"))
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) == 10_000
    engine.dispose()


def test_a_database_from_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    url = url_of(tmp_path / "followup.db")
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = (tmp_path / "followup.db").read_bytes()
    with pytest.raises(DatabaseRefused, match=r"newer version.*9999.*Update the software"):
        open_database(url)
    assert (tmp_path / "followup.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database, and they are long enough to show it" * 20)
    with pytest.raises(DatabaseRefused, match="not a usable database"):
        open_database(url_of(path))
    assert path.read_text().startswith("these are notes")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://", "Name a file"),
        ("sqlite:///:memory:", "Name a file"),
        ("not a url", "cannot be used"),
        ("nonsense://host/name", "cannot be used"),
    ],
)
def test_an_unusable_url_is_refused_with_what_to_do(url: str, reason: str) -> None:
    with pytest.raises(DatabaseRefused, match=reason):
        open_database(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseRefused, match="cannot be created"):
        open_database(url_of(tmp_path / "file" / "followup.db"))
