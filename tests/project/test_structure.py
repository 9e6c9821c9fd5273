"""What the code may not do anywhere, whatever the linters allow."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from tests.support.sources import functions, modules, named, tree


def _calls(path: Path, method: str) -> list[str]:
    return [
        named(path, node.lineno)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


def test_no_module_is_part_of_a_circle_of_imports() -> None:
    graph = grimp.build_graph("app")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        named(path, node.lineno)
        for path in modules("app", "config", "wsgi", "development")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_only_the_transactions_of_store_commit() -> None:
    elsewhere = [
        place
        for path in modules("app")
        if named(path) != "app/store/transactions.py"
        for place in _calls(path, "commit")
    ]
    assert elsewhere == []


def test_the_clock_is_read_in_one_place() -> None:
    elsewhere = [
        place
        for path in modules("app")
        if named(path) != "app/clock.py"
        for method in ("utcnow", "today")
        for place in _calls(path, method)
    ]
    assert elsewhere == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    marks = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        named(path, node.lineno)
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in marks
        and ast.unparse(node.value) in {"pytest", "pytest.mark"}
    ]
    assert found == []


def test_no_test_replaces_our_own_code() -> None:
    found = [
        named(path, node.lineno)
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(
            "mock" in name
            for name in [getattr(node, "module", "") or "", *(each.name for each in node.names)]
        )
    ]
    assert found == []
