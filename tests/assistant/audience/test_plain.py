"""Substitution loses nothing: numbers, units, negations, hedges, directions and people survive."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audience.faithful import find_losses
from assistant.audience.glossary import load_glossary
from assistant.audience.plain import Kind, PlainText, Replacement, apply_replacements, write_plain

WORDS = st.sampled_from(
    "hypertension participants randomised controlled trials adverse events placebo prior to not may reduced increased "
    "children pregnant women magnesium 300 mg daily (RR 0.73, 95% CI 0.65 to 0.81) ; , but the evidence was unclear "
    "no difference no myocardial infarction a total 12.5 % weeks [n = 3008] an adverse event without <65 years".split(
        " "
    )
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
KEPT = re.compile(r"\b(?:not|no|without|may|unclear|reduced|increased|mg|weeks|years|children|women)\b|[%<=]")


@given(SENTENCES)
@settings(max_examples=300, deadline=None)
def test_numbers_units_negations_hedges_and_directions_survive(text: str) -> None:
    plain = write_plain(text, load_glossary())
    shown = " ".join((plain.text, *plain.figures))
    assert Counter(NUMBER.findall(shown)) == Counter(NUMBER.findall(text))
    assert Counter(KEPT.findall(shown.lower())) == Counter(KEPT.findall(text.lower()))
    assert apply_replacements(text, plain.replacements) == plain.text


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    plain = write_plain(text, load_glossary())
    assert Counter(NUMBER.findall(" ".join((plain.text, *plain.figures)))) == Counter(NUMBER.findall(text))
    find_losses(text, plain)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("An adverse event was rare.", "An unwanted event was rare."),
        ("A myocardial infarction followed.", "A heart attack followed."),
        (
            "The three-month results in people with cirrhosis were good.",
            "The three-month results in people with cirrhosis were good.",
        ),
        ("Low potassium may result in cramps.", "Low potassium may result in cramps."),
        (
            "Adverse effects were rare; the evidence is unclear.",
            "Side effects were rare. The evidence is unclear.",
        ),
        ("High blood pressure (hypertension) is common.", "High blood pressure (hypertension) is common."),
        ("The Placebo Study Group met.", "The Placebo Study Group met."),
        ("Participants' diaries were read.", "Participants' diaries were read."),
        (
            "Cramps improved (RR 0.9, 95% CI 0.8 to 1.0; low-certainty evidence).",
            "Cramps improved (low-certainty evidence).",
        ),
        ("It was given at 300 mg (two tablets) at night.", "It was given at 300 mg (two tablets) at night."),
    ],
)
def test_writes(text: str, plain: str) -> None:
    assert write_plain(text, load_glossary()).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "Some evidence suggests that magnesium helps, but the dose is unclear.",
        "In children the risk was lower, but the evidence is weak.",
        "If cramps persist, it may help; the evidence is weak.",
        "Magnesium, not quinine, may help; but not in pregnancy.",
    ],
)
def test_does_not_split_what_hangs_together(text: str) -> None:
    assert write_plain(text, load_glossary()).text == text


@pytest.mark.parametrize(
    ("text", "was", "became", "said"),
    [
        ("Do not use 300 mg.", "300", "30", "numbers"),
        ("Do not use 300 mg.", "mg", "g", "quantities"),
        ("Do not use it.", "not", "often", "negations"),
        ("It may help.", "may", "will", "hedges"),
        ("It reduced cramps.", "reduced", "increased", "directions"),
        ("It works in children.", "children", "adults", "people"),
        ("It works.", "works", "always works", "certainties"),
        ("P < 5 in all.", "<", ">", "signs"),
        ("Use quinine.", "quinine", "metformin", "medicines"),
    ],
)
def test_what_changes_the_meaning_is_found(text: str, was: str, became: str, said: str) -> None:
    start = text.index(was)
    change = Replacement(start, start + len(was), became, "cut")
    plain = PlainText(apply_replacements(text, (change,)), (), (change,))
    assert f"{said} differ" in find_losses(text, plain)
    assert find_losses(text, replace(plain, text=text)) == ("the replacements do not give the plain text",)


def test_a_figure_that_is_dropped_is_found() -> None:
    text = "Cramps improved (RR 0.9, 95% CI 0.8 to 1.0)."
    plain = write_plain(text, load_glossary())
    assert find_losses(text, plain) == ()
    assert find_losses(text, replace(plain, figures=()))


@pytest.mark.parametrize(
    "bracket",
    [
        "not statistically significant, P = 0.31",
        "no significant difference; RR 0.98, 95% CI 0.90 to 1.07",
        "in pregnant women only; RR 0.50, 95% CI 0.30 to 0.80",
        "300 mg daily, n = 30",
        "RR 0.90, 95% CI 0.80 to 1.10; very uncertain",
        "RR 0.90, 95% CI 0.80 to 1.10; high risk of bias",
    ],
)
def test_a_bracket_that_limits_the_sentence_stays_in_it(bracket: str) -> None:
    assert write_plain(f"Cramps were fewer ({bracket}).", load_glossary()).figures == ()


@pytest.mark.parametrize(
    "text",
    [
        "Pulmonary hypertension was rare.",
        "Carcinoma in situ was found.",
        "Spinal muscular atrophy is rare.",
        "Intracranial hypertension is dangerous.",
        "Orthostatic tachycardia syndrome is rare.",
        "Argon plasma coagulation was used.",
        "Stress fractures were rare.",
        "Optic neuropathy was found.",
        "Basal cell carcinoma was removed.",
        "Bladder carcinoma was removed.",
        "Malignant hypertension was found.",
        "Hypertension clinics were visited.",
        "A catheter-related infection was found.",
        "Acute-phase anticoagulation was used.",
        "Macular oedema was found.",
        "Bone marrow transplantation was done.",
        "An occupational physician was there.",
    ],
)
def test_the_name_of_a_disease_is_not_cut(text: str) -> None:
    assert write_plain(text, load_glossary()).text == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The adverse effects of quinine were rare.", "The side effects of quinine were rare."),
        ("The adverse effects of smoking were clear.", "The adverse effects of smoking were clear."),
        (
            "The adverse effects of untreated pain were clear.",
            "The adverse effects of untreated pain were clear.",
        ),
        ("The risk was therefore low.", "The risk was therefore low."),
        ("The risk was low, and therefore no trial was done.", "The risk was low. So no trial was done."),
        ("In addition to quinine, water was used.", "Besides quinine, water was used."),
        ("She was examined by a physician.", "She was examined by a doctor."),
        ("It was given immediately after birth.", "It was given right after birth."),
        ("A relative risk reduction in both arms was seen.", "A relative risk reduction in both arms was seen."),
        ("There were statistically significant improvements.", "There were statistically significant improvements."),
        ("There were statistically significant gains.", "There were statistically significant gains."),
        ("The minimal clinically important difference was met.", "The minimal clinically important difference was met."),
        ("Trials are needed for the treatment of pain.", "Trials are needed for the treatment of pain."),
        ("There was a reduction in pain.", "There was a drop in pain."),
        ("There was no clinically important difference.", "There was no difference large enough to matter."),
        ("The statistically and clinically important differences were few.", "The statistically and clinically important differences were few."),
        ("The difference was not statistically significant.", "The difference was not statistically significant."),
        ("The likelihood ratio was high.", "The likelihood ratio was high."),
        ("The likelihood of pain was high.", "The chance of pain was high."),
        ("All participants slept better.", "All people taking part slept better."),
        ("In all, 54% of participants were women.", "In all, 54% of people taking part were women."),
        ("Some individuals have cramps.", "Some people have cramps."),
        ("A thin tube called a catheter was used.", "A thin tube called a catheter was used."),
        ("A pulmonary embolism (EM-bo-lizm) was seen.", "A pulmonary embolism (EM-bo-lizm) was seen."),
        ("It is hard to swallow (dysphagia).", "It is hard to swallow (dysphagia)."),
        ("A computed tomography (CT) scan was made.", "A computed tomography (CT) scan was made."),
        ("We included 46 participants.", "We included 46 people."),
        ("The IBD participants slept better.", "The IBD participants slept better."),
        ("The HIV patients with pain slept.", "The HIV patients with pain slept."),
        ("Two studies were RCTs (RCTs).", "Two studies were studies with groups made by chance (RCTs)."),
        ("The clinically and statistically significant effect was small.", "The clinically and statistically significant effect was small."),
        ("No statistically significant difference was found.", "No statistically significant difference was found."),
        ("There is insufficient evidence to determine whether it helps.", "There is not enough evidence to tell whether it helps."),
        ("Deaths were associated with quinine.", "Deaths were linked to quinine."),
        ("The placebo/no treatment arms were large.", "The placebo/no treatment arms were large."),
        ("Three pharmacotherapy and two other trials were found.", "Three pharmacotherapy and two other trials were found."),
    ],
)  # fmt: skip
def test_a_replacement_minds_its_neighbours(text: str, plain: str) -> None:
    made = write_plain(text, load_glossary())
    assert made.text == plain
    assert find_losses(text, made) == ()


@pytest.mark.parametrize(
    ("text", "plain", "figures"),
    [
        (
            "Stays were shorter (MD -2.3 days, 95% CI -7.9 to 3.3; low-quality evidence).",
            "Stays were shorter (low-quality evidence).",
            ("MD -2.3 days, 95% CI -7.9 to 3.3",),
        ),
        (
            "Fewer women had cramps (RR 0.6, 95% CI 0.5 to 0.7; 1190 women).",
            "Fewer women had cramps.",
            ("RR 0.6, 95% CI 0.5 to 0.7; 1190 women",),
        ),
        (
            "Cramps were fewer (RR 0.6, 95% CI 0.5 to 0.7; 1190 women).",
            "Cramps were fewer (RR 0.6, 95% CI 0.5 to 0.7; 1190 women).",
            (),
        ),
        (
            "Cramps were fewer (300 mg; RR 0.6, 95% CI 0.5 to 0.7).",
            "Cramps were fewer (300 mg; RR 0.6, 95% CI 0.5 to 0.7).",
            (),
        ),
        (
            "Cramps were fewer (number needed to treat for an additional beneficial outcome (NNTB) 4).",
            "Cramps were fewer.",
            ("number needed to treat for an additional beneficial outcome (NNTB) 4",),
        ),
        ("Cramps were fewer (for 3 days).", "Cramps were fewer (for 3 days).", ()),
    ],
)
def test_only_figures_leave_a_sentence(text: str, plain: str, figures: tuple[str, ...]) -> None:
    made = write_plain(text, load_glossary(), phrases=False)
    assert (made.text, made.figures) == (plain, figures)
    assert find_losses(text, made) == ()


@pytest.mark.parametrize(
    ("was", "shown", "kind"),
    [
        (", and not", ". ", "cut"),
        (", and ", ". Perhaps ", "cut"),
        ("in women", "", "figures"),
        ("t", "S", "capital"),
        ("In", "This is never about", "people"),
    ],
)
def test_a_change_that_oversteps_its_kind_is_found(was: str, shown: str, kind: Kind) -> None:
    text = "In pain, and not in women the trial stood, and there it ended."
    start = text.index(was)
    change = Replacement(start, start + len(was), shown, kind)
    assert find_losses(text, PlainText(apply_replacements(text, (change,)), (), (change,)))
