"""The clinic that the figures are about: who is booked when, from a fixed seed, before any database knows of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Halifax")
SEED = 60
#: Sessions are booked on the full hour, as in the measurement of the others; free starts are offered on STEP.
OPENS, CLOSES, MINUTES, STEP = 9, 17, 60, 15
#: A location's therapists; the last of them is solid: the worst case of "next free date".
PEOPLE, SERVICES, CLIENTS = 10, 5, 300
WORKING_DAYS = 30
_BOOKED, _CANCELLED = 0.6, 0.05
_KEPT_IN_HISTORY, _CANCELLED_IN_HISTORY, _MISSED_IN_HISTORY = 0.8, 0.05, 0.03


class Visit(NamedTuple):
    """One session that somebody has booked; all numbers count from 1."""

    therapist: int
    starts_at: datetime
    client: int
    service: int
    state: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """How large: locations of ten therapists each, and how many days of history."""

    name: str
    first_day: date
    locations: int = 1
    history_days: int = 0

    @property
    def therapists(self) -> int:
        """How many people work there."""
        return self.locations * PEOPLE

    @property
    def clients(self) -> int:
        """How many people come."""
        return self.locations * CLIENTS * (10 if self.history_days > 100 else 1)

    def days(self) -> list[date]:
        """The working days ahead that the questions are about."""
        return list(working_days(self.first_day, WORKING_DAYS))

    def expected(self) -> int:
        """About how many appointments there are."""
        ahead = self.locations * round((PEOPLE - 1) * 240 * (_BOOKED + _CANCELLED) + 240)
        worked = self.history_days * 5 // 7
        return ahead + round(worked * self.therapists * 8 * (_KEPT_IN_HISTORY + _CANCELLED_IN_HISTORY))

    def visits(self) -> Iterator[Visit]:
        """Everything that was and is booked: history day by day, then what lies ahead, location by location."""
        yield from self._history()
        for location in range(self.locations):
            yield from _ahead(self, location)

    def _history(self) -> Iterator[Visit]:
        chance = random.Random(f"{SEED} history")
        last = self.first_day - timedelta(days=8)
        for offset in range(self.history_days, -1, -1):
            day = last - timedelta(days=offset)
            if self.history_days and day.weekday() < 5:
                yield from self._day_gone(day, chance)

    def _day_gone(self, day: date, chance: random.Random) -> Iterator[Visit]:
        hours = hours_of(day)
        for therapist in range(1, self.therapists + 1):
            for starts_at in hours:
                luck = chance.random()
                if luck >= _KEPT_IN_HISTORY + _CANCELLED_IN_HISTORY:
                    continue
                client = 1 + int(chance.random() * self.clients)
                state = "completed"
                if luck >= _KEPT_IN_HISTORY:
                    state = "cancelled"
                elif luck < _MISSED_IN_HISTORY:
                    state = "no_show"
                yield Visit(therapist, starts_at, client, 1 + int(chance.random() * SERVICES), state)


def clinic_60(today: date) -> Clinic:
    """Ten therapists, 30 working days from the next Monday."""
    return Clinic("clinic-60", next_monday(today))


def sister(today: date) -> Clinic:
    """A hundred therapists in ten locations and three years of history: about 500,000 appointments."""
    return Clinic("sister", next_monday(today), locations=10, history_days=3 * 365)


def small_sister(today: date) -> Clinic:
    """The same with a month of history, for a quick run."""
    return Clinic("small-sister", next_monday(today), locations=10, history_days=30)


def next_monday(today: date) -> date:
    """The first Monday after that day."""
    return today + timedelta(days=7 - today.weekday())


def working_days(first: date, count: int) -> Iterator[date]:
    """That many days from Monday to Friday, from a Monday on."""
    for number in range(count):
        yield first + timedelta(days=number // 5 * 7 + number % 5)


def hours_of(day: date) -> list[datetime]:
    """The instants at which a session may have been booked on that day."""
    opens = datetime.combine(day, time(OPENS), ZONE).astimezone(UTC)
    return [opens + timedelta(hours=hour) for hour in range(CLOSES - OPENS)]


def _ahead(clinic: Clinic, location: int) -> Iterator[Visit]:
    """The same for the first location of every clinic: only history and size differ."""
    chance = random.Random(f"{SEED} ahead {location}")
    first_client = location * CLIENTS

    def visit(therapist: int, starts_at: datetime, state: str) -> Visit:
        client = first_client + chance.randint(1, CLIENTS)
        return Visit(location * PEOPLE + therapist, starts_at, client, chance.randint(1, SERVICES), state)

    # The solid one has no hour left in the week before either, or the next free date would be tomorrow.
    for day in working_days(clinic.first_day - timedelta(days=7), 5):
        yield from (visit(PEOPLE, starts_at, "booked") for starts_at in hours_of(day))
    for day in clinic.days():
        for therapist in range(1, PEOPLE + 1):
            for starts_at in hours_of(day):
                if therapist == PEOPLE or chance.random() < _BOOKED:
                    yield visit(therapist, starts_at, "booked")
                if chance.random() < _CANCELLED:
                    yield visit(therapist, starts_at, "cancelled")
