"""A practice's own colour: whether text in it can be read, the nearest that can, and the shades that pages need of it."""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: WCAG 2.2 AA for text of any size.
READABLE = 4.5
WHITE, BLACK = "#ffffff", "#000000"
#: What the colour stands on and beside, as the tokens of stillpoint.css have it (a test compares them).
PAPER, SURFACE, SUNKEN = LIGHT_GROUNDS = "#fbf8f3", WHITE, "#f3eee5"
DARK_GROUNDS = ("#161c19", "#1e2622", "#121714")
INK, DARK_INK = "#22302b", "#eef2ee"
MUTED, CLAY, CLAY_TINT = "#55635c", "#ab4f28", "#f9e8dd"
HOUSE = "#2c6753"  # moss: the colour of who sets none
_ON_DARK_MOSS = "#13201a"
_COMFORTABLE = 7.5  # on dark ground, where light letters glare less when they are clear
_STEPS = 256
_WRITTEN = re.compile(r"#?(?P<short>[0-9a-f]{3})|#?(?P<long>[0-9a-f]{6})", re.IGNORECASE)
_Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shades:
    """One theme's colours: links and buttons, the same under the pointer, a ground to stand out softly, and text on it."""

    plain: str
    deep: str
    tint: str
    text_on: str


def colour_named(typed: str) -> str | None:
    """A colour as people write it (#2C6753, 2c6753, #abc) as #rrggbb; none where it is none."""
    found = _WRITTEN.fullmatch(typed.strip())
    if found is None:
        return None
    digits = found["long"] or "".join(letter * 2 for letter in found["short"])
    return f"#{digits.lower()}"


def contrast(one: str, other: str) -> float:
    """How far two colours are apart for who reads, from 1 (the same) to 21 (black on white): WCAG's figure."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def figure_of(accent: str) -> float:
    """The least contrast that the colour comes to on light pages: as text on all their grounds, and under white letters."""
    return min(contrast(accent, ground) for ground in (*LIGHT_GROUNDS, light_shades(accent).tint, WHITE))


def shown_figure(figure: float) -> float:
    """A contrast as people read it: cut after one decimal, never rounded up to what it is not."""
    return int(figure * 10) / 10


def is_readable(accent: str) -> bool:
    """Whether text in the colour, and on it, can be read."""
    return figure_of(accent) >= READABLE


def nearest_readable(accent: str) -> str:
    """The colour itself where it can be read, else the same one just so much darker that it can."""
    darker = (_relit(accent, -step / _STEPS) for step in range(_STEPS + 1))
    return next(colour for colour in darker if is_readable(colour))


def light_shades(accent: str) -> Shades:
    """The colours of light pages."""
    return Shades(accent, mixed(accent, BLACK, 0.28), mixed(accent, WHITE, 0.88), WHITE)


def dark_shades(accent: str) -> Shades:
    """The same colour for dark pages: so much lighter that it is clear on all their grounds."""
    plain = next(colour for step in range(_STEPS + 1) if _is_clear(colour := _relit(accent, step / _STEPS)))
    return Shades(plain, mixed(plain, WHITE, 0.35), mixed(plain, DARK_GROUNDS[0], 0.84), _ON_DARK_MOSS)


def mixed(colour: str, into: str, share: float) -> str:
    """The colour with that share (0 to 1) of another in it."""
    pairs = zip(_channels(colour), _channels(into), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def stylesheet(accent: str) -> str:
    """The practice's colour as a stylesheet: the tokens of stillpoint.css for light and for dark."""
    light, dark = _tokens(light_shades(accent)), _tokens(dark_shades(accent))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n@media print{{:root{{{_PRINTED}}}}}\n"


_PRINTED = "--moss:#000;--moss-deep:#000;--moss-tint:#fff"


def _tokens(shades: Shades) -> str:
    named: Mapping[str, str] = {
        "--moss": shades.plain,
        "--moss-deep": shades.deep,
        "--moss-tint": shades.tint,
        "--on-moss": shades.text_on,
    }
    return ";".join(f"{name}:{colour}" for name, colour in named.items())


def _is_clear(colour: str) -> bool:
    return all(contrast(colour, ground) >= _COMFORTABLE for ground in DARK_GROUNDS)


def _relit(colour: str, share: float) -> str:
    """The colour that share (0 to 1) of the way to white, or (below 0) to black, as vivid as it was."""
    red, green, blue = (channel / 255 for channel in _channels(colour))
    hue, light, vivid = colorsys.rgb_to_hls(red, green, blue)
    relit = light + (1 - light) * share if share > 0 else light * (1 + share)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, relit, vivid))


def _channels(colour: str) -> _Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
