"""What every test runs under: no way out of this machine, and no model hub."""

from __future__ import annotations

import os

import pytest

LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Before anything imports the model libraries: they read these once.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["LANGSMITH_TRACING"] = "false"
# A developer's own endpoint, key or proxy is not for the tests.
for name in list(os.environ):
    if name.upper().startswith(("OPENAI_", "FOLLOWUP_")) or name.upper() in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-socket refuse every connection that leaves the machine, in fixtures and tests alike.

    Unix sockets stay allowed: the event loop is built on one.
    """
    config.option.allow_hosts = ",".join(LOOPBACK)
    config.option.allow_unix_socket = True
