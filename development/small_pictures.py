"""Small PNG files: 256 colours are enough for a screenshot, and a program's own choice of filters seldom is the best."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256


def smaller(png: bytes) -> bytes:
    """The same picture with at most 256 colours: the most frequent ones, and for others the nearest of these.

    Takes what browsers write: eight bits a channel, RGB or RGBA (then opaque), not interlaced. Raises ValueError else.
    """
    width, height, rows = _pixels(png)
    counted = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in counted.most_common(_COLOURS)]
    index = {colour: place for place, colour in enumerate(palette)}
    for colour in counted.keys() - index.keys():
        index[colour] = _nearest(colour, palette)
    body = b"".join(b"\0" + bytes([index[pixel] for pixel in row]) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(body, 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _nearest(colour: bytes, palette: list[bytes]) -> int:
    red, green, blue = colour
    return min(
        range(len(palette)),
        key=lambda place: (
            (palette[place][0] - red) ** 2
            + (palette[place][1] - green) ** 2
            + (palette[place][2] - blue) ** 2
        ),
    )


def _pixels(png: bytes) -> tuple[int, int, list[list[bytes]]]:
    """Width, height, and the colours row by row."""
    chunks = list(_chunks(png))
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
    channels = {2: 3, 6: 4}.get(colours)
    if channels is None or depth != 8 or interlaced:
        raise ValueError("not a PNG of the kind that browsers write")
    packed = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    rows, above, length = [], bytearray(width * channels), 1 + width * channels
    for start in range(0, height * length, length):
        above = _unfiltered(packed[start], bytearray(packed[start + 1 : start + length]), above, channels)
        rows.append([bytes(above[place : place + 3]) for place in range(0, width * channels, channels)])
    return width, height, rows


def _unfiltered(kind: int, row: bytearray, above: bytearray, channels: int) -> bytearray:
    """A row as it was before the PNG filter of that kind."""
    for place, value in enumerate(row):
        left = row[place - channels] if place >= channels else 0
        corner = above[place - channels] if place >= channels else 0
        guess = _guess(kind, left, above[place], corner)
        row[place] = (value + guess) & 255
    return row


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        near = left + up - corner
        return min((left, up, corner), key=lambda value: abs(near - value))
    return (0, left, up, (left + up) // 2)[kind]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check
