"""Where bookings come from: what counts as a source."""

import pytest

from app.domain.sources import OWN_SOURCES, source_of


@pytest.mark.parametrize("said", ["flyer", "Flyer ", "insta-gram", "spring_2027", "a" * 40, "7"])
def test_a_short_word_is_a_source(said: str) -> None:
    assert source_of(said) == said.strip().lower()


@pytest.mark.parametrize(
    "said", [None, "", " ", "a b", "a" * 41, "-a", "é", "a\nb", "<b>", "٣", *sorted(OWN_SOURCES)]
)
def test_anything_else_is_none(said: str | None) -> None:
    assert source_of(said) is None
