"""What the documents say of the house is so: links lead somewhere, files and names that they name are there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.run import ROOT
from tests.support.sources import files, tree

PAGES = sorted(
    path
    for path in files()
    if path.suffix == ".md" and path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"}
)
#: Where a path in a document may begin.
_ROOTS = (ROOT, ROOT / "app", ROOT / "docs", ROOT / "tests")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
#: A file of ours, and perhaps a name in it: `actions/booking.py: book`.
_FILE = re.compile(r"((?:[\w.-]+/)+[\w.-]+\.(?:py|html|txt|css|js|toml|md|svg)|test_\w+\.py)(?:: (\w+))?")
_NAME = re.compile(r"_?[a-z]\w*|_?[A-Z]\w*")
_ELSEWHERE = ("http:", "https:", "mailto:")


def _named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """What its headings can be led to by."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


def _broken(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(page)):
        if link.startswith(_ELSEWHERE):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(_broken(page)) == []


@cache
def _names_in(path: Path) -> frozenset[str]:
    """Everything that a module defines, in whatever depth."""
    defined = {
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assigned = {
        node.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(defined | assigned)


def _found(path: str, page: Path) -> Path | None:
    places = (root / path for root in (*_ROOTS, page.parent))
    return next((place for place in places if place.exists()), None)


def _untrue(page: Path) -> Iterator[str]:
    """Files that are not there, and names that their file does not define."""
    for code in _CODE.findall(_prose(page)):
        named = _FILE.fullmatch(code)
        if named is None:
            continue
        module = _found(named[1], page)
        if module is None or (named[2] and named[2] not in _names_in(module)):
            yield code


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    assert list(_untrue(page)) == []


def test_the_way_of_a_booking_names_what_is_there() -> None:
    """Its table says file and function in one cell: there a name alone belongs to the file before it."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| .* \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) > 10
    missing = []
    for row in rows:
        module = None
        for code in _CODE.findall(row):
            named = _FILE.fullmatch(code)
            if named is not None:
                module = _found(named[1], ROOT / "docs" / "architecture.md")
            elif _NAME.fullmatch(code) and (module is None or code not in _names_in(module)):
                missing.append(code)
    assert missing == []


def test_every_decision_is_listed() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    lines = [
        f"{int(path.name[:4])}. [{path.read_text('utf-8').splitlines()[0].partition('. ')[2]}](decisions/{path.name})"
        for path in decisions
    ]
    assert [line for line in lines if line not in text] == []


def test_every_page_can_be_found_from_the_readme() -> None:
    """By links alone, in as many steps as it takes."""
    found: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        found.add(page)
        links = (link.partition("#")[0] for link in _LINK.findall(page.read_text("utf-8")))
        targets = (
            (page.parent / link).resolve() for link in links if link and not link.startswith(_ELSEWHERE)
        )
        waiting += [path for path in targets if path.suffix == ".md" and path.is_file() and path not in found]
    assert [_named(page) for page in PAGES if page not in found] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (page.parent / link).resolve() for page in PAGES for link in _LINK.findall(page.read_text("utf-8"))
    }
    pictures = {
        path for path in files() if path.is_relative_to(ROOT / "docs") and path.suffix in {".png", ".svg"}
    }
    assert sorted(_named(path) for path in pictures - shown) == []
