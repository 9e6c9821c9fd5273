"""A logo is drawn anew: nothing of its file is kept but what it shows."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.pictures.logo import HEAVIEST, HEIGHT, LARGEST_UPLOAD, WIDTH, BadPicture, drawn_anew
from tests.support.faces import bomb, picture


def test_nothing_that_a_file_says_of_place_or_camera_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    about = PngInfo()
    about.add_text("Comment", "Secret words")
    for content in (picture("JPEG", exif=exif), picture("PNG", pnginfo=about)):
        drawn = drawn_anew(content)
        assert b"Secret" not in drawn
        with Image.open(io.BytesIO(drawn)) as kept:
            assert not kept.getexif()
            assert "Comment" not in kept.info


def test_a_photograph_turned_by_its_camera_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    with Image.open(io.BytesIO(drawn_anew(picture("JPEG", (300, 100), exif=exif)))) as kept:
        assert kept.height > kept.width


def test_even_a_photograph_weighs_little() -> None:
    noise = Image.effect_noise((1200, 600), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")
    assert len(drawn_anew(file.getvalue())) <= HEAVIEST


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    with pytest.raises(BadPicture, match="too large"):
        drawn_anew(bomb())


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "not a picture"), (picture(size=(4, 400)), "too small"), (bytes(LARGEST_UPLOAD + 1), "too large")],
)
def test_what_can_be_no_logo_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(BadPicture, match=why):
        drawn_anew(content)


def test_a_logo_is_as_high_as_pages_need_it_and_no_wider() -> None:
    with Image.open(io.BytesIO(drawn_anew(picture(size=(2000, 300))))) as kept:
        assert kept.format == "PNG"
        assert kept.width <= WIDTH
        assert kept.height <= HEIGHT
