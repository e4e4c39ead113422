"""Dialogue runs: what counts as understood."""

from eval.runners.dialogue import judge_wording, run_dialogue
from eval.sets.dialogue import DialogueItem, DialogueSet
from tests.eval.small_parts import understand_with_last_turn


def item(**changes):
    fields = {
        "id": "a", "kind": "ellipsis", "question": "and in pregnancy?", "history": (), "offered": (),
        "mentions": (("pregnan",), ("cramp", "spasm")), "omits": ("quinine",), "leans_on_history": True,
    }  # fmt: skip
    return DialogueItem(**{**fields, **changes})


def test_all_right():
    metrics = judge_wording(item(), "Leg spasms in Pregnancy?", True)
    assert metrics == {"mentions": 1, "omits": 1, "leans_on_history": 1, "understood": 1}


def test_each_fault_counts():
    assert judge_wording(item(), "Leg cramps?", True)["mentions"] == 0.5
    assert judge_wording(item(), "Quinine for cramps in pregnancy?", True)["understood"] == 0
    assert judge_wording(item(), "Cramps in pregnancy?", False)["understood"] == 0


def test_a_run_is_grouped_by_kind():
    report = run_dialogue(
        DialogueSet("d", (item(omits=(), leans_on_history=None),)), understand_with_last_turn, provenance={}
    )
    assert report.by_history["ellipsis"]["mentions"].value == 0.5
    assert "omits" not in report.metrics
