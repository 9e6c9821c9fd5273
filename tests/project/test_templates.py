"""Pages obey a strict Content-Security-Policy: nothing inline."""

import re
from pathlib import Path

import pytest

from tests.support.run import ROOT
from tests.support.sources import files, named

_TEMPLATES, _SHEETS = ROOT / "templates", ROOT / "app" / "static" / "css"
_COMMENT = re.compile(r"\{#.*?#\}|/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r"\{%-?\s*from\s+\S+\s+import\s+(.*?)\s*-?%\}", re.DOTALL)

RULES = {
    "inline style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(
        r"<script\b(?![^>]*\b(?:src\s*=|type=\"application/ld\+json\"))", re.IGNORECASE
    ),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "address of another host": re.compile(r"(?:src|action)\s*=\s*[\"']https?://", re.IGNORECASE),
}
# What Jinja takes out is not in the page: comments, and the insides of its brackets.
_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def _pages() -> list[Path]:
    return [
        path
        for path in files()
        if path.suffix == ".html"
        and "templates" in path.relative_to(ROOT).parts
        and "emails" not in path.relative_to(ROOT).parts
    ]


@pytest.mark.parametrize("rule", RULES)
def test_no_page_has(rule: str) -> None:
    pattern = RULES[rule]
    found = [
        named(path, text.count("\n", 0, match.start()) + 1)
        for path in _pages()
        for text in [_JINJA.sub(lambda taken: "\n" * taken.group().count("\n"), path.read_text("utf-8"))]
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_no_e_mail_has_a_script() -> None:
    mails = [path for path in files() if path.suffix == ".html" and "emails" in path.relative_to(ROOT).parts]
    assert [
        named(path) for path in mails if re.search(r"<script\b", path.read_text("utf-8"), re.IGNORECASE)
    ] == []


def test_nothing_is_marked_safe_in_a_page() -> None:
    assert [named(path) for path in _pages() if re.search(r"\|\s*safe\b", path.read_text("utf-8"))] == []


def test_a_template_uses_what_it_imports() -> None:
    unused = []
    for path in sorted(_TEMPLATES.rglob("*.html")):
        text = _COMMENT.sub("", path.read_text("utf-8"))
        rest = _IMPORT.sub("", text)
        for names in _IMPORT.findall(text):
            for name in names.removesuffix(" with context").split(","):
                known_as = name.split(" as ")[-1].strip()
                if not re.search(rf"(?<![\w.\"]){known_as}(?!\w)", rest):
                    unused.append(f"{path.relative_to(_TEMPLATES)}: {known_as}")
    assert unused == []


def test_every_macro_is_called() -> None:
    texts = {path: _COMMENT.sub("", path.read_text("utf-8")) for path in _TEMPLATES.rglob("*.html")}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    uncalled = [
        f"{path.relative_to(_TEMPLATES)}: {name}"
        for path, text in texts.items()
        for name in re.findall(r"\{%-?\s*macro\s+(\w+)\(", text)
        if f'"{name}"' not in code
        and not any(re.search(rf"(?<!macro )\b{name}\(", each) for each in texts.values())
    ]
    assert uncalled == []


def test_every_class_of_the_stylesheets_is_in_a_page() -> None:
    """By its whole name, or by a beginning that a page puts together with a word of its own."""
    written = "\n".join(
        path.read_text("utf-8")
        for folder, kinds in (
            (_TEMPLATES, "html"),
            (ROOT / "app", "py"),
            (ROOT / "app" / "static" / "js", "js"),
        )
        for path in folder.rglob(f"*.{kinds}")
    )
    words = set(re.findall(r"[\w-]+", written))
    dead = []
    for sheet in sorted(_SHEETS.glob("*.css")):
        selectors = re.sub(r"\{[^{}]*\}", "{}", _COMMENT.sub("", sheet.read_text("utf-8")))
        for name in sorted(set(re.findall(r"\.([a-z][\w-]*)", selectors)) - words):
            beginnings = {name[: found.end()] for found in re.finditer("-", name)}
            if not beginnings & words:
                dead.append(f"{sheet.name}: {name}")
    assert dead == []
