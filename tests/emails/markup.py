"""The HTML of a mail as a tree, to look at what it uses and what it shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "meta", "hr", "img"}
_LINES = {"p", "h1", "h2", "h3", "li", "tr", "div", "table", "br", "title", "body"}
_SILENT = {"style", "head", "title"}


@dataclass(eq=False)
class Element:
    """A tag with what it contains; texts are strings among the children."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """This element and all within."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def above(self) -> Iterator["Element"]:
        """This element and those around it, from the inside out."""
        one: Element | None = self
        while one is not None:
            yield one
            one = one.parent

    @property
    def style(self) -> dict[str, str]:
        """Its style attribute."""
        return declarations(self.attributes.get("style", ""))

    @property
    def classes(self) -> set[str]:
        """Its classes."""
        return set(self.attributes.get("class", "").split())

    def texts(self) -> list[str]:
        """The texts directly in it that have something to read."""
        return [child for child in self.children if isinstance(child, str) and child.strip()]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.now = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.now)
        self.now.children.append(made)
        if tag not in _VOID:
            self.now = made

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.now.name, f"</{tag}> closes <{self.now.name}>"
        assert self.now.parent is not None
        self.now = self.now.parent

    def handle_data(self, data: str) -> None:
        self.now.children.append(data)


def parsed(html: str) -> Element:
    """The tree of a mail; fails where tags don't close in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.now is builder.root
    return builder.root


def declarations(style: str) -> dict[str, str]:
    """Property -> value, without marks of importance."""
    pairs = (one.partition(":") for one in style.split(";") if one.strip())
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def shown_text(html: str) -> str:
    """The words that the HTML shows, block by block; not the hidden beginning."""
    lines = "".join(_pieces(parsed(html))).replace("\u00a0", " ").splitlines()
    spaced = [re.sub(r"[ \t]+", " ", line).strip() for line in lines]
    return "\n".join(line for line in spaced if line)


def _pieces(element: Element) -> Iterator[str]:
    if element.name in _SILENT or "hidden" in element.classes:
        return
    if element.name in _LINES:
        yield "\n"
    for child in element.children:
        if isinstance(child, str):
            yield re.sub(r"[ \n\t]+", " ", child)
        else:
            yield from _pieces(child)
            yield f" <{child.attributes['href']}>" if child.name == "a" else ""
    if element.name in _LINES or element.name in {"th", "td"}:
        yield "\n" if element.name in _LINES else " "
