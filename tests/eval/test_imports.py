"""``import eval`` would shadow the builtin of that name; only ``from eval.x import y`` is allowed."""

import ast


def test_no_file_imports_the_package_under_the_builtins_name(pytestconfig):
    root = pytestconfig.rootpath
    offenders = []
    for folder in ("corpus", "index", "assistant", "eval", "tests"):
        for path in sorted((root / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                plain = isinstance(node, ast.Import) and any(
                    a.name.split(".")[0] == "eval" for a in node.names
                )
                bare = isinstance(node, ast.ImportFrom) and node.module == "eval" and node.level == 0
                if plain or bare:
                    offenders.append(f"{path.relative_to(root)}:{node.lineno}")
    assert offenders == []


def test_nothing_outside_imports_the_harness(pytestconfig):
    root = pytestconfig.rootpath
    offenders = [
        str(path.relative_to(root))
        for folder in ("corpus", "index", "assistant")
        for path in sorted((root / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "eval"
    ]
    assert offenders == []
