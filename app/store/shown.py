"""An appointment as its client sees it, as a value."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from app.domain.addresses import Address, address_on
from app.domain.appointments import State, change_until, may_be_moved
from app.domain.contacts import Detail
from app.domain.emergency import emergency_number
from app.domain.guidance import AFTER, BEFORE, GuidanceStep
from app.domain.practice import text_in
from app.domain.wallclock import local_date, zone_named
from app.models import Appointment
from app.store.appointments import find_appointment
from app.store.practice import load_practice, location_value
from app.store.reviews import latest_review
from app.store.told import load_guidance


@dataclass(frozen=True, slots=True)
class Shown:
    """What the manage page, the pages behind it and the done page print.

    ``phone`` is whom to call when it is too late to change by link. ``change_until`` is when that is; ``illness_is_free``
    says whether falling ill puts it off to the start. ``may_confirm`` and ``may_call_off``: it has not begun.
    """

    id: int
    client_id: int
    public_id: str
    token_version: int
    reference: str
    state: State
    service_slug: str
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
    emergency_number: str | None  # of where the session is
    price_minor: int | None
    currency: str | None
    change_until: datetime
    may_change: bool
    may_confirm: bool
    may_call_off: bool
    change_is_free: bool
    illness_is_free: bool
    is_over: bool
    confirmed_at: datetime | None
    cancelled_by: str | None
    preparation: tuple[GuidanceStep, ...]
    afterwards: tuple[GuidanceStep, ...]
    language: str
    detail: Detail
    aftercare_stopped: bool
    answer_by: datetime | None  # of a request: when somebody has looked at it
    has_consent: bool  # something is agreed to before such a session
    booking_felt: int | None  # how booking was, as the client said
    began_client: bool  # nothing was stored of the client before it, and its first link still holds


def find_shown(public_id: str, now: datetime, language: str | None = None) -> Shown | None:
    """The appointment of that public id as it stands at ``now``; its texts in that language, else in its client's."""
    appointment = find_appointment(public_id)
    return _shown(appointment, now, language or appointment.language) if appointment else None


def find_just_booked(public_id: str, now: datetime) -> Shown | None:
    """The same for the page after a booking, whose link nothing ends: none where the client's record has been closed since."""
    appointment = find_appointment(public_id)
    if appointment is None or appointment.client.is_closed:
        return None
    return _shown(appointment, now, appointment.language)


def _shown(appointment: Appointment, now: datetime, language: str) -> Shown:
    practice = load_practice()
    location = location_value(appointment.location)
    guidance = load_guidance(appointment.service.guidance_plan_id)
    state, zone = State(appointment.state), zone_named(appointment.zone)
    until = change_until(appointment.starts_at, practice.policy, appointment.change_is_free)
    is_ahead, contact = now < appointment.starts_at, appointment.client.contact
    steps = partial(guidance.steps_for, appointment.visit, appointment.minutes) if guidance else None
    return Shown(
        id=appointment.id,
        client_id=appointment.client_id,
        public_id=appointment.public_id,
        token_version=appointment.token_version,
        reference=appointment.reference,
        state=state,
        service_slug=appointment.service.slug,
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
        emergency_number=emergency_number(practice, location),
        price_minor=appointment.price_minor,
        currency=appointment.currency,
        change_until=until,
        may_change=may_be_moved(state) and now < until,
        may_confirm=state is State.BOOKED and is_ahead,
        may_call_off=may_be_moved(state) and is_ahead,
        change_is_free=appointment.change_is_free,
        illness_is_free=practice.policy.illness_is_free,
        is_over=appointment.ends_at <= now,
        confirmed_at=appointment.confirmed_at,
        cancelled_by=appointment.cancelled_by,
        preparation=steps(BEFORE) if steps else (),
        afterwards=steps(AFTER) if steps else (),
        language=appointment.language,
        detail=Detail(contact.detail),
        aftercare_stopped=contact.aftercare_stopped_at is not None,
        answer_by=_answer_by(appointment),
        has_consent=appointment.service.consent_text_id is not None,
        booking_felt=appointment.booking_felt,
        began_client=_began_client(appointment),
    )


def _answer_by(appointment: Appointment) -> datetime | None:
    review = latest_review(appointment.id) if appointment.state == State.REQUESTED else None
    return review.deadline_at if review and review.is_open else None


def _began_client(appointment: Appointment) -> bool:
    """Both were stored in one transaction, and neither has been ended or merged since."""
    client, is_first = appointment.client, appointment.token_version == 1
    return is_first and client.created_at == appointment.created_at and client.merged_into_id is None
