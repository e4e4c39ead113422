"""Maps what a source plainly states of its population to the controlled vocabulary."""

from __future__ import annotations

import re

_NEGATED = re.compile(
    r"\b(?:without|excluding|except|other than|who (?:do|does|did|are|is|have|has) not|not|no)\b[^.;\n]*",
    re.IGNORECASE,
)

# Examples in passing, and the notes below a statement, name populations that it need not be about.
_ASIDE = re.compile(r"\((?:e\.g\.|such as|for example)[^()]*\)|\bNote\b\s*:.*", re.IGNORECASE | re.DOTALL)

_STATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (population, re.compile(pattern, re.IGNORECASE))
    for population, pattern in (
        ("adults", r"\badults?\b|\b(?:aged?\s+)?(?:≥|>=)\s*18\b|\b18 years (?:and|or) older\b|\bpostmenopausal\b"),
        ("older_adults", r"\bolder adults?\b|\belderly\b|\b(?:6[05]|70|75) years (?:and|or) older\b|\bolder than (?:6[05]|70|75)\b"),
        ("children", r"\bchild(?:ren)?\b|\binfants?\b|\bnewborns?\b|\btoddlers?\b|\bneonates?\b"),
        ("adolescents", r"\badolescents?\b|\bteen(?:ager)?s?\b"),
        ("pregnancy", r"\bpregnant\b(?! or nursing home)|\bduring pregnancy\b|\bin pregnancy\b"),
        ("breastfeeding", r"\bbreast-?feeding (?:women|mothers|persons)\b|\blactating\b|\bwomen who (?:are )?breast-?feed"),
        ("renal_impairment", r"\bchronic kidney disease\b|\bkidney failure\b|\brenal (?:impairment|insufficiency|failure)\b"),
        ("dialysis", r"\b(?:ha?emo)?dialysis\b"),
        ("hepatic_impairment", r"\bcirrhosis\b|\bhepatic impairment\b|\bliver failure\b|\bchronic liver disease\b"),
        ("als", r"\bamyotrophic lateral sclerosis\b"),
        ("diabetes", r"\bdiabetes\b|\bdiabetic\b"),
        ("athletes", r"\bathletes?\b"),
    )
)  # fmt: skip

# Medical Subject Headings that name a population of the vocabulary. https://www.nlm.nih.gov/mesh/
_MESH: dict[str, tuple[str, ...]] = {
    "Adult": ("adults",),
    "Young Adult": ("adults",),
    "Middle Aged": ("adults",),
    "Aged": ("older_adults",),
    "Aged, 80 and over": ("older_adults",),
    "Frail Elderly": ("older_adults",),
    "Child": ("children",),
    "Child, Preschool": ("children",),
    "Infant": ("children",),
    "Infant, Newborn": ("children",),
    "Adolescent": ("adolescents",),
    "Pregnancy": ("pregnancy",),
    "Pregnant Women": ("pregnancy",),
    "Breast Feeding": ("breastfeeding",),
    "Renal Insufficiency": ("renal_impairment",),
    "Renal Insufficiency, Chronic": ("renal_impairment",),
    "Kidney Failure, Chronic": ("renal_impairment",),
    "Renal Dialysis": ("dialysis",),
    "Liver Cirrhosis": ("hepatic_impairment",),
    "Hepatic Insufficiency": ("hepatic_impairment",),
    "Amyotrophic Lateral Sclerosis": ("als",),
    "Diabetes Mellitus": ("diabetes",),
    "Diabetes Mellitus, Type 1": ("diabetes",),
    "Diabetes Mellitus, Type 2": ("diabetes",),
    "Athletes": ("athletes",),
}


def stated_populations(statement: str) -> tuple[str, ...]:
    """Read a field that names the target population. What follows a negation is left out of account."""
    positive = _NEGATED.sub(" ", _ASIDE.sub(" ", statement))
    return tuple(population for population, pattern in _STATED if pattern.search(positive))


def mesh_populations(headings: list[str]) -> tuple[str, ...]:
    """Map Medical Subject Headings to the vocabulary; headings that name no population are left out."""
    found = [population for heading in headings for population in _MESH.get(heading, ())]
    return tuple(dict.fromkeys(found))
