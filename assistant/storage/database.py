"""Opens the database: creates its folder, brings its tables up to date, sets what SQLite needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from assistant.storage.errors import DatabaseRefused

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite connection waits for another writer before it gives up."""

_MIGRATION_LOCK = 4_711_001
"""Key of the PostgreSQL advisory lock under which migrations run, so that two servers may start at once."""


def open_database(url: str) -> Engine:
    """Return an engine for ``url`` with every migration applied.

    Raises ``DatabaseRefused`` with what to do, when the URL is not usable, the file is not a database,
    or the database was written by a newer version.
    """
    engine = _connect(url)
    try:
        _upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade_to_head(url: str) -> None:
    """Apply every migration that the database at ``url`` lacks; raises ``DatabaseRefused``."""
    open_database(url).dispose()


def _connect(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            _prepare_folder(parsed)
        engine = create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise DatabaseRefused(
            f"The database URL cannot be used ({error}). "
            "Give one such as sqlite:///var/followup.db or postgresql+psycopg://host/name."
        ) from error
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    return engine


def _prepare_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.query.get("mode") == "memory":
        raise DatabaseRefused(
            "Conversations are written by several threads, which a SQLite database in memory cannot serve. "
            "Name a file: sqlite:///var/followup.db"
        )
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseRefused(
            f"The database's folder {folder} cannot be created: {error.strerror}"
        ) from error


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling starts none for SELECT and commits before DDL;
        # with it off, `begin` below is what starts every transaction.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another writer was
        # between; one that says so at its start waits its turn.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "assistant.storage:migrations")
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    place = engine.url.render_as_string(hide_password=True)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            foreign = set(MigrationContext.configure(connection).get_current_heads()) - known
            if foreign:
                raise DatabaseRefused(
                    f"The database {place} was written by a newer version of the software "
                    f"(schema {', '.join(sorted(foreign))}). Update the software, or name another database "
                    "with FOLLOWUP_DATABASE. Nothing was changed."
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise DatabaseRefused(f"The database {place} cannot be opened: {error.orig}") from error
    except DatabaseError as error:
        raise DatabaseRefused(
            f"{place} is not a usable database: {error.orig}. Move it away or name another with FOLLOWUP_DATABASE."
        ) from error
