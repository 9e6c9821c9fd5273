"""Whether a page is HTML as the specification has it: by a strict parser, and by what that one doesn't know."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import html5lib

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
#: Elements, and the attributes that each may have beside those that all may have; None: nobody counts them (SVG).
_EVERYWHERE = frozenset(
    "accesskey autofocus class dir enterkeyhint hidden id inert inputmode itemprop itemscope itemtype lang popover role "
    "slot spellcheck tabindex title translate autocapitalize contenteditable draggable is nonce".split()
)
_OWN = {
    "a": "href hreflang rel target type download referrerpolicy",
    "abbr": "",
    "audio": "src controls preload",
    "base": "href target",
    "blockquote": "cite",
    "button": "type name value form formaction formmethod formnovalidate disabled popovertarget popovertargetaction",
    "col": "span",
    "colgroup": "span",
    "data": "value",
    "datalist": "",
    "details": "open name",
    "dialog": "open",
    "fieldset": "disabled form name",
    "form": "action method enctype novalidate autocomplete name target rel accept-charset",
    "html": "",
    "iframe": "src srcdoc name sandbox allow width height loading referrerpolicy",
    "img": "src srcset sizes alt width height loading decoding fetchpriority",
    "input": "type name value checked disabled readonly required placeholder autocomplete min max step minlength maxlength "
    "pattern size list multiple accept form formaction formmethod formnovalidate",
    "label": "for",
    "li": "value",
    "link": "rel href type sizes media hreflang as crossorigin integrity color fetchpriority",
    "meta": "name content charset http-equiv media property",
    "meter": "value min max low high optimum",
    "ol": "start reversed type",
    "optgroup": "label disabled",
    "option": "value label selected disabled",
    "output": "for form name",
    "progress": "value max",
    "script": "src type defer async integrity crossorigin nomodule",
    "select": "name multiple size disabled required autocomplete form",
    "source": "src srcset sizes media type width height",
    "td": "colspan rowspan headers",
    "textarea": "name rows cols disabled readonly required placeholder autocomplete minlength maxlength form wrap",
    "th": "scope colspan rowspan headers abbr",
    "time": "datetime",
    "video": "src controls preload poster width height",
}
_PLAIN = frozenset(
    "address article aside b bdi bdo body br caption cite code dd del dfn div dl dt em figcaption figure footer h1 h2 h3 h4 "
    "h5 h6 head header hgroup hr i ins kbd legend main mark menu nav noscript p picture pre q rp rt ruby s samp search "
    "section small span strong style sub summary sup table tbody template tfoot thead title tr u ul var wbr".split()
)
_NEEDED = {
    "img": ("alt", "src"),
    "iframe": ("title",),
    "html": ("lang",),
    "meter": ("value",),
    "optgroup": ("label",),
}
#: What points at other elements by their id.
_POINTERS = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "list",
    "form",
    "headers",
)
#: What may not stand within itself, or within each other.
_NOT_INSIDE = {
    "a": {"a", "button"},
    "button": {"a", "button", "label"},
    "form": {"form"},
    "input": {"a", "button"},
    "label": {"label", "button"},
    "select": {"a", "button"},
    "main": {"article", "aside", "footer", "header", "nav"},
    "textarea": {"a", "button"},
}


def html_faults(page: str) -> list[str]:
    """What is wrong with the page, one line each; empty is good."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return sorted({*_parse_errors(page), *reader.faults, *reader.of_whole()})


def _parse_errors(page: str) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(page)
    return [f"line {place[0]}: {code} {told}" for place, code, told in parser.errors]


class _Reader(HTMLParser):
    """Reads the tags one by one, and remembers what stands around them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[str] = []
        self._ids: Counter[str] = Counter()
        self._pointed: list[tuple[str, str]] = []
        self._seen: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if "svg" not in self._open and tag != "svg":
            self._seen[tag] += 1
            self._look_at(tag, attrs)
        self._note(attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content: in HTML, only those that never have any, and SVG."""
        if "svg" not in self._open and tag not in _VOID:
            self._say(f"<{tag}/> is not closed by its slash")
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """An element ends; whatever in it may be left open has ended with it."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def of_whole(self) -> list[str]:
        """What is only known at the end."""
        twice = [f"the id {name} stands {times} times" for name, times in self._ids.items() if times > 1]
        lost = [f"{name}={to} points at nothing" for name, to in self._pointed if to not in self._ids]
        once = [f"{self._seen[tag]} <{tag}>" for tag in ("title", "main") if self._seen[tag] != 1]
        return twice + lost + once

    def _look_at(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = [name for name, _ in attrs]
        known = set(_OWN.get(tag, "").split()) | _EVERYWHERE
        if tag not in _OWN and tag not in _PLAIN:
            self._say(f"<{tag}> is unknown")
        for name in given:
            if name not in known and not re.match(r"(data|aria)-[a-z]", name):
                self._say(f"<{tag} {name}> is unknown")
        for name in _NEEDED.get(tag, ()):
            if name not in given:
                self._say(f"<{tag}> has no {name}")
        if len(given) != len(set(given)):
            self._say(f"<{tag}> says an attribute twice")
        for outer in _NOT_INSIDE.get(tag, set()) & set(self._open):
            self._say(f"<{tag}> inside <{outer}>")

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self._ids[value or ""] += 1
                if not value or re.search(r"\s", value):
                    self._say(f"the id {value!r} is none")
            if name in _POINTERS:
                self._pointed += [(name, to) for to in unescape(value or "").split()]

    def _say(self, fault: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {fault}")
