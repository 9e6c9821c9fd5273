"""What lies ahead: future appointments and time off, as the rule about a change's impact wants them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import RowMapping, select

from app.domain.appointments import State
from app.domain.cells import Stretch
from app.domain.impact import Booked, Configured, Trouble, troubles
from app.domain.practice import Variant
from app.domain.questions import Diary
from app.extensions import db
from app.models import Appointment, Client, Service, Therapist, TimeOff
from app.store.practice import load_practice, read_practice

_REMEMBERED = "stillpoint-troubles"
#: What the rule asks about, and what people call it: columns, since a year ahead is many rows.
_ASKED = (
    Appointment.id,
    Appointment.therapist_id,
    Appointment.location_id,
    Appointment.room_id,
    Appointment.service_id,
    Appointment.variant_id,
    Appointment.minutes,
    Appointment.visit,
    Appointment.price_minor,
    Appointment.buffer_before,
    Appointment.buffer_after,
    Appointment.starts_at,
)
_SHOWN = (
    Appointment.reference,
    Appointment.public_id,
    Appointment.zone,
    Client.name.label("client"),
    Service.name.label("service"),
    Therapist.name.label("therapist"),
)
_AHEAD = (State.REQUESTED, State.BOOKED, State.ARRIVED)


@dataclass(frozen=True, slots=True)
class Planned:
    """A future appointment: what the rule asks about, and what people call it."""

    booked: Booked
    reference: str
    public_id: str
    zone: str
    client: str
    service: Mapping[str, str]
    therapist: str


def read_configured(now: datetime) -> Configured:
    """All settings as the open transaction sees them, and all time off that is not over."""
    return Configured(read_practice(), _time_off(now))


def list_planned(now: datetime) -> list[Planned]:
    """Every appointment that is promised and not over, in time order."""
    wanted = (
        select(*_ASKED, *_SHOWN)
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .where(Appointment.ends_at > now, Appointment.state.in_([state.value for state in _AHEAD]))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [_planned(row) for row in db.session.execute(wanted).mappings()]


def list_troubled(now: datetime) -> list[tuple[Planned, Trouble]]:
    """The future appointments that the settings no longer fit (time off taken over them, hours shortened), and the first reason."""
    settings, ahead = Configured(load_practice(), _time_off(now)), list_planned(now)
    first = _first_troubles(settings, [planned.booked for planned in ahead])
    return [(planned, trouble) for planned in ahead if (trouble := first[planned.booked]) is not None]


def _first_troubles(settings: Configured, ahead: Sequence[Booked]) -> Mapping[Booked, Trouble | None]:
    """What stands against each of them. Remembered until a setting changes: the desk's page asks this every minute."""
    under = (settings.practice.revision, settings.time_off)
    kept_under, kept = current_app.extensions.get(_REMEMBERED, (None, {}))
    known: Mapping[Booked, Trouble | None] = kept if kept_under == under else {}
    first = {one: known[one] if one in known else _first_trouble(settings, one) for one in ahead}
    current_app.extensions[_REMEMBERED] = (under, first)
    return first


def _first_trouble(settings: Configured, booked: Booked) -> Trouble | None:
    against = troubles(settings, booked)
    return next((trouble for trouble in Trouble if trouble in against), None)


def _planned(row: RowMapping) -> Planned:
    told = {name: row[name] for name in ("reference", "public_id", "zone", "client", "service", "therapist")}
    return Planned(_booked(row), **told)


def _booked(row: RowMapping) -> Booked:
    variant = Variant(
        row["variant_id"],
        row["minutes"],
        row["visit"],
        row["price_minor"],
        row["buffer_before"],
        row["buffer_after"],
    )
    return Booked(
        row["id"],
        row["therapist_id"],
        row["location_id"],
        row["room_id"],
        row["service_id"],
        variant,
        row["starts_at"],
    )


def _time_off(now: datetime) -> dict[int, Diary]:
    wanted = select(Therapist.resource_id, TimeOff.from_cell, TimeOff.to_cell).join(TimeOff)
    away: dict[int, list[Stretch]] = defaultdict(list)
    for resource_id, from_cell, to_cell in db.session.execute(wanted.where(TimeOff.ends_at > now)):
        away[resource_id].append((from_cell, to_cell))
    return {resource_id: Diary(time_off=tuple(off)) for resource_id, off in away.items()}
