"""Free times as pages show them: of a day, of a month, the next one. Each a few queries, whatever the history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain import slots
from app.domain.cells import instant_of_cell, union
from app.domain.choices import Choice
from app.domain.slots import Slot
from app.domain.spans import Span
from app.domain.wallclock import day_span, days_between, local_date
from app.store.diaries import load_diaries

_A_DAY = timedelta(days=1)
_LOOK_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class DayWithSpace:
    """A date, how many starts are free on it, and which share of those possible that is (0 to 1)."""

    day: date
    free: int
    share: float


def list_slots(
    choice: Choice,
    first: date,
    last: date,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: int | None = None,
) -> list[Slot]:
    """The free slots from one local date to another, both included; ``moving`` is an appointment that counts as away."""
    window = _window(choice, first, last)
    diaries = load_diaries(_around(window), now, ignoring_appointment=moving)
    return slots.free_slots(choice.question(window, now, by_staff=by_staff), choice.therapists, diaries)


def list_days(
    choice: Choice,
    first: date,
    last: date,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: int | None = None,
) -> list[DayWithSpace]:
    """Every local date in the range with how much space it has."""
    window = _window(choice, first, last)
    question = choice.question(window, now, by_staff=by_staff)
    diaries = load_diaries(_around(window), now, ignoring_appointment=moving)
    zone, grid = question.zone, question.grid
    masks = slots.free_masks(question, choice.therapists, diaries)
    free = _per_day(grid.set_cells(union(masks.values())), zone)
    possible = _per_day(grid.set_cells(slots.possible_mask(question, choice.therapists)), zone)
    return [
        DayWithSpace(day, free[day], free[day] / possible[day] if possible[day] else 0.0)
        for day in days_between(first, last)
    ]


def find_next_slot(choice: Choice, now: datetime, *, by_staff: bool = False) -> Slot | None:
    """The first free slot from now on, within the horizon."""
    horizon_ends = now + choice.practice.policy.horizon + _A_DAY
    start = now
    while start < horizon_ends:
        window = Span(start, start + _LOOK_AHEAD)
        diaries = load_diaries(_around(window), now)
        free = slots.free_slots(choice.question(window, now, by_staff=by_staff), choice.therapists, diaries)
        if free:
            return free[0]
        start = window.ends_at
    return None


def _window(choice: Choice, first: date, last: date) -> Span:
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    return Span(day_span(first, zone).starts_at, day_span(last, zone).ends_at)


def _around(window: Span) -> Span:
    return Span(window.starts_at - _A_DAY, window.ends_at + _A_DAY)


def _per_day(cell_numbers: Iterator[int], zone: ZoneInfo) -> Counter[date]:
    return Counter(local_date(instant_of_cell(cell), zone) for cell in cell_numbers)
