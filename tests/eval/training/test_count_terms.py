"""Candidates for the glossary."""

from pathlib import Path

from eval.training.count_terms import count_terms, read_texts


def test_counts_documents_and_leaves_out_what_is_explained(tmp_path: Path):
    (tmp_path / "a.md").write_text("Hypertension and extrapolation, extrapolation.", encoding="utf-8")
    (tmp_path / "b.xml").write_text("<p>Extrapolation of a cat</p>", encoding="utf-8")
    assert count_terms(read_texts(tmp_path), syllables=3) == {"extrapolation": 2}
