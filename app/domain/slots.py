"""When is a start free? The one rule, as named masks.

Everything that can stand against a start is a mask over cells of 5 minutes, with a name: the refusal. A start is free
where no mask has its bit; the refusal of a start is the first mask that has it. The page that lists slots, the form that
books, the staff's move and the settings pages' warnings all ask here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from app.domain import cells, wallclock
from app.domain.cells import Grid
from app.domain.practice import Location, Practice, Room, Service, Therapist, Variant, WeeklyWindow
from app.domain.spans import Span


class Refusal(StrEnum):
    """Why a start is not free, in the order in which reasons are given; the last ones are no masks but said before any is asked."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_STEP = "off_step"
    CLOSED = "closed"
    NOT_QUALIFIED = "not_qualified"
    NOT_WORKING = "not_working"
    TIME_OFF = "time_off"
    TAKEN = "taken"
    NO_ROOM = "no_room"

    NO_SUCH_TIME = "no_such_time"
    NOT_OFFERED = "not_offered"
    NEEDS_SCREENING = "needs_screening"
    NOT_PUBLISHED = "not_published"
    TOO_MANY = "too_many"
    BOOKED_ALREADY = "booked_already"


#: Reasons that come from what is configured, not from other bookings or the clock.
CONFIGURED = frozenset(
    {Refusal.CLOSED, Refusal.NOT_QUALIFIED, Refusal.NOT_WORKING, Refusal.TIME_OFF, Refusal.NO_ROOM}
)


@dataclass(frozen=True, slots=True)
class Diary:
    """All that is known of one therapist or room in a window: claimed cells (from, to) and time off."""

    taken: tuple[tuple[int, int], ...] = ()
    time_off: tuple[Span, ...] = ()


#: By resource id; a resource without an entry has nothing in its diary.
Diaries = Mapping[int, Diary]
NOTHING = Diary()


@dataclass(frozen=True, slots=True)
class Slot:
    """A possible start and who could give the session then (therapist ids, in the practice's order)."""

    starts_at: datetime
    therapist_ids: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """Which starts within ``window`` are free for a variant of a service at a location, asked at ``now``?

    Staff are not bound by the notice and the horizon that the practice gives to the public.
    Raises ValueError when the location's time zone is not known.
    """

    practice: Practice
    location: Location
    service: Service
    variant: Variant
    window: Span
    now: datetime
    by_staff: bool = False

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
    def grid(self) -> Grid:
        """The window, widened by what a session at its edges would occupy."""
        first = cells.cell_at_or_after(self.window.starts_at)
        end = cells.cell_at_or_after(self.window.ends_at)
        return Grid(first - self.lead, max(end, first) + self.length + self.tail)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The local dates that the grid touches, and the day before (whose windows may pass midnight)."""
        first = wallclock.local_date(cells.instant_of_cell(self.grid.first), self.zone)
        last = wallclock.local_date(cells.instant_of_cell(self.grid.end), self.zone)
        return tuple(wallclock.days_between(first - timedelta(days=1), last))

    @cached_property
    def asked(self) -> int:
        """The starts in the window, free or not."""
        return self.grid.cells(self.grid.first + self.lead, self.grid.end - self.length - self.tail)

    @cached_property
    def for_everyone(self) -> tuple[tuple[Refusal, int], ...]:
        """The masks that are the same for all therapists, up to and including CLOSED."""
        return (*_clock_masks(self), (Refusal.OFF_STEP, _off_step(self)), (Refusal.CLOSED, _closed(self)))

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


def occupied_cells(starts_at: datetime, variant: Variant) -> tuple[int, int]:
    """The cells that a session at that start takes from a diary: from, and the first no longer taken."""
    ends_at = starts_at + timedelta(minutes=variant.minutes + variant.buffer_after)
    begins_at = starts_at - timedelta(minutes=variant.buffer_before)
    return cells.cell_at_or_before(begins_at), cells.cell_at_or_after(ends_at)


def masks_against(
    question: Question, therapist: Therapist, diaries: Diaries
) -> Iterator[tuple[Refusal, int]]:
    """Every named mask that can stand against a start with that therapist, in the order in which reasons are given."""
    yield from question.for_everyone
    yield from _own_masks(question, therapist, diaries)
    yield Refusal.NO_ROOM, _no_room(question, diaries)


def _own_masks(question: Question, therapist: Therapist, diaries: Diaries) -> Iterator[tuple[Refusal, int]]:
    """Those that differ from therapist to therapist."""
    yield Refusal.NOT_QUALIFIED, _not_qualified(question, therapist)
    yield Refusal.NOT_WORKING, _not_working(question, therapist)
    diary, everything = diaries.get(therapist.resource_id, NOTHING), question.grid.all
    yield (
        Refusal.TIME_OFF,
        everything & ~question.fits_in(everything & ~cells.union(map(question.grid.outward, diary.time_off))),
    )
    yield Refusal.TAKEN, everything & ~question.fits_in(_untaken(question.grid, diary))


def refusal(
    question: Question,
    therapist: Therapist,
    diaries: Diaries,
    starts_at: datetime,
    reasons: Iterable[Refusal] = Refusal,
) -> Refusal | None:
    """Why a session can't start then with that therapist, or None where it can. ``reasons`` limits what is asked about."""
    if starts_at != cells.instant_of_cell(cells.cell_at_or_before(starts_at)):
        return Refusal.OFF_STEP
    bit = question.grid.bit(cells.cell_at_or_before(starts_at))
    if not bit & question.asked:
        raise ValueError("the start lies outside the window that was asked about")
    asked_about = frozenset(reasons)
    against = masks_against(question, therapist, diaries)
    return next((reason for reason, mask in against if reason in asked_about and mask & bit), None)


