"""Each table of numbers, counted by one statement, against the time that could have been booked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.blueprints.numbers import booking_tables, tables
from app.blueprints.numbers.asked import Asked, zone_of
from app.blueprints.numbers.tables import Bookable, Table
from app.blueprints.numbers.wording import tick_words
from app.domain.numbers import Stretch, bookable_minutes, open_minutes
from app.domain.practice import Location, Practice, Therapist
from app.domain.spans import Span
from app.domain.wallclock import day_span
from app.store import booking_numbers
from app.store import numbers as store
from app.store.numbers import Chosen, OutcomeCount
from app.store.schedule import list_absences


@dataclass(frozen=True)
class Counting:
    """What is asked of which practice; tables are counted when they are wanted."""

    practice: Practice
    asked: Asked
    now: datetime

    @cached_property
    def chosen(self) -> Chosen:
        """What the store is asked for."""
        return self.asked.chosen

    @cached_property
    def outcomes(self) -> list[OutcomeCount]:
        """What became of the sessions: three tables are made of it."""
        return store.count_outcomes(self.chosen, self.now)

    @property
    def unmarked(self) -> int:
        """Sessions that are over and of which nobody has said how they went."""
        return sum(one.unmarked for one in self.outcomes)

    @property
    def stretches(self) -> Sequence[Stretch]:
        """The rows of most tables."""
        return self.chosen.stretches

    def table(self, key: str) -> Table | None:
        """The table of that name."""
        makes = self._makes.get(key)
        return makes() if makes else None

    def tables(self) -> dict[str, Table]:
        """All of them."""
        return {key.replace("-", "_"): makes() for key, makes in self._makes.items()}

    @cached_property
    def _makes(self) -> Mapping[str, Callable[[], Table]]:
        return {
            "utilisation": self._utilisation,
            "therapists": self._therapists,
            "rooms": self._rooms,
            "missed": lambda: tables.missed(self.stretches, self.outcomes),
            "lead-time": lambda: tables.lead_time(self.stretches, store.count_leads(self.chosen)),
            "clients": lambda: tables.clients(self.stretches, store.count_clients(self.chosen)),
            "services": lambda: tables.services(store.count_services(self.chosen), self.practice.language),
            "sources": lambda: booking_tables.sources(booking_numbers.count_sources(self.chosen)),
            "felt": lambda: booking_tables.felt(self.stretches, booking_numbers.count_felt(self.chosen)),
            "messages": self._messages,
        }

    def _utilisation(self) -> Table:
        return tables.utilisation(self.stretches, self.outcomes, self._working)

    def _therapists(self) -> Table:
        names = {one.id: one.name for one in self._people}
        return tables.therapists(self._labels, self.outcomes, self._working, names)

    def _rooms(self) -> Table:
        names = {room.id: room.name for location in self._places for room in location.rooms}
        several = len({*names.values()}) < len(names)
        if several:  # rooms of two locations may be called the same
            names = {
                room.id: f"{room.name}, {location.name}"
                for location in self._places
                for room in location.rooms
            }
        return tables.rooms(self._labels, store.count_rooms(self.chosen), self._open, names)

    def _messages(self) -> Table:
        zone = zone_of(self.practice)
        edges = [day_span(one.first, zone).starts_at for one in self.stretches]
        edges.append(day_span(self.stretches[-1].last, zone).ends_at)
        return tables.messages(self.stretches, store.count_messages(self.chosen, edges))

    @property
    def _labels(self) -> list[str]:
        return [tick_words(one, self.asked.every) for one in self.stretches]

    @property
    def _places(self) -> Sequence[Location]:
        here = self.asked.location
        return [here] if here else self.practice.locations

    @property
    def _people(self) -> Sequence[Therapist]:
        """Whose time counts: who was asked for, else who works at the places."""
        only = self.chosen.therapist_id
        return [
            one
            for one in self.practice.therapists
            if (only is None or one.id == only) and any(one.works_at(place.id) for place in self._places)
        ]

    @cached_property
    def _working(self) -> Bookable:
        zone, whole = zone_of(self.practice), self.chosen.whole
        span = Span(day_span(whole.first, zone).starts_at, day_span(whole.last, zone).ends_at)
        absences = list_absences(span)
        away = {
            one.id: [each.span for each in absences if each.therapist_id == one.id] for one in self._people
        }
        return {
            one.id: [
                bookable_minutes(stretch, zone, self._places, one, away[one.id]) for stretch in self.stretches
            ]
            for one in self._people
        }

    @cached_property
    def _open(self) -> Bookable:
        return {
            room.id: minutes
            for location in self._places
            for minutes in [[open_minutes(stretch, location) for stretch in self.stretches]]
            for room in location.rooms
        }
