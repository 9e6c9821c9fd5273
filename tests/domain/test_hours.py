"""Weekly hours as cells: opening hours, working time, closures, clock changes."""

from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cells import Grid, instant_of_cell
from app.domain.hours import cells_on_step, day_grid, open_cells, working_cells
from app.domain.practice import AvailabilityRule, Closure, Location, Therapist, WeeklyWindow

HALIFAX = ZoneInfo("America/Halifax")
MONDAY = date(2026, 11, 23)
HOURS = tuple(WeeklyWindow(day, time(9), time(17)) for day in range(7))
TODAY = day_grid(MONDAY, MONDAY, HALIFAX)


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
    assert hours(day_grid(day, day, HALIFAX).all) == length


def test_who_works_longer_than_the_place_is_open_works_while_it_is_open() -> None:
    dana = therapist(WeeklyWindow(0, time(7), time(12)))
    assert hours(working_cells(TODAY, location(), dana)) == 3


def test_nobody_works_on_a_closed_day_or_elsewhere() -> None:
    shut = location(closures=(Closure(MONDAY, MONDAY),))
    dana = therapist(WeeklyWindow(0, time(9), time(17)))
    assert open_cells(TODAY, shut) == 0
    assert working_cells(TODAY, shut, dana) == 0


def test_an_evening_that_passes_midnight_belongs_to_both_days() -> None:
    late = location(opening_hours=(WeeklyWindow(0, time(22), time(2)),))
    tuesday = MONDAY + timedelta(days=1)
    assert hours(open_cells(TODAY, late)) == 2
    assert hours(open_cells(day_grid(tuesday, tuesday, HALIFAX), late)) == 2


@given(st.integers(min_value=0, max_value=2**60 - 1))
def test_stretches_are_the_mask_again(mask: int) -> None:
    grid = Grid(1000, 1060)
    found = list(grid.stretches(mask))
    assert sum(grid.cells(first, end) for first, end in found) == mask
    assert all(end < following for (_, end), (following, _) in pairwise(found))


def test_a_closed_day_ends_the_evening_before_at_midnight() -> None:
    tuesday = MONDAY + timedelta(days=1)
    late = location(
        opening_hours=(WeeklyWindow(0, time(22), time(2)),), closures=(Closure(tuesday, tuesday),)
    )
    assert hours(open_cells(day_grid(MONDAY, tuesday, HALIFAX), late)) == 2


@given(st.lists(st.tuples(st.integers(990, 1070), st.integers(0, 20)), max_size=8))
def test_many_stretches_painted_are_their_union(claims: list[tuple[int, int]]) -> None:
    grid = Grid(1000, 1060)
    spans = [(first, first + length) for first, length in claims]
    union = 0
    for first, end in spans:
        union |= grid.cells(first, end)
    assert grid.covering(spans) == union


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Halifax", date(2027, 3, 14)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),  # by half an hour
        ("America/Havana", date(2027, 3, 14)),  # at midnight: the day begins at one
        ("Asia/Kathmandu", MONDAY),  # 5:45 ahead of UTC
    ],
)
def test_the_step_is_counted_on_the_wall_clock(zone: str, day: date) -> None:
    place = ZoneInfo(zone)
    grid = day_grid(day, day, place)
    mask = cells_on_step(grid, timedelta(minutes=30), place)
    walls = [instant_of_cell(cell).astimezone(place) for cell in grid.set_cells(mask)]
    assert {wall.minute for wall in walls} == {0, 30}
    every = (instant_of_cell(cell).astimezone(place) for cell in range(grid.first, grid.end))
    assert walls == [wall for wall in every if wall.minute in (0, 30)]
