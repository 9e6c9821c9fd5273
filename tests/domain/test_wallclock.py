"""Between the wall clock and UTC, on the days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.wallclock import (
    NoSuchLocalTime,
    day_span,
    instant_of,
    local_time,
    same_wall_time_days_before,
    window_span,
    zone_named,
)

HALIFAX = ZoneInfo("America/Halifax")
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)


def test_a_day_has_23_24_or_25_hours() -> None:
    assert day_span(SPRING, HALIFAX).length == timedelta(hours=23)
    assert day_span(date(2027, 6, 1), HALIFAX).length == timedelta(hours=24)
    assert day_span(AUTUMN, HALIFAX).length == timedelta(hours=25)


def test_a_time_that_the_clocks_skip_does_not_exist() -> None:
    with pytest.raises(NoSuchLocalTime):
        instant_of(SPRING, time(2, 30), HALIFAX)


def test_of_a_time_that_happens_twice_the_first_is_meant() -> None:
    assert instant_of(AUTUMN, time(1, 30), HALIFAX) == datetime(2027, 11, 7, 4, 30, tzinfo=UTC)


def test_closing_at_midnight_means_the_end_of_the_day() -> None:
    assert window_span(date(2027, 6, 1), time(9), time(0), HALIFAX).length == timedelta(hours=15)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("days", [1, 3])
def test_days_before_means_the_same_wall_time(day: date, days: int) -> None:
    start = instant_of(day, time(9), HALIFAX)
    earlier = local_time(same_wall_time_days_before(start, days, HALIFAX), HALIFAX)
    assert (earlier.date(), earlier.time()) == (day - timedelta(days=days), time(9))


@pytest.mark.parametrize(
    "name", ["", "Europe", "localtime", "Factory", "../../etc/passwd", "UTC+25", "A" * 5000, "a\x00b"]
)
def test_what_is_no_place_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="not an IANA time zone"):
        zone_named(name)
