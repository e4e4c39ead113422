"""Grades: the issuer's own words, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from corpus.parsing.grades import find_grades, is_grade_alone


@pytest.mark.parametrize(
    ("text", "strength", "certainty"),
    [
        ("Screen adults. (B recommendation)", "B recommendation", None),
        ("Evidence is insufficient (I statement).", "I statement", None),
        ("Screen adults. (Grade B)", "Grade B", None),
        ("Screen adults. (Grade: I statement)", "Grade: I statement", None),
        ("Screen adults. B Recommendation", "B Recommendation", None),
        ("Screen adults. Grade: C.", "Grade: C", None),
        ("Offer it. [Strong For]", "Strong For", None),
        ("Offer it. (Strong For | Reviewed, New-added)", "Strong For", None),
        ("Offer it. (Weak against; Not reviewed, Amended)", "Weak against", None),
        ("No evidence. (N/A; Reviewed, New-replaced)", "N/A", None),
        ("No evidence. (Not Applicable)", "Not Applicable", None),
        ("Use oxygen. [EO]", "EO", None),
        ("Use oxygen. [A]", "A", None),
        ("Test donors. (Category IB)", "Category IB", None),
        ("Give it (recommendation category: A, evidence type: 3).", "recommendation category: A", "evidence type: 3"),
        ("Give it. (Strong Recommendation, Low-Quality Evidence)", "Strong Recommendation", "Low-Quality Evidence"),
        ("Give it. (Consensus–Panel Expertise)", "Consensus–Panel Expertise", None),
        ("Give it. (Class IIa; Level of Evidence: B)", "Class IIa", "Level of Evidence: B"),
        ("Give it. (Strong recommendation) (moderate-quality evidence)", "Strong recommendation", "moderate-quality evidence"),
        ("PrEP is an option. (IA)", "IA", None),
        ("Give it. (GRADE 1B)", "GRADE 1B", None),
        ("Avoid it. (2C)", "2C", None),
        (
            "Offer it. (Strong Recommendation, High-Quality Evidence for infants; Moderate Recommendation, "
            "Low-Quality Evidence for adults)",
            "Strong Recommendation; Moderate Recommendation",
            "High-Quality Evidence for infants; Low-Quality Evidence for adults",
        ),
    ],
)  # fmt: skip
def test_grade_is_read_in_the_issuers_words(text: str, strength: str, certainty: str | None) -> None:
    (grade,) = find_grades(text)
    assert (grade.strength, grade.certainty) == (strength, certainty)
    assert strength.split(";", maxsplit=1)[0] in text[grade.start : grade.end]


@pytest.mark.parametrize(
    "text",
    [
        "The Task Force grades its recommendations (A, B, C, D, or I).",
        "The grading (Strong For, Weak For, Strong Against, Weak Against) is defined below.",
        "The grades (A-D, I, and Expert Opinion [EO]) are defined below.",
        "It was significant (95% confidence interval [CI], 1.2 to 3.4).",
        "Women with hepatitis (IC) were excluded.",
        "See the rules (see Recommendation 17).",
        "Take vitamin C (a recommendation of the label).",
        "A method of category 2 (category 2) is fine.",
        "The effect was small (low-quality evidence).",
        "He has heart failure (NYHA class II).",
        "Patients (A) and controls (B) were compared.",
        "",
    ],
)
def test_look_alikes_are_no_grades(text: str) -> None:
    assert find_grades(text) == ()


def test_several_grades_are_found_in_order() -> None:
    grades = find_grades("Survivors of an attempt [B] and others at high risk. [I]")
    assert [grade.strength for grade in grades] == ["B", "I"]


def test_grade_alone() -> None:
    assert is_grade_alone("(Modified from the 2004 guideline.) (Strong For)")
    assert is_grade_alone("(Strong for; Reviewed, New-replaced)")
    assert not is_grade_alone("Offer it. (Strong For)")
    assert not is_grade_alone("(see below)")
