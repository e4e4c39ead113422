"""Pairs that disagree, from data in the layout of Evidence Inference and SciFact."""

import gzip
import json

from eval.runners.disagreement import measure_pairs, read_scifact_pairs, read_trial_pairs


def write_lines(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def test_trial_sentences_on_one_question_are_paired_by_label(tmp_path):
    def note(evidence, label, outcome="Pain"):
        return {"evidence": evidence, "label": label, "outcome": outcome, "intervention": "Yoga"}

    annotations = [
        note("Pain was lower with yoga.", "significantly decreased"),
        note("Pain did not differ.", "no significant difference", "pain."),
        note("Sleep rose.", "significantly increased", "Sleep"),
    ]
    write_lines(tmp_path / "articles.jsonl.gz", [{"annotations": annotations}])
    pairs = read_trial_pairs(tmp_path)
    assert [pair.disagree for pair in pairs] == [True]
    found = measure_pairs(pairs)
    assert (found["pairs"], found["right"]) == ("1", "1")
    assert found["recall"].startswith("1.000")


def test_a_claim_disagrees_with_the_rationale_that_contradicts_it(tmp_path):
    write_lines(tmp_path / "corpus.jsonl.gz", [{"doc_id": 1, "abstract": ["A rose.", "A fell."]}])
    evidence = [
        {"doc_id": 1, "label": "SUPPORT", "sentences": [0]},
        {"doc_id": 1, "label": "CONTRADICT", "sentences": [1]},
    ]
    write_lines(tmp_path / "claims_train.jsonl.gz", [{"claim": "A rises.", "evidence": evidence}])
    assert [pair.disagree for pair in read_scifact_pairs(tmp_path)] == [False, True]
