"""The web application on a scripted chain: in the process, and as a real server."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.settings import Settings
from assistant.storage.database import upgrade_to_head
from assistant.storage.repository import ConversationRepository
from assistant.web.app import create_app
from tests.scripted_chain import (
    Script,
    ScriptedChain,
    article_answer,
    magnesium_answer,
    sample_library,
    telling,
)

MakeApp = Callable[..., FastAPI]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, migrated once for all tests."""
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    upgrade_to_head(f"sqlite:///{path}")
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    shutil.copy(migrated, tmp_path / "web.db")
    return Settings(_env_file=None, database=f"sqlite:///{tmp_path / 'web.db'}", max_question_chars=500)  # type: ignore[call-arg]


@pytest.fixture
def repository(settings: Settings) -> Iterator[ConversationRepository]:
    opened = ConversationRepository.open(settings.database)
    yield opened
    opened.close()


@pytest.fixture
def chain() -> ScriptedChain:
    """First the article, then the answer on magnesium to everything."""
    return ScriptedChain(telling(article_answer()), telling(magnesium_answer()))


@pytest.fixture
def make_app(settings: Settings, repository: ConversationRepository) -> MakeApp:
    def make(*scripts: Script, **options: Any) -> FastAPI:
        """The first script is met by the article."""
        parts: dict[str, Any] = {
            "chain": ScriptedChain(*scripts),
            "library": sample_library(),
            "repository": repository,
        }
        return create_app(options.pop("settings", settings), **(parts | {"shutdown_s": 0.2} | options))

    return make


@pytest.fixture
def client(make_app: MakeApp, chain: ScriptedChain) -> Iterator[TestClient]:
    with TestClient(make_app(chain=chain), base_url="http://127.0.0.1") as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class LiveServer:
    url: str
    app: FastAPI


@contextmanager
def serve(app: FastAPI) -> Iterator[LiveServer]:
    """Run ``app`` on a free port of this machine, in a thread, until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            sleep(0.01)
        try:
            yield LiveServer(f"http://127.0.0.1:{port}", app)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture
def serving() -> Callable[[FastAPI], AbstractContextManager[LiveServer]]:
    return serve
