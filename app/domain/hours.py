"""Weekly hours as cells: when a location is open, when a therapist works there. Worked out once for the same days."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain import cells, wallclock
from app.domain.cells import Grid
from app.domain.practice import Closure, Location, Therapist, WeeklyWindow

_A_DAY = timedelta(days=1)


def open_cells(grid: Grid, location: Location) -> int:
    """When the location is open: its opening hours, less the dates on which it is shut all the same."""
    zone = _zone_of(location)
    days = _days_touched(grid, zone)
    known, mask = _open_on(location.opening_hours, location.closures, zone, *days)
    return grid.taken_from(known, mask)


def working_cells(grid: Grid, location: Location, therapist: Therapist) -> int:
    """When the therapist works at the location: within opening hours. Time off is not counted."""
    return open_cells(grid, location) & available_cells(grid, location, therapist)


def available_cells(grid: Grid, location: Location, therapist: Therapist) -> int:
    """When the therapist would work at the location by the availability rules, whatever the opening hours."""
    zone = _zone_of(location)
    days = _days_touched(grid, zone)
    known, mask = _within_windows(therapist.windows_at(location.id), zone, *days)
    return grid.taken_from(known, mask)


def cells_on_step(grid: Grid, step: timedelta, zone: ZoneInfo) -> int:
    """The cells that begin on a multiple of ``step`` on the wall clock, counted from midnight."""
    known, mask = _on_step(step, zone, *_days_touched(grid, zone))
    return grid.taken_from(known, mask)


def day_grid(first: date, last: date, zone: ZoneInfo) -> Grid:
    """The cells of the local days from ``first`` to ``last``, both included."""
    begin, end = wallclock.day_span(first, zone).starts_at, wallclock.day_span(last, zone).ends_at
    return Grid(cells.cell_at_or_after(begin), cells.cell_at_or_after(end))


@lru_cache(maxsize=1024)
def days_of(first_cell: int, end_cell: int, zone: ZoneInfo) -> tuple[int, ...]:
    """The cells with which the local days begin that hold these cells, and the one with which the last of them ends."""
    first = wallclock.local_date(cells.instant_of_cell(first_cell), zone)
    last = wallclock.local_date(cells.instant_of_cell(max(first_cell, end_cell - 1)), zone)
    days = wallclock.days_between(first, last + _A_DAY)
    return tuple(cells.cell_at_or_after(wallclock.day_span(day, zone).starts_at) for day in days)


def _zone_of(location: Location) -> ZoneInfo:
    if location.zone is None:
        raise ValueError("the location has no time zone yet")
    return location.zone


def _days_touched(grid: Grid, zone: ZoneInfo) -> tuple[date, date]:
    first = wallclock.local_date(cells.instant_of_cell(grid.first), zone)
    return first, wallclock.local_date(cells.instant_of_cell(grid.end), zone)


@lru_cache(maxsize=1024)
def _open_on(
    windows: tuple[WeeklyWindow, ...],
    closures: tuple[Closure, ...],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> tuple[Grid, int]:
    grid, within = _within_windows(windows, zone, first, last)
    shut = (day for day in wallclock.days_between(first, last) if any(one.holds_on(day) for one in closures))
    return grid, within & ~cells.union(grid.outward(wallclock.day_span(day, zone)) for day in shut)


@lru_cache(maxsize=4096)
def _within_windows(
    windows: tuple[WeeklyWindow, ...], zone: ZoneInfo, first: date, last: date
) -> tuple[Grid, int]:
    """Of the days' own grid the cells that lie in a window, also in one that began the evening before."""
    grid = day_grid(first, last, zone)
    return grid, cells.union(
        grid.inward(wallclock.window_span(day, window.opens, window.closes, zone))
        for day in wallclock.days_between(first - _A_DAY, last)
        for window in windows
        if window.holds_on(day)
    )


@lru_cache(maxsize=256)
def _on_step(step: timedelta, zone: ZoneInfo, first: date, last: date) -> tuple[Grid, int]:
    grid = day_grid(first, last, zone)
    return grid, cells.union(
        grid.bit(cell) for day in wallclock.days_between(first, last) for cell in _steps_of(day, step, zone)
    )


def _steps_of(day: date, step: timedelta, zone: ZoneInfo) -> Iterator[int]:
    """The cells of a local day on the step. Only where the clocks change does the wall have to be asked for each."""
    span = wallclock.day_span(day, zone)
    first, end = cells.cell_at_or_after(span.starts_at), cells.cell_at_or_after(span.ends_at)
    if span.length == _A_DAY and wallclock.local_time(span.starts_at, zone).time() == time(0):
        return iter(range(first, end, cells.cells_in(step)))
    return (cell for cell in range(first, end) if _is_on_step(cell, step, zone))


def _is_on_step(cell: int, step: timedelta, zone: ZoneInfo) -> bool:
    local = wallclock.local_time(cells.instant_of_cell(cell), zone)
    return not timedelta(hours=local.hour, minutes=local.minute) % step
