"""What is offered to be asked next reads like something a person would ask."""

from __future__ import annotations

import pytest

from assistant.compose.facets import read_facets
from assistant.compose.suggestions import propose_follow_ups


def propose(question: str, *, topic: str = "", subject: str = "") -> list[str]:
    facets = read_facets(question, topic=topic, subject=subject, rarity=lambda _: 0.5)
    return list(propose_follow_ups(facets, topic=topic, subject=subject))


@pytest.mark.parametrize("topic", ["stretch", "side", "drinking", ""])
def test_only_a_condition_is_asked_on_about(topic: str) -> None:
    assert propose("how long should I stretch?", topic=topic) == []


def test_number_agrees() -> None:
    offered = propose("do statins cause muscle pain?", topic="muscle pain", subject="statins")
    assert offered[0] == "Are statins safe?"
    assert propose("does magnesium help?", subject="magnesium")[0] == "Is magnesium safe?"


def test_people_are_named_once_and_not_swapped_for_others() -> None:
    offered = propose("What helps ALS cramps?", topic="ALS cramps")
    assert not any("cramps with ALS" in question for question in offered)
    offered = propose("What helps growing pains in children?", topic="growing pains")
    assert not any("pregnancy" in question or "older" in question for question in offered)
    assert "What causes growing pains?" in offered


def test_the_dose_of_a_drink_is_not_asked_for() -> None:
    assert not any(
        "dose of tonic water" in asked for asked in propose("is tonic water safe?", subject="tonic water")
    )
