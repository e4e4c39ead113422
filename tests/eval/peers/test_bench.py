"""Contenders run in processes of their own and are measured alike."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.conversation import Turn
from eval.errors import NotReady
from eval.peers.bench import (
    CONTENDERS,
    OURS,
    Contender,
    PeerRow,
    bench_peers,
    choose_contenders,
)
from eval.peers.port import PeerPassage, PeerQuestion, PeerTurn
from eval.sets.records import Passage, Query, RetrievalSet

SET = RetrievalSet(
    name="tiny",
    passages=(
        Passage("stretch", "Cramps", "stretching eases leg cramps"),
        Passage("quinine", "Quinine", "quinine in pregnancy is harmful"),
        Passage("magnesium", "", "magnesium in pregnancy"),
    ),
    queries=(
        Query("q1", "does stretching help"),
        Query("q2", "and in pregnancy", (Turn("user", "is quinine harmful"), Turn("assistant", "Yes."))),
        Query("unjudged", "what"),
    ),
    qrels={"q1": {"stretch": 1}, "q2": {"quinine": 1}},
)
PYTHONS = {"product": Path(sys.executable), "peers": Path(sys.executable)}
PLACE = {"model_folder": "", "chat_url": ""}


def toy(name: str) -> Contender:
    return Contender(name, f"tests.eval.peers.toys:{name}")


def bench(*names: str) -> list[PeerRow]:
    return bench_peers(SET, [toy(name) for name in names], pythons=PYTHONS, place=PLACE)


def test_each_contender_is_measured_in_a_process_of_its_own_and_against_the_first() -> None:
    own, alone, joined = bench("Historian", "SharedWords")
    assert (own.way, alone.way, joined.way) == ("own", "alone", "joined")
    # q1: only "stretch" shares a word. q2 alone: both share "in pregnancy", and "magnesium" comes first by its
    # id, so "quinine" stands second: 1 / log2(3) = .631; with the earlier question it is first.
    assert own.quality is not None
    assert own.quality[0] == pytest.approx(1.0)
    assert alone.quality is not None
    assert alone.quality[0] == pytest.approx((1 + 0.63093) / 2, abs=1e-4)
    assert own.behind is None
    assert alone.behind is not None
    assert alone.behind[0] == pytest.approx((1 - 0.63093) / 2, abs=1e-4)
    assert joined.behind is not None
    assert joined.behind[0] == 0
    assert own.questions == 2
    assert own.versions == {"pytest": pytest.__version__}
    assert own.passages_per_s > 0
    assert own.rss_mib > 1


def test_a_contender_that_fails_says_why_and_the_others_go_on() -> None:
    broken, fine, *_ = bench("Broken", "SharedWords")
    assert broken.error == "MemoryError: too much"
    assert fine.quality is not None
    assert fine.behind is None


def test_a_question_that_raises_counts_as_one_that_found_nothing() -> None:
    asked = RetrievalSet("m", SET.passages, (Query("q", "magnesium dose"),), {"q": {"magnesium": 1}})
    (row,) = bench_peers(asked, [toy("Stumbling")], pythons=PYTHONS, place=PLACE)
    assert row.failed == 1
    assert row.quality is not None
    assert row.quality[0] == 0


def test_one_that_takes_too_long_is_stopped() -> None:
    (row,) = bench_peers(SET, [toy("SharedWords")], pythons=PYTHONS, place=PLACE, timeout_s=0.001)
    assert row.error == "not done after 0 s"


def test_without_the_peers_environment_the_message_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="make bench-peers"):
        bench_peers(SET, [toy("SharedWords")], pythons=PYTHONS | {"peers": tmp_path / "none"}, place=PLACE)


def test_contenders_are_chosen_by_name_and_ours_is_always_there() -> None:
    assert [contender.name for contender in choose_contenders(["txtai"])] == ["ours", "txtai hybrid"]
    assert choose_contenders([]) == CONTENDERS
    assert CONTENDERS[0] is OURS
    with pytest.raises(NotReady, match="LlamaIndex"):
        choose_contenders(["unheard of"])


def test_a_question_joins_what_the_reader_said_not_what_was_answered() -> None:
    question = PeerQuestion("q", "why?", (PeerTurn("user", "quinine?"), PeerTurn("assistant", "No.")))
    assert question.joined().text == "quinine?\nwhy?"
    assert question.alone() == PeerQuestion("q", "why?")


def test_a_title_goes_before_its_text_once() -> None:
    assert PeerPassage("p", "Cramps", "hurt").text == "Cramps\nhurt"
    assert PeerPassage("p", " ", "hurt").text == "hurt"
