"""Converters: a few records in each published shape become our formats."""

import json

import pytest

from eval.errors import BadSet
from eval.sets.claims import load_claims
from eval.sets.public.catalogue import CONVERTERS
from eval.sets.retrieval import load_retrieval_set
from tests.eval.sets.test_retrieval import write_set


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def convert(name, source, destination):
    counts = CONVERTERS[name].convert(source, destination)
    return counts, load_retrieval_set(destination)


def test_beir(tmp_path):
    counts, found = convert("beir", write_set(tmp_path / "b"), tmp_path / "out")
    assert counts == {"passages": 2, "queries": 2, "judgements": 3}
    assert found.queries[1].history


def test_pubmedqa(tmp_path):
    source = put(
        tmp_path / "ori_pqal.json",
        {"12": {"QUESTION": "Why?", "CONTEXTS": ["A.", "B."], "final_decision": "yes"}},
    )
    _, found = convert("pubmedqa", source, tmp_path / "out")
    assert found.passages[0].text == "A. B."
    assert found.qrels == {"12": {"12": 1}}


def test_bioasq_pools_equal_snippets(tmp_path):
    questions = [
        {"id": "q1", "body": "One?", "snippets": [{"text": "Same."}, {"text": "Other."}]},
        {"id": "q2", "body": "Two?", "snippets": [{"text": "Same."}]},
        {"id": "q3", "body": "None?"},
    ]
    _, found = convert("bioasq", put(tmp_path / "g.json", {"questions": questions}), tmp_path / "out")
    assert len(found.passages) == 2
    assert found.qrels == {"q1": {"s0": 1, "s1": 1}, "q2": {"s0": 1}}


@pytest.mark.parametrize(
    ("found", "none"),
    [
        ({"7": [{"sentences": [1], "label": "CONTRADICT"}]}, {}),
        ([{"doc_id": "7", "sentences": [1], "label": "CONTRADICT"}], []),
    ],
    ids=["by document", "flat list"],
)
def test_scifact(tmp_path, found, none):
    put(
        tmp_path / "corpus.jsonl",
        json.dumps({"doc_id": 7, "title": "t", "abstract": ["S0.", "S1.", "S2."]}) + "\n",
    )
    rows = [
        {
            "id": 1,
            "claim": "C1",
            "evidence": found,
            "cited_doc_ids": [7],
        },
        {"id": 2, "claim": "C2", "evidence": none, "cited_doc_ids": [7]},
    ]
    put(tmp_path / "claims_dev.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    CONVERTERS["scifact"].convert(tmp_path, tmp_path / "out.jsonl.gz")
    refuted, unknown = load_claims(tmp_path / "out.jsonl.gz").claims
    assert (refuted.label, refuted.evidence) == ("refuted", ("S1.",))
    assert (unknown.label, unknown.evidence) == ("not_enough", ("S0.", "S1.", "S2."))


def test_medquad_leaves_out_pairs_without_answer(tmp_path):
    xml = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <Document id="1"><Focus>Gout</Focus><QAPairs>
    <QAPair pid="1"><Question>What is gout ?</Question><Answer>A kind   of arthritis.</Answer></QAPair>
    <QAPair pid="2"><Question>And?</Question><Answer></Answer></QAPair></QAPairs></Document>"""
    put(tmp_path / "1_Some_QA" / "0000001.xml", xml)
    _, found = convert("medquad", tmp_path, tmp_path / "out")
    assert found.passages[0].title == "Gout"
    assert found.passages[0].text == "A kind of arthritis."
    assert len(found.queries) == 1


def test_liveqa(tmp_path):
    put(
        tmp_path / "T-Questions-w-summaries.xml",
        """<S><NLM-QUESTION qid="TQ7"><Original-Question><SUBJECT>DVT</SUBJECT><MESSAGE>Can it?</MESSAGE>
        </Original-Question></NLM-QUESTION></S>""",
    )
    put(
        tmp_path / "All-Answers.csv",
        'AnswerID,Answer\nA1,"Question: What is DVT ?\nURL: u\nAnswer: A clot."\nA2,Bare\n',
    )
    put(tmp_path / "All-qrels_Judged.txt", "7 4-Excellent A1\n7 2-Related A2\n7 3 A9\n")
    _, found = convert("liveqa", tmp_path, tmp_path / "out")
    assert found.queries[0].text == "DVT Can it?"
    assert (found.passages[0].title, found.passages[0].text) == ("What is DVT ?", "A clot.")
    assert found.qrels == {"7": {"A1": 1}}


def test_cast(tmp_path):
    turns = [
        {"number": 1, "raw_utterance": "What is gout?", "passage": "Arthritis."},
        {"number": 2, "raw_utterance": "Is it painful?", "passage": "Very."},
    ]
    _, found = convert("cast", put(tmp_path / "t.json", [{"number": 9, "turn": turns}]), tmp_path / "out")
    (query,) = found.queries
    assert (query.id, query.history[1].content) == ("9_2", "Arthritis.")
    assert found.qrels == {"9_2": {"9_2": 1}}


def test_mtrag(tmp_path):
    data = {
        "documents": [{"document_id": "d", "title": "T", "text": "Text."}],
        "tasks": [
            {
                "task_id": "c<::>2",
                "input": [
                    {"speaker": "user", "text": "a"},
                    {"speaker": "agent", "text": "b"},
                    {"speaker": "user", "text": "c"},
                ],
                "contexts": [{"document_id": "d"}, {"document_id": "elsewhere"}],
            }
        ],
    }
    _, found = convert("mtrag", put(tmp_path / "m.json", data), tmp_path / "out")
    assert [turn.role for turn in found.queries[0].history] == ["user", "assistant"]
    assert found.qrels == {"c<::>2": {"d": 1}}


@pytest.mark.parametrize("name", ["pubmedqa", "bioasq", "cast", "mtrag"])
@pytest.mark.parametrize("content", ["{", [{"other": 1}], {"other": {}}])
def test_another_file_is_refused(name, content, tmp_path):
    with pytest.raises(BadSet):
        CONVERTERS[name].convert(put(tmp_path / "x.json", content), tmp_path / "out")


def test_every_converter_names_source_and_licence_as_the_readme_does(pytestconfig):
    readme = (pytestconfig.rootpath / "eval" / "README.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in readme.splitlines() if line.startswith("| `")}
    assert rows.keys() == CONVERTERS.keys()
    for name, converter in CONVERTERS.items():
        assert converter.where
        assert rows[name].split("|")[-2].strip() == converter.licence


@pytest.mark.shared
def test_cast_topics_give_the_very_set_of_the_benchmark(tmp_path, pytestconfig):
    shared = pytestconfig.rootpath.parent / "shared"
    source = shared / "data" / "trec_cast" / "2021_manual_evaluation_topics_v1.0.json"
    bench = shared / "bench" / "retrieval" / "cast2021_followups"
    if not source.is_file() or not bench.is_dir():
        pytest.skip("the shared development data are not here")
    _, found = convert("cast", source, tmp_path / "out")
    expected = load_retrieval_set(bench)
    assert found.queries == expected.queries
    assert found.qrels == expected.qrels
