"""Somebody known who calls: how they are reached, and what they had last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.appointments import State
from app.extensions import db
from app.models import Appointment, Client, Location, Service, Therapist
from app.store.client_pages import blocked_in
from app.store.clients import group_of, kept

_BEEN = (State.BOOKED.value, State.ARRIVED.value, State.COMPLETED.value)


@dataclass(frozen=True, slots=True)
class LastVisit:
    """What they had last, by the names that a form chooses by."""

    service: str
    minutes: int
    therapist: str
    location: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """A client as the booking form fills itself in."""

    id: int
    name: str
    email: str | None
    phone: str | None
    language: str
    detail: str
    blocked: bool
    last: LastVisit | None


def find_caller(client_id: int, now: datetime) -> Caller | None:
    """The client of that number, or who it was merged into."""
    client = kept(db.session.get(Client, client_id))
    if client is None or client.erased_at is not None or client.restricted_at is not None:
        return None
    contact, group = client.contact, group_of(client.id)
    return Caller(
        id=client.id,
        name=client.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        detail=contact.detail,
        blocked=blocked_in(group) is not None,
        last=_last(group, now),
    )


def _last(group: list[int], now: datetime) -> LastVisit | None:
    """The latest that began, or was at least not missed."""
    wanted = (
        select(Service.slug, Appointment.minutes, Therapist.slug, Location.slug, Appointment.starts_at)
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.client_id.in_(group), Appointment.starts_at <= now, Appointment.state.in_(_BEEN))
        .order_by(Appointment.starts_at.desc())
        .limit(1)
    )
    row = db.session.execute(wanted).first()
    return LastVisit(*row) if row else None
