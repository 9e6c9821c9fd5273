"""Docstrings and names: a module says in a line what it is, and no name says nothing."""

import ast
import re

from tests.support.sources import files, modules, named, tree

BANNED = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "base",
    "data",
    "process",
    "handle",
    "session",
}
PRODUCT = ("app", "config", "wsgi", "development")


def _names(node: ast.AST) -> list[str]:
    """The names that a piece of code introduces."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return []


def test_every_module_says_what_it_is() -> None:
    silent = [
        named(path) for path in modules(*PRODUCT, "tests", "benchmarks") if not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_whatever_is_public_in_domain_and_actions_is_explained() -> None:
    silent = [
        f"{named(path, node.lineno)} {node.name}"
        for path in modules("app")
        if {"domain", "actions"} & set(path.parts)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = ((path, set(re.split(r"[_/.]", named(path)))) for path in modules(*PRODUCT))
    assert [named(path) for path, words in parts if words & BANNED] == []


def test_no_name_says_nothing() -> None:
    empty = [
        f"{named(path, getattr(node, 'lineno', 0))} {name}"
        for path in modules("app", "config", "wsgi")
        for node in ast.walk(tree(path))
        for name in _names(node)
        if name.lower() in BANNED
    ]
    assert empty == []


def test_nothing_is_left_for_later() -> None:
    # Put together here, so that this file does not find itself.
    unfinished = re.compile(
        "|".join(("TO" + "DO", "FIX" + "ME", "coming" + " soon", "Not" + "ImplementedError"))
    )
    kinds = {".py", ".html", ".txt", ".toml", ".md", ".js", ".css"}
    left = [
        named(path, number)
        for path in files()
        if path.suffix in kinds
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if unfinished.search(line)
    ]
    assert left == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    paths = re.compile("|".join(("/" + r"work/", "/" + r"farm/", r"\." + r"library/", "/root" + r"/\.pyenv")))
    found = []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        found += [
            named(path, number) for number, line in enumerate(text.splitlines(), 1) if paths.search(line)
        ]
    assert found == []
