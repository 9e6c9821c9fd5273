"""Weekly windows: grouped as people say them, and what is wrong with them."""

from datetime import date, time

import pytest

from app.domain.practice import WeeklyWindow
from app.domain.slugs import slug_for
from app.domain.weekly import Group, first_overlap, grouped, is_backwards

NINE, NOON, FIVE, MIDNIGHT = time(9), time(12), time(17), time(0)


def test_equal_times_on_several_days_are_one_group() -> None:
    windows = [WeeklyWindow(day, NINE, FIVE) for day in (0, 1, 2)] + [WeeklyWindow(5, NINE, NOON)]
    assert grouped(windows) == [Group((0, 1, 2), NINE, FIVE), Group((5,), NINE, NOON)]
    assert [window for group in grouped(windows) for window in group.windows()] == windows


@pytest.mark.parametrize(
    ("opens", "closes", "wrong"),
    [
        (NINE, FIVE, False),
        (FIVE, NINE, True),
        (NINE, NINE, True),
        (NINE, MIDNIGHT, False),
        (MIDNIGHT, MIDNIGHT, False),
    ],
)
def test_midnight_is_the_end_of_the_day(opens: time, closes: time, wrong: bool) -> None:
    assert is_backwards(opens, closes) is wrong


def test_windows_that_touch_do_not_overlap() -> None:
    assert first_overlap([Group((0,), NINE, NOON), Group((0,), NOON, FIVE)]) is None


def test_windows_that_share_a_minute_of_a_day_overlap() -> None:
    assert first_overlap(
        [Group((0, 1), NINE, NOON), Group((5,), NINE, NOON), Group((1,), time(11, 55), FIVE)]
    ) == (0, 2)
    assert first_overlap([Group((0,), time(20), MIDNIGHT), Group((0,), time(23), time(23, 30))]) == (0, 1)


def test_windows_of_different_times_of_the_year_do_not_overlap() -> None:
    winter = Group((0,), NINE, FIVE, None, date(2027, 3, 31))
    summer = Group((0,), NINE, FIVE, date(2027, 4, 1), None)
    assert first_overlap([winter, summer]) is None
    assert first_overlap([winter, Group((0,), NINE, FIVE)]) == (0, 1)


def test_slugs_are_short_plain_and_never_taken() -> None:
    assert slug_for("Müller & Söhne, Raum 2", (), "room") == "muller-sohne-raum-2"
    assert slug_for("Garden", {"garden", "garden-2"}, "room") == "garden-3"
    assert slug_for("東京", (), "room") == "room"
    assert len(slug_for("x" * 500, (), "room")) == 50
