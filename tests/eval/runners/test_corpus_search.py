"""The in-memory search over a set's passages: real index code, an embedder one can follow."""

import pytest

from eval.runners.corpus_search import CorpusSearch
from eval.sets.records import Passage
from index.ports import SearchQuery
from index.vector_cache import VectorCache
from tests.eval.small_parts import WordEmbedder

PASSAGES = [
    Passage("m", "Magnesium", "Magnesium is unlikely to help older adults."),
    Passage("q", "Quinine", "It can cause bleeding."),
    Passage("s", "", "Stretching the calf may ease night cramps."),
]


@pytest.fixture
def make(tmp_path):
    def build(fusion="mix"):
        return CorpusSearch(PASSAGES, embedder=WordEmbedder(), cache=VectorCache(tmp_path), fusion=fusion)

    return build


@pytest.mark.parametrize("fusion", ["mix", "rrf"])
def test_finds_by_text_and_by_title(make, fusion):
    search = make(fusion)
    assert search.search(SearchQuery("stretching for night cramps"), k=3).ids[0] == "s"
    assert search.search(SearchQuery("quinine"), k=3).ids[0] == "q"


def test_names_each_passage_once_and_at_most_k(make):
    found = make().search(SearchQuery("magnesium quinine stretching"), k=2)
    assert len(found.ids) == len(set(found.ids)) == len(found.scores) == 2
    assert found.scores[0] >= found.scores[1]


def test_tells_the_time_of_each_stage(make):
    stages = make().search(SearchQuery("magnesium"), k=1).stages
    assert set(stages) == {"embed", "dense", "lexical", "sentences", "fuse"}
    assert all(value >= 0 for value in stages.values())


def test_stage_times_are_of_the_search_in_hand_only(make):
    search = make()
    search.search(SearchQuery("magnesium"), k=1)
    again = search.search(SearchQuery("magnesium"), k=1)
    assert "embed" not in again.stages or again.stages["embed"] < 1000


def test_rarity_comes_from_the_corpus(make):
    search = make()
    assert search.rarity("quinine") > 0


def test_an_unknown_fusion_is_refused(make):
    with pytest.raises(ValueError, match="mix or rrf"):
        make("sum")


def test_passages_are_embedded_once_and_queries_always(tmp_path):
    embedder = WordEmbedder()
    for _ in range(2):
        search = CorpusSearch(PASSAGES, embedder=embedder, cache=VectorCache(tmp_path))
        search.search(SearchQuery("magnesium"), k=1)
    assert embedder.embedded.count("magnesium") == 2
    sentences_that_are_no_passages = 2  # those of the passages with a title
    assert len(embedder.embedded) == len(PASSAGES) + sentences_that_are_no_passages + 2
