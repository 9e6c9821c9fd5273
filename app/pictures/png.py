"""Pictures as PNG files, as small as they get without losing anything."""

from io import BytesIO

from PIL import Image


def as_png(picture: Image.Image) -> bytes:
    """The file."""
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
