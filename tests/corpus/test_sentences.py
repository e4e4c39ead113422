"""Sentences: exact offsets, and no break inside an abbreviation, a number or a parenthesis."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Span
from corpus.sentences import split_sentences

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                ". ",
                "? ",
                "\n",
                "\n\n",
                "e.g. ",
                "Dr. ",
                "0.5 mg",
                "(See Fig. 2.) ",
                "[12]",
                "et al. ",
                '."',
                "… ",
                "(",
                ")",
                " ",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=30,
).map("".join)


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Magnesium vs. placebo did not differ, e.g. in adults, i.e. not at all.",
        "See Fig. 2 and Figs. 3 and 4 in Smith et al. 2012 for more.",
        "The drug was given i.m. or i.v. every 8 h.",
        "Pt. 3 took 0.5 mg (p = .03; P < .001).",
        "No. 3 was seen by Dr. Smith, approx. 5 days later.",
        "J. A. Brown and the group agreed.",
        "It works (See section 2. It is long.) and is safe.",
        "The dose was 5 mg b.i.d. for adults.",
        "In the U.S. adults are screened.",
        "Values were 94.68 (SD 27.14) and 121.92 (SD 39.80), respectively.",
        "Rates (95% CI, 0.6 to 1.2) did not differ.",
        "Screen all adults. (Grade B)",
        "Effects were small. (See Table 2.)",
        "1. Offer stretching.",
        "He said it hurts at approx. 3 a.m. and then stops.",
        "The ratio of S. aureus to E. coli was 3.5.",
        "St. John's wort is not advised.",
    ],
)
def test_one_sentence_stays_whole(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Take vitamin C. Rest well.", ["Take vitamin C.", "Rest well."]),
        ("Hepatitis B. Patients were ill.", ["Hepatitis B.", "Patients were ill."]),
        ("It was given i.m. The patients slept.", ["It was given i.m.", "The patients slept."]),
        ("It fell. eGFR rose. pH was 7.4.", ["It fell.", "eGFR rose.", "pH was 7.4."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("It works.12 The end.", ["It works.12", "The end."]),
        ("It works. [12] The end.", ["It works. [12]", "The end."]),
        ("It works! Why? Because.", ["It works!", "Why?", "Because."]),
        ("It ended in 2012. 45 patients stayed.", ["It ended in 2012.", "45 patients stayed."]),
        ("First: done. (2) Then rest.", ["First: done.", "(2) Then rest."]),
        ("Take 5 mg. Avoid more.", ["Take 5 mg.", "Avoid more."]),
        ("Heading\nText below\n\nMore text", ["Heading", "Text below", "More text"]),
        ("Drugs, diets etc. Patients chose.", ["Drugs, diets etc.", "Patients chose."]),
        ("It helps. β-blockers do not.", ["It helps.", "β-blockers do not."]),
        ("よく効く。副作用は少ない。", ["よく効く。", "副作用は少ない。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_breaks(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_offsets_are_shifted() -> None:
    assert split_sentences("One. Two.", offset=10) == (Span(10, 14), Span(15, 19))


@given(text=PIECES)
def test_every_visible_character_is_covered_once(text: str) -> None:
    spans = split_sentences(text)
    for earlier, later in pairwise(spans):
        assert earlier.end <= later.start
        assert not text[earlier.end : later.start].strip()
    for span in spans:
        piece = text[span.start : span.end]
        assert piece == piece.strip() != ""
    covered = "".join(text[span.start : span.end] for span in spans)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "evil", ["(" * 20_000, "a. (" * 10_000, "." * 50_000, "x." + " " * 50_000, "A. (a) " * 5_000]
)
def test_hostile_text_ends(evil: str) -> None:
    spans = split_sentences(evil)
    assert "".join("".join(evil[span.start : span.end].split()) for span in spans) == "".join(evil.split())
