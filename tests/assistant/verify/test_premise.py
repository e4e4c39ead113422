"""The few sentences that a claim is read against cover it, stand in the order of the text, and are few."""

from __future__ import annotations

from assistant.verify.premise import MOST_SENTENCES, choose_premise

TEXT = (
    "The trial took in 94 adults.",
    "Magnesium oxide was given at bedtime for four weeks. It was no better than placebo for cramps. Sleep was not measured.",
)


def even(_: str) -> float:
    return 1.0


def test_the_sentences_that_cover_the_claim_stand_in_order() -> None:
    premise = choose_premise("Magnesium oxide was no better than placebo for cramps in adults.", TEXT, even)
    assert "Magnesium oxide was given" in premise
    assert "no better than placebo" in premise
    assert premise.index("bedtime") < premise.index("placebo")
    assert "Sleep" not in premise


def test_a_rare_word_decides_between_sentences() -> None:
    texts = ("Cramps were common and sleep was poor.", "Naftidrofuryl was studied.")
    rare = choose_premise(
        "Naftidrofuryl eased common cramps.", texts, lambda stem: 9.0 if stem.startswith("naftidro") else 0.1
    )
    assert rare == texts[1]


def test_a_long_text_gives_few_sentences() -> None:
    text = " ".join(f"Cramps of kind {number} were eased by stretching the calf." for number in range(900))
    premise = choose_premise("Stretching the calf eased cramps.", (text,), even)
    assert 1 <= premise.count("eased") <= MOST_SENTENCES


def test_no_evidence_gives_no_premise() -> None:
    assert choose_premise("Cramps ease.", (), even) == ""
    assert choose_premise("Cramps ease.", ("   ",), even) == ""
