"""The whole without a layer, on claims where one layer alone makes the difference."""

from assistant.verify import load_verifier
from eval.runners.layer_ablation import measure_without_layers
from eval.sets.records import Claim, ClaimSet
from tests.eval.small_parts import WordVerifier

EVIDENCE = ("Adults take 10 mg by mouth once a week.",)
SET = ClaimSet(
    "tiny",
    (
        Claim("1", "Adults take 10 mg by mouth once a week.", EVIDENCE, "supported"),
        Claim("2", "Adults take 10 mg into a vein once a week.", EVIDENCE, "refuted"),
        Claim("3", "Adults take 90 mg by mouth once a week.", EVIDENCE, "refuted"),
    ),
    (),
)


def test_every_layer_has_a_row_with_a_paired_gain():
    table = measure_without_layers(SET, load_verifier())
    assert {"exact_quote", "regimen", "quantities", "negation", "direction", "alignment"} <= set(table)
    for row in table.values():
        assert {"macro_f1_binary", "macro_f1_binary_gain", "auc", "auc_gain"} <= set(row)
        assert row["auc_gain"].low <= row["auc_gain"].value <= row["auc_gain"].high


def test_a_silent_layer_objects_to_nothing_and_the_whole_is_unchanged():
    verifier = load_verifier()
    whole = verifier.verify(SET.claims[1].claim, EVIDENCE)
    silent = verifier.without_each_layer()["regimen"].verify(SET.claims[1].claim, EVIDENCE)
    assert "regimen" in [check.name for check in whole.checks if not check.passed]
    assert "regimen" not in [check.name for check in silent.checks if not check.passed]
    assert verifier.verify(SET.claims[1].claim, EVIDENCE) == whole


def test_a_verifier_without_layers_has_no_table():
    assert measure_without_layers(SET, WordVerifier()) is None
