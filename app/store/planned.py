"""What lies ahead: future appointments and time off, as the rule about a change's impact wants them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.orm import aliased

from app.domain.appointments import AHEAD
from app.domain.cells import Stretch
from app.domain.impact import Booked, Configured, Trouble, troubles
from app.domain.practice import Variant
from app.domain.questions import Diary
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Appointment, Client, Service, Therapist, TimeOff
from app.store.overrides import overridden
from app.store.practice import load_practice, read_practice
from app.store.remembered import Remembered, remembered

_MOST_REMEMBERED = 50_000
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
    Appointment.chaperone_id,
)
_Chaperone = aliased(Therapist)
_SHOWN = (
    Appointment.reference,
    Appointment.public_id,
    Appointment.zone,
    Client.name.label("client"),
    Service.name.label("service"),
    Therapist.name.label("therapist"),
    _Chaperone.name.label("chaperone"),
)
_TOLD = ("reference", "public_id", "zone", "client", "service", "therapist", "chaperone")


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
    chaperone: str | None = None  # the second person


def read_configured(now: datetime) -> Configured:
    """All settings as the open transaction sees them, and all time off that is not over."""
    return Configured(read_practice(), _time_off(now))


def list_planned(now: datetime) -> list[Planned]:
    """Every appointment that is promised and not over, in time order."""
    ahead = (Appointment.ends_at > now, Appointment.state.in_(AHEAD))
    return _planned_where(*ahead)


def list_troubled(now: datetime) -> list[tuple[Planned, Trouble]]:
    """The future appointments that the settings no longer fit (time off taken over them, hours shortened), and the first reason."""
    ahead = list_planned(now)
    found = troubles_of([planned.booked for planned in ahead], _time_off(now))
    return [
        (planned, found[planned.booked.appointment_id])
        for planned in ahead
        if planned.booked.appointment_id in found
    ]


def find_trouble(appointment_id: int, now: datetime) -> Trouble | None:
    """The first thing in the settings that stands against one future appointment."""
    return next(iter(_troubles_of_one(appointment_id, now)), None)


def lacks_second(appointment_id: int, now: datetime) -> bool:
    """Whether the second person of a future appointment can't be there any more, whatever else stands against it."""
    return Trouble.NO_CHAPERONE in _troubles_of_one(appointment_id, now)


def troubles_of(ahead: Sequence[Booked], time_off: Mapping[int, Diary]) -> dict[int, Trouble]:
    """By appointment the first thing in the settings that stands against it; left out is what staff set aside on purpose."""
    return {number: found[0] for number, found in _all_troubles_of(ahead, time_off).items()}


def _troubles_of_one(appointment_id: int, now: datetime) -> Sequence[Trouble]:
    ahead = (Appointment.ends_at > now, Appointment.state.in_(AHEAD))
    planned = _planned_where(Appointment.id == appointment_id, *ahead)
    return _all_troubles_of([one.booked for one in planned], _time_off(now)).get(appointment_id, ())


def _all_troubles_of(ahead: Sequence[Booked], time_off: Mapping[int, Diary]) -> dict[int, list[Trouble]]:
    """All of each, in the order in which they are told. One query at most, and that only where anything is wrong."""
    settings = Configured(load_practice(), time_off)
    against = {one.appointment_id: found for one in ahead if (found := _against(settings, one))}
    aside = overridden(against) if against else {}
    left = (
        (number, [one for one in Trouble if one in found and one not in _values(aside.get(number, ()))])
        for number, found in against.items()
    )
    return {number: troubles for number, troubles in left if troubles}


def _values(refusals: Iterable[Refusal]) -> set[str]:
    return {refusal.value for refusal in refusals}


def _against(settings: Configured, booked: Booked) -> frozenset[Trouble]:
    """All that stands against it. Remembered while the settings are the same: the desk's page asks every minute."""
    people = (settings.person(one) for one in (booked.therapist_id, booked.chaperone_id))
    facts = (settings.practice.revision, booked, tuple(diary.time_off for _, diary in people))
    known: Remembered[frozenset[Trouble]] = remembered("troubles", _MOST_REMEMBERED)
    return known.get(facts, lambda: troubles(settings, booked))


def _planned_where(*which: ColumnElement[bool]) -> list[Planned]:
    wanted = (
        select(*_ASKED, *_SHOWN)
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .outerjoin(_Chaperone, _Chaperone.id == Appointment.chaperone_id)
        .where(*which)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [_planned(row) for row in db.session.execute(wanted).mappings()]


def _planned(row: RowMapping) -> Planned:
    return Planned(_booked(row), **{name: row[name] for name in _TOLD})


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
        row["chaperone_id"],
    )


def _time_off(now: datetime) -> dict[int, Diary]:
    wanted = select(Therapist.resource_id, TimeOff.from_cell, TimeOff.to_cell).join(TimeOff)
    away: dict[int, list[Stretch]] = defaultdict(list)
    for resource_id, from_cell, to_cell in db.session.execute(wanted.where(TimeOff.ends_at > now)):
        away[resource_id].append((from_cell, to_cell))
    return {resource_id: Diary(time_off=tuple(off)) for resource_id, off in away.items()}
