"""Whom a row of another system is about: somebody who is known here, or somebody new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from app.domain.appointments import GONE
from app.domain.clients import same_phone
from app.domain.imports import Problem
from app.domain.imports_rows import AppointmentRow, ClientRow, Person
from app.domain.text import folded


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody with that name: as whom they count, and how they are reached. ``closed``: their record was closed."""

    id: int
    email: str | None
    phone: str | None
    closed: bool = False


class SameSession(NamedTuple):
    """By what two appointments are one: with which therapist, from when, whose, and whether it is off."""

    therapist_id: int
    starts_at: datetime
    client_id: int
    is_gone: bool

    @classmethod
    def of_row(cls, row: AppointmentRow, therapist_id: int, client_id: int) -> Self:
        """A row's."""
        return cls(therapist_id, row.starts_at, client_id, row.state.state in GONE)


class People:
    """Everybody who is known, by name: those who are stored, and those whom earlier rows of the file have told of."""

    def __init__(self, known: Iterable[tuple[str, KnownPerson]] = ()) -> None:
        self._by_name: dict[str, list[KnownPerson]] = defaultdict(list)
        for name, one in known:
            self.add(name, one)

    def add(self, name: str, one: KnownPerson) -> None:
        """From now on they are known."""
        self._by_name[folded(name)].append(one)

    def find(self, person: Person) -> int | Problem | None:
        """As whom the person counts: same name, and same e-mail or telephone; none for somebody new.

        A row without either is about whoever has the name, as long as that is one person.
        """
        named = self._by_name.get(folded(person.name), ())
        same = [one for one in named if _is_reached_alike(person, one)]
        if any(one.closed for one in same):
            return Problem.CLOSED_RECORD
        numbers = list(dict.fromkeys(one.id for one in same))
        if not numbers:
            return None
        if len(numbers) > 1 and not person.email and not person.phone:
            return Problem.NAMESAKES
        return numbers[0]

    def number_of(self, row: ClientRow | AppointmentRow, otherwise: int) -> tuple[int | Problem, bool]:
        """As whom the row's person counts, and whether they are new: known from now on under the number ``otherwise``.

        A session's note goes into the record of nobody who has no more than the name of its client.
        """
        person = row.person
        found = self.find(person)
        if found is None:
            self.add(person.name, KnownPerson(otherwise, person.email, person.phone))
            return otherwise, True
        has_note = isinstance(row, AppointmentRow) and bool(row.notes)
        if has_note and self._by_name_alone(person):
            return Problem.NAME_ALONE, False
        return found, False

    def _by_name_alone(self, person: Person) -> bool:
        named = self._by_name[folded(person.name)]
        return not (person.email or person.phone) and any(one.email or one.phone for one in named)


def _is_reached_alike(person: Person, one: KnownPerson) -> bool:
    if not person.email and not person.phone:
        return True
    by_email = person.email is not None and person.email == one.email
    return by_email or (person.phone is not None and same_phone(person.phone, one.phone))
