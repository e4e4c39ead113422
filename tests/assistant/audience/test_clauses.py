"""A sentence is cut only where every part stands alone, and never where something governs both parts."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audience.clauses import find_cuts
from assistant.audience.explain import is_supported
from assistant.audience.faithful import find_losses
from assistant.audience.fronts import find_people_first
from assistant.audience.glossary import build_glossary
from assistant.audience.plain import write_plain
from assistant.verify import load_verifier
from assistant.verify.strict import StrictVerifier
from assistant.verify.verdict import Verdict

NOTHING_LISTED = build_glossary([], {})


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "The trial had a low risk of bias, but the quality of evidence was limited.",
            "The trial had a low risk of bias. But the quality of evidence was limited.",
        ),
        (
            "All trials were open-label, and none of the trials were large.",
            "All trials were open-label. None of the trials were large.",
        ),
        (
            "The results were imprecise, so the quality of evidence was downgraded.",
            "The results were imprecise. So the quality of evidence was downgraded.",
        ),
        (
            "The level of sedation does not affect withdrawal, although the duration of anaesthesia may influence it.",
            "The level of sedation does not affect withdrawal. But the duration of anaesthesia may influence it.",
        ),
        (
            "The evidence on this outcome is uncertain, because it was based on two small trials.",
            "The evidence on this outcome is uncertain. This is because it was based on two small trials.",
        ),
        (
            "The quality of evidence is not strong, implying that any effects could be inflated.",
            "The quality of evidence is not strong. This implies that any effects could be inflated.",
        ),
        (
            "Two trials used the Hamilton scale, which is filled in by doctors.",
            "Two trials used the Hamilton scale. This scale is filled in by doctors.",
        ),
        (
            "One study compared quinine with vitamin E, one study used placebo, and a third study tested magnesium at night.",
            "One study compared quinine with vitamin E. One study used placebo. A third study tested magnesium at night.",
        ),
        (
            "The funnel plot was symmetrical; however, the number of trials was small.",
            "The funnel plot was symmetrical. However, the number of trials was small.",
        ),
        (
            "We included twelve studies with 2196 people; four of these studies were new.",
            "We included twelve studies. These studies had 2196 people. Four of these studies were new.",
        ),
        (
            "Five trials tested quinine and one trial tested water.",
            "Five trials tested quinine. One trial tested water.",
        ),
        (
            "The trials were at high risk because they were very small.",
            "The trials were at high risk. This is because they were very small.",
        ),
        (
            "The trials were small, and therefore the results were not pooled.",
            "The trials were small. So the results were not pooled.",
        ),
        (
            "The trials were alike (two were open; one was not), but the results were not pooled.",
            "The trials were alike (two were open; one was not). But the results were not pooled.",
        ),
        (
            "Participants who completed the course were satisfied, but the number of centres was small.",
            "Participants who completed the course were satisfied. But the number of centres was small.",
        ),
    ],
)
def test_cuts_between_clauses_that_stand_alone(text: str, plain: str) -> None:
    made = write_plain(text, NOTHING_LISTED)
    assert made.text == plain
    assert find_losses(text, made) == ()


@pytest.mark.parametrize(
    "text",
    [
        # a condition, a hedge or a report set before both halves
        "If cramps persist, quinine is an option, but the risk is high.",
        "In children the risk was lower, but the evidence was weak.",
        "When quinine is taken at night, cramps are fewer, and the sleep is better.",
        "It is unclear whether magnesium helps, and the dose is unknown.",
        "There is no evidence that magnesium helps, or that the dose matters, and the cost is high.",
        "Some evidence suggests that magnesium helps, but the dose is unclear.",
        "The authors found the drug was safe, and the effect was large.",
        "Perhaps magnesium is useful, and the dose is known.",
        "Possibly the dose was too low, but the trial was short.",
        "Unless the kidneys are healthy, magnesium is harmful, and it must be stopped.",
        "Neither magnesium is useful, nor is quinine safe, and the cost is high.",
        "Without treatment the cramps are frequent, but they are mild.",
        "Compared with placebo the cramps were fewer, but the pain was the same.",
        # a condition at the end of the second half
        "The pain was less, and the sleep was better, in women who took quinine.",
        "The pain is less, and the sleep is better when quinine is taken.",
        "Removal may increase income, and it may improve symptoms, compared to continued exposure.",
        # a comparison or people named in one half only
        "The pain was lower, and the sleep was better than with placebo.",
        "Cramps were fewer than with placebo, and the pain was reduced.",
        "Quinine was effective in adults, but the effect was small.",
        "Children treated with heliox may have lower rates, but there may be no difference at 120 minutes.",
        "Women had fewer cramps, but the difference was small.",
        # shared words
        "The risks were 3% and 5%, and the costs were high and low, respectively.",
        "The doses were the same, and the costs were too.",
        "The studies were small, and were of low quality.",
        "The participants were mainly male in the first group and were all male in the second group.",
        "We measured the pain, the sleep, and the mood was noted.",
        "Studies were small, of short duration, and most had flaws in reporting.",
        "No trial reported deaths, or harms, and few were blinded.",
        "We found the drug and the placebo were alike in every trial.",
        "The reports confirm the drug and the dose were safe in every trial.",
        "The trial was not stopped because the harms were too many.",
        "The pain may be less because the dose was high.",
        "The results differed mainly because the trials were small.",
        "The risk of pain and the risk of bleeding were lower.",
        "The mean age in the trial was 52 years, and 70% were women.",
        # no subject or verb of its own
        "It may help; but not in pregnancy.",
        "Cramps were fewer, but only at night.",
        "The drug was given, and found to be safe in every case.",
        # an antecedent that is not the word before
        "The use of steroids of any kind, which is common, was not studied.",
        "The trial tested the dose of magnesium, which was high.",
        "The cramps were fewer in the trial, which suggests that quinine is useful.",
        # inside brackets and quotations
        "The cramps (they were mild, and the pain was short) went away.",
        'One man said "the pain was bad, but the night was worse" to us.',
        # figures of the first half that stand behind the second
        "Birth weight was lower, but there was heterogeneity between the trials (MD -178.03, 95% CI -315.26 to -40.81).",
        "The drug was given so that the pain was less, and the sleep was longer.",
        "The dose was lower than 5 mg and 300 mg of quinine was given.",
    ],
)
def test_does_not_cut_what_hangs_together(text: str) -> None:
    assert find_cuts(text) == []
    assert write_plain(text, NOTHING_LISTED, figures=False).text == text


def test_people_set_first_stay_with_what_is_said_of_them() -> None:
    text = "In adults with cirrhosis who take diuretics, quinine may reduce cramps."
    made = write_plain(text, NOTHING_LISTED)
    assert (
        made.text
        == "This is about adults with cirrhosis who take diuretics. In them, quinine may reduce cramps."
    )
    assert find_losses(text, made) == ()


@pytest.mark.parametrize(
    "text",
    [
        "In adults, quinine reduced cramps.",
        "In adults with cirrhosis or cancer who take diuretics, the cramps were fewer.",
        "In adults with cirrhosis not taking any diuretics, the cramps were fewer.",
        "In adults with cirrhosis compared with healthy adults, the cramps were fewer.",
        "In adults with cirrhosis who take diuretics, compared with placebo.",
        "In adults with cirrhosis who take diuretics, the cramps were fewer; in children they were not.",
        "In trials with a long time of follow-up, the cramps were fewer.",
    ],
)
def test_people_set_first_stay_where_they_are(text: str) -> None:
    assert find_people_first(text) == []


_GOVERNORS = st.sampled_from(
    [
        "If quinine is taken, ", "In children with epilepsy ", "It is unclear whether ", "There is no evidence that ", "Some trials suggest that ",
        "Perhaps ", "Unless the dose is low, ", "When given at night, ", "Possibly ", "Among pregnant women ", "The authors believe ", "Although small, ",
        "Compared with placebo, ", "Not surprisingly ", "Only rarely ", "Without any treatment ",
    ]
)  # fmt: skip
_CLAUSES = st.sampled_from(
    [
        "the pain was mild", "the risk may be higher", "there was no difference", "300 mg of quinine was given", "it did not help", "the evidence is of low quality",
        "12.5% of the trials were blinded", "magnesium probably reduces cramps", "the dose was lower than 5 mg", "no harms were reported in women",
        "we included 3 trials (n = 120)", "some women had side effects", "the drug was not effective in adults",
    ]
)  # fmt: skip
_BORDERS = st.sampled_from(
    [
        "; ",
        ", and ",
        ", but ",
        ", so ",
        ", although ",
        ", because ",
        ", which was ",
        " and ",
        ", whereas ",
        ", implying that ",
    ]
)
_ENDS = st.sampled_from(
    [
        ".",
        ", in women.",
        " if it is taken at night.",
        ", compared with placebo.",
        " (RR 0.73, 95% CI 0.65 to 0.81).",
    ]
)
_KEPT = re.compile(
    r"\b(?:not|no|without|may|unclear|probably|perhaps|possibly|whether|unless|if|lower|higher|reduces|mg|women|adults|children|than|compared|quinine|magnesium)\b|\d+(?:\.\d+)?|[%=]",
    re.IGNORECASE,
)


@given(_GOVERNORS, _CLAUSES, _BORDERS, _CLAUSES, _ENDS)
@settings(max_examples=300, deadline=None)
def test_what_governs_both_halves_forbids_the_cut(
    governor: str, first: str, border: str, second: str, end: str
) -> None:
    text = f"{governor}{first}{border}{second}{end}"
    assert find_cuts(text) == []


@given(st.lists(_CLAUSES, min_size=2, max_size=4), st.lists(_BORDERS, min_size=3, max_size=3), _ENDS)
@settings(max_examples=300, deadline=None)
def test_every_part_keeps_its_numbers_hedges_and_people_in_place(
    clauses: list[str], borders: list[str], end: str
) -> None:
    """A cut puts a full stop for a connecting word: the words that matter stay, in their order and their part."""
    joined = clauses[0] + "".join(f"{b}{c}" for b, c in zip(borders, clauses[1:], strict=False)) + end
    text = joined[0].upper() + joined[1:]
    made = write_plain(text, NOTHING_LISTED, figures=False)
    assert _KEPT.findall(made.text.lower()) == _KEPT.findall(text.lower())
    assert find_losses(text, made) == ()
    if made.replacements:
        whole = made.text.replace("This is because", "because").lower()
        for clause in clauses:
            assert whole.count(clause.lower()) >= 1


@given(st.text(alphabet="ab ,;.()\"'[]wasandbutwhich\n", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    made = write_plain(text, NOTHING_LISTED)
    assert find_losses(text, made) == () or made.figures
    assert Counter(re.findall(r"\d", made.text)) <= Counter(re.findall(r"\d", text))


class HalfRefusing:
    """Supports everything but one part."""

    def __init__(self, part: str) -> None:
        self.part = part

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        return Verdict("not_enough" if claim == self.part else "supported", 1.0, ())


def test_one_part_that_is_not_supported_alone_refuses_the_whole() -> None:
    text = "The trial was large, but the quality of evidence was limited."
    made = write_plain(text, NOTHING_LISTED)
    assert made.text != text
    assert is_supported(text, made, HalfRefusing("nothing"))
    assert not is_supported(text, made, HalfRefusing("The trial was large"))
    assert not is_supported(text, made, HalfRefusing("the quality of evidence was limited."))


def test_the_verifier_reads_every_part_against_the_sentence() -> None:
    verifier = StrictVerifier(load_verifier())
    text = "The quality of the evidence was low, but no serious harms were found in the trials."
    assert is_supported(text, write_plain(text, NOTHING_LISTED), verifier)
