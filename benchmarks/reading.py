"""The plain reading of a clinic's rows, without any of the program's rules: what the answers must match.

Looks at appointments, not at claims, and walks through the day in small steps with dates and times.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import psycopg
from sqlalchemy import make_url

from benchmarks.clinic import CLOSES, MINUTES, OPENS, PEOPLE, STEP, ZONE

_KEEPS_ITS_TIME = ("requested", "booked", "arrived", "completed", "no_show")
_COLUMNS = "select therapist_id, starts_at, ends_at from appointment"
_WHICH = "therapist_id <= {people} and state in ({states}) and starts_at >= '{since}'"
_LENGTH = timedelta(minutes=MINUTES)
Booked = tuple[datetime, datetime]


@dataclass
class Truth:
    """What is booked with the first location's ten therapists, from today on."""

    booked: Mapping[int, Sequence[Booked]]
    _by_day: dict[tuple[int, date], list[Booked]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Sorts it by day, so that looking through a month does not take minutes."""
        for therapist, spans in self.booked.items():
            for span in spans:
                self._by_day[therapist, span[0].astimezone(ZONE).date()].append(span)

    def starts(self, therapist: int, day: date, step: int = STEP) -> list[datetime]:
        """The free starts of a day, in time order."""
        if day.weekday() > 4:
            return []
        there = self._by_day.get((therapist, day), [])
        return [
            starts_at
            for starts_at in _candidates(day, step)
            if not any(begun < starts_at + _LENGTH and ended > starts_at for begun, ended in there)
        ]

    def starts_of_anyone(self, day: date) -> dict[datetime, list[int]]:
        """The free starts of a day in time order, each with the therapists who are free."""
        able: dict[datetime, list[int]] = defaultdict(list)
        for therapist in range(1, PEOPLE + 1):
            for starts_at in self.starts(therapist, day):
                able[starts_at].append(therapist)
        return {starts_at: able[starts_at] for starts_at in sorted(able)}

    def first(self, therapist: int, not_before: datetime, step: int = STEP) -> datetime:
        """The first free start from a moment on."""
        day = not_before.astimezone(ZONE).date()
        while True:
            for starts_at in self.starts(therapist, day, step):
                if starts_at >= not_before:
                    return starts_at
            day += timedelta(days=1)


def read_truth(database_url: str, since: date) -> Truth:
    """Straight from the tables, with the database's own driver."""
    states = ", ".join(f"'{state}'" for state in _KEEPS_ITS_TIME)
    where = _WHICH.format(people=PEOPLE, states=states, since=f"{since:%Y-%m-%d} 00:00:00")
    booked: dict[int, list[Booked]] = defaultdict(list)
    for therapist, starts_at, ends_at in _rows(database_url, f"{_COLUMNS} where {where}"):
        booked[therapist].append((starts_at, ends_at))
    return Truth(booked)


def _rows(database_url: str, query: str) -> Iterable[tuple[int, datetime, datetime]]:
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(make_url(database_url).database or "")
        rows = connection.execute(query).fetchall()
        connection.close()
        return [(therapist, _instant(begun), _instant(ended)) for therapist, begun, ended in rows]
    with psycopg.connect(database_url.replace("+psycopg", "")) as postgres:
        return list(postgres.execute(query.encode()).fetchall())


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def _candidates(day: date, step: int) -> list[datetime]:
    """Every start on the step whose session ends within the opening hours."""
    closes = datetime.combine(day, time(CLOSES), ZONE)
    starts, wall = [], datetime.combine(day, time(OPENS), ZONE)
    while wall + _LENGTH <= closes:
        starts.append(wall.astimezone(UTC))
        wall += timedelta(minutes=step)
    return starts
