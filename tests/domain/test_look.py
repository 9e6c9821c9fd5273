"""The practice's own look: its colour, its logo's size."""

import pytest

from app.domain.look import Look, size_of_png


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"GIF89a" + bytes(40), b"<svg></svg>"])
def test_what_is_no_png_has_no_size(content: bytes) -> None:
    assert size_of_png(content) == (0, 0)


def test_a_look_is_its_own_by_colour_or_logo() -> None:
    assert not Look().is_own
    assert Look(accent="#7a1f4b").is_own
    assert Look(has_logo=True).is_own
