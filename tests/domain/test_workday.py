"""A day as cells: opening hours, working time, closures, clock changes; and what one click may say."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.appointments import State
from app.domain.cells import Grid
from app.domain.practice import AvailabilityRule, Closure, Location, Therapist, WeeklyWindow
from app.domain.workday import day_grid, may_be_undone, open_cells, possible_marks, stretches, working_cells

HALIFAX = ZoneInfo("America/Halifax")
MONDAY = date(2026, 11, 23)
HOURS = tuple(WeeklyWindow(day, time(9), time(17)) for day in range(7))
START = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
END = START + timedelta(hours=1)


def location(**more: object) -> Location:
    """Open from nine to five."""
    said: dict[str, object] = {"zone": HALIFAX, "opening_hours": HOURS} | more
    return Location(1, "main", "Main", **said)  # type: ignore[arg-type]


def therapist(*windows: WeeklyWindow) -> Therapist:
    """Who works in those windows."""
    return Therapist(
        1, 1, "dana", "Dana", availability_rules=tuple(AvailabilityRule(1, one) for one in windows)
    )


def hours(mask: int) -> float:
    """How many hours a mask has."""
    return mask.bit_count() / 12


@pytest.mark.parametrize(("day", "length"), [(MONDAY, 24), (date(2027, 3, 14), 23), (date(2027, 11, 7), 25)])
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: date, length: int) -> None:
    assert hours(day_grid(day, location()).all) == length


def test_who_works_longer_than_the_place_is_open_works_while_it_is_open() -> None:
    grid = day_grid(MONDAY, location())
    assert hours(working_cells(grid, location(), therapist(WeeklyWindow(0, time(7), time(12))), MONDAY)) == 3


def test_nobody_works_on_a_closed_day_or_elsewhere() -> None:
    shut = location(closures=(Closure(MONDAY, MONDAY),))
    dana = therapist(WeeklyWindow(0, time(9), time(17)))
    assert open_cells(day_grid(MONDAY, shut), shut, MONDAY) == 0
    assert working_cells(day_grid(MONDAY, shut), shut, dana, MONDAY) == 0


def test_an_evening_that_passes_midnight_belongs_to_both_days() -> None:
    late = location(opening_hours=(WeeklyWindow(0, time(22), time(2)),))
    tuesday = MONDAY + timedelta(days=1)
    assert hours(open_cells(day_grid(MONDAY, late), late, MONDAY)) == 2
    assert hours(open_cells(day_grid(tuesday, late), late, tuesday)) == 2


@given(st.integers(min_value=0, max_value=2**60 - 1))
def test_stretches_are_the_mask_again(mask: int) -> None:
    grid = Grid(1000, 1060)
    found = list(stretches(grid, mask))
    assert sum(grid.cells(first, end) for first, end in found) == mask
    assert all(end < following for (_, end), (following, _) in pairwise(found))


@pytest.mark.parametrize(
    ("state", "now", "marks"),
    [
        (State.BOOKED, START - timedelta(days=1), ()),
        (State.BOOKED, START - timedelta(minutes=10), (State.ARRIVED,)),
        (State.BOOKED, START, (State.ARRIVED, State.NO_SHOW, State.COMPLETED)),
        (State.BOOKED, END, (State.COMPLETED, State.NO_SHOW)),
        (State.ARRIVED, START, (State.COMPLETED,)),
        (State.COMPLETED, END, ()),
        (State.CANCELLED, START, ()),
        (State.REQUESTED, START, ()),
    ],
)
def test_a_click_says_only_what_can_be_true(state: State, now: datetime, marks: tuple[State, ...]) -> None:
    assert possible_marks(state, START, END, now) == marks


def test_only_marks_are_taken_back() -> None:
    assert may_be_undone(State.NO_SHOW, State.BOOKED)
    assert not may_be_undone(State.NO_SHOW, None)
    assert not may_be_undone(State.CANCELLED, State.BOOKED)
