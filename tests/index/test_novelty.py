"""A passage counts as shown by the word sequences it shares with what was shown."""

from __future__ import annotations

from index.novelty import share_shown, shown_sequences, word_sequences

TEXT = "Stretching the calf before sleep may ease night cramps in older adults."


def test_sequences_are_runs_of_adjacent_words() -> None:
    assert word_sequences("One two, three!", length=2) == {("one", "two"), ("two", "three")}


def test_a_short_text_is_one_sequence() -> None:
    assert word_sequences("Two words") == {("two", "words")}


def test_a_text_shown_whole_is_wholly_shown() -> None:
    assert share_shown(TEXT, shown_sequences(["Before. " + TEXT + " After."])) == 1.0


def test_half_a_text_is_half_shown() -> None:
    shown = shown_sequences(["alpha beta gamma delta epsilon"])
    assert share_shown("alpha beta gamma delta epsilon zeta", shown) == 0.5


def test_other_words_share_nothing() -> None:
    assert (
        share_shown(TEXT, shown_sequences(["Magnesium oxide was compared with placebo in one trial."])) == 0.0
    )
