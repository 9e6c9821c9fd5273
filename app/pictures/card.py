"""The picture that others show beside a link to the practice, and the small ones for browser tabs and telephones."""

import math
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from app.domain.colours import CLAY, CLAY_TINT, HOUSE, MUTED, PAPER, SUNKEN, light_shades, mixed
from app.pictures.png import as_png

#: What those who show links ask for.
CARD = (1200, 630)
_TWICE = 2  # drawn twice as large, then halved: smooth edges
_LEFT, _RIGHT = 90, 1030
_COLOURS = 96
_FONTS = Path(font_source_sans_pro.font_directory)
_Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=8)
def share_card(name: str, line: str, accent: str | None) -> bytes:
    """A PNG of 1200 by 630: the name, a line under it, and a quiet landscape in the practice's colour."""
    picture = Image.new("RGB", (CARD[0] * _TWICE, CARD[1] * _TWICE), PAPER)
    pen = ImageDraw.Draw(picture)
    _landscape(pen, accent or HOUSE)
    _words(pen, name, line, light_shades(accent or HOUSE).deep)
    small = picture.resize(CARD, Image.Resampling.LANCZOS)
    return as_png(small.quantize(_COLOURS))


@lru_cache(maxsize=8)
def app_icon(accent: str | None, side: int) -> bytes:
    """A square PNG: still water with one point above it, as the mark in the pages' head."""
    unit = side * _TWICE / 32
    picture = Image.new("RGB", (side * _TWICE, side * _TWICE), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.ellipse([each * unit for each in (12.4, 7.4, 19.6, 14.6)], fill=CLAY)
    colour = accent or HOUSE
    for middle, wide, deep, shade in (
        (17.2, 7.5, 2.2, colour),
        (21.3, 11.7, 3.6, mixed(colour, PAPER, 0.45)),
    ):
        curve = [
            ((16 + wide * t / 20) * unit, (middle + deep * (1 - (t / 20) ** 2)) * unit)
            for t in range(-20, 21)
        ]
        pen.line(curve, fill=shade, width=round(2.2 * unit), joint="curve")
    return as_png(picture.resize((side, side), Image.Resampling.LANCZOS).quantize(64))


def _landscape(pen: ImageDraw.ImageDraw, accent: str) -> None:
    """A low sun over hills and still water, along the lower edge."""
    _disc(pen, 985, 330, 118, CLAY_TINT)
    _disc(pen, 985, 330, 62, mixed(CLAY, PAPER, 0.15))
    _hill(pen, mixed(accent, PAPER, 0.84), 392, ((46, 430, 0.4), (16, 170, 2.0)))
    _hill(pen, mixed(accent, PAPER, 0.58), 436, ((26, 520, 2.6), (9, 210, 0.3)))
    pen.rectangle(_scaled(0, 470, CARD[0], CARD[1]), fill=mixed(accent, SUNKEN, 0.9))
    for x, y, long in ((930, 498, 116), (900, 524, 80), (1010, 524, 90), (945, 552, 110), (960, 582, 60)):
        _ripple(pen, x, y, long, mixed(CLAY, SUNKEN, 0.35), 5)
    for x, y, long in ((60, 512, 110), (250, 548, 190), (520, 506, 130), (90, 590, 150), (640, 580, 170)):
        _ripple(pen, x, y, long, mixed(accent, SUNKEN, 0.6), 4)


def _hill(
    pen: ImageDraw.ImageDraw, colour: str, middle: int, waves: tuple[tuple[int, int, float], ...]
) -> None:
    ridge = [
        (x * _TWICE, (middle - sum(high * math.sin(x / wide + at) for high, wide, at in waves)) * _TWICE)
        for x in range(0, CARD[0] + 6, 6)
    ]
    pen.polygon([*ridge, (CARD[0] * _TWICE, 480 * _TWICE), (0, 480 * _TWICE)], fill=colour)


def _words(pen: ImageDraw.ImageDraw, name: str, line: str, colour: str) -> None:
    """The name in as many lines as it needs, in letters as large as two of them allow."""
    size = next((size for size in (92, 80, 68, 58) if len(_lines(name, _font(size, bold=True))) <= 2), 50)
    top = 84
    for part in _lines(name, _font(size, bold=True))[:3]:
        pen.text((_LEFT * _TWICE, top * _TWICE), part, fill=colour, font=_font(size, bold=True))
        top += round(size * 1.16)
    for part in _lines(line, _font(38, bold=False))[:2]:
        pen.text((_LEFT * _TWICE, (top + 18) * _TWICE), part, fill=MUTED, font=_font(38, bold=False))
        top += 48


def _lines(text: str, font: _Font) -> list[str]:
    """Broken between words; one that is too long for a line is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= (_RIGHT - _LEFT) * _TWICE:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font))
    return lines


def _cut(word: str, font: _Font) -> str:
    while len(word) > 1 and font.getlength(word) > (_RIGHT - _LEFT) * _TWICE:
        word = word[:-2] + "…"
    return word


@lru_cache(maxsize=8)
def _font(size: int, *, bold: bool) -> _Font:
    file = "SourceSansPro-Semibold.ttf" if bold else "SourceSansPro-Regular.ttf"
    return ImageFont.truetype(_FONTS / file, size * _TWICE, layout_engine=ImageFont.Layout.BASIC)


def _disc(pen: ImageDraw.ImageDraw, x: int, y: int, radius: int, colour: str) -> None:
    pen.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), fill=colour)


def _ripple(pen: ImageDraw.ImageDraw, x: int, y: int, long: int, colour: str, thick: int) -> None:
    pen.rounded_rectangle(_scaled(x, y, x + long, y + thick), radius=thick, fill=colour)


def _scaled(*numbers: float) -> tuple[float, ...]:
    return tuple(number * _TWICE for number in numbers)
