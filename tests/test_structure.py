"""Rules of the tree that no linter holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = [
    path
    for folder in ("corpus", "index", "assistant", "eval", "tests")
    for path in (ROOT / folder).rglob("*.py")
]


def test_nothing_imports_eval_by_its_bare_name() -> None:
    """`import eval` shadows the builtin; `from eval.x import y` does not."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "eval" for alias in node.names)
    ]
    assert not found


def test_every_tests_folder_is_a_package() -> None:
    """Without this, `tests/corpus` shadows the package `corpus`."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert all((folder / "__init__.py").exists() for folder in folders)


def test_every_module_says_its_one_job() -> None:
    missing = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text("utf-8").strip() and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert not missing


def test_one_importer_each() -> None:
    """faiss, bm25s and the chat client have one importer each; nothing unpickles."""
    importers: dict[str, set[str]] = {
        "faiss": set(),
        "bm25s": set(),
        "langchain_openai": set(),
        "pickle": set(),
    }
    for path in SOURCES:
        if "tests" in path.parts or "peers" in path.parts:  # peers are measured, not used
            continue
        text = path.read_text("utf-8")
        for module, users in importers.items():
            if re.search(rf"^\s*(?:import|from) {module}\b", text, re.MULTILINE):
                users.add(path.relative_to(ROOT).as_posix())
    assert importers == {
        "faiss": {"index/vector_index.py"},
        "bm25s": {"index/postings.py"},
        "langchain_openai": {"assistant/language_model.py"},
        "pickle": set(),
    }


def test_no_machine_paths() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:work|farm|root)/")
    tracked = [
        path
        for path in (*SOURCES, *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "Makefile")
        if path != Path(__file__)
    ]
    assert not [str(path) for path in tracked if pattern.search(path.read_text("utf-8"))]
