"""A practice's public face for tests: a colour, a logo, what people ask; and pictures as people upload them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

from app.pictures.logo import drawn_anew
from app.store.practice import get_practice_row, raise_revision

ACCENT = "#7a1f4b"
ASKED = [
    {
        "question": {"en": "What do I wear?", "fr": "Que dois-je porter?"},
        "answer": {"en": "Something **loose**."},
    },
    {"question": {"en": "Does it hurt?"}, "answer": {"en": "It should not."}},
]


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 100), colour: str = "#7a1f4b", **more: Any
) -> bytes:
    """A plain picture in that format."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **more)
    return file.getvalue()


def give_a_face(**columns: Any) -> None:
    """Colour, logo and questions for the practice. Inside the caller's transaction."""
    row = get_practice_row()
    usual = {"accent": ACCENT, "logo": drawn_anew(picture()), "logo_type": "image/png", "questions": ASKED}
    for name, value in (usual | columns).items():
        setattr(row, name, value)
    raise_revision()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
