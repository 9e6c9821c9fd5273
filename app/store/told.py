"""What e-mails tell, as it stands at the moment of sending."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.guidance import GuidancePlan
from app.extensions import db
from app.models import Appointment, Client, GuidancePlanVersion, Location, Therapist
from app.store.practice import guidance_step


def get_told_appointment(appointment_id: int) -> Appointment:
    """The appointment with all that a mail says of it. Raises LookupError."""
    wanted = select(Appointment).where(Appointment.id == appointment_id)
    related = (
        joinedload(Appointment.service),
        joinedload(Appointment.therapist),
        joinedload(Appointment.room),
        joinedload(Appointment.location).options(selectinload(Location.address_periods)),
        joinedload(Appointment.client).joinedload(Client.contact),
    )
    row = db.session.execute(wanted.options(*related)).scalar_one_or_none()
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


def therapist_address(therapist_id: int | None) -> str | None:
    """Where notices to a therapist go."""
    return db.session.execute(select(Therapist.email).where(Therapist.id == therapist_id)).scalar()


def therapist_name(therapist_id: int | None) -> str:
    """How a therapist is called."""
    return db.session.execute(select(Therapist.name).where(Therapist.id == therapist_id)).scalar() or ""
