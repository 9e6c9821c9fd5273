"""What e-mails tell, as it stands at the moment of sending."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.domain.addresses import Address, address_on
from app.domain.appointments import AHEAD, State
from app.domain.emails import Mailbox
from app.domain.guidance import AFTER, GuidancePlan
from app.domain.moments import SessionSpan, moments_after
from app.domain.practice import AddressPeriod
from app.domain.practice import Location as Place
from app.domain.wallclock import local_date, zone_named
from app.extensions import db
from app.models import (
    Appointment,
    Client,
    GuidancePlanVersion,
    Location,
    Room,
    Service,
    StaffMember,
    Therapist,
)
from app.store.practice import guidance_step, load_practice

#: Said once: to put it together for each of ten thousand reminders would cost more than to run it.
_TOLD = (
    select(Appointment)
    .where(Appointment.id == bindparam("number"))
    .options(
        joinedload(Appointment.service).load_only(Service.name, Service.guidance_plan_id),
        joinedload(Appointment.therapist).load_only(Therapist.name),
        joinedload(Appointment.room).load_only(Room.name),
        joinedload(Appointment.location).joinedload(Location.address_periods),
        joinedload(Appointment.client).joinedload(Client.contact),
    )
)


def get_told_appointment(appointment_id: int) -> Appointment:
    """The appointment with all that a mail says of it. Raises LookupError."""
    row = db.session.execute(_TOLD, {"number": appointment_id}).unique().scalar_one_or_none()
    if row is None:
        raise LookupError("no such appointment")
    return row


def load_guidance(plan_id: int | None) -> GuidancePlan | None:
    """The newest version of a guidance plan."""
    wanted = select(GuidancePlanVersion).where(GuidancePlanVersion.plan_id == plan_id)
    newest = db.session.execute(wanted.order_by(GuidancePlanVersion.version.desc())).scalars().first()
    if newest is None:
        return None
    return GuidancePlan(str(plan_id), newest.version, tuple(guidance_step(step) for step in newest.steps))


def guidance_of(appointment: Appointment) -> GuidancePlan | None:
    """The plan of the appointment's service: from the practice in force, of a retired service as it is stored."""
    services = load_practice().services
    service = next((one for one in services if one.id == appointment.service_id), None)
    return service.guidance if service else load_guidance(appointment.service.guidance_plan_id)


def expected_aftercare(appointment_id: int) -> list[tuple[str, datetime]]:
    """The after-care that will be decided once the session is marked as done: step and earliest moment."""
    appointment = get_told_appointment(appointment_id)
    plan = guidance_of(appointment)
    if plan is None or State(appointment.state) not in AHEAD:
        return []
    steps = plan.steps_for(appointment.visit, appointment.minutes, AFTER)
    when = SessionSpan(appointment.starts_at, appointment.ends_at, zone_named(appointment.zone))
    moments = moments_after(when, steps, load_practice().policy)
    return [(moment.step, moment.due_at) for moment in moments if moment.why_not is None]


def address_of_appointment(appointment: Appointment) -> Address:
    """The address on the appointment's date; also where the location has been retired."""
    place = appointment.location
    periods = (
        AddressPeriod(one.valid_from, one.lines, one.announced, one.note) for one in place.address_periods
    )
    known = Place(place.id, place.slug, place.name, None, address_periods=tuple(periods))
    return address_on(known, local_date(appointment.starts_at, zone_named(appointment.zone)))


def list_members_named(ids: Collection[int]) -> dict[int, Mailbox]:
    """Where notices to these members of the staff go; who may no longer sign in is left out."""
    wanted = select(StaffMember.id, StaffMember.name, StaffMember.email).where(
        StaffMember.id.in_(ids), StaffMember.active
    )
    return {number: Mailbox(name or "", email) for number, name, email in db.session.execute(wanted)}


def therapist_address(therapist_id: int | None) -> str | None:
    """Where notices to a therapist go."""
    return db.session.execute(select(Therapist.email).where(Therapist.id == therapist_id)).scalar()


def therapist_name(therapist_id: int | None) -> str:
    """How a therapist is called."""
    return db.session.execute(select(Therapist.name).where(Therapist.id == therapist_id)).scalar() or ""
