"""A practice's colour: read as people write it, refused where nobody could read it, and made fit for both themes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.colours import (
    DARK_GROUNDS,
    HOUSE,
    LIGHT_GROUNDS,
    READABLE,
    colour_named,
    contrast,
    dark_shades,
    figure_of,
    is_readable,
    light_shades,
    nearest_readable,
    stylesheet,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
#: What else stands on the soft ground: muted and plain text of both themes.
LIGHT_TEXT, DARK_TEXT = ("#55635c", "#22302b"), ("#a9b6ae", "#eef2ee")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [
        ("#2C6753", "#2c6753"),
        ("2c6753", "#2c6753"),
        (" #abc ", "#aabbcc"),
        ("green", None),
        ("#12345", None),
        ("#1234567", None),
        ("#12345g", None),
        ("", None),
        ("url(x)", None),
        ("#٣٣٣", None),
    ],
)
def test_a_colour_is_read_as_people_write_it(typed: str, colour: str | None) -> None:
    assert colour_named(typed) == colour


def test_contrast_is_the_figure_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#2c6753", "#2c6753") == 1


def test_the_colour_of_the_house_can_be_read() -> None:
    assert is_readable(HOUSE)
    assert nearest_readable(HOUSE) == HOUSE


@pytest.mark.parametrize("too_light", ["#ffffff", "#ffff00", "#e08bb0", "#7fb3d5", "#cc7700"])
def test_a_colour_that_is_too_light_is_told_the_nearest_that_will_do(too_light: str) -> None:
    assert figure_of(too_light) < READABLE
    assert is_readable(nearest_readable(too_light))


@given(colours)
def test_of_every_colour_the_pages_of_both_themes_can_be_read(colour: str) -> None:
    accent = nearest_readable(colour)
    light, dark = light_shades(accent), dark_shades(accent)
    pairs = [(light.plain, ground) for ground in (*LIGHT_GROUNDS, light.tint)]
    pairs += [(dark.plain, ground) for ground in (*DARK_GROUNDS, dark.tint)]
    pairs += [(text, light.tint) for text in LIGHT_TEXT] + [(text, dark.tint) for text in DARK_TEXT]
    for shades in (light, dark):
        pairs += [(shades.text_on, shades.plain), (shades.text_on, shades.deep), (shades.deep, shades.tint)]
    assert [pair for pair in pairs if contrast(*pair) < READABLE] == []


def test_the_stylesheet_holds_both_themes_and_plain_paper() -> None:
    sheet = stylesheet("#7a1f4b")
    assert "--moss:#7a1f4b" in sheet
    assert "prefers-color-scheme:dark" in sheet
    assert "@media print" in sheet
