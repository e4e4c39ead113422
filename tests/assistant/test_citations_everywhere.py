"""Over every bundled and shared document: what an answer cites is what the stored text says, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.chain import FollowUpChain
from assistant.events import Request
from assistant.langchain_runnable import FollowUpRunnable
from assistant.settings import Settings
from assistant.verify.loading import load_verifier
from index.building import build_index
from index.library_index import LibraryIndex
from index.ports import Progress, Vectors
from tests.small_library import DIMENSION, embed_words

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared" / "documents"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared development documents are not at hand"),
]


class WordEmbedder:
    """Hashed bags of words: quick enough for every document, and near in meaning where words agree."""

    fingerprint = "hashed-words/1"
    dimension = DIMENSION
    max_tokens = 256

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        rows = (
            np.stack([embed_words(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)
        )
        if progress is not None:
            progress(len(texts))
        return rows.astype(np.float32)

    def count_tokens(self, text: str) -> int:
        return len(text.split())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> LibraryIndex:
    out = tmp_path_factory.mktemp("builds")
    embedder = WordEmbedder()
    build_index(
        [ROOT / "corpus" / "documents", *sorted(SHARED.glob("*.tar.gz"))],
        out=out,
        embedder=embedder,
        sentence_limit=0,
    )
    return LibraryIndex.open_current(out, embedder)


def questions(library: LibraryIndex) -> list[str]:
    """One question for each fiftieth document, made from its title, and some that readers ask."""
    titles = [metadata.title for _, metadata in library.documents()][::50]
    return [
        *(f"What is known about {title}?" for title in titles),
        "What are the treatment options for leg cramps?",
        "Should adults be screened for peripheral artery disease?",
        "What is the effect of telmisartan on blood pressure?",
        "What are the symptoms of varicose veins?",
        "How is kidney failure treated?",
        "Is aspirin recommended to prevent heart attacks?",
    ]


def test_every_citation_resolves_in_the_build_that_answered(library: LibraryIndex) -> None:
    chain = FollowUpRunnable(
        FollowUpChain(library=lambda: library, verifier=load_verifier(), settings=Settings(_env_file=None))
    )
    cited = 0
    for question in questions(library):
        answer = chain.invoke(Request(question))
        assert answer.provenance.index_build == library.build_id
        for reference in answer.references:
            document = library.document(reference.document_id)
            assert document.sha256 == reference.document_sha256
            for span in reference.spans:
                assert document.text[span.start : span.end] == span.quote
                cited += 1
    assert cited >= 40, "too few answers to say anything"