def free_masks(question: Question, therapists: Sequence[Therapist], diaries: Diaries) -> dict[int, int]:
    """By therapist id the free starts with that therapist, as masks of the question's grid.

    The masks of ``masks_against``; those that are the same for everybody are made once.
    """
    shared = cells.union(mask for _, mask in question.for_everyone) | _no_room(question, diaries)
    left = question.asked & ~shared
    if not left:
        return {therapist.id: 0 for therapist in therapists}
    return {
        therapist.id: left & ~cells.union(mask for _, mask in _own_masks(question, therapist, diaries))
        for therapist in therapists
    }


def possible_mask(question: Question, therapists: Sequence[Therapist]) -> int:
    """The starts that would be free if nothing were booked: what "how full is the day" is measured against."""
    return cells.union(free_masks(question, therapists, {}).values())


def free_rooms(question: Question, diaries: Diaries, starts_at: datetime) -> list[Room]:
    """The rooms with the needed features that are free for the whole occupied span, in the location's order."""
    from_cell, to_cell = occupied_cells(starts_at, question.variant)
    wanted = question.grid.cells(from_cell, to_cell)
    return [
        room
        for room in _suitable_rooms(question)
        if not wanted & ~_untaken(question.grid, diaries.get(room.resource_id, NOTHING))
    ]


def needs_room(question: Question) -> bool:
    """Whether a session takes a room: always where the location has any, or where the service asks for features."""
    return bool(question.location.rooms or question.service.room_features)


def choose_therapist(
    slot: Slot, therapists: Sequence[Therapist], minutes_that_day: Mapping[int, int]
) -> Therapist:
    """Who gives a session booked without preference: of those free the one with fewest minutes that day, then by name."""
    able = [therapist for therapist in therapists if therapist.id in slot.therapist_ids]
    return min(
        able, key=lambda therapist: (minutes_that_day.get(therapist.id, 0), therapist.name, therapist.id)
    )


def nearest_slots(slots: Sequence[Slot], wanted: datetime, count: int) -> list[Slot]:
    """The slots closest to a time that was lost, in time order."""
    closest = sorted(slots, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))[:count]
    return sorted(closest, key=lambda slot: slot.starts_at)


