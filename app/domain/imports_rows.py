"""Rows of a file as clients and appointments, or what stands against them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.appointments import State
from app.domain.imports import LEAVE_OUT, Field, FileKind, OldSystem, Problem, Reading, Row, same_name
from app.domain.imports_dates import Told, birthday_of, clock_of, instant_at, moment_of
from app.domain.imports_matching import Matching
from app.domain.imports_states import StateTold, state_of
from app.domain.imports_values import BadCell, email_of, length_of, minutes_of, name_of, notes_of, phone_of
from app.domain.practice import Practice

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a row is about."""

    name: str
    email: str | None
    phone: str | None
    language: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client of the other system."""

    number: int
    person: Person
    born: date | None
    notes: str


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment of the other system; what it is called there has been matched with what is offered here."""

    number: int
    person: Person
    service: str
    therapist: str
    starts_at: datetime
    minutes: int
    state: StateTold
    notes: str

    @property
    def ends_at(self) -> datetime:
        """When the session ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still to take place, and so keeps time; all else is history."""
        return self.starts_at > now and self.state.state is not State.CANCELLED

    def contradiction(self, now: datetime) -> Problem | None:
        """Against what is said to be over, and has not begun."""
        is_over = self.state.state in (State.COMPLETED, State.NO_SHOW)
        return Problem.NOT_OVER if is_over and self.is_ahead(now) else None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be taken over, and the first thing that stands against it."""

    number: int
    problem: Problem


class RowReader:
    """Reads the rows of one file, one by one. ``languages``: those in which a client can be written to."""

    def __init__(
        self,
        kind: FileKind,
        header: tuple[str, ...],
        reading: Reading,
        practice: Practice,
        today: date,
        languages: Collection[str],
        source: OldSystem = OldSystem.OTHER,
    ) -> None:
        self._kind = kind
        self._columns = reading.columns_in(header)
        self._orders = reading.orders
        self._practice = practice
        self._today = today
        self._languages = languages
        self._matching = Matching(practice, reading)
        self._zone = zone_of(practice, reading)
        state = self._columns.get(Field.STATE)
        self._moved_is_booked = source is OldSystem.EASYAPPOINTMENTS
        self._says_cancelled = state is not None and same_name(header[state]).startswith(("cancel", "annul"))

    def read(self, row: Row) -> ClientRow | AppointmentRow | BadRow:
        """The row as what it is, or the first thing that stands against it."""
        try:
            if row.has_too_many:
                raise BadCell(Problem.TOO_MANY_CELLS)
            return self._client(row) if self._kind is FileKind.CLIENTS else self._appointment(row)
        except BadCell as bad:
            return BadRow(row.number, bad.problem)

    def _cell(self, row: Row, one: Field) -> str:
        number = self._columns.get(one)
        return "" if number is None else row.cells[number]

    def _client(self, row: Row) -> ClientRow:
        born = birthday_of(self._cell(row, Field.BORN), self._orders.get(Field.BORN), self._today)
        return ClientRow(row.number, self._person(row), born, notes_of(self._cell(row, Field.NOTES)))

    def _person(self, row: Row) -> Person:
        name = name_of(*(self._cell(row, one) for one in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)))
        email = email_of(self._cell(row, Field.EMAIL))
        phone = phone_of(self._cell(row, Field.PHONE)) or phone_of(self._cell(row, Field.OTHER_PHONE))
        return Person(name, email, phone, self._language(self._cell(row, Field.LANGUAGE)))

    def _language(self, text: str) -> str:
        said = same_name(text)[:2]
        return said if said in self._languages else self._practice.language

    def _appointment(self, row: Row) -> AppointmentRow:
        person = self._person(row)
        service = self._service(row)
        therapist = self._matched(row, Field.THERAPIST, Problem.UNKNOWN_THERAPIST)
        told = self._start(row)
        starts_at = told.instant or instant_at(told.day, _known(told.at, Problem.NO_START), self._zone)
        minutes = self._minutes(row, told, starts_at) or self._only_length(service)
        state = state_of(
            self._cell(row, Field.STATE),
            says_cancelled=self._says_cancelled,
            moved_is_booked=self._moved_is_booked,
        )
        notes = notes_of(self._cell(row, Field.NOTES))
        return AppointmentRow(
            row.number,
            person,
            service,
            therapist,
            starts_at,
            _known(minutes, Problem.NO_LENGTH),
            state,
            notes,
        )

    def _service(self, row: Row) -> str:
        """One with durations: without any, nothing can be an appointment of it, not even a past one."""
        slug = self._matched(row, Field.SERVICE, Problem.UNKNOWN_SERVICE)
        service = self._practice.service(slug)
        if service is None or not service.variants:
            raise BadCell(Problem.NO_SUCH_LENGTH)
        return slug

    def _matched(self, row: Row, what: Field, problem: Problem) -> str:
        slug = self._matching.slug_of(what, self._cell(row, what))
        if slug == LEAVE_OUT:
            raise BadCell(Problem.LEFT_OUT)
        return _known(slug, problem)

    def _start(self, row: Row) -> Told:
        text, clock = self._cell(row, Field.STARTS), self._cell(row, Field.TIME)
        if not text:
            raise BadCell(Problem.NO_START)
        told = moment_of(text, self._orders.get(Field.STARTS), Problem.BAD_START)
        if told.at is None and told.instant is None and clock:
            return Told(told.day, clock_of(clock, Problem.BAD_START))
        return told

    def _minutes(self, row: Row, told: Told, starts_at: datetime) -> int | None:
        """From the length, else from the end."""
        minutes = minutes_of(self._cell(row, Field.MINUTES))
        text = self._cell(row, Field.ENDS)
        if minutes is not None or not text:
            return minutes
        return length_of(self._end(text, told) - starts_at)

    def _end(self, text: str, started: Told) -> datetime:
        """A time alone is on the day of the start."""
        try:
            told = Told(started.day, clock_of(text, Problem.BAD_END))
        except BadCell:
            told = moment_of(text, self._orders.get(Field.STARTS), Problem.BAD_END)
        return told.instant or instant_at(told.day, _known(told.at, Problem.BAD_END), self._zone)

    def _only_length(self, slug: str) -> int | None:
        service = self._practice.service(slug)
        lengths = {one.minutes for one in service.variants} if service else set()
        return lengths.pop() if len(lengths) == 1 else None


def zone_of(practice: Practice, reading: Reading) -> ZoneInfo:
    """On whose wall clock the file's times are: its location's."""
    location = practice.location(reading.location)
    return location.zone if location and location.zone else practice.first_zone


def _known(value: _Value | None, problem: Problem) -> _Value:
    if value is None:
        raise BadCell(problem)
    return value
