"""BEIR folders (SciFact, NFCorpus, TREC-COVID and others), as unpacked from the BEIR archives.

Where: the beir-cellar/beir repository on GitHub links the archives. Licence: that of each set; SciFact's
claims are CC BY 4.0, its abstracts ODC-By 1.0. Our own format is this layout, so a BEIR folder is read
in place; converting drops unjudged queries and packs the files.
"""

from __future__ import annotations

from pathlib import Path

from eval.sets.public.writing import Counts, write_retrieval_set
from eval.sets.retrieval import load_retrieval_set


def convert_beir(source: Path, destination: Path) -> Counts:
    found = load_retrieval_set(source)
    return write_retrieval_set(destination, found.passages, found.queries, found.qrels)
