"""The public distributions that can be converted, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.sets.public.beir import convert_beir
from eval.sets.public.bioasq import convert_bioasq
from eval.sets.public.cast import convert_cast
from eval.sets.public.liveqa import convert_liveqa
from eval.sets.public.medquad import convert_medquad
from eval.sets.public.mtrag import convert_mtrag
from eval.sets.public.pubmedqa import convert_pubmedqa
from eval.sets.public.scifact import convert_scifact
from eval.sets.public.writing import Counts


@dataclass(frozen=True, slots=True)
class Converter:
    """``convert(source, destination)`` writes a set and returns what it wrote."""

    convert: Callable[[Path, Path], Counts]
    where: str
    licence: str


CONVERTERS: Mapping[str, Converter] = {
    "beir": Converter(convert_beir, "Archives: beir-cellar/beir on GitHub.", "that of the set"),
    "pubmedqa": Converter(
        convert_pubmedqa,
        "data/ori_pqal.json of pubmedqa/pubmedqa on GitHub.",
        "MIT; abstracts are PubMed text",
    ),
    "bioasq": Converter(
        convert_bioasq, "Golden files of Task B: bioasq.org, after registration.", "terms of bioasq.org"
    ),
    "scifact": Converter(
        convert_scifact,
        "Download script of allenai/scifact on GitHub.",
        "claims CC BY 4.0, abstracts ODC-By 1.0",
    ),
    "medquad": Converter(convert_medquad, "abachaa/MedQuAD on GitHub.", "CC BY 4.0"),
    "liveqa": Converter(
        convert_liveqa,
        "abachaa/LiveQA_MedicalTask_TREC2017 and abachaa/MedQuAD on GitHub.",
        "none stated for the questions; judgements CC BY 4.0",
    ),
    "cast": Converter(
        convert_cast,
        "2021 topics of daltonj/treccastweb on GitHub.",
        "MIT; passages of MS MARCO, KILT and the Washington Post",
    ),
    "mtrag": Converter(convert_mtrag, "IBM/mt-rag-benchmark on GitHub.", "Apache-2.0"),
}
