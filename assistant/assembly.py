"""Put the parts together: from settings to an open library and a chain that answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assistant.audience.glossary import load_glossary
from assistant.chain import FollowUpChain
from assistant.language_model import open_language_model
from assistant.settings import Settings
from assistant.verify import load_verifier
from assistant.verify.nli import NliVerifier, load_nli_judge
from assistant.verify.strict import StrictVerifier
from assistant.verify.verdict import Verifier
from index.embedder import load_embedder
from index.errors import NoBuild
from index.library_index import IndexHandle, LibraryIndex
from index.ports import Embedder
from index.publishing import list_builds
from index.retrieval_effort import find_effort


def open_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name."""
    return load_embedder(settings.embedder, precision=settings.precision, threads=settings.threads)


def open_library(settings: Settings, embedder: Embedder | None = None) -> IndexHandle:
    """The published build, and every later one as it is published.

    Raises a kin of :class:`index.errors.IndexStoreError` when there is no build or it doesn't fit the embedder.
    """
    return IndexHandle(
        settings.index,
        embedder or open_embedder(settings),
        dense_weight=settings.dense_weight,
        effort=find_effort(settings.retrieval_effort),
    )


def open_verifier(settings: Settings) -> Verifier:
    """The strict verifier, with the inference model as one more layer where the settings name one.

    Raises :class:`assistant.verify.nli.NliModelError` when that folder is not usable.
    """
    verifier = StrictVerifier(load_verifier())
    if settings.nli_model is None:
        return verifier
    return NliVerifier(verifier, load_nli_judge(settings.nli_model))


def open_chain_on_build(settings: Settings, build_id: str, *, clock: Callable[[], datetime]) -> FollowUpChain:
    """A chain over one build, published or not, that takes ``clock`` for the present: for making an answer again.

    Raises :class:`index.errors.NoBuild` when the build is no longer kept, and what opening a build raises.
    """
    folders = {folder.name: folder for folder in list_builds(settings.index)}
    if build_id not in folders:
        raise NoBuild(
            f"build {build_id} is no longer kept in {settings.index}; use --current to replay on the published one"
        )
    library = LibraryIndex.open_build(
        folders[build_id],
        open_embedder(settings),
        dense_weight=settings.dense_weight,
        effort=find_effort(settings.retrieval_effort),
    )
    return FollowUpChain(
        library=lambda: library,
        verifier=open_verifier(settings),
        settings=settings,
        model=open_language_model(settings),
        clock=clock,
    )


def open_chain(settings: Settings, library: IndexHandle | None = None) -> FollowUpChain:
    """A chain over the published build."""
    load_glossary()  # 0.1 s, here rather than in the first reader's answer
    handle = library or open_library(settings)
    return FollowUpChain(
        library=handle.current,
        verifier=open_verifier(settings),
        settings=settings,
        model=open_language_model(settings),
    )
