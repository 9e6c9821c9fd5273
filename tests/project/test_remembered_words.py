"""What is remembered from one request to the next says nothing: the next reader may speak another language."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.run import ROOT

_REMEMBERS = {"cache", "lru_cache", "_REMEMBERED", "memoize", "cached_property"}
_SAYS = {"_", "gettext", "ngettext", "speaking", "in_words", "languages_with", "text_words", "language_words"}


def _name(node: ast.expr) -> str:
    """The last part of what is called or decorates."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def remembered_words(code: str) -> Iterator[str]:
    """Functions that are remembered and ask which language it is: ``name: what they call``."""
    for one in ast.walk(ast.parse(code)):
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not {_name(decorator) for decorator in one.decorator_list} & _REMEMBERS:
            continue
        called = {_name(node) for node in ast.walk(one) if isinstance(node, ast.Call)}
        yield from (f"{one.name}: {said}" for said in sorted(called & _SAYS))


def test_nothing_that_is_remembered_knows_a_reader() -> None:
    found = {
        str(path.relative_to(ROOT)): list(remembered_words(path.read_text("utf-8")))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize("decorator", ["cache", "functools.cache", "lru_cache(maxsize=8)", "cached_property"])
def test_such_a_function_is_found(decorator: str) -> None:
    assert list(remembered_words(f"@{decorator}\ndef form(own):\n    return Line(_('Title'))\n")) == [
        "form: _"
    ]


def test_a_function_that_is_asked_each_time_is_none() -> None:
    assert list(remembered_words("def form(own):\n    return Line(_('Title'))\n")) == []
