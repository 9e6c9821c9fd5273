"""Nobody is written to by plan in the night."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.domain.policy import QuietHours
from app.domain.quiet_hours import moved_earlier, moved_later

HALIFAX = ZoneInfo("America/Halifax")
USUAL = QuietHours()


def local(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=HALIFAX).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "earlier", "later"),
    [
        (local(10, 8), local(10, 8), local(10, 8)),
        (local(10, 20, 59), local(10, 20, 59), local(10, 20, 59)),
        (local(10, 21), local(10, 19), local(11, 8)),
        (local(10, 23, 30), local(10, 19), local(11, 8)),
        (local(11, 0), local(10, 19), local(11, 8)),
        (local(11, 3), local(10, 19), local(11, 8)),
        (local(11, 7, 59), local(10, 19), local(11, 8)),
    ],
)
def test_what_falls_into_the_night_goes_the_evening_before_it_or_the_morning_after_it(
    due: datetime, earlier: datetime, later: datetime
) -> None:
    assert moved_earlier(due, USUAL, HALIFAX) == earlier
    assert moved_later(due, USUAL, HALIFAX) == later


def test_the_night_in_which_the_clocks_change_ends_at_eight_on_the_wall_clock() -> None:
    assert moved_later(local(14, 1, month=3), USUAL, HALIFAX) == datetime(2027, 3, 14, 11, tzinfo=UTC)
    assert moved_earlier(local(14, 5, month=3), USUAL, HALIFAX) == datetime(2027, 3, 13, 23, tzinfo=UTC)


def test_a_practice_may_have_no_quiet_hours() -> None:
    never = QuietHours(time(0), time(0), time(19))
    assert (
        moved_earlier(local(10, 3), never, HALIFAX)
        == moved_later(local(10, 3), never, HALIFAX)
        == local(10, 3)
    )


def test_the_night_may_lie_within_one_day() -> None:
    small = QuietHours(time(1), time(5), time(20))
    assert moved_earlier(local(10, 3), small, HALIFAX) == local(9, 20)
    assert moved_later(local(10, 3), small, HALIFAX) == local(10, 5)
    assert moved_later(local(10, 23), small, HALIFAX) == local(10, 23)
