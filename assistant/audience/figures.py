"""Finds the statistics of a sentence that may be shown behind it: brackets of figures, and figures that close it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.audience.cut import Cut
from assistant.audience.grammar import GRADE, is_inside
from assistant.audience.tails import CERTAINTY, may_label

# What a bracket of statistics holds: a measure of effect, an interval, a p value, a count of people.
_STATISTICS = re.compile(
    r"\b(?:RR|OR|HR|CI|CrI|MD|SMD|WMD|NNT[BH]?|NNH|ARR|RD|IRR|SD|IQR|SEM?|AUC)s?\b|\b[PpNn]\s*[=<>≤≥]|\bI[2²]|\b(?:risk|odds|hazard) ratio\b|"
    r"confidence interval|^\s*(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten) (?:stud(?:y|ies)|trials?|RCTs?|participants)\b",
)
_BRACKET = re.compile(r"\s{0,3}(?:\(((?:[^()]|\([^()]*\))*)\)|\[([^\[\]]*)\])")
# How sure the evidence is stays in the sentence, whatever figures stand before it.
_CERTAINTY = re.compile(
    r"[;,:]\s*((?:GRADE:?\s*)?" + GRADE + r"(?: of)?(?: evidence)?|"
    r"(?:quality|certainty) of (?:the )?evidence:? (?:very )?(?:low|moderate|high))\s*$",
    re.IGNORECASE,
)
# The only words that may leave a sentence with its figures; any other ("not", "only", "women", "mg") limits what it says.
_FIGURE_WORD = re.compile(
    r"(?:RR|OR|HR|CI|CrI|MD|SMD|WMD|NNT[BH]?|NNH|ARR|RD|IRR|SD|IQR|SEM?|AUC)s?|[pniIN]|I²|(?:risk|odds|hazard|rate)|ratios?|values?|statistic|"
    r"(?:standardi[sz]ed|weighted|mean|risk|pooled|adjusted|relative|absolute|typical|Peto)|difference|(?:confidence|credible)|intervals?|"
    r"fixed|random|effects?|model|to|and|of|in|with|participants|people|patients|eyes|trials?|stud(?:y|ies)|RCTs?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten",
    re.IGNORECASE,
)
_NEEDED_TO_TREAT = re.compile(
    r"\bnumber needed to treat(?: (?:for|to) (?:an additional )?(?:benefit|harm|(?:beneficial|harmful) outcome))?",
    re.I,
)
# A unit is a figure's own only behind a difference of means; elsewhere it may be a dose.
_MEAN_DIFFERENCE = re.compile(
    r"^\s*(?:[SW]?MD|(?:weighted |standardi[sz]ed )?mean difference)\b(?! in\b)", re.IGNORECASE
)
LAST_FIGURES = re.compile(
    r"[,:;]\s(?P<figures>(?:RR|OR|HR|RD|[SW]?MD|(?:relative risk|(?:risk|odds|hazard) ratio|(?:weighted |standardi[sz]ed )?mean difference)(?: \([A-Z]{2,3}\))?)"
    r"(?:\s?=|:|\sof|\swas)?\s-?\d[^:;]*?)(?=\.?$)"
)
_MEASURED_IN = re.compile(
    r"(?:minutes?|hours?|days?|weeks?|months?|points?|letters|mmHg|cm|mm|kg|score|scale|units)", re.IGNORECASE
)
_COUNTED = re.compile(r"women|men|children|infants|babies|adults|pregnancies", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moved:
    """``text[start:end]`` held ``figures``; ``shown`` stays in its place."""

    start: int
    end: int
    shown: str
    figures: str


def find_figures(text: str, borders: list[Cut] | None) -> list[Moved]:
    """Brackets that hold statistics, each with the figures taken out of it.

    With ``borders`` a certainty behind the figures becomes a sentence of its own where the sentence ends with it.
    """
    moved: list[Moved] = []
    for found in _BRACKET.finditer(text):
        inside = found[1] or found[2] or ""
        if not found.start() or not re.search(r"\d", inside) or not _STATISTICS.search(inside):
            continue
        certainty = _CERTAINTY.search(inside)
        figure = inside[: certainty.start()] if certainty else inside
        if not is_figure(figure, f"{text[: found.start()]} {text[found.end() :]}"):
            continue
        shown = f" ({certainty[1]})" if certainty else ""
        if certainty and borders is not None and _ends_part(text, found.end(), borders):
            before = _part_before(text, found.start(), borders)
            if re.fullmatch(CERTAINTY, certainty[1], re.IGNORECASE) and may_label(before):
                shown = f". This is {certainty[1]}"
        moved.append(Moved(found.start(), found.end(), shown, figure.strip()))
    return moved or _find_last_figures(text, borders or [])


def _find_last_figures(text: str, borders: list[Cut]) -> list[Moved]:
    """Statistics that close a sentence behind a comma or a colon, without a bracket: ", RR 0.73, 95% CI 0.65 to 0.81"."""
    found = LAST_FIGURES.search(text)
    if (
        not found
        or is_inside(text, found.start())
        or any(cut.start < found.end() and found.start() < cut.end for cut in borders)
        or len(text[: found.start()].split()) < 5
        or not is_figure(found["figures"], text[: found.start()])
    ):
        return []
    return [Moved(found.start(), found.end(), "", found["figures"].strip())]


def _part_before(text: str, position: int, borders: list[Cut]) -> str:
    """What stands before ``position`` in its own sentence, as the sentence is cut now."""
    starts = [cut.end for cut in borders if cut.end <= position]
    starts += [found.end() for found in re.finditer(r"[.!?]\s", text[:position])]
    return text[max(starts, default=0) : position]


def _ends_part(text: str, position: int, borders: list[Cut]) -> bool:
    """Whether a sentence ends at ``position``, or a cut ends it there."""
    return not text[position:].strip(" .\n") or any(
        cut.start == position and cut.kind == "cut" for cut in borders
    )


def is_figure(inside: str, outside: str) -> bool:
    """Whether ``inside`` holds figures alone; who was counted may leave with them where the sentence names them too."""
    measured = _MEAN_DIFFERENCE.match(inside)
    return all(
        _FIGURE_WORD.fullmatch(word)
        or (measured and _MEASURED_IN.fullmatch(word))
        or (_COUNTED.fullmatch(word) and re.search(rf"\b{word}\b", outside, re.IGNORECASE))
        for word in re.findall(r"[^\W\d_]+", _NEEDED_TO_TREAT.sub("NNT", inside))
    )
