"""What the chain finds in the small library, before anything is written."""

from __future__ import annotations

from assistant.chain import FollowUpChain, Found
from assistant.events import Request
from assistant.rewrite.standalone import restate
from assistant.settings import Settings
from assistant.verify.loading import load_verifier
from tests.small_library import SmallLibrary


def find(question: str) -> Found:
    """Retrieve and judge ``question`` by the scale-free model: the library's cosines are of no known embedder."""
    library = SmallLibrary()
    chain = FollowUpChain(
        library=lambda: library, verifier=load_verifier(), settings=Settings(embedder="hashed-words")
    )
    return chain._retrieve(restate(question), Request(question), library)
