"""Guidance is written in Markdown; this makes the plain text of it for the text part of a mail."""

import functools
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False})
_BLOCK_ENDS = {"paragraph_close", "heading_close"}


@functools.lru_cache(maxsize=512)
def markdown_text(text: str) -> str:
    """Without marks: paragraphs as lines, list items with a dash, addresses of links in brackets."""
    lines = "".join(_pieces(_PARSER.parse(text))).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _pieces(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "list_item_open":
            yield "- "
        elif token.type == "inline":
            yield from _inline(token.children or [])
        elif token.type in _BLOCK_ENDS:
            yield "\n"


def _inline(tokens: list[Token]) -> Iterator[str]:
    target = ""
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "link_open":
            target = str(token.attrGet("href") or "")
        elif token.type == "link_close":
            yield f" ({target})"
