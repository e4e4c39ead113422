"""Claim sets: labels are checked, repeated ids of public sets are told apart."""

import json

import pytest

from eval.errors import BadSet
from eval.sets.claims import load_claims

GOOD = {"id": "a", "claim": "Quinine works.", "evidence": ["Quinine reduced cramps."], "label": "supported"}


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_reads_claims(tmp_path):
    found = load_claims(write(tmp_path / "small.jsonl", GOOD, {**GOOD, "id": "b", "evidence": []}))
    assert found.name == "small"
    assert [claim.id for claim in found.claims] == ["a", "b"]
    assert found.claims[1].evidence == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**GOOD, "label": "true"}, "2: label: Input should be 'supported', 'not_enough' or 'refuted'"),
        ({**GOOD, "id": "b", "claim": " "}, "2: claim 'b' has an empty text"),
        ({**GOOD, "id": "b", "evidence": ["", " "]}, "2: claim 'b' has only empty evidence"),
        ({**GOOD, "id": "b", "evidence": "a text"}, "2: evidence: Input should be a valid list"),
        (GOOD, "2: id 'a' is given twice, with the same claim and evidence"),
    ],
)
def test_names_the_line_of_a_breach(tmp_path, row, message):
    with pytest.raises(BadSet) as caught:
        load_claims(write(tmp_path / "bad.jsonl", GOOD, row))
    assert message in str(caught.value)


def test_one_claim_with_two_evidence_sets_is_two_items(tmp_path):
    found = load_claims(write(tmp_path / "x.jsonl", GOOD, {**GOOD, "evidence": ["Another text."]}))
    assert [claim.id for claim in found.claims] == ["a", "a#2"]
    assert found.notes


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(BadSet, match="holds no claims"):
        load_claims(write(tmp_path / "empty.jsonl"))
