"""Interrupted runs go on where they stopped, and only where nothing has changed."""

from eval.runners.progress import PartialResults, hash_configuration


def test_finished_items_are_found_again(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a", "value": 1})
    with PartialResults(path, "c1") as partial:
        assert partial.finished == {"a": {"id": "a", "value": 1}}
        partial.add({"id": "b", "value": 2})
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a", "b"}
        partial.discard()
    assert not path.exists()


def test_another_configuration_begins_anew(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    with PartialResults(path, "c2") as partial:
        assert partial.finished == {}


def test_a_line_cut_short_is_dropped(tmp_path):
    path = tmp_path / "run.partial.jsonl"
    with PartialResults(path, "c1") as partial:
        partial.add({"id": "a"})
    path.write_text(path.read_text() + '{"id": "b", "val', encoding="utf-8")
    with PartialResults(path, "c1") as partial:
        assert set(partial.finished) == {"a"}


def test_without_a_path_nothing_is_written(tmp_path):
    with PartialResults(None, "c") as partial:
        partial.add({"id": "a"})
        assert set(partial.finished) == {"a"}
        partial.discard()
    assert list(tmp_path.iterdir()) == []


def test_the_hash_depends_on_values_not_on_order():
    assert hash_configuration({"a": 1, "b": 2}) == hash_configuration({"b": 2, "a": 1})
    assert hash_configuration({"a": 1}) != hash_configuration({"a": 2})
