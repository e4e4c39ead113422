"""A question taken apart."""

from __future__ import annotations

import pytest

from assistant.compose.facets import Facets, coverage, is_said_by, read_facets, text_stems, with_synonyms

LIBRARY = frozenset("diuretic cramp leg water magnesium muscle pain".split())


def read(question: str, *, subject: str = "", held: frozenset[str] = LIBRARY) -> Facets:
    return read_facets(
        question, topic="", subject=subject, rarity=lambda word: 0.5 if word.rstrip("s") in held else 1.0
    )


def test_a_name_that_means_nothing_word_by_word_is_one_key() -> None:
    facets = read("should I stop my water pill?", subject="water pill")
    assert facets.key_weights == {"water pill": 0.5}
    assert facets.subject == ("water pill",)

    def covers(text: str) -> bool:
        return coverage(facets.key_weights, with_synonyms(text_stems(text), facets)) == 1

    assert covers("Diuretics can cause leg cramps.")
    assert covers("A water pill can cause leg cramps.")
    assert not covers("Drinking water often eases cramps.")


def test_a_name_known_by_none_of_its_words_is_unknown_as_a_whole() -> None:
    assert read("is magnesium safe with blood thinners?").unknown == ("blood thinners",)


def test_another_name_counts_only_where_the_library_holds_it() -> None:
    assert read("does a charley horse hurt?", held=frozenset()).unknown != ()
    assert "charley" not in read("what helps a charley horse?").unknown


def test_words_that_name_nothing_are_never_missing() -> None:
    assert read("are cramps to blame, or is it the leg, btw?").unknown == ()
    assert read("does ginkgo help cramps?").unknown == ("ginkgo",)


@pytest.mark.parametrize(
    ("question", "source", "said"),
    [
        ("What does NICE say about leg cramps?", "National Institute (NICE)", True),
        ("What does NICE say about leg cramps?", "Cochrane Database of Systematic Reviews", False),
        ("what did the Cochrane review conclude?", "NHS: leg cramps", False),
        ("According to the NHS, what helps?", "NHS: leg cramps", True),
        ("What do doctors recommend?", "anything", True),
        ("What helps leg cramps?", "anything", True),
    ],
)
def test_whose_word_is_wanted(question: str, source: str, said: bool) -> None:
    assert is_said_by(read(question), source) is said


def test_what_only_tells_what_goes_on_is_nothing_that_a_library_could_lack() -> None:
    assert read("my leg keeps twanging horribly at 3am, what eases cramps?").unknown == ("eases",)
    assert read("is cupping good for cramps?").unknown == ("cupping",)
    assert read("what helps cramps right now when a cramp strikes or grabs me?").unknown == ()
    assert read("how are cramps managed by GPs in primary care?").unknown == ()
    assert read("my son wakes screaming with cramps").unknown == ()
    assert read("what can I buy for cramps?").unknown == ()
    assert read("is grip strength low after cramps?").unknown == ("grip", "strength", "low")
    assert "3am" not in read("cramps at 3am").key_weights


def test_a_medicine_taken_already_is_beside_the_question() -> None:
    held = LIBRARY | {"furosemide"}
    taken = read("what can I take for cramps? I am on furosemide and my leg hurts", held=held).key_weights
    asked = read("does furosemide cause cramps?", held=held).key_weights
    assert taken["furosemide"] < taken["cramp"]
    assert asked["furosemide"] == asked["cramp"]