def _clock_masks(question: Question) -> Iterator[tuple[Refusal, int]]:
    grid, policy = question.grid, question.practice.policy
    yield Refusal.PAST, grid.cells(grid.first, cells.cell_at_or_after(question.now))
    if not question.by_staff:
        yield Refusal.TOO_SOON, grid.cells(grid.first, cells.cell_at_or_after(question.now + policy.notice))
        yield (
            Refusal.TOO_FAR,
            grid.cells(cells.cell_at_or_before(question.now + policy.horizon) + 1, grid.end),
        )


def _off_step(question: Question) -> int:
    """Starts that do not lie on the practice's step of the wall clock (from midnight on)."""
    step = cells.cells_in(question.practice.policy.slot_step)
    return question.grid.all & ~cells.union(_on_step(day, step, question) for day in question.days)


def _on_step(day: date, step: int, question: Question) -> int:
    span, grid = wallclock.day_span(day, question.zone), question.grid
    first, end = cells.cell_at_or_after(span.starts_at), cells.cell_at_or_after(span.ends_at)
    if span.length == timedelta(days=1):
        return grid.cells(first, end) & _every(step, first - grid.first, grid.end - grid.first)
    return cells.union(grid.bit(cell) for cell in range(first, end) if _is_on_step(cell, step, question.zone))


def _every(step: int, offset: int, length: int) -> int:
    """The mask with every ``step``-th bit from ``offset`` on (which may be negative), of about ``length`` bits."""
    start = offset % step
    count = max(0, -(-(length - start) // step))
    return (((1 << (step * count)) - 1) // ((1 << step) - 1)) << start if count else 0


def _is_on_step(cell: int, step: int, zone: ZoneInfo) -> bool:
    local = wallclock.local_time(cells.instant_of_cell(cell), zone)
    return (local.hour * 60 + local.minute) % (step * 5) == 0


def _open_cells(question: Question, windows: Iterable[WeeklyWindow], days: Iterable[date]) -> int:
    grid, zone = question.grid, question.zone
    own = tuple(windows)
    return cells.union(
        grid.inward(wallclock.window_span(day, window.opens, window.closes, zone))
        for day in days
        for window in own
        if window.holds_on(day)
    )


def _closed(question: Question) -> int:
    shut = [
        day for day in question.days if any(closure.holds_on(day) for closure in question.location.closures)
    ]
    open_cells = _open_cells(question, question.location.opening_hours, question.days)
    open_cells &= ~cells.union(question.grid.outward(wallclock.day_span(day, question.zone)) for day in shut)
    return question.grid.all & ~question.fits_in_hours(open_cells)


def _not_qualified(question: Question, therapist: Therapist) -> int:
    grid = question.grid
    held = {
        qualification.technique_id: qualification.valid_until for qualification in therapist.qualifications
    }
    missing = 0
    for technique in question.service.techniques:
        if technique.id not in held:
            return grid.all
        until = held[technique.id]
        if until is not None:
            expired = wallclock.day_span(until, question.zone).ends_at
            missing |= grid.cells(cells.cell_at_or_before(expired), grid.end)
    return missing


def _not_working(question: Question, therapist: Therapist) -> int:
    windows = (
        rule.window for rule in therapist.availability_rules if rule.location_id == question.location.id
    )
    return question.grid.all & ~question.fits_in_hours(_open_cells(question, windows, question.days))


def _untaken(grid: Grid, diary: Diary) -> int:
    return grid.all & ~cells.union(grid.cells(from_cell, to_cell) for from_cell, to_cell in diary.taken)


def _suitable_rooms(question: Question) -> list[Room]:
    return [room for room in question.location.rooms if question.service.room_features <= room.features]


def _no_room(question: Question, diaries: Diaries) -> int:
    if not needs_room(question):
        return 0
    fits = (
        question.fits_in(_untaken(question.grid, diaries.get(room.resource_id, NOTHING)))
        for room in _suitable_rooms(question)
    )
    return question.grid.all & ~cells.union(fits)
