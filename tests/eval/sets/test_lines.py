"""Damaged files are named with the line that is at fault, and with what to do about it."""

import gzip
import json

import pytest

from eval.errors import BadSet
from eval.sets import lines
from eval.sets.claims import load_claims
from eval.sets.lines import find_file, read_json_lines, read_lines
from eval.sets.retrieval import load_retrieval_set
from tests.eval.sets.test_retrieval import QRELS, write_set

GOOD = json.dumps({"id": "a", "claim": "c", "evidence": ["e"], "label": "supported"}).encode() + b"\n"


def claims_file(tmp_path, content, name="set.jsonl"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_windows_files_read_like_others(tmp_path):
    plain = load_claims(claims_file(tmp_path, GOOD * 1))
    windows = load_claims(claims_file(tmp_path, b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\r\n"))
    assert windows == plain


def test_judgements_of_windows_read_like_others(tmp_path):
    folder = write_set(tmp_path / "s")
    plain = load_retrieval_set(folder).qrels
    (folder / "qrels" / "test.tsv").write_bytes(b"\xef\xbb\xbf" + QRELS.replace("\n", "\r\n").encode())
    assert load_retrieval_set(folder).qrels == plain


@pytest.mark.parametrize(
    ("second_line", "message"),
    [
        (b"{oh", "set.jsonl:2: broken JSON"),
        (b"[" * 100_000, "set.jsonl:2: broken JSON (nested too deep)"),
        (b'{"id": ' + b"9" * 5000 + b"}", "set.jsonl:2: broken JSON (a number has too many digits)"),
        (b'{"id": "b", "claim": "half \\ud83d"}', "set.jsonl:2: holds half a character"),
        (b'{"id": NaN}', "set.jsonl:2: id: Input should be a valid string"),
        (b"null", "set.jsonl:2: expected an object, got NoneType"),
        (b"\x00\x00", "set.jsonl:2: broken JSON"),
        (b'{"id": "\xff"}', "set.jsonl:2: not UTF-8"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path, second_line, message):
    with pytest.raises(BadSet) as caught:
        load_claims(claims_file(tmp_path, GOOD + second_line + b"\n" + GOOD))
    assert message in str(caught.value)


def test_a_whole_character_written_as_two_halves_is_fine(tmp_path):
    row = GOOD.replace(b'"c"', b'"grin \\ud83d\\ude00"')
    assert load_claims(claims_file(tmp_path, row)).claims[0].claim == "grin \U0001f600"


def test_text_that_is_not_utf8_is_named_with_its_own_line_far_into_a_file(tmp_path):
    with pytest.raises(BadSet, match=r"set\.jsonl:501: not UTF-8"):
        list(read_lines(claims_file(tmp_path, b"fine\n" * 500 + b"\xff\n" + b"fine\n" * 500)))


def test_several_bad_lines_are_told_at_once(tmp_path):
    with pytest.raises(BadSet) as caught:
        load_claims(claims_file(tmp_path, b"{oh\n[]\n" + GOOD))
    assert [problem.split(": ")[0].rsplit(":")[-1] for problem in caught.value.problems] == ["1", "2"]


def test_a_line_too_long_is_refused_before_it_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1_000)
    with pytest.raises(BadSet, match=r"set\.jsonl:2: the line is longer .* one object a line"):
        load_claims(claims_file(tmp_path, GOOD + b'{"id": "' + b"x" * 1_000 + b'"}\n'))


def test_an_archive_cut_short_is_named_with_its_line(tmp_path):
    packed = gzip.compress(b"".join(GOOD.replace(b'"a"', str(i).encode()) for i in range(500)))
    with pytest.raises(BadSet, match=r"set\.jsonl\.gz:\d+: cannot be unpacked .* pack the file again"):
        load_claims(claims_file(tmp_path, packed[:-9], "set.jsonl.gz"))


def test_a_folder_in_the_place_of_a_file_is_told_from_a_missing_one(tmp_path):
    (tmp_path / "corpus.jsonl").mkdir()
    with pytest.raises(BadSet, match="is a folder, expected a file"):
        find_file(tmp_path, "corpus.jsonl")
    with pytest.raises(BadSet, match="is a folder, expected a file"):
        list(read_json_lines(tmp_path))


def test_a_set_in_which_nothing_is_relevant_is_refused(tmp_path):
    with pytest.raises(BadSet, match="nothing can be measured"):
        load_retrieval_set(write_set(tmp_path, qrels="query-id\tcorpus-id\tscore\n1_1\tp1\t0\n"))


def test_a_query_without_a_relevant_passage_is_told(tmp_path):
    found = load_retrieval_set(
        write_set(tmp_path, qrels="query-id\tcorpus-id\tscore\n1_1\tp1\t0\n1_2\tp2\t1\n")
    )
    assert "1 queries have no relevant passage" in found.notes[0]


def test_a_grade_that_no_measure_can_hold_is_refused(tmp_path):
    with pytest.raises(BadSet, match=r"test\.tsv:5: .* small whole grades"):
        load_retrieval_set(write_set(tmp_path, qrels=QRELS + f"1_1\tp2\t{10**20}\n"))
