"""Finds words for people that no catalogue can reach: in templates outside of ``_()`` and ``trans``, in Python outside of ``_()`` and its kin."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

SAID = frozenset({"_", "gettext", "ngettext", "lazy"})
_HUMAN = frozenset({"title", "alt", "aria-label", "aria-description", "placeholder", "content", "label"})
_META = frozenset(
    {
        "viewport",
        "color-scheme",
        "format-detection",
        "theme-color",
        "referrer",
        "robots",
        "twitter:card",
        "og:type",
    }
)
_NAMES = frozenset({"Stillpoint"})
_EXPRESSION = "\ufffc"
_LETTERS = re.compile(r"[A-Za-z]{2}")
#: A sentence, a label, or a piece of one; not a class, an address, a key or a pattern.
_WORDS = re.compile(
    r"[A-Z]-?[a-z\u2019']+(?:[ ,.:?!\u2019'-]|$)|(?:^|.* )[a-z\u2019']+,? [a-z\u2019']+.*|[A-Z] [a-z].*|[:,;.] [a-z]+.*"
)
_CLASSES = re.compile(r" ?(?:[a-z0-9]+ )*[a-z]+(?:-[a-z0-9]+)*-(?:[a-z0-9]+)?(?: [a-z-]+)*")


def words_in_template(path: Path) -> Iterator[str]:
    """Text nodes and human attributes that stand in the template as they are, and strings of its expressions that are words."""
    tree = _environment().parse(path.read_text("utf-8"))
    page = _Page()
    page.feed("".join(_raw(tree)))
    page.close()
    yield from page.found
    yield from _strings(tree)


def words_in_module(path: Path) -> Iterator[str]:
    """String constants of a module that read like something said to people."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = {id(part) for node in ast.walk(tree) for part in _not_said(node)}
    said = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in hidden)
    for node in said:
        if isinstance(node.value, str) and is_words(node.value):
            yield f"{node.lineno}: {node.value}"


def is_words(text: str) -> bool:
    """Whether a string looks like words for people."""
    return (
        text not in _NAMES
        and bool(_WORDS.match(text))
        and not _CLASSES.fullmatch(text)
        and "/" not in text.split(" ")[0]
    )


class _Page(HTMLParser):
    """Collects what a browser would show or read out of raw markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        silent = tag == "meta" and (said.get("name") or said.get("property")) in _META
        for name, value in attrs:
            if name in _HUMAN and not silent and value and _LETTERS.search(value.replace(_EXPRESSION, "")):
                self.found.append(f"{name}={value.replace(_EXPRESSION, '{}')}")

    def handle_data(self, data: str) -> None:
        shown = " ".join(data.split())
        if _LETTERS.search(shown.replace(_EXPRESSION, "")):
            self.found.append(shown.replace(_EXPRESSION, "{}"))


def _raw(tree: nodes.Node) -> Iterator[str]:
    """The template's own markup in order; each expression becomes one sign."""
    blocks = (block for block in tree.find_all(nodes.Block) if block.name.endswith("_class"))
    classes = {id(output) for block in blocks for output in block.find_all(nodes.Output)}
    for node in tree.find_all(nodes.Output):
        for part in () if id(node) in classes else node.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else _EXPRESSION


def _strings(tree: nodes.Node) -> Iterator[str]:
    """Constants of expressions that are words, outside of what is translated and of what only compares."""
    passed = {
        id(part)
        for node in tree.find_all((nodes.Call, nodes.Compare, nodes.Getitem, nodes.Test))
        for part in _unsaid(node)
    }
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in passed and is_words(constant.value):
            yield f"{constant.lineno}: {constant.value}"


def _unsaid(node: nodes.Node) -> Iterator[nodes.Node]:
    if isinstance(node, nodes.Call):
        called = node.node
        if isinstance(called, nodes.Name) and called.name in SAID | {"url_for"}:
            yield from node.find_all(nodes.Const)
    else:
        yield from node.find_all(nodes.Const)


_SILENT_CALLS = frozenset(
    {
        "limit",
        "compile",
        "get",
        "getLogger",
        "debug",
        "warning",
        "error",
        "info",
        "register_error_handler",
        "find",
        "startswith",
        "render_template",
        "url_for",
        "strptime",
        "strftime",
        "Problem",
        "cast",
        "TypeVar",
        "ParamSpec",
        "Blueprint",
    }
)


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """The constants that nobody reads as a page: translated ones, docstrings, annotations, names, log lines."""
    if isinstance(node, ast.Call):
        called = (
            node.func.id
            if isinstance(node.func, ast.Name)
            else node.func.attr
            if isinstance(node.func, ast.Attribute)
            else ""
        )
        if called in SAID or called in _SILENT_CALLS or called.endswith("Error"):
            yield from ast.walk(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Compare | ast.Subscript):
        yield from ast.walk(node)
    elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield from ast.walk(node.returns)


@cache
def _environment() -> Environment:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    return environment
