"""A practice's logo: whatever picture is uploaded becomes a small PNG of our own drawing, or is refused in a sentence."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.domain.said import said
from app.pictures.png import as_png

#: What may be sent, and how large a picture may unfold.
LARGEST_UPLOAD = 2_000_000
MOST_PIXELS = 24_000_000
#: Twice as high as pages show it; what it may weigh there, since every first visit loads it.
HEIGHT, WIDTH, SMALLEST = 96, 480, 16
HEAVIEST = 10_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error)
_SHRINK = 0.8
_TOO_LARGE = said("That picture is too large: at most 24 million pixels, please.")


class BadPicture(ValueError):
    """It can't be the logo; the message says why, in a sentence."""


def drawn_anew(content: bytes) -> bytes:
    """The picture as a PNG without anything else that the file held (place, camera, comments). Raises BadPicture."""
    if len(content) > LARGEST_UPLOAD:
        raise BadPicture(said("That file is too large: at most 2 MB, please."))
    picture = _opened(content)
    if min(picture.size) < SMALLEST:
        raise BadPicture(said("That picture is too small: at least 16 by 16 pixels, please."))
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return _light_enough(picture)


def _opened(content: bytes) -> Image.Image:
    """Its first frame, upright, on a canvas of our own. How large it would unfold is looked at before it does."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture(_TOO_LARGE)
            picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except UnidentifiedImageError as error:
        raise BadPicture(
            said("That is not a picture that can be used: a PNG, JPEG or WebP file, please.")
        ) from error
    except Image.DecompressionBombError as error:
        raise BadPicture(_TOO_LARGE) from error
    except BadPicture:
        raise
    except _BROKEN as error:
        raise BadPicture(said("That picture is broken: please save it anew and try again.")) from error
    canvas = Image.new("RGBA", upright.size)
    canvas.paste(upright)
    return canvas


def _light_enough(picture: Image.Image) -> bytes:
    """As a PNG; a photograph gets fewer colours, then fewer pixels, until a first visit can bear it."""
    written = as_png(picture)
    while len(written) > HEAVIEST and min(picture.size) > SMALLEST:
        written = as_png(picture.quantize(64, method=Image.Quantize.FASTOCTREE))
        if len(written) > HEAVIEST:
            smaller = (max(1, round(picture.width * _SHRINK)), max(1, round(picture.height * _SHRINK)))
            picture = picture.resize(smaller, Image.Resampling.LANCZOS)
    return written
