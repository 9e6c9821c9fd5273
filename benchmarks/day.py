"""The desk's day with 12 therapists and 120 sessions: statements, CPU and bytes of one look at it, in a small practice and in a large one."""

import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from typing import Any

import time_machine
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from app import models
from app.actions.staff import NewMember, add_staff_member
from app.domain.appointments import Actor
from app.domain.cells import cell_at_or_before
from app.extensions import db
from app.models import table_of
from app.store.practice import raise_revision
from app.store.transactions import transaction
from benchmarks.build import application
from benchmarks.clinic import CLOSES, OPENS, PEOPLE, ZONE, Clinic
from benchmarks.kept import Shelf
from benchmarks.pages import count_statements
from benchmarks.progress import say
from benchmarks.tables import Table, number

#: What is promised of one look at the day.
MOST_STATEMENTS, MOST_CPU_MS, MOST_BYTES = 12, 25.0, 150_000
_THERAPISTS, _SESSIONS, _MINUTES, _BUFFER = 12, 10, 40, 5
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_EMAIL, _PASSWORD = "desk@example.com", "linen-moss-and-clay"
_PAGES = (("by therapist", ""), ("by room", "?by=room"))
_FAILED = 3
#: What this benchmark adds has numbers far above what a built clinic uses.
_FIRST_NUMBER = 10_000_000


@dataclass(frozen=True, slots=True)
class Looked:
    """One page on one database: how many sessions the practice has kept, and what a look at it costs."""

    backend: str
    practice: int
    page: str
    statements: int
    median: float
    slowest: float
    size: int


def measure(backend: str, shelf: Shelf, clinic: Clinic, rounds: int, now: datetime) -> list[Looked]:
    """Fill a day of a copy of the clinic, sign in at the desk in the middle of that day, and look."""
    shelf.ensure(clinic, backend, now)
    with ExitStack() as stack:
        url = stack.enter_context(shelf.copy(clinic, backend, "at-work-day"))
        app, day = application(url), clinic.days()[2]
        stack.enter_context(_ended(app))
        with app.app_context():
            _fill(day, now)
            kept = db.session.scalar(select(func.count()).select_from(models.Appointment)) or 0
            db.session.remove()
        noon = datetime.combine(day, wall_time(13, 20), ZONE)
        say(f"{backend}, {clinic.name}: looking at a day of {kept:,} appointments")
        with time_machine.travel(noon, tick=True):
            client = _signed_in(app)
            statements = count_statements(app)
            return [
                _looked(backend, kept, name, rounds, statements, _look(client, day, query))
                for name, query in _PAGES
            ]


def table(found: Sequence[Looked]) -> Table:
    """The figures, against what is promised."""
    heads = ("the day", "appointments kept", "SQL", "CPU ms", "slowest", "kB", "")
    lines = [
        (
            f"{_NAMES[one.backend]}, {one.page}",
            f"{one.practice:,}",
            str(one.statements),
            number(one.median, 1),
            number(one.slowest, 1),
            number(one.size / 1000, 0),
            "NOT MET" if _faults(one) else "met",
        )
        for one in found
    ]
    said = (
        f"Promised: at most {MOST_STATEMENTS} statements, {MOST_CPU_MS:.0f} CPU ms (the median) and "
        f"{MOST_BYTES / 1000:.0f} kB; {_THERAPISTS} therapists, {_THERAPISTS * _SESSIONS} sessions, whole requests in process, session lookup included."
    )
    return Table("The day at the desk", heads, lines, said)


def unmet(found: Sequence[Looked]) -> list[str]:
    """What was promised and not kept, one line each."""
    return [
        f"{_NAMES[one.backend]}: the day {one.page} with {one.practice:,} appointments kept: {fault}"
        for one in found
        for fault in _faults(one)
    ]


def _faults(one: Looked) -> list[str]:
    found = []
    if one.statements > MOST_STATEMENTS:
        found.append(f"{one.statements} statements, not {MOST_STATEMENTS}")
    if one.median > MOST_CPU_MS:
        found.append(f"{one.median:.1f} CPU ms, not {MOST_CPU_MS:.0f}")
    if one.size > MOST_BYTES:
        found.append(f"{one.size:,} bytes, not {MOST_BYTES:,}")
    return found


def _looked(
    backend: str, kept: int, name: str, rounds: int, statements: Callable[[], int], look: Callable[[], int]
) -> Looked:
    size = look()
    before = statements()
    look()
    counted, spent = statements() - before, []
    for _ in range(rounds):
        began = time.process_time()
        look()
        spent.append((time.process_time() - began) * 1000)
    return Looked(backend, kept, name, counted, statistics.median(spent), max(spent), size)


def _look(client: FlaskClient, day: date, query: str) -> Callable[[], int]:
    """Answers how large the page is; it must show all sessions."""

    def look() -> int:
        page = client.get(f"/staff/schedule/{day.isoformat()}{query}")
        if page.status_code != 200 or page.data.count(b"<article") != _THERAPISTS * _SESSIONS:
            raise LookupError("that is not the day with all its sessions")
        return len(page.data)

    return look


@contextmanager
def _ended(app: Flask) -> Iterator[None]:
    try:
        yield
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/login").text)
    said = {"email": _EMAIL, "password": _PASSWORD, "csrf_token": found[1] if found else ""}
    if client.post("/staff/login", data=said).status_code != 302:
        raise LookupError("nobody could be signed in")
    return client


