"""The morning agenda: when it goes, what is free, what has changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.agenda import AgendaChanged, agenda_day_of, agenda_due, agenda_step, change_of, free_gaps
from app.domain.hours import day_grid
from app.domain.spans import Span
from app.domain.wallclock import day_span

HALIFAX = ZoneInfo("America/Halifax")
DAY = date(2027, 6, 10)


def local(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), HALIFAX).astimezone(UTC)


def test_it_goes_at_seven_or_an_hour_before_an_earlier_first_session() -> None:
    assert agenda_due(DAY, local(9), time(7), HALIFAX) == local(7)
    assert agenda_due(DAY, local(6), time(7), HALIFAX) == local(5)


def test_its_step_names_therapist_and_day() -> None:
    assert agenda_step(4, DAY) == "agenda:4:2027-06-10"
    assert agenda_day_of(agenda_step(4, DAY)) == DAY


def test_gaps_are_working_time_that_nothing_takes_and_something_fits_into() -> None:
    grid = day_grid(DAY, DAY, HALIFAX)
    working = grid.inward(Span(local(9), local(17)))
    taken = grid.outward(Span(local(9), local(10, 15))) | grid.outward(Span(local(10, 30), local(16)))
    assert free_gaps(grid, working, taken, timedelta(minutes=30)) == (Span(local(16), local(17)),)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, local(9), AgendaChanged.NEW),
        (local(9), None, AgendaChanged.CANCELLED),
        (local(9), local(11), AgendaChanged.MOVED_HERE),
        (local(9) - timedelta(days=3), local(11), AgendaChanged.MOVED_HERE),
        (local(9), local(9) + timedelta(days=3), AgendaChanged.MOVED_AWAY),
        (local(9), local(9), None),
        (None, None, None),
        (local(9) + timedelta(days=2), local(9) + timedelta(days=3), None),
    ],
)
def test_a_change_is_told_as_the_day_sees_it(
    before: datetime | None, after: datetime | None, change: AgendaChanged | None
) -> None:
    assert change_of(before, after, day_span(DAY, HALIFAX)) is change
