"""A quote is found word for word, and a number is never cut in two."""

from __future__ import annotations

import pytest

from assistant.verify.exact_quote import find_host_sentence, find_quote

PASSAGE = "Magnesium did not help. In one trial, 2.5 mg of X helped 13 of 40 people, e.g. older women. Stretching may help."


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Magnesium did not help.", "whole"),
        ("magnesium  did not help", "whole"),
        (
            "Magnesium did not help. In one trial, 2.5 mg of X helped 13 of 40 people, e.g. older women.",
            "whole",
        ),
        ("Stretching may help", "whole"),
        ("Magnesium did", "part"),
        ("helped 13 of 40 people", "part"),
        ("older women", "part"),
        ("5 mg of X helped 13 of 40 people", "no"),
        ("In one trial, 2", "no"),
        ("Magnesium did help", "no"),
        ("", "no"),
        ("...", "no"),
    ],
)
def test_quotes(claim: str, expected: str) -> None:
    assert find_quote(claim, (PASSAGE,)) == expected


def test_dashes_quotes_and_spaces_do_not_count() -> None:
    assert find_quote("A 10-20 % rise – “large”.", ('a 10–20\u00a0% rise - "large".',)) == "whole"


def test_host_sentence_is_the_one_that_holds_the_part() -> None:
    host = find_host_sentence("may help", (PASSAGE,))
    assert host is not None
    assert host.text == "Stretching may help."
