"""What the slot rule is asked, and what it has to know to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.domain import cells, hours
from app.domain.cells import Grid, Stretch
from app.domain.policy import GapRule
from app.domain.practice import DEEP, Location, Practice, Service, Therapist, Variant
from app.domain.spans import Span

#: How far ahead staff may book: beyond the public's horizon, but not into a year that was mistyped.
STAFF_HORIZON = timedelta(days=731)
#: Cells seen beside a session where gaps matter: a day, which is longer than any session with what may lie beside it.
_REACH = 288


#: Buffers are shorter than this many cells: a claim is at most a day.
_BASE = 512


def packed(lead: Any, tail: Any, is_deep: Any) -> Any:
    """What a claim says of its session, its buffers in cells, as one number; of columns as one column.

    Diaries are long, and read often.
    """
    return (lead * _BASE + tail) * 2 + is_deep


class Given(NamedTuple):
    """A session that a therapist gives, without its buffers: from its first cell to the first one after."""

    first: int
    end: int
    is_deep: bool


@dataclass(frozen=True)
class Diary:
    """All that is known of one therapist or room in a window: stretches (from cell, the first cell after) that are lost.

    ``taken`` is what appointments and holds claim, ``time_off`` what a therapist does not work. ``sessions`` says of each
    stretch taken what session the therapist gives in it (`packed`), or none: what load limits are counted by.
    """

    taken: tuple[Stretch, ...] = ()
    time_off: tuple[Stretch, ...] = ()
    sessions: tuple[int | None, ...] = ()

    def untaken(self, grid: Grid) -> int:
        """The cells that nobody claims; painted once a grid, since several reasons ask."""
        if not self.taken:
            return grid.all
        if grid not in self._untaken:
            self._untaken[grid] = grid.all & ~grid.covering(self.taken)
        return self._untaken[grid]

    @cached_property
    def _untaken(self) -> dict[Grid, int]:
        return {}

    def not_off(self, grid: Grid) -> int:
        """The cells outside time off."""
        return grid.all & ~grid.covering(self.time_off)


def given_in(taken: Sequence[Stretch], sessions: Sequence[int | None]) -> list[Given]:
    """The sessions of a diary, in time order."""
    held = ((stretch, shape) for stretch, shape in zip(taken, sessions, strict=False) if shape is not None)
    return sorted(_given(stretch, shape) for stretch, shape in held)


def _given(stretch: Stretch, shape: int) -> Given:
    lead, tail = divmod(shape // 2, _BASE)
    return Given(stretch[0] + lead, stretch[1] - tail, bool(shape % 2))


#: By resource id; a resource without an entry has nothing in its diary.
Diaries = Mapping[int, Diary]
NOTHING = Diary()


@dataclass(frozen=True)
class Question:
    """Which starts within ``window`` are free for a variant of a service at a location, asked at ``now``?

    Staff are not bound by the notice and the horizon that the practice gives to the public. A start that was ``promised``
    (held) before may leave a gap or break a limit by now: what has been booked beside it since is not its fault. Which
    starts are recommended is worked out for ``recommending`` questions only. The refusals named in ``setting_aside`` are
    not asked about. Of ``chaperones`` another than the therapist has to be free too; none: nobody is. ``spaced_from`` are
    local dates on which the client has deep work on the same region, ``gender`` whom they want to be treated by.
    Raises ValueError when the location's time zone is not known.
    """

    practice: Practice
    location: Location
    service: Service
    variant: Variant
    window: Span
    now: datetime
    by_staff: bool = False
    promised: bool = False
    recommending: bool = False
    setting_aside: frozenset[str] = frozenset()
    chaperones: tuple[Therapist, ...] | None = None
    spaced_from: tuple[date, ...] = ()
    gender: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The location's zone."""
        if self.location.zone is None:
            raise ValueError("the location has no time zone yet")
        return self.location.zone

    @cached_property
    def lead(self) -> int:
        """Cells before the start that the diary loses."""
        return cells.cells_in(timedelta(minutes=self.variant.buffer_before))

    @cached_property
    def length(self) -> int:
        """Cells of the session itself."""
        return cells.cells_in(timedelta(minutes=self.variant.minutes))

    @cached_property
    def tail(self) -> int:
        """Cells after the end that the diary loses."""
        return cells.cells_in(timedelta(minutes=self.variant.buffer_after))

    @cached_property
    def reach(self) -> int:
        """Cells to look at beyond a session's own, before and after: gaps are judged by their whole length."""
        return _REACH if self.marks_gapless or self.forbids_gaps else 0

    @property
    def marks_gapless(self) -> bool:
        """Whether starts that leave no gap are told from others."""
        return self.recommending and self.practice.policy.gap_rule is not GapRule.ALL

    @property
    def forbids_gaps(self) -> bool:
        """Whether starts that leave a gap are refused: only where the practice says so, and never to staff."""
        return self.practice.policy.gap_rule is GapRule.ONLY and not (self.by_staff or self.promised)

    @cached_property
    def grid(self) -> Grid:
        """The window, widened by what a session at its edges would occupy and by what has to be seen beside it."""
        first, end = self._starts
        return Grid(first - self.lead - self.reach, end + self.length + self.tail + self.reach)

    @cached_property
    def span(self) -> Span:
        """The stretch of time that the diaries have to be about: of days whose load counts all of it."""
        first, end = self.grid.first, self.grid.end
        if self.practice.limits_load:
            first, end = min(first, self.days[0]), max(end, self.days[-1])
        return Span(cells.instant_of_cell(first), cells.instant_of_cell(end))

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The local days of all starts that are looked at: with which cell each begins, and with which the last one ends.

        Where gaps are refused, starts beside the window are looked at too.
        """
        looked_at = (self.grid.first, self.grid.end) if self.forbids_gaps else self._starts
        return hours.days_of(*looked_at, self.zone)

    @property
    def is_deep(self) -> bool:
        """Whether deep work is asked for, of which there can be too much."""
        return self.service.depth == DEEP

    @cached_property
    def asked(self) -> int:
        """The starts in the window, free or not."""
        return self.grid.cells(*self._starts)

    @cached_property
    def _starts(self) -> tuple[int, int]:
        first = cells.cell_at_or_after(self.window.starts_at)
        return first, max(first, cells.cell_at_or_after(self.window.ends_at))

    @cached_property
    def open_cells(self) -> int:
        """When the location is open."""
        return hours.open_cells(self.grid, self.location)

    @cached_property
    def on_step(self) -> int:
        """The starts on the practice's step of the wall clock."""
        return hours.cells_on_step(self.grid, self.practice.policy.slot_step, self.zone)

    @property
    def not_before(self) -> datetime:
        """From when on a session may start: the public has to give notice."""
        return self.now if self.by_staff else self.now + self.practice.policy.notice

    @property
    def not_after(self) -> datetime:
        """Until when a session may start: beyond the public's horizon for staff."""
        horizon = self.practice.policy.horizon
        return self.now + (max(horizon, STAFF_HORIZON) if self.by_staff else horizon)

    def fits_in(self, free: int) -> int:
        """The starts whose whole occupied span lies on free cells."""
        return cells.runs(free, self.lead + self.length + self.tail) << self.lead

    def fits_in_hours(self, open_cells: int) -> int:
        """The starts whose session, or (a setting) whose occupied span, lies within hours."""
        return (
            cells.runs(open_cells, self.length)
            if self.practice.policy.may_overrun_closing
            else self.fits_in(open_cells)
        )


class Giving(NamedTuple):
    """Whose claim it is that a session is given with, its buffers in cells, and whether the work is deep."""

    resource_id: int
    lead: int
    tail: int
    is_deep: bool


def giving(therapist: Therapist, service: Service, variant: Variant) -> Giving:
    """What the therapist's claim says of a session, for load limits to count."""
    lead, tail = variant.buffer_before // cells.MINUTES, variant.buffer_after // cells.MINUTES
    return Giving(therapist.resource_id, lead, tail, service.depth == DEEP)


def occupied_cells(starts_at: datetime, variant: Variant) -> tuple[int, int]:
    """The cells that a session at that start takes from a diary: from, and the first no longer taken."""
    ends_at = starts_at + timedelta(minutes=variant.minutes + variant.buffer_after)
    begins_at = starts_at - timedelta(minutes=variant.buffer_before)
    return cells.cell_at_or_before(begins_at), cells.cell_at_or_after(ends_at)