def _fill(day: date, now: datetime) -> None:
    """The first location's day anew: twelve therapists in twelve rooms with ten sessions each."""
    hasher = current_app.extensions["security"].pwd_context.hash
    add_staff_member(NewMember(_EMAIL, ["desk"], _PASSWORD, "Desk", None), hasher, Actor("command"), now)
    with transaction() as rows:
        _add_people(rows)
        _add_rooms(rows)
        _empty(rows, day)
        for place in range(_THERAPISTS):
            for nth in range(_SESSIONS):
                _add_session(rows, day, place, nth, now)
        raise_revision()


def _add_people(rows: Any) -> None:
    """Two more than the first location has."""
    for number_ in range(_FIRST_NUMBER, _FIRST_NUMBER + _THERAPISTS - PEOPLE):
        rows.execute(insert(table_of(models.Resource)), {"id": number_, "kind": "person"})
        person = {"id": number_, "resource_id": number_, "slug": f"more-{number_}", "name": f"More {number_}"}
        rows.execute(insert(table_of(models.Therapist)), {**person, "position": number_})
        rows.execute(insert(table_of(models.Qualification)), {"therapist_id": number_, "technique_id": 1})
        rules = [
            {"therapist_id": number_, "location_id": 1, "weekday": weekday}
            | {"starts": wall_time(OPENS), "ends": wall_time(CLOSES)}
            for weekday in range(5)
        ]
        rows.execute(insert(table_of(models.AvailabilityRule)), rules)


def _add_rooms(rows: Any) -> None:
    for place in range(_THERAPISTS):
        resource = _FIRST_NUMBER + 100 + place
        rows.execute(insert(table_of(models.Resource)), {"id": resource, "kind": "room"})
        room = {"id": resource, "location_id": 1, "resource_id": resource, "slug": f"room-{place}"}
        rows.execute(
            insert(table_of(models.Room)),
            {**room, "name": f"Room {place + 1}", "position": place, "features": []},
        )


def _empty(rows: Any, day: date) -> None:
    """What was booked there gives its time back."""
    begins = datetime.combine(day, wall_time(0), ZONE)
    there = select(models.Appointment.id).where(
        models.Appointment.location_id == 1,
        models.Appointment.starts_at >= begins,
        models.Appointment.starts_at < begins + timedelta(days=1),
    )
    numbers = list(rows.scalars(there))
    claims, appointments = table_of(models.Claim), table_of(models.Appointment)
    rows.execute(update(claims).where(claims.c.appointment_id.in_(numbers)).values(active=False))
    rows.execute(update(appointments).where(appointments.c.id.in_(numbers)).values(state="cancelled"))


def _add_session(rows: Any, day: date, place: int, nth: int, now: datetime) -> None:
    number_ = _FIRST_NUMBER + place * _SESSIONS + nth
    length = timedelta(minutes=_MINUTES + _BUFFER)
    starts_at = datetime.combine(day, wall_time(OPENS), ZONE) + nth * length
    person = place + 1 if place < PEOPLE else _FIRST_NUMBER + place - PEOPLE
    room = _FIRST_NUMBER + 100 + place
    row = {
        "id": number_,
        "public_id": f"day-{number_}",
        "reference": f"DAY-{number_}",
        "client_id": 1 + number_ % 300,
    }
    row |= {"service_id": 1, "variant_id": 1, "therapist_id": person, "location_id": 1, "room_id": room}
    row |= {
        "state": "booked" if nth > 5 else "completed",
        "zone": ZONE.key,
        "wall_time": "",
        "created_at": now,
    }
    row |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=_MINUTES), "language": "en"}
    row |= {"visit": "first" if nth % 3 else "returning", "minutes": _MINUTES, "typed_name": "Client"}
    row |= {"buffer_before": 0, "buffer_after": _BUFFER, "row_version": 1, "revision": 0, "token_version": 1}
    row |= {"sealed_note": b"sealed" if nth % 4 else None, "any_therapist": False, "change_is_free": False}
    rows.execute(insert(table_of(models.Appointment)), row)
    first = cell_at_or_before(starts_at)
    resources = [person if place < PEOPLE else _FIRST_NUMBER + place - PEOPLE, room]
    kept = {"appointment_id": number_, "from_cell": first, "to_cell": first + length // timedelta(minutes=5)}
    rows.execute(
        insert(table_of(models.Claim)), [{**kept, "resource_id": one, "active": True} for one in resources]
    )
    _add_message(rows, number_, failed=nth == 0 and place < _FAILED, starts_at=starts_at)


def _add_message(rows: Any, number_: int, *, failed: bool, starts_at: datetime) -> None:
    """Its confirmation, which for a few did not get through."""
    row = {"appointment_id": number_, "step": "booked", "revision": 0, "kind": "appointment_booked"}
    row |= {"audience": "client", "state": "failed" if failed else "sent", "carries": [], "attempts": 1}
    row |= {
        "due_at": starts_at - timedelta(days=2),
        "expires_at": starts_at,
        "message_id": f"<day-{number_}>",
    }
    rows.execute(insert(table_of(models.Notification)), row | {"created_at": starts_at - timedelta(days=2)})
