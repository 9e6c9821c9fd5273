"""A clinic written into Stillpoint's own schema, as the program would have left it."""

import base64
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Table, insert
from sqlalchemy.engine import Connection

from app import models
from app.domain.cells import cell_at_or_before
from app.domain.policy_numbers import LIMITS
from app.extensions import db
from app.factory import create_app
from app.store.transactions import writes_allowed
from app.vault import new_wrapped_key
from benchmarks.clinic import CLOSES, MINUTES, OPENS, PEOPLE, SEED, SERVICES, STEP, ZONE, Clinic, Visit
from benchmarks.loading import Loader, open_loader
from benchmarks.places import settings
from benchmarks.progress import say
from config import Settings

#: Rises when what is built changes, so that what was kept is built anew.
VERSION = 2
_CHUNK = 20_000
_REMINDERS = (3, 1)
_LETTERS = "2345679BCDFGHJKMNPQRTVWX"
_CODES = len(_LETTERS) ** 5
#: No factor in common with the number of codes: every appointment gets a code of its own.
_STRIDE = 5_000_011
_CELLS = MINUTES // 5
#: A week's opening and working hours.
_WEEK = [(weekday, time(OPENS), time(CLOSES)) for weekday in range(5)]


def application(database_url: str, **more: str) -> Flask:
    """Stillpoint on that database, with further settings by name."""
    return create_app(Settings.from_environment(settings(database_url, **more)))


def build(clinic: Clinic, database_url: str, now: datetime) -> None:
    """Migrate the empty database, then fill it."""
    app = application(database_url)
    with app.app_context():
        upgrade()
        with writes_allowed(), db.engine.begin() as connection:
            _write_practice(connection, clinic)
        keys = [new_wrapped_key() for _ in range(clinic.clients)]
        db.session.remove()
        db.engine.dispose()
    loader = open_loader(database_url)
    _load_clients(loader, clinic, keys, now)
    _load_visits(loader, clinic, now)
    loader.finish()


def therapist_slug(number: int) -> str:
    """How a therapist is called in addresses."""
    return f"therapist-{number}"


def service_slug(number: int) -> str:
    """How a service is called in addresses."""
    return f"session-{number}"


def client_name(number: int) -> str:
    """How a client is called."""
    return f"Client {number}"


def client_email(number: int) -> str:
    """Where a client's messages go."""
    return f"client-{number}@example.com"


