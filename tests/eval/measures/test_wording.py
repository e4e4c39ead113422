"""How an answer reads."""

import pytest

from eval.measures.wording import count_syllables, count_words, reading_grade, redundancy


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cramp", 1), ("muscle", 2), ("the", 1), ("magnesium", 4), ("pregnancy", 3), ("quinine", 2),
        ("reduced", 2), ("treated", 2), ("helped", 1), ("tables", 2), ("cases", 2), ("doses", 2),
        ("dialysis", 4), ("patient", 2), ("kidneys", 2), ("stretching", 2), ("evidence", 3), ("calves", 1),
        ("cautious", 2), ("trial", 2), ("potassium", 4), ("physician", 3), ("use", 1), ("night", 1),
    ],
)  # fmt: skip
def test_syllables(word, syllables):
    assert count_syllables(word) == syllables


def test_reading_grade_by_hand():
    # Six words, one sentence, six syllables.
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_long_words_and_sentences_read_harder():
    easy = reading_grade("Drink water. Stretch your calf. Then rest.")
    hard = reading_grade("Supplementation demonstrated statistically insignificant symptomatic improvement.")
    assert hard > easy + 10


def test_no_words_no_grade():
    assert reading_grade("42 ... !") is None


def test_numbers_are_not_words():
    assert count_words("Take 300 mg daily, don't crush.") == 5


def test_redundancy_by_hand():
    assert redundancy(["magnesium helps cramps", "magnesium helps cramps"]) == 1
    assert redundancy(["magnesium cramps", "quinine bleeding"]) == 0
    assert redundancy(["magnesium cramps", "magnesium bleeding"]) == pytest.approx(1 / 3)
    assert redundancy(["only one"]) is None
