"""Runs the web application on the published index: the entry point of ``followup serve``."""

from __future__ import annotations

import logging

import uvicorn

from assistant.assembly import open_chain, open_library
from assistant.settings import Settings
from assistant.storage.repository import ConversationRepository
from assistant.web.app import create_app
from assistant.web.library import PublishedLibrary

SHUTDOWN_S = 10
"""What open connections, and then questions being answered, get when the server is told to stop."""


def run_server(settings: Settings) -> None:
    """Serve until told to stop.

    Raises ``IndexStoreError`` where there is no usable build, ``StorageError`` where the database is refused.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    library = open_library(settings)
    repository = ConversationRepository.open(settings.database)
    try:
        app = create_app(
            settings,
            chain=open_chain(settings, library),
            library=PublishedLibrary(library.current),
            repository=repository,
            shutdown_s=SHUTDOWN_S,
        )
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            timeout_graceful_shutdown=SHUTDOWN_S,
            server_header=False,
        )
    finally:
        repository.close()
