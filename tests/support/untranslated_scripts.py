"""Finds words for people that a script says by itself; it has to take them from the page, which is written in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path

_PARTS = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<pattern>(?:(?<=[(,=])|(?<=[(,=]\ ))/(?:\\.|[^/\\\n])+/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
    """,
    re.VERBOSE | re.DOTALL,
)
_FILLED = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
#: Two words beside each other, a word beside what is filled in, or one word as a sentence or a button begins.
_WORDS = re.compile(r"[A-Za-z][,.:;]? [A-Za-z]|[A-Za-z] \{\}|\{\} [A-Za-z]|^[A-Z][a-z]+[.!?:]?$")
#: A selector of this house: an attribute, a child, or a class or name at its beginning.
_SELECTOR = re.compile(r"\[[\w-]+|\s>\s|^[.#][a-z]")
#: What is compared, and names of classes.
_NOT_SHOWN = re.compile(r"([!=]==|\bclassName =)\s*$")


def words_in_script(path: Path) -> list[str]:
    """Strings of a script that read like something said to people."""
    return list(_words(path.read_text("utf-8")))


def _words(code: str) -> Iterator[str]:
    for found in _PARTS.finditer(code):
        if found["string"] and not _NOT_SHOWN.search(code, 0, found.start()):
            written = found["string"][1:-1]
            for inside in _FILLED.findall(written) if found["string"][0] == "`" else ():
                yield from _words(inside)
            text = _FILLED.sub("{}", written)
            if _WORDS.search(text) and not _SELECTOR.search(text):
                yield text
