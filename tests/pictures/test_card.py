"""The picture beside a shared link, and the small ones: their size, their colour, and that no text is too long for them."""

import io

import pytest
from PIL import Image

from app.pictures.card import CARD, app_icon, share_card


@pytest.mark.parametrize("name", ["", "Stillpoint", "A practice " * 30, "W" * 200, "静点 ⟨é⟩"])
def test_a_card_is_drawn_whatever_the_name(name: str) -> None:
    with Image.open(io.BytesIO(share_card(name, "A line under it", None))) as card:
        assert (card.format, card.size) == ("PNG", CARD)


def test_a_card_is_drawn_in_the_practices_colour() -> None:
    assert share_card("A practice", "", "#7a1f4b") != share_card("A practice", "", None)


@pytest.mark.parametrize("side", [32, 180])
def test_an_icon_is_a_square_with_the_practices_colour_in_it(side: int) -> None:
    with Image.open(io.BytesIO(app_icon("#7a1f4b", side))) as icon:
        assert icon.size == (side, side)
        shades = icon.convert("RGB").tobytes()
    colours = zip(shades[::3], shades[1::3], strict=True)
    assert any(abs(red - 0x7A) < 12 and abs(green - 0x1F) < 12 for red, green in colours)
