"""How a practice file writes weekdays, offsets and prices."""

import pytest

from app.domain.practice_file_words import (
    named_offset,
    named_weekdays,
    offset_named,
    price_named,
    weekdays_named,
)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("Sat, Sun", (5, 6)),
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
        ("Sat-Mon", (0, 5, 6)),
        ("wednesday", (2,)),
    ],
)
def test_weekdays_in_words(words: str, days: tuple[int, ...]) -> None:
    assert weekdays_named(words) == days
    assert weekdays_named(named_weekdays(days)) == days


@pytest.mark.parametrize("words", ["7 days", "3 hours", "90 minutes", "0 minutes"])
def test_offsets_in_words(words: str) -> None:
    assert named_offset(offset_named(words)) == words
    assert not offset_named("arrival")


@pytest.mark.parametrize(
    ("words", "currency", "minor"), [("95.00", "USD", 9500), ("95", "CAD", 9500), ("8000", "JPY", 8000)]
)
def test_prices_are_exact(words: str, currency: str, minor: int) -> None:
    assert price_named(words, currency) == minor
