"""A sentence becomes several only where each says what it said; what governs more than one part forbids it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audience.explain import is_supported
from assistant.audience.faithful import find_losses
from assistant.audience.glossary import build_glossary, load_glossary
from assistant.audience.plain import PlainText, Replacement, apply_replacements, write_plain
from assistant.audience.rewrites import may_cut, may_lead, may_repeat
from assistant.audience.splits import find_splits
from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier

NOTHING_LISTED = build_glossary([], {})

SPLITS = [
    # a certainty that closes the sentence
    (
        "Magnesium may reduce cramps compared with placebo (low-certainty evidence).",
        "Magnesium may reduce cramps compared with placebo. This is low-certainty evidence.",
    ),
    (
        "Magnesium may reduce cramps compared with placebo (RR 0.73, 95% CI 0.65 to 0.81; low-certainty evidence).",
        "Magnesium may reduce cramps compared with placebo. This is low-certainty evidence.",
    ),
    # a reason that can only be that of the review's own judgement
    (
        "We downgraded the evidence because of small trials.",
        "We downgraded the evidence. This was because of small trials.",
    ),
    (
        "The quality of the evidence is low due to imprecision.",
        "The quality of the evidence is low. This is due to imprecision.",
    ),
    ("Quinine may reduce cramps, based on two small trials.", "Quinine may reduce cramps. This is based on two small trials."),
    # of which, of whom
    ("We found 12 trials, of which four tested quinine.", "We found 12 trials. Of these, four tested quinine."),
    ("We found 12 trials, all of which were small.", "We found 12 trials. All of these were small."),
    ("We included 23 trials, four of which did not report harms.", "We included 23 trials. Four of these did not report harms."),
    # participles
    ("The trials were stopped early, resulting in few events.", "The trials were stopped early. This resulted in few events."),
    ("No harms were reported, indicating a low risk.", "No harms were reported. This indicates a low risk."),
    # included trials and whom they had
    ("We included five trials with 320 women.", "We included five trials. These trials had 320 women."),
    ("We included five trials, comparing quinine with placebo.", "We included five trials. These trials compared quinine with placebo."),
    ("The review included one study involving 40 adults.", "The review included one study. This study involved 40 adults."),
    ("Four trials with 320 women were included.", "Four trials had 320 women. These trials were included."),
    # one subject, two verbs
    ("Quinine reduced night cramps and increased the risk of bleeding.", "Quinine reduced night cramps. Quinine increased the risk of bleeding."),
    ("We searched two databases in May and found three trials.", "We searched two databases in May. We found three trials."),
    ("Three trials compared quinine with placebo and reported no deaths.", "Three trials compared quinine with placebo. These trials reported no deaths."),
    ("Side effects were common in one trial but were mostly mild.", "Side effects were common in one trial. But side effects were mostly mild."),
    # what stands first
    ("Although the trials were small, the results were alike.", "The trials were small. But the results were alike."),
    ("Low-quality evidence suggests that quinine may reduce cramps.", "There is low-quality evidence. It suggests that quinine may reduce cramps."),
    ("There is moderate-quality evidence that quinine reduces cramps.", "There is moderate-quality evidence. It is evidence that quinine reduces cramps."),
    ("The findings of this review suggest that quinine may help.", "These are the findings of this review. They suggest that quinine may help."),
    ("In two trials with 120 pregnant women, the cramps were alike.", "This is about two trials with 120 pregnant women. In them, the cramps were alike."),
    # colons, contrasts, reasons
    ("We included ten trials: four of these trials tested quinine.", "We included ten trials. Four of these trials tested quinine."),
    ("Quinine versus placebo: One trial found fewer cramps.", "Quinine versus placebo. One trial found fewer cramps."),
    ("Most trials tested quinine, while one trial tested water.", "Most trials tested quinine. But one trial tested water."),
    ("The evidence is weak, as the trials were very small.", "The evidence is weak. This is because the trials were very small."),
    ("The trials that tested quinine were small, and the reports were short.", "The trials that tested quinine were small. The reports were short."),
    ("No trial compared quinine and water; concealment of the dose was unclear.", "No trial compared quinine and water. Concealment of the dose was unclear."),
    ("Quinine was tested in adults, but the evidence is weak.", "Quinine was tested in adults. But the evidence is weak."),
    # two cuts in one sentence
    (
        "We included ten trials with 900 adults, but the evidence was uncertain due to imprecision.",
        "We included ten trials. These trials had 900 adults. But the evidence was uncertain. This was due to imprecision.",
    ),
]  # fmt: skip

NO_SPLITS = [
    # the certainty may be that of the last part alone, or is named twice
    "Cramps were fewer, and sleep may have been better (low-quality evidence).",
    "Cramps were fewer (moderate-quality evidence) in most trials of sleep (low-quality evidence).",
    "Cramps were fewer (RR 0.5, 95% CI 0.4 to 0.6) as were falls (RR 0.9, 95% CI 0.8 to 1.0; low-quality evidence).",
    # a reason within what is told
    "Fewer people left the trial because of side effects.",
    "Withdrawals were rare due to harms.",
    "The evidence was not low because of bias alone, if at all.",
    "The quality was low mainly because of bias.",
    "We do not know whether the data were limited due to bias.",
    "We judged five trials to be at high risk of bias due to their size and three to be at low risk.",
    "We downgraded the evidence due to bias and two trials for their size.",
    # a share, a base, a participle below something else
    "The dose was high in a trial, of which we know little.",
    "It is unclear whether quinine may help, based on two small trials.",
    "Quinine may have been stopped early, resulting in more cramps.",
    "Quinine was not stopped early, leading to more cramps.",
    # the trials of one question are not all trials
    "We included no trials with 320 women.",
    "We included only trials with 320 women.",
    "We found five trials comparing quinine with placebo.",
    "We included five trials comparing quinine with placebo.",
    "No trials with 320 women were included.",
    "Two of four trials with 320 women were stopped.",
    # two verbs that do not share all
    "Quinine reduced night cramps and increased bleeding in pregnant women.",
    "Quinine reduced night cramps and increased bleeding compared with placebo.",
    "Quinine reduced night cramps and increased bleeding after three months.",
    "If taken daily quinine reduced night cramps and increased bleeding.",
    "Quinine in high doses reduced night cramps and increased bleeding.",
    "No drug reduced night cramps and increased the risk of bleeding.",
    "Some trials showed shorter cramps and reduced pain.",
    "Quinine may reduce night cramps and increase bleeding.",
    "Quinine did not reduce night cramps and increase bleeding.",
    "We found the cramps were bad and had no cure.",
    "It is unclear whether quinine reduced night cramps and increased bleeding.",
    "Most of the women had cramps and were given quinine.",
    # what stands first reaches further
    "Although quinine helps in adults, there was no difference in children.",
    "Although quinine helps if taken at night, the harms are many.",
    "There is no evidence that quinine reduces cramps.",
    "There is low-quality evidence that suggested that quinine may help.",
    "There is low-quality evidence that was not pooled.",
    "There is little evidence that quinine reduces cramps.",
    "Low-quality evidence does not suggest that quinine may help.",
    "It is unclear if low-quality evidence suggests that quinine may help.",
    "There is insufficient evidence that quinine reduces cramps.",
    "No findings of this review suggest that quinine may help.",
    "In no trials with 120 pregnant women, the cramps were alike.",
    # colons and headings
    "The outcomes were as listed here: pain, sleep and the number of cramps.",
    "Quinine was tested in three doses: 100 mg, 200 mg and 300 mg.",
    "We were told to wait for more data, as was planned.",
    "Adults: One trial found fewer cramps.",
    "Dose in pregnancy: The drug is contraindicated.",
    "Children under 12 years: The tablets should not be given.",
    "In people with heart failure: The dose was halved.",
    "Warning: This medicine may harm the liver.",
    # people of the first half that the second is about too
    "No deaths occurred in children, and the drug was safe.",
    "Quinine was well tolerated in adults, but the drug was toxic.",
    "The drug was tested in men, and it did work well.",
    # what patients are told to do
    "Quinine is not recommended and is contraindicated in pregnancy.",
    "Metformin should not be used and must be stopped when the kidneys fail.",
    "Do not take quinine, as it may harm the heart.",
    "Take one tablet at night, and do not drive.",
    # "how" and "so" open no sentence of their own
    "The limits were few trials and few people, and the doubt due to how trials were run.",
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain"), SPLITS)
def test_splits(text: str, plain: str) -> None:
    made = write_plain(text, NOTHING_LISTED)
    assert made.text == plain
    assert find_losses(text, made) == ()


@pytest.mark.parametrize("text", NO_SPLITS)
def test_does_not_split(text: str) -> None:
    assert find_splits(text) == []
    assert write_plain(text, NOTHING_LISTED, figures=False).text == text


@pytest.mark.parametrize(
    ("text", "plain", "figures"),
    [
        ("Cramps were fewer with quinine, RR 0.73, 95% CI 0.65 to 0.81.", "Cramps were fewer with quinine.", ("RR 0.73, 95% CI 0.65 to 0.81",)),
        ("Cramps were fewer with quinine: risk ratio (RR) 0.73.", "Cramps were fewer with quinine.", ("risk ratio (RR) 0.73",)),
        ("Cramps were fewer with quinine, RR 0.73 in women.", "Cramps were fewer with quinine, RR 0.73 in women.", ()),
        ("Cramps were fewer with quinine, RR 0.73, at 300 mg.", "Cramps were fewer with quinine, RR 0.73, at 300 mg.", ()),
    ],
)  # fmt: skip
def test_figures_that_close_a_sentence(text: str, plain: str, figures: tuple[str, ...]) -> None:
    made = write_plain(text, NOTHING_LISTED)
    assert (made.text, made.figures) == (plain, figures)
    assert find_losses(text, made) == ()


def test_however_is_but_only_where_it_opens() -> None:
    glossary = load_glossary()
    assert write_plain("However, quinine is harmful.", glossary).text == "But quinine is harmful."
    text = "Quinine, however, is harmful."
    assert write_plain(text, glossary).text == text


@pytest.mark.parametrize(
    ("was", "shown"),
    [
        (", but ", ". "),
        (", and ", ". But "),
        (", and ", ". This is because "),
        (", because ", ". "),
        (" and not ", ". "),
        (", suggesting that ", ". This shows that "),
        (" because of ", ". This was due to "),
        (", based on ", ". This was because of "),
        (", four of which ", ". Five of these "),
        (", not all of which ", ". All of these "),
        (", some of which ", ". Of these, "),
        (" (low-quality evidence)", ". This is high-quality evidence"),
        (" (low-quality evidence)", ". This is quality evidence"),
        (", resulting in ", ". This led to "),
        (", comparing ", ". These pills compared "),
        (", and ", ". These pills "),
        (" with ", ". These trials included "),
    ],
)
def test_a_cut_puts_nothing_else(was: str, shown: str) -> None:
    assert not may_cut("We included four trials", was, shown)


@pytest.mark.parametrize(
    ("before", "was", "shown"),
    [
        ("Quinine reduced cramps", " and ", ". Magnesium "),
        ("Quinine reduced cramps", " but ", ". Quinine "),
        ("High doses of quinine reduced cramps", " and ", ". Quinine "),
        ("Low-quality evidence", " suggests that ", ". It shows that "),
        ("Low-quality evidence", " suggests that ", ". "),
        ("The cramps", " suggest that ", ". They suggest that "),
    ],
)
def test_only_what_was_said_is_said_again(before: str, was: str, shown: str) -> None:
    assert not may_repeat(before, was, shown)


@pytest.mark.parametrize(
    ("was", "shown"),
    [("If q", "Q"), ("Although q", "M"), ("l", "There is h"), ("l", "There is no l"), (" with ", " had no ")],
)
def test_a_sentence_begins_with_nothing_else(was: str, shown: str) -> None:
    assert not may_lead(was, shown)


@pytest.mark.parametrize(
    ("text", "was", "shown", "kind"),
    [
        ("Quinine may reduce cramps and falls.", " and ", ". Quinine ", "cut"),
        ("Quinine reduced cramps and raised risks.", " and ", ". Magnesium ", "repeat"),
        ("Although it helps, we wait.", "Although i", "If i", "lead"),
        ("It helps, RR 0.7 in women.", ", RR 0.7 in women", "", "figures"),
        (
            "It helps (low-quality evidence).",
            " (low-quality evidence)",
            ". This is strong evidence",
            "figures",
        ),
    ],
)
def test_what_oversteps_its_kind_is_found(text: str, was: str, shown: str, kind: str) -> None:
    start = text.index(was)
    change = Replacement(start, start + len(was), shown, kind)  # type: ignore[arg-type]
    assert find_losses(text, PlainText(apply_replacements(text, (change,)), (), (change,)))


_GOVERNORS = st.sampled_from(
    ["If quinine is taken, ", "It is unclear whether ", "There is no evidence that ", "Perhaps ", "Unless the dose is low, ", "Without any treatment ",
     "Compared with placebo, ", "When given at night, ", "In children ", "Some trials suggest that "]
)  # fmt: skip
_FIRST = st.sampled_from(
    [
        "quinine reduced night cramps",
        "the evidence was low",
        "magnesium was safe in adults",
        "we found four trials",
        "five trials with 60 women were small",
    ]
)
_BEHIND = st.sampled_from(
    [" and increased bleeding", " but was harmful", ", resulting in fewer falls", ", leading to harm", ", and the pain was mild", " because of bias"]
)  # fmt: skip


@given(_GOVERNORS, _FIRST, _BEHIND)
@settings(max_examples=200, deadline=None)
def test_what_stands_before_both_parts_forbids_the_split(governor: str, first: str, behind: str) -> None:
    text = f"{governor}{first}{behind}."
    assert find_splits(text) == []


@given(
    st.lists(st.sampled_from([text for text, _ in SPLITS] + NO_SPLITS), min_size=2, max_size=2),
    st.sampled_from([" ", "; ", ", and ", ", but ", ", which "]),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_joined_is_never_lost(texts: list[str], border: str) -> None:
    text = f"{texts[0].rstrip('.')}{border}{texts[1]}"
    made = write_plain(text, NOTHING_LISTED)
    assert find_losses(text, made) == ()
    kept = re.compile(
        r"\b(?:not|no|may|if|unless|whether|without|only|mg|mainly|women|children|adults)\b|\d+(?:\.\d+)?",
        re.IGNORECASE,
    )
    shown = " ".join((made.text, *made.figures))
    assert sorted(kept.findall(text.lower())) == sorted(kept.findall(shown.lower()))


def test_the_verifier_reads_a_part_with_its_subject() -> None:
    verifier = StrictVerifier(load_verifier())
    for text in (
        "Low-quality evidence suggests that quinine may reduce cramps.",
        "Quinine reduced night cramps and increased the risk of bleeding.",
    ):
        made = write_plain(text, NOTHING_LISTED)
        assert made.text != text
        assert is_supported(text, made, verifier)
