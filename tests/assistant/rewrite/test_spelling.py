"""Slips of the finger are put right only where one word can have been meant."""

from __future__ import annotations

from assistant.compose.known_words import is_known_word, known_words_near
from assistant.rewrite.spelling import Corrected, correct_spelling
from index.spelling import find_similar


def correct(question: str, *library: str) -> Corrected:
    stems = {word.removesuffix("e"): word for word in library}

    def similar(word: str) -> tuple[str, ...]:
        if word in stems:
            return (stems[word],)
        return tuple(find_similar(word, library))

    return correct_spelling(
        question,
        rarity=lambda word: 0.5 if word in library or word in stems else 1.0,
        similar_words=similar,
        is_known=is_known_word,
        known_near=known_words_near,
    )


def test_a_missing_letter_is_put_back_and_told() -> None:
    found = correct("Is Magnesum any good for crampss?", "magnesium", "cramp")
    assert found.text == "Is Magnesium any good for crampss?"
    assert found.changes == (("Magnesum", "Magnesium"),)


def test_the_final_e_of_a_medicine_that_stemming_hides() -> None:
    assert correct("is quinin safe", "quinine").text == "is quinine safe"


def test_a_proper_word_is_left() -> None:
    assert correct("does prednisolone cause cramps", "prednisone").changes == ()
    assert correct("weather and cramps", "weathers").changes == ()


def test_a_word_between_two_medicines_is_left_though_the_library_holds_one_of_them() -> None:
    assert correct("does prednisolne cause cramps", "prednisone").changes == ()


def test_a_word_between_two_words_of_the_library_is_left() -> None:
    assert correct("zzmorfin now", "zzmorfine", "zzmorfins").changes == ()


def test_a_changed_ending_makes_another_substance() -> None:
    assert correct("zincoxate or zincoxite", "zincoxate").changes == ()


def test_short_words_and_abbreviations_are_left() -> None:
    assert correct("ZZMORFIN abot", "zzmorfine", "about").changes == ()
