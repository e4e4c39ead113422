"""Count words and make small word vectors for the verifier's alignment.

``python -m eval.training.count_words DATA`` where DATA holds ``medquad`` (CC BY 4.0), ``scifact`` (ODC-By),
``pubmedqa`` (MIT), ``evidence_inference`` (CC BY articles) and ``cochrane_pls`` (CC BY 4.0). Document
frequencies are counted over passages; a word's vector is what the packaged MiniLM (Apache-2.0) gives for the
word alone, reduced to ``--dimension`` principal components and rounded to int8. Writes
``assistant/verify/word_statistics.json``.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.verify.words import normalize, split_words
from eval.sets.lines import read_values

OUT = Path("assistant/verify/word_statistics.json")


def read_passages(data: Path) -> Iterator[str]:
    """Passages of about one abstract each."""
    for row in read_values(data / "medquad" / "qa_with_answers.jsonl.gz"):
        yield f"{row['question']} {row['answer'][:1500]}"
    for row in read_values(data / "scifact" / "corpus.jsonl.gz"):
        yield f"{row['title']} {' '.join(row['abstract'])}"
    for row in read_values(data / "pubmedqa" / "dev500.jsonl.gz"):
        yield " ".join(row["contexts"])
    for row in read_values(data / "evidence_inference" / "articles.jsonl.gz"):
        text = row["text"]
        for start in range(0, len(text), 1500):
            yield text[start : start + 1500]


def count(data: Path) -> tuple[int, Counter[str], dict[str, Counter[str]]]:
    documents, frequency, forms = 0, Counter[str](), dict[str, Counter[str]]()
    for passage in read_passages(data):
        documents += 1
        seen = set()
        for word in split_words(normalize(passage)):
            if word.text[0].isdigit():
                continue
            seen.add(word.stem)
            forms.setdefault(word.stem, Counter())[word.text] += 1
        frequency.update(seen)
    return documents, frequency, forms


def embed_words(words: list[str], *, dimension: int) -> npt.NDArray[np.int8]:
    """int8 vectors, shape ``(len(words), dimension)``: principal components of the MiniLM vectors."""
    from index.embedder import load_embedder  # noqa: PLC0415 - counting alone needs no model

    vectors = np.asarray(load_embedder("minilm").embed(words), dtype=np.float64)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ axes[:, ::-1][:, :dimension]
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
    small: npt.NDArray[np.int8] = np.clip(
        np.round(reduced * 127 / np.abs(reduced).max(axis=1, keepdims=True)), -127, 127
    ).astype(np.int8)
    return small


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--dimension", type=int, default=48)
    parser.add_argument("--vector-words", type=int, default=12000)
    arguments = parser.parse_args()
    documents, frequency, forms = count(arguments.data)
    kept = {stem: n for stem, n in frequency.items() if n >= 4}
    stems = [stem for stem, _ in frequency.most_common() if len(stem) >= 3][: arguments.vector_words]
    words = [forms[stem].most_common(1)[0][0] for stem in stems]
    vectors = embed_words(words, dimension=arguments.dimension) if stems else np.zeros((0, 1), np.int8)
    OUT.write_text(
        json.dumps(
            {
                "about": "Document frequencies and word vectors; see docs/cards/verifier.md",
                "documents": documents,
                "frequency": dict(sorted(kept.items())),
                "dimension": arguments.dimension,
                "vector_stems": stems,
                "vectors": base64.b64encode(vectors.tobytes()).decode("ascii"),
            },
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{documents} passages, {len(kept)} stems, {len(stems)} vectors, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
