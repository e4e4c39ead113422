"""Which passages are answered from, over hand-made hits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.document import Chunk, ChunkKind, Metadata, SourceKind, SourceStatus, Span
from index.diversity import TIE, diversify
from index.ports import Hit

LONG = (
    "Adults who took magnesium for four weeks had about as many cramps at night as adults who took a pill without it "
    "and the trials that measured this were small and of moderate quality so the finding may change with larger ones"
)
SOURCES = {
    "trial": Metadata("Trial", kind=SourceKind.TRIAL),
    "review": Metadata("Review", kind=SourceKind.SYSTEMATIC_REVIEW),
    "old": Metadata("Old", kind=SourceKind.GUIDELINE, status=SourceStatus.SUPERSEDED, superseded_by="new"),
    "new": Metadata("New", kind=SourceKind.GUIDELINE),
    "leaflet": Metadata("Leaflet", kind=SourceKind.CONSUMER_TEXT),
}


def make_hit(document: str, text: str, score: float) -> Hit:
    span = Span(0, len(text))
    chunk = Chunk(
        id=f"{document}:{text[:20]}:{len(text)}", document_id=document, document_sha256="0" * 64, text=text, span=span,
        kind=ChunkKind.PASSAGE, title=document, heading_path=(), sentences=(span,),
    )  # fmt: skip
    return Hit(chunk, score, score, score)


def choose(*hits: Hit, k: int = 10, per_source: int = 5) -> list[tuple[str, float]]:
    chosen = diversify(hits, SOURCES.__getitem__, k=k, per_source=per_source)
    return [(hit.chunk.document_id, round(hit.score, 3)) for hit in chosen]


def test_unlike_passages_stay_as_they_were() -> None:
    hits = [make_hit("leaflet", "one", 0.9), make_hit("trial", "two", 0.8), make_hit("review", "three", 0.5)]
    assert diversify(hits, SOURCES.__getitem__, k=3) == hits


def test_one_text_is_given_once_and_by_the_better_source() -> None:
    assert choose(make_hit("trial", LONG, 0.9), make_hit("review", LONG.upper() + " ", 0.7)) == [
        ("review", 0.9)
    ]
    assert choose(make_hit("review", LONG, 0.9), make_hit("trial", LONG, 0.7)) == [("review", 0.9)]
    part = LONG[: len(LONG) // 2].rsplit(" ", 1)[0]
    assert choose(make_hit("leaflet", LONG, 0.9), make_hit("review", part, 0.7)) == [("leaflet", 0.9)]
    assert len(choose(make_hit("leaflet", part, 0.9), make_hit("review", LONG, 0.7))) == 2  # it says more


@pytest.mark.parametrize(
    "change", [("four", "six"), ("small", "not small"), ("without", "with"), ("may", "must")]
)
def test_another_number_or_negation_is_another_text(change: tuple[str, str]) -> None:
    other = LONG.replace(*change)
    assert len(choose(make_hit("review", LONG, 0.9), make_hit("trial", other, 0.7))) == 2


def test_one_source_gives_only_so_many_while_others_have_some() -> None:
    hits = [make_hit("trial", f"trial part {i}", 0.9 - i / 50) for i in range(4)]
    hits += [make_hit("leaflet", "leaflet part", 0.3)]
    assert choose(*hits, k=3, per_source=2) == [("trial", 0.9), ("trial", 0.88), ("leaflet", 0.3)]
    assert [name for name, _ in choose(*hits, k=5, per_source=2)].count("trial") == 4  # nothing else is left


def test_a_stronger_source_wins_a_tie_and_nothing_more() -> None:
    tie, clear = 0.8 - TIE / 2, 0.8 - 3 * TIE
    assert choose(make_hit("leaflet", "a", 0.8), make_hit("review", "b", tie))[0][0] == "review"
    assert choose(make_hit("leaflet", "a", 0.8), make_hit("review", "b", clear))[0][0] == "leaflet"


def test_a_superseded_source_comes_after_its_successor() -> None:
    order = [
        name
        for name, _ in choose(
            make_hit("old", "a", 0.9), make_hit("trial", "c", 0.7), make_hit("new", "b", 0.6)
        )
    ]
    assert order == ["trial", "new", "old"]
    assert (
        choose(make_hit("old", "a", 0.9), make_hit("trial", "c", 0.7))[0][0] == "old"
    )  # alone it keeps its place


def test_scores_fall_and_input_is_checked() -> None:
    hits = [make_hit(name, name, 0.8 - i / 300) for i, name in enumerate(SOURCES)]
    scores = [score for _, score in choose(*hits)]
    assert scores == sorted(scores, reverse=True)
    assert diversify([], SOURCES.__getitem__, k=3) == []
    for wrong in ({"k": 0}, {"k": 1, "per_source": 0}):
        with pytest.raises(ValueError, match="at least 1"):
            diversify(hits, SOURCES.__getitem__, **wrong)
    assert diversify([replace(hits[0])], SOURCES.__getitem__, k=1) == hits[:1]
