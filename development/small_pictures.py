"""Small PNG files: 256 colours are enough for a screenshot."""

import struct
from io import BytesIO
from itertools import chain

from PIL import Image

Colour = tuple[int, int, int]
_COLOURS = 256


def smaller(png: bytes) -> bytes:
    """The same picture with at most 256 colours: the most frequent ones, unchanged, and for others the nearest of these.

    Pillow's own mapping is coarser: white paper would be a little grey.
    """
    picture = Image.open(BytesIO(png)).convert("RGB")
    pixels: list[Colour] = list(struct.iter_unpack("BBB", picture.tobytes()))
    counted: dict[Colour, int] = {}
    for pixel in pixels:
        counted[pixel] = counted.get(pixel, 0) + 1
    palette = sorted(counted, key=counted.__getitem__, reverse=True)[:_COLOURS]
    index = {colour: place for place, colour in enumerate(palette)}
    for colour in counted.keys() - index.keys():
        index[colour] = _nearest(colour, palette)
    drawn = Image.frombytes("P", picture.size, bytes(map(index.__getitem__, pixels)))
    drawn.putpalette(bytes(chain.from_iterable(palette)))
    kept = BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    red, green, blue = colour
    far = [(red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2 for r, g, b in palette]
    return far.index(min(far))
