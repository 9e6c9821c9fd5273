"""A day at a location as cells: when it is open, when somebody works, and what one click may say about an appointment."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from app.domain import cells, wallclock
from app.domain.appointments import State, may_become
from app.domain.cells import Grid
from app.domain.practice import Location, Therapist, WeeklyWindow

#: A session may be marked as arrived this long before it begins.
EARLY = timedelta(hours=6)
_UNDONE = frozenset({State.ARRIVED, State.COMPLETED, State.NO_SHOW})


def day_grid(day: date, location: Location) -> Grid:
    """The cells of the local day. Raises ValueError while the location has no time zone."""
    if location.zone is None:
        raise ValueError("the location has no time zone yet")
    span = wallclock.day_span(day, location.zone)
    return Grid(cells.cell_at_or_before(span.starts_at), cells.cell_at_or_after(span.ends_at))


def open_cells(grid: Grid, location: Location, day: date) -> int:
    """When the location is open on that day."""
    return _windows(grid, location, day, location.opening_hours)


def working_cells(grid: Grid, location: Location, therapist: Therapist, day: date) -> int:
    """When the therapist works there on that day, time off not counted."""
    rules = [rule.window for rule in therapist.availability_rules if rule.location_id == location.id]
    return open_cells(grid, location, day) & _windows(grid, location, day, rules)


def stretches(grid: Grid, mask: int) -> Iterator[tuple[int, int]]:
    """The runs of set cells, as (first cell, the first cell after), in time order."""
    first = before = None
    for cell in grid.set_cells(mask):
        if first is None:
            first = cell
        elif before is not None and cell != before + 1:
            yield first, before + 1
            first = cell
        before = cell
    if first is not None and before is not None:
        yield first, before + 1


def possible_marks(state: State, starts_at: datetime, ends_at: datetime, now: datetime) -> tuple[State, ...]:
    """What may be said about a session now in one click, likeliest first.

    Nobody arrives hours ahead, and nobody is missing before the session has begun.
    """
    if now < starts_at - EARLY:
        return ()
    if now < starts_at:
        likeliest: tuple[State, ...] = (State.ARRIVED,)
    elif now < ends_at:
        likeliest = (State.ARRIVED, State.NO_SHOW, State.COMPLETED)
    else:
        likeliest = (State.COMPLETED, State.NO_SHOW)
    if state is State.ARRIVED:
        likeliest = (State.COMPLETED,)
    return tuple(following for following in likeliest if may_become(state, following))


def may_be_undone(state: State, previous: State | None) -> bool:
    """Whether the last mark can be taken back: only marks, and only the last."""
    return state in _UNDONE and previous is not None


def _windows(grid: Grid, location: Location, day: date, windows: Iterable[WeeklyWindow]) -> int:
    """The cells of weekly windows on that day, and of the evening before where one passes midnight; none of closed days."""
    if location.zone is None:
        return 0
    own, found = tuple(windows), 0
    for one in (day - timedelta(days=1), day):
        if any(closure.holds_on(one) for closure in location.closures):
            continue
        spans = (
            wallclock.window_span(one, window.opens, window.closes, location.zone)
            for window in own
            if window.holds_on(one)
        )
        found |= cells.union(grid.inward(span) for span in spans)
    return found
