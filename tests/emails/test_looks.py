"""Mails are built from what mail programs know, and can be read in light and in the dark."""

import re

import pytest
from css_inline import CSSInliner

from app.emails.compose import compose
from tests.emails.allowed_css import AT_RULES, ATTRIBUTES, DISPLAYS, ELEMENTS, PROPERTIES, SCHEMES, SELECTOR
from tests.emails.cases import cases
from tests.emails.markup import Element, declarations, parsed

HTML = {name: compose(letter).html for name, letter in cases().items()}
EVERY_MAIL = pytest.mark.parametrize("name", HTML)
_NO_BREAK_FILLING = re.compile("[\u00a0\u034f\u200c]+")


def elements(html: str, name: str) -> list[Element]:
    return [element for element in parsed(html).walk() if element.name == name]


def sheets(html: str) -> list[str]:
    return ["".join(sheet.texts()) for sheet in elements(html, "style")]


@EVERY_MAIL
def test_only_elements_and_attributes_that_mail_programs_know(name: str) -> None:
    for element in list(parsed(HTML[name]).walk())[1:]:
        assert element.name in ELEMENTS
        assert set(element.attributes) <= ATTRIBUTES, element.name


@EVERY_MAIL
def test_only_properties_that_mail_programs_know(name: str) -> None:
    for element in parsed(HTML[name]).walk():
        assert set(element.style) <= PROPERTIES, element.name
        assert element.style.get("display", "block") in DISPLAYS
        assert not re.search(r"url\(|-\d|expression|position|rgba?\(", element.attributes.get("style", ""))


def test_the_style_sheets_that_stay_hold_nothing_that_gmail_drops_them_for() -> None:
    for sheet in sheets(HTML["appointment_booked.en"]):
        assert len(sheet.encode()) < 16_000
        assert sheet.count("{") == sheet.count("}")
        assert set(re.findall(r"@[^{]+(?= \{)", sheet)) <= AT_RULES
        rules = re.findall(r"([^{}]+)\{([^{}]+)\}", re.sub(r"@[^{]+\{", "", sheet))
        assert rules
        for selectors, body in rules:
            assert set(declarations(body)) <= PROPERTIES, selectors
            for selector in selectors.replace("}", "").strip().split(", "):
                assert re.fullmatch(SELECTOR, selector.strip()), selector


@EVERY_MAIL
def test_darkness_and_phones_have_a_style_sheet_each(name: str) -> None:
    phone, dark = sheets(HTML[name])
    assert "max-width: 480px" in phone
    assert "prefers-color-scheme: dark" in dark
    assert "color-scheme: light dark" in dark
    assert '<meta name="color-scheme" content="light dark">' in HTML[name]


@EVERY_MAIL
def test_nothing_is_fetched_and_nothing_runs(name: str) -> None:
    assert not re.search(r"<(img|link|script|iframe|object|form|svg|video)\b", HTML[name])
    assert not re.search(r"@import|@font-face|url\(|\bsrc=|\bon\w+=|http://", HTML[name])
    for anchor in elements(HTML[name], "a"):
        assert anchor.attributes["href"].startswith(SCHEMES)


@EVERY_MAIL
def test_a_mail_is_light_enough_not_to_be_clipped(name: str) -> None:
    assert len(HTML[name].encode()) < 100_000


@EVERY_MAIL
def test_a_reader_that_speaks_knows_the_language_the_title_and_which_tables_are_layout(name: str) -> None:
    (page,) = elements(HTML[name], "html")
    assert page.attributes["lang"] in {"en", "fr"}
    (title,) = elements(HTML[name], "title")
    assert title.texts()
    assert len(elements(HTML[name], "h1")) == 1
    for table in elements(HTML[name], "table"):
        holds_facts = any(one.name == "th" for one in own_cells(table))
        assert (table.attributes.get("role") == "presentation") != holds_facts
    assert all(heading.attributes.get("scope") for heading in elements(HTML[name], "th"))


def own_cells(table: Element) -> list[Element]:
    return [
        one
        for one in table.walk()
        if one.name in {"td", "th"} and next(up for up in one.above() if up.name == "table") is table
    ]


@EVERY_MAIL
def test_every_word_can_be_read_in_light(name: str) -> None:
    assert faint_words(parsed(HTML[name])) == []


@EVERY_MAIL
def test_every_word_can_be_read_in_the_dark(name: str) -> None:
    _, dark = sheets(HTML[name])
    rules = dark[dark.index("@media") :].partition("{")[2].rpartition("}")[0]
    inlined = CSSInliner().inline(HTML[name].replace("</head>", f"<style>{rules}</style></head>"))
    page = parsed(inlined)
    (body,) = (element for element in page.walk() if element.name == "body")
    assert body.style["background-color"] == "#121714"
    assert faint_words(page) == []


def test_a_contrast_is_what_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def faint_words(page: Element) -> list[str]:
    """Words whose colour is too near to what is behind them."""
    faint = []
    for element in page.walk():
        hidden = any(up.name == "head" or "hidden" in up.classes for up in element.above())
        words = (
            [] if hidden else [text for text in element.texts() if _NO_BREAK_FILLING.sub("", text).strip()]
        )
        if not words:
            continue
        colour, behind = effective(element, "color"), effective(element, "background-color")
        if contrast(colour, behind) < 4.5:
            faint.append(f"{words[0].strip()}: {colour} on {behind}")
    return faint


def effective(element: Element, prop: str) -> str:
    return next(up.style[prop] for up in element.above() if prop in up.style)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
