"""Retrieval sets: what is read, what is put right, and what is refused with file and line."""

import gzip
import json
from pathlib import Path

import pytest

from assistant.conversation import Turn
from eval.errors import BadSet
from eval.sets.records import Passage
from eval.sets.retrieval import load_retrieval_set

CORPUS = [
    {"_id": "p1", "title": "Magnesium", "text": "Magnesium is unlikely to help older adults."},
    {"_id": "p2", "title": "", "text": "Quinine can cause bleeding."},
]
QUERIES = [
    {"_id": "1_1", "text": "Does magnesium help?"},
    {
        "_id": "1_2",
        "text": "and quinine?",
        "history": [
            {"role": "user", "content": "Does magnesium help?"},
            {"role": "assistant", "content": "Unlikely."},
        ],
    },
]
QRELS = "query-id\tcorpus-id\tscore\n1_1\tp1\t1\n1_2\tp2\t2\n1_2\tp1\t0\n"


def write_set(folder: Path, *, corpus=None, queries=None, qrels=QRELS, packed=False) -> Path:
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus", corpus or CORPUS), ("queries", queries or QUERIES)):
        text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
        if packed:
            (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_reads_passages_queries_history_and_grades(tmp_path, packed):
    found = load_retrieval_set(write_set(tmp_path / "tiny", packed=packed))

    assert found.name == "tiny"
    assert found.passages[0] == Passage("p1", "Magnesium", "Magnesium is unlikely to help older adults.")
    assert found.passages[0].full_text.startswith("Magnesium\nMagnesium is")
    assert found.queries[1].history == (Turn("user", "Does magnesium help?"), Turn("assistant", "Unlikely."))
    assert [query.turn for query in found.queries] == [1, 2]
    assert found.qrels == {"1_1": {"p1": 1}, "1_2": {"p2": 2, "p1": 0}}


def test_turns_of_one_conversation_share_a_key(tmp_path):
    first, second = load_retrieval_set(write_set(tmp_path)).queries
    assert first.conversation == second.conversation


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"corpus": ["{not json"]}, "corpus.jsonl:1: broken JSON"),
        ({"corpus": [*CORPUS, "[1, 2]"]}, "corpus.jsonl:3: expected an object, got list"),
        ({"corpus": [*CORPUS, {"_id": "p3"}]}, "corpus.jsonl:3: text: Field required"),
        ({"corpus": [*CORPUS, {"_id": "", "text": "x"}]}, "corpus.jsonl:3: _id"),
        ({"corpus": [*CORPUS, {"_id": "p3", "text": " "}]}, "corpus.jsonl:3: passage 'p3' has neither"),
        ({"corpus": [*CORPUS, {"_id": "p1", "text": "other"}]}, "corpus.jsonl:3: _id 'p1' is given twice"),
        ({"queries": [*QUERIES, QUERIES[0]]}, "queries.jsonl:3: _id '1_1' is given twice"),
        ({"queries": [{"_id": "1_1", "text": " "}]}, "every query has an empty text"),
        (
            {"queries": [{"_id": "q", "text": "x", "history": [{"role": "robot", "content": "y"}]}]},
            "queries.jsonl:1: history.0.role",
        ),
        ({"qrels": QRELS + "9_9\tp1\t1\n"}, "test.tsv:5: query-id '9_9' is not in the queries"),
        ({"qrels": QRELS + "1_1\tp9\t1\n"}, "test.tsv:5: corpus-id 'p9' is not in the corpus"),
        ({"qrels": QRELS + "1_1\tp2\tyes\n"}, "test.tsv:5: score 'yes' is not an integer"),
        ({"qrels": QRELS + "1_1 p2 1\n"}, "test.tsv:5: expected query-id <tab> corpus-id <tab> score"),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, "test.tsv: holds no judgements"),
    ],
)
def test_names_file_and_line_of_a_breach(tmp_path, changes, message):
    with pytest.raises(BadSet) as caught:
        load_retrieval_set(write_set(tmp_path, **changes))
    assert message in str(caught.value)


def test_lists_every_breach_but_not_without_end(tmp_path):
    qrels = QRELS + "".join(f"1_1\tnone{i}\t1\n" for i in range(50))
    with pytest.raises(BadSet) as caught:
        load_retrieval_set(write_set(tmp_path, qrels=qrels))
    assert len(caught.value.problems) == 50
    assert str(caught.value).endswith("... and 30 more")


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_names_a_missing_file(tmp_path, missing):
    folder = write_set(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(BadSet, match=Path(missing).name):
        load_retrieval_set(folder)


def test_refuses_what_is_no_folder(tmp_path):
    with pytest.raises(BadSet, match="not a folder"):
        load_retrieval_set(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "damage", [b"\x1f\x8b\x08 not gzip", gzip.compress(b'{"_id": "p1", "text": "x"}\n' * 99)[:-20]]
)
def test_refuses_a_damaged_archive(tmp_path, damage):
    folder = write_set(tmp_path, packed=True)
    (folder / "corpus.jsonl.gz").write_bytes(damage)
    with pytest.raises(BadSet, match=r"corpus\.jsonl\.gz"):
        load_retrieval_set(folder)


def test_refuses_text_that_is_not_utf8(tmp_path):
    folder = write_set(tmp_path)
    (folder / "corpus.jsonl").write_bytes(b'{"_id": "p1", "text": "\xff\xfe"}\n')
    with pytest.raises(BadSet, match="not UTF-8"):
        load_retrieval_set(folder)


def test_a_passage_repeated_word_for_word_counts_once_and_is_told(tmp_path):
    found = load_retrieval_set(write_set(tmp_path, corpus=[*CORPUS, CORPUS[0]]))
    assert len(found.passages) == 2
    assert "1 passages repeated word for word" in found.notes[0]


def test_of_two_judgements_the_last_counts_and_it_is_told(tmp_path):
    found = load_retrieval_set(write_set(tmp_path, qrels=QRELS + "1_1\tp1\t2\n"))
    assert found.qrels["1_1"] == {"p1": 2}
    assert "1 pairs judged twice" in found.notes[0]


def test_an_empty_query_stays_and_is_told(tmp_path):
    queries = [QUERIES[0], {"_id": "1_2", "text": ""}]
    found = load_retrieval_set(write_set(tmp_path, queries=queries))
    assert len(found.judged_queries()) == 2
    assert "1_2" in found.notes[0]


def test_queries_without_judgements_are_not_measured(tmp_path):
    found = load_retrieval_set(write_set(tmp_path, queries=[*QUERIES, {"_id": "x", "text": "unjudged"}]))
    assert [query.id for query in found.judged_queries()] == ["1_1", "1_2"]


def test_numeric_ids_are_read_as_text(tmp_path):
    found = load_retrieval_set(
        write_set(
            tmp_path,
            corpus=[{"_id": 7, "text": "x"}],
            queries=[{"_id": 3, "text": "y"}],
            qrels="query-id\tcorpus-id\tscore\n3\t7\t1\n",
        )
    )
    assert found.qrels == {"3": {"7": 1}}
