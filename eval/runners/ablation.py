"""Switches each idea of the search off in turn, and says what each one gives, on the same queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.rewrite.standalone import RewriteParts
from eval.measures.bootstrap import compare_paired
from eval.reports.report import Figure, Report, to_figure
from eval.runners.ports import PassageSearch, Understanding
from eval.runners.progress import PartialResults
from eval.runners.retrieval import RetrievalOptions, run_retrieval
from eval.sets.records import RetrievalSet
from index.ports import Embedder, Progress, Vectors

MEASURE = "nDCG@10"
WHOLE = "everything on"


@dataclass(frozen=True, slots=True)
class SearchParts:
    """How the search is set up; ``None``: as the product has it."""

    dense_weight: float | None = None
    topic_weight: float | None = None
    sentence_share: float | None = None
    titles: bool = True


@dataclass(frozen=True, slots=True)
class Variant:
    """The product with one idea off. ``follow_ups``: whether only a set with conversations can tell."""

    name: str
    rewrite: RewriteParts = field(default_factory=RewriteParts)
    search: SearchParts = SearchParts()
    follow_ups: bool = True


VARIANTS: tuple[Variant, ...] = (
    Variant("synonym vocabulary", RewriteParts(synonyms=False), follow_ups=False),
    Variant("courtesies taken off", RewriteParts(courtesies=False)),
    Variant("items of a list named", RewriteParts(listed_items=False)),
    Variant("history terms", RewriteParts(history_terms=False)),
    Variant("worded question embedded too", RewriteParts(worded_question=False)),
    Variant("shown passages weighed", RewriteParts(shown=False)),
    Variant("topic of what was shown", search=SearchParts(topic_weight=0.0)),
    Variant("dense part", search=SearchParts(dense_weight=0.0), follow_ups=False),
    Variant("lexical part", search=SearchParts(dense_weight=1.0), follow_ups=False),
    Variant("best sentence", search=SearchParts(sentence_share=0.0), follow_ups=False),
    Variant("titles", search=SearchParts(titles=False), follow_ups=False),
)

MakeSearch = Callable[[SearchParts], PassageSearch]
MakeUnderstanding = Callable[[PassageSearch, RewriteParts], Understanding]


class RememberingEmbedder:
    """Embeds each text once; the variants of one run ask for much the same texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        import numpy as np  # noqa: PLC0415

        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._embedder.embed(missing, progress=progress), strict=True))
        return np.asarray([self._known[text] for text in texts], dtype=np.float32)


def run_ablation(
    retrieval_set: RetrievalSet,
    make_search: MakeSearch,
    make_understanding: MakeUnderstanding,
    *,
    limit: int | None = None,
    provenance: dict[str, Any],
    variants: Sequence[Variant] = VARIANTS,
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Measure the product whole, then with each idea off, each compared on the same queries.

    ``details["ablation"]`` holds a row for each variant that applies: the figure without the idea and what
    the idea gives (whole minus without) with its paired 95 % interval, resampled by conversation. ``advance``
    is called after each variant. Raises :class:`eval.errors.RunFailed` as a retrieval run does.
    """

    def measure(variant: Variant) -> Report:
        search = make_search(variant.search)
        report = run_retrieval(
            retrieval_set,
            search,
            make_understanding(search, variant.rewrite),
            RetrievalOptions(k=10, limit=limit),
            provenance={},
            partial=PartialResults.nowhere(),
        )
        advance()
        return report

    whole = measure(Variant(WHOLE))
    clusters = [row["conversation"] for row in whole.per_query]
    figures = _figures(whole)
    rows: list[Mapping[str, Any]] = []
    metrics: dict[str, Figure] = {WHOLE: whole.metrics[MEASURE]}
    for variant in variants:
        if variant.follow_ups and not retrieval_set.has_history:
            continue
        without = measure(variant)
        compared = compare_paired(_figures(without), figures, clusters=clusters)
        metrics[f"without: {variant.name}"] = without.metrics[MEASURE]
        rows.append(
            {
                "idea": variant.name,
                "without": without.metrics[MEASURE].value,
                "gives": to_figure(compared.difference).model_dump(),
                "p_value": compared.p_value,
            }
        )
    return Report(
        task="ablation",
        dataset=retrieval_set.name,
        metrics=metrics,
        counts={
            "queries": len(whole.per_query),
            "conversations": len(set(clusters)),
            "passages": len(retrieval_set.passages),
        },
        details={"measure": MEASURE, "ablation": rows},
        notes=list(retrieval_set.notes),
        provenance=provenance,
    )


def _figures(report: Report) -> list[float]:
    return [float(row["metrics"][MEASURE]) for row in report.per_query]
