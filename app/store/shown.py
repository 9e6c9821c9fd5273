"""An appointment as its client sees it, as a value."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.addresses import Address, address_on
from app.domain.appointments import State, free_change_until, may_be_moved
from app.domain.guidance import AFTER, BEFORE, GuidanceStep
from app.domain.practice import text_in
from app.domain.wallclock import local_date, zone_named
from app.models import Appointment
from app.store.appointments import find_appointment
from app.store.practice import load_practice, location_value
from app.store.told import load_guidance


@dataclass(frozen=True, slots=True)
class Shown:
    """What the manage page and the done page print. ``phone`` is whom to call when it is too late to change by link."""

    id: int
    public_id: str
    token_version: int
    reference: str
    state: State
    service_name: str
    minutes: int
    therapist_name: str
    client_name: str
    email: str | None
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    address: Address
    location_name: str
    arrival: str
    phone: str | None
    price_minor: int | None
    currency: str | None
    free_until: datetime
    may_change: bool
    is_over: bool
    cancelled_by: str | None
    preparation: tuple[GuidanceStep, ...]
    afterwards: tuple[GuidanceStep, ...]
    language: str


def find_shown(public_id: str, now: datetime) -> Shown | None:
    """The appointment of that public id as it stands at ``now``."""
    appointment = find_appointment(public_id)
    return _shown(appointment, now) if appointment else None


def _shown(appointment: Appointment, now: datetime) -> Shown:
    practice = load_practice()
    zone = zone_named(appointment.zone)
    location = location_value(appointment.location)
    guidance = load_guidance(appointment.service.guidance_plan_id)
    state, language = State(appointment.state), appointment.language
    free_until = free_change_until(appointment.starts_at, practice.policy)
    return Shown(
        id=appointment.id,
        public_id=appointment.public_id,
        token_version=appointment.token_version,
        reference=appointment.reference,
        state=state,
        service_name=text_in(appointment.service.name, language),
        minutes=appointment.minutes,
        therapist_name=appointment.therapist.name,
        client_name=appointment.typed_name,
        email=appointment.typed_email,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=zone,
        address=address_on(location, local_date(appointment.starts_at, zone)),
        location_name=appointment.location.name,
        arrival=text_in(location.arrival, language),
        phone=location.phone or practice.phone,
        price_minor=appointment.price_minor,
        currency=appointment.currency,
        free_until=free_until,
        may_change=may_be_moved(state) and now < free_until,
        is_over=appointment.ends_at <= now,
        cancelled_by=appointment.cancelled_by,
        preparation=guidance.steps_for(appointment.visit, BEFORE) if guidance else (),
        afterwards=guidance.steps_for(appointment.visit, AFTER) if guidance else (),
        language=language,
    )
