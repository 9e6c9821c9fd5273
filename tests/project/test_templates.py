"""Pages obey a strict Content-Security-Policy: nothing inline."""

import re
from pathlib import Path

import pytest

from tests.support.run import ROOT
from tests.support.sources import files, named

RULES = {
    "inline style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\b(?:src\s*=|type=\"application/ld\+json\"))", re.IGNORECASE),
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
