"""What the practice's numbers mean: which session counts as what, which time could have been booked, and over which stretches.

- *Given* is the time of sessions that took place, are booked, or are over and not marked yet: minutes of treatment,
  without set-up and turnover. A session whose client did not come, or that was cancelled, is not given time.
- *Bookable* is a therapist's working time within opening hours, less closures and time off; a room's is the opening hours
  of its location less closures. Hours are taken as the settings have them today, with the dates between which they hold.
- *Utilisation* is given time by bookable time. Turnover keeps it below 100 % on the fullest day; sessions that staff booked
  outside working time can lift it above.
- A session counts on the day, on the location's own wall clock, on which it begins or would have begun.
- *Late* cancellations came after the deadline until which changing is free; the others are told apart by who cancelled.
- The *lead time* is the number of whole days from booking to session; of sessions that were not cancelled the middle one.
  Nobody knows when those were booked that were brought over from another system.
- A *new* client was given a first visit in that stretch; *returning* is everybody else who was given a session in it. People
  who were merged count once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain import cells, hours
from app.domain.appointments import State
from app.domain.practice import Location, Therapist
from app.domain.spans import Span

#: More stretches than this nobody can read off a picture; what is asked for is then counted more coarsely.
MOST_STRETCHES = 120
_A_DAY, _WEEK = timedelta(days=1), 7
_USUAL_WEEKS = 12


class Every(StrEnum):
    """How long a stretch is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Outcome(StrEnum):
    """What a session counts as."""

    GIVEN = "given"
    NO_SHOW = "no_show"
    LATE = "late"
    BY_CLIENT = "by_client"
    BY_CLINIC = "by_clinic"


_GIVEN = frozenset({State.BOOKED, State.ARRIVED, State.COMPLETED})
_CANCELLED = {"late": Outcome.LATE, "client": Outcome.BY_CLIENT}
#: States of sessions that were promised and not taken back: what the lead time is made of.
KEPT_STATES = frozenset({*_GIVEN, State.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local days, first and last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Use:
    """Time given and time that could have been booked, in minutes."""

    given: int = 0
    bookable: int = 0

    @property
    def share(self) -> float | None:
        """The utilisation; none where nothing could be booked."""
        return share(self.given, self.bookable)

    def __add__(self, other: "Use") -> "Use":
        return Use(self.given + other.given, self.bookable + other.bookable)


def outcome_of(state: State, cancelled_by: str | None) -> Outcome | None:
    """What a session of that state counts as; none for what was never promised."""
    if state in _GIVEN:
        return Outcome.GIVEN
    if state is State.NO_SHOW:
        return Outcome.NO_SHOW
    if state is State.CANCELLED:
        return _CANCELLED.get(cancelled_by or "", Outcome.BY_CLINIC)
    return None


def usual_range(today: date) -> Stretch:
    """The last twelve weeks, this one included: from a Monday to today's Sunday."""
    monday = today - timedelta(days=today.weekday())
    return Stretch(monday - timedelta(weeks=_USUAL_WEEKS - 1), monday + timedelta(days=_WEEK - 1))


def stretches(whole: Stretch, every: Every) -> tuple[Stretch, ...]:
    """The whole, cut at each day, Monday or first of a month; the outer ones may be shorter than the others."""
    return tuple(_cut(whole, every))


def fitting(whole: Stretch, every: Every) -> Every:
    """``every``, or the next coarser one by which the whole has few enough stretches; months at last."""
    for coarser in list(Every)[list(Every).index(every) :]:
        if _count(whole, coarser) <= MOST_STRETCHES:
            return coarser
    return Every.MONTH


def longest_range(whole: Stretch) -> Stretch:
    """The whole, cut to so many months that they can be counted one by one: the last ones stay."""
    earliest = whole.last - timedelta(days=MOST_STRETCHES * 30)
    return Stretch(max(whole.first, earliest), whole.last)


def share(part: int, whole: int) -> float | None:
    """The part by the whole; none of nothing."""
    return part / whole if whole else None


def median(counts: Mapping[int, int]) -> float | None:
    """The middle of many numbers, each given with how often it comes; between two middle ones, half way."""
    total = sum(counts.values())
    if not total:
        return None
    low, high = _at(counts, (total - 1) // 2), _at(counts, total // 2)
    return (low + high) / 2


def bookable_minutes(
    stretch: Stretch,
    zone: ZoneInfo,
    locations: Iterable[Location],
    therapist: Therapist,
    absences: Sequence[Span],
) -> int:
    """How long the therapist could have been booked in those days, at any of the locations; ``absences`` are their own."""
    grid = hours.day_grid(stretch.first, stretch.last, zone)
    working = cells.union(
        hours.working_cells(grid, location, therapist)
        for location in locations
        if location.zone is not None and therapist.works_at(location.id)
    )
    away = grid.covering([cells.cells_touched(one) for one in absences]) if working else 0
    return (working & ~away).bit_count() * cells.MINUTES


def open_minutes(stretch: Stretch, location: Location) -> int:
    """How long the location was open in those days: what each of its rooms could have been used."""
    if location.zone is None:
        return 0
    grid = hours.day_grid(stretch.first, stretch.last, location.zone)
    return hours.open_cells(grid, location).bit_count() * cells.MINUTES


def _cut(whole: Stretch, every: Every) -> Iterator[Stretch]:
    first = whole.first
    while first <= whole.last:
        last = min(_end(first, every), whole.last)
        yield Stretch(first, last)
        first = last + _A_DAY


def _end(day: date, every: Every) -> date:
    """The last day of the stretch in which the day lies."""
    if every is Every.DAY:
        return day
    if every is Every.WEEK:
        return day + timedelta(days=_WEEK - 1 - day.weekday())
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - _A_DAY


def _count(whole: Stretch, every: Every) -> int:
    """How many stretches there would be, without making them."""
    days = (whole.last - whole.first).days + 1
    if every is Every.DAY:
        return days
    if every is Every.WEEK:
        return -(-(days + whole.first.weekday()) // _WEEK)
    return (whole.last.year - whole.first.year) * 12 + whole.last.month - whole.first.month + 1


def _at(counts: Mapping[int, int], place: int) -> int:
    """The number at that place of all numbers in order."""
    reached = 0
    for number in sorted(counts):
        reached += counts[number]
        if reached > place:
            return number
    raise ValueError("there are not so many")