def _write_practice(connection: Connection, clinic: Clinic) -> None:
    """All that is configured: nothing is missing, so the pages are open without being a demonstration."""

    def add(model: Any, *rows: dict[str, Any]) -> None:
        table: Table = model if isinstance(model, Table) else model.__table__
        connection.execute(insert(table), list(rows))

    add(
        models.Practice,
        {
            "id": 1,
            "slug": "bench",
            "name": "Clinic of the benchmarks",
            "short_code": "CB",
            "email": "desk@example.com",
            "currency": "CAD",
            "notice_minutes": 120,
            "horizon_days": 90,
            "slot_step_minutes": STEP,
            "reminder_days": list(_REMINDERS),
            **dict.fromkeys((*LIMITS, "spacing_days"), 0),  # what they cost is measured in rules.py
        },
    )
    _write_services(add)
    for number in range(1, clinic.locations + 1):
        _write_location(add, number)
    for number in range(1, clinic.therapists + 1):
        _write_therapist(add, number, 1 + (number - 1) // PEOPLE)


def _write_services(add: Any) -> None:
    add(models.Technique, {"id": 1, "slug": "touch", "name": {"en": "Touch"}})
    for number in range(1, SERVICES + 1):
        slug, summary = service_slug(number), {"en": "An hour of calm, careful work."}
        row = {"id": number, "slug": slug, "name": {"en": f"Session {number}"}, "summary": summary}
        add(models.Service, row | {"position": number})
        add(models.service_technique, {"service_id": number, "technique_id": 1})
        price = {"minutes": MINUTES, "price_minor": 9500, "buffer_before": 0, "buffer_after": 0}
        add(models.ServiceVariant, {"id": number, "service_id": number} | price)


def _write_location(add: Any, number: int) -> None:
    row = {"id": number, "slug": f"house-{number}", "name": f"House {number}", "zone": ZONE.key}
    add(models.Location, row | {"country": "CA", "phone": "+1 902 555 0100", "position": number})
    add(models.AddressPeriod, {"location_id": number, "lines": f"{number} Example Street\nHalifax"})
    hours = [
        {"location_id": number, "weekday": day, "opens": opens, "closes": closes}
        for day, opens, closes in _WEEK
    ]
    add(models.OpeningHours, *hours)


def _write_therapist(add: Any, number: int, location: int) -> None:
    """Its number is also its resource's: there are no rooms, as there are none at the peers."""
    add(models.Resource, {"id": number, "kind": "person"})
    row = {"id": number, "resource_id": number, "slug": therapist_slug(number), "name": f"Therapist {number}"}
    add(models.Therapist, row | {"email": f"therapist-{number}@example.com", "position": number})
    add(models.Qualification, {"therapist_id": number, "technique_id": 1})
    whose = {"therapist_id": number, "location_id": location}
    add(
        models.AvailabilityRule,
        *(whose | {"weekday": day, "starts": starts, "ends": ends} for day, starts, ends in _WEEK),
    )


def _load_clients(loader: Loader, clinic: Clinic, keys: Sequence[bytes], now: datetime) -> None:
    numbers = range(1, clinic.clients + 1)
    loader.load(
        "contact",
        ("id", "email", "language", "detail", "created_at"),
        ((number, client_email(number), "en", "full", now) for number in numbers),
    )
    loader.load(
        "client",
        ("id", "contact_id", "name", "name_key", "wrapped_key", "created_at"),
        (
            (number, number, client_name(number), client_name(number).casefold(), key, now)
            for number, key in zip(numbers, keys, strict=True)
        ),
    )


def _load_visits(loader: Loader, clinic: Clinic, now: datetime) -> None:
    chance, expected = random.Random(f"{SEED} marks"), clinic.expected()
    numbered = enumerate(clinic.visits(), 1)
    while part := list(islice(numbered, _CHUNK)):
        loader.load("appointment", _APPOINTMENT, (_appointment(*one, chance) for one in part))
        loader.load("claim", _CLAIM, (_claim(*one) for one in part))
        loader.load("notification", _NOTIFICATION, _notifications(part, chance, now))
        say(f"  {clinic.name}: {part[-1][0]:,} of about {expected:,} appointments")


_APPOINTMENT = (
    "id public_id reference service_id variant_id therapist_id location_id client_id state cancelled_by "
    "starts_at ends_at zone wall_time visit minutes buffer_before buffer_after price_minor currency language "
    "source any_therapist typed_name typed_email created_at completed_at cancelled_at row_version revision "
    "token_version"
).split()


def _appointment(number: int, visit: Visit, chance: random.Random) -> tuple[Any, ...]:
    starts_at, state = visit.starts_at, visit.state
    ends_at, cancelled = starts_at + timedelta(minutes=MINUTES), state == "cancelled"
    return (
        number,
        base64.urlsafe_b64encode(chance.randbytes(16)).rstrip(b"=").decode(),
        _reference(number),
        visit.service,
        visit.service,
        visit.therapist,
        1 + (visit.therapist - 1) // PEOPLE,
        visit.client,
        state,
        "client" if cancelled else None,
        starts_at,
        ends_at,
        ZONE.key,
        f"{starts_at.astimezone(ZONE):%Y-%m-%dT%H:%M}",
        "returning",
        MINUTES,
        0,
        0,
        9500,
        "CAD",
        "en",
        "web",
        False,
        client_name(visit.client),
        client_email(visit.client),
        starts_at - timedelta(days=14),
        ends_at if state == "completed" else None,
        starts_at - timedelta(days=7) if cancelled else None,
        1,
        0,
        1,
    )


def _reference(number: int) -> str:
    left, letters = number * _STRIDE % _CODES, ""
    for _ in range(5):
        left, letter = divmod(left, len(_LETTERS))
        letters += _LETTERS[letter]
    return f"CB-{letters}"


_CLAIM = (
    "id", "resource_id", "appointment_id", "from_cell", "to_cell", "lead", "tail", "is_deep", "active"
)  # fmt: skip


def _claim(number: int, visit: Visit) -> tuple[Any, ...]:
    """What was cancelled keeps its claim, which no longer counts."""
    from_cell = cell_at_or_before(visit.starts_at)
    span, is_active = (from_cell, from_cell + _CELLS), visit.state != "cancelled"
    return number, visit.therapist, number, *span, 0, 0, False, is_active


_NOTIFICATION = (
    "appointment_id step revision kind audience therapist_id state why due_at expires_at message_id attempts "
    "sent_at created_at"
).split()


@dataclass(frozen=True, slots=True)
class _Told:
    """One message: its step, kind, audience and when it was due."""

    step: str
    kind: str
    audience: str
    due_at: datetime


def _notifications(
    part: Sequence[tuple[int, Visit]], chance: random.Random, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """Confirmation, therapist's notice and two reminders: sent if they were due, else planned."""
    for number, visit in part:
        for told in _told(visit):
            due_at = told.due_at
            skipped = visit.state == "cancelled" and told.kind == "appointment_reminder"
            state = "skipped" if skipped else "sent" if due_at <= now else "planned"
            yield (
                number,
                told.step,
                0,
                told.kind,
                told.audience,
                visit.therapist if told.audience == "therapist" else None,
                state,
                "the appointment was cancelled" if skipped else None,
                due_at,
                visit.starts_at,
                f"<{chance.randbytes(16).hex()}@example.com>",
                int(state == "sent"),
                due_at if state == "sent" else None,
                visit.starts_at - timedelta(days=14),
            )


def _told(visit: Visit) -> Iterator[_Told]:
    booked_at = visit.starts_at - timedelta(days=14)
    yield _Told("booked", "appointment_booked", "client", booked_at)
    yield _Told(f"therapist_booked:{visit.therapist}", "therapist_booked", "therapist", booked_at)
    for days in _REMINDERS:
        due_at = visit.starts_at - timedelta(days=days)
        yield _Told(f"reminder_{days}d", "appointment_reminder", "client", due_at)


def build_now() -> datetime:
    """The moment that a build counts as its present."""
    return datetime.now(UTC).replace(microsecond=0)
