"""Places as the public pages show them: the address today, moves that are announced, opening hours by day, closures ahead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from app import clock
from app.domain.addresses import Address, address_on
from app.domain.practice import AddressPeriod, Closure, Location, Practice
from app.domain.wallclock import days_between, local_date
from app.web.language import _, lazy
from app.web.local_words import weekday_words

#: How far ahead closures are told.
_AHEAD = timedelta(days=120)
Windows = tuple[tuple[time, time], ...]
#: Why a place is shut, as most practices put it: these are read in the reader's language, other words as they stand.
USUAL_CLOSURES = (
    lazy("Winter holidays"),
    lazy("Summer holidays"),
    lazy("New Year"),
    lazy("Christmas"),
    lazy("Easter"),
    lazy("Public holiday"),
)


@dataclass(frozen=True, slots=True)
class DayHours:
    """Weekdays in a row (Monday is 0, both included) with the same opening hours; none: closed."""

    first: int
    last: int
    windows: Windows

    @property
    def name(self) -> str:
        """Monday; Monday to Friday."""
        if self.first == self.last:
            return weekday_words(self.first)
        return _("%(first)s to %(last)s", first=weekday_words(self.first), last=weekday_words(self.last))


@dataclass(frozen=True, slots=True)
class Place:
    """A location as it is today. ``moves`` have a date and lie ahead; one without a date is the address's note."""

    location: Location
    address: Address
    hours: tuple[DayHours, ...]
    moves: tuple[AddressPeriod, ...]
    closures: tuple[Closure, ...]


def places_of(practice: Practice) -> list[Place]:
    """Every location whose clock is known."""
    now = clock.now()
    return [_place(each, local_date(now, each.zone)) for each in practice.locations if each.zone]


def week_of(location: Location, today: date) -> list[Windows]:
    """The opening hours of the coming seven days, Monday first."""
    coming = sorted(days_between(today, today + timedelta(days=6)), key=date.weekday)
    return [
        tuple((window.opens, window.closes) for window in location.opening_hours if window.holds_on(day))
        for day in coming
    ]


def _place(location: Location, today: date) -> Place:
    ahead = (shut for shut in location.closures if shut.ends_on >= today and shut.starts_on <= today + _AHEAD)
    return Place(
        location=location,
        address=address_on(location, today),
        hours=tuple(_runs(week_of(location, today))) if location.opening_hours else (),
        moves=tuple(
            period for period in location.address_periods if period.valid_from and period.valid_from > today
        ),
        closures=tuple(sorted(ahead, key=lambda shut: shut.starts_on)),
    )


def _runs(week: list[Windows]) -> Iterator[DayHours]:
    """Days in a row with the same hours together: Monday to Friday, Saturday to Sunday."""
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[first]:
            yield DayHours(first, day - 1, week[first])
            first = day
