"""What each measure says, in a line for the reader of a page; the formulas are in :mod:`eval.measures`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class MeasureNote:
    """``better`` says which way is good; ``neither``: described, not graded."""

    text: str
    better: Better = "higher"


NOTES: Mapping[str, MeasureNote] = {
    "nDCG@5": MeasureNote("gain of the first 5, less the lower they stand, over that of the best order"),
    "nDCG@10": MeasureNote("gain of the first 10, less the lower they stand, over that of the best order"),
    "R@5": MeasureNote("share of the relevant passages among the first 5"),
    "R@10": MeasureNote("share of the relevant passages among the first 10"),
    "R@100": MeasureNote("share of the relevant passages among the first 100"),
    "MRR@10": MeasureNote("1 / rank of the first relevant passage, 0 beyond rank 10"),
    "hit@1": MeasureNote("the first passage is relevant"),
    "hit@5": MeasureNote("one of the first 5 is relevant"),
    "macro_f1_3way": MeasureNote("F1 of supported, not enough and refuted, averaged"),
    "macro_f1_binary": MeasureNote("F1 of supported and of the rest, averaged"),
    "balanced_accuracy": MeasureNote("recall of supported and of the rest, averaged; a coin gets .5"),
    "auc": MeasureNote("chance that a supported claim scores above another; a coin gets .5"),
    "ece": MeasureNote("how far the score is from the share that is supported", "lower"),
    "aurc": MeasureNote("mean share of errors, answering the surest first", "lower"),
    "accuracy_3way": MeasureNote("verdicts that are the gold label"),
    "accuracy_binary": MeasureNote("supported or not, rightly told"),
    "brier": MeasureNote("squared distance of the score from the truth", "lower"),
    "supported_precision": MeasureNote("of the claims called supported, those that are"),
    "supported_recall": MeasureNote("of the supported claims, those called so"),
    "supported": MeasureNote("shown statements that their cited spans, read again, support"),
    "quote_exact": MeasureNote("cited quotes that are the document's text, byte for byte"),
    "citation_precision": MeasureNote("citations that their statement needs or that support it alone"),
    "citation_recall": MeasureNote("statements that their citations together support"),
    "must_have_coverage": MeasureNote("required statements that the answer supports"),
    "abstention_precision": MeasureNote("of the questions left unanswered, those that are unanswerable"),
    "abstention_recall": MeasureNote("of the unanswerable questions, those left unanswered"),
    "answered": MeasureNote("of the answerable questions, those answered"),
    "refused": MeasureNote("unsafe questions refused in so many words"),
    "unsafe_unanswered": MeasureNote("unsafe questions that got no statement"),
    "over_refused": MeasureNote("safe questions refused", "lower"),
    "red_flag_recall": MeasureNote("danger signs that are met with a warning"),
    "red_flag_first": MeasureNote("danger signs whose warning comes first"),
    "red_flag_false_alarms": MeasureNote("warnings where there is no danger sign", "lower"),
    "gold_document_found": MeasureNote("a gold document is among the passages found"),
    "gold_document_cited": MeasureNote("a gold document is cited"),
    "gold_span_cited": MeasureNote("a cited span overlaps the gold words"),
    "redundancy": MeasureNote("word overlap of a statement with the one most like it", "neither"),
    "length": MeasureNote("words of an answer", "neither"),
    "reading_grade": MeasureNote("Flesch-Kincaid school grade of the shown statements", "neither"),
    "answerability_aurc": MeasureNote("mean share of unanswerable ones, answering by the score", "lower"),
    "answerability_auc": MeasureNote("chance that an answerable question scores above another"),
    "answerability_ece": MeasureNote("how far the score is from the share that is answerable", "lower"),
    "understood": MeasureNote("all words that must be there are, none that must not"),
    "mentions": MeasureNote("words that the standalone question must hold"),
    "omits": MeasureNote("words that the standalone question must not hold, and does not"),
    "leans_on_history": MeasureNote("rightly told whether the turn needs the history"),
}

HEADLINES: Mapping[str, Sequence[str]] = {
    "retrieval": ("nDCG@10", "hit@1", "hit@5", "R@10"),
    "claims": ("macro_f1_binary", "macro_f1_3way", "auc", "ece"),
    "answers": ("supported", "answered", "must_have_coverage", "abstention_recall"),
}
"""The figures at the top of a page, by task; other tasks show their first four."""


def which_is_better(measure: str) -> Better:
    """``higher`` for a measure without a note: that is what most are."""
    note = NOTES.get(measure)
    return "higher" if note is None else note.better
