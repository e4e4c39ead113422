"""The tree of errors in the docstring is the tree of the classes."""

from __future__ import annotations

import inspect

from index import errors


def test_the_docstring_draws_every_error_under_its_base() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if "──" in line:
            depth = line.index("──") // 4 + 1
            name = line.split("──")[1].split()[0]
        elif line == "IndexStoreError":
            depth, name = 0, line
        else:
            continue
        path = [*path[:depth], name]
        drawn[name] = path[depth - 1] if depth else "Exception"
    classes = {
        name: each.__bases__[0].__name__
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if each.__module__ == errors.__name__
    }
    assert drawn == classes


def test_unknown_ids_are_key_errors_that_read_as_sentences() -> None:
    assert isinstance(errors.UnknownDocument("x"), KeyError)
    assert str(errors.UnknownDocument("x")) == "the library holds no document 'x'"
    assert str(errors.UnknownChunk("x")) == "the library holds no chunk 'x'"
