"""Appointments as other programs see them: plain values, one query however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.models import Appointment, Location, Service, Therapist

_COLUMNS = (
    Appointment.id,
    Appointment.public_id,
    Appointment.token_version,
    Appointment.reference,
    Appointment.state,
    Appointment.starts_at,
    Appointment.ends_at,
    Appointment.zone,
    Appointment.visit,
    Appointment.minutes,
    Appointment.price_minor,
    Appointment.currency,
    Appointment.typed_name,
    Appointment.typed_email,
    Appointment.typed_phone,
    Service.slug.label("service"),
    Therapist.slug.label("therapist"),
    Location.slug.label("location"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment; service, therapist and location are slugs."""

    id: int
    public_id: str
    token_version: int
    reference: str
    state: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    visit: str
    minutes: int
    price_minor: int | None
    currency: str | None
    typed_name: str
    typed_email: str | None
    typed_phone: str | None
    service: str
    therapist: str
    location: str


def find_entry(public_id: str) -> Entry | None:
    """The appointment of that public id."""
    found = _entries(_all().where(Appointment.public_id == public_id))
    return found[0] if found else None


def list_entries(from_: datetime, until: datetime) -> Sequence[Entry]:
    """Those that start within, whatever their state, by start."""
    wanted = _all().where(Appointment.starts_at >= from_, Appointment.starts_at < until)
    return _entries(wanted.order_by(Appointment.starts_at, Appointment.id))


def _all() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .join(Location, Location.id == Appointment.location_id)
    )


def _entries(wanted: Select[*tuple[Any, ...]]) -> list[Entry]:
    return [Entry(*row) for row in db.session.execute(wanted)]
