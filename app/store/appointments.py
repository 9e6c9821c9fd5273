"""Appointments and idempotency rows."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, select
from sqlalchemy.orm import joinedload

from app.domain.appointments import ACTIVE_STATES
from app.domain.slots import HandsOn
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, Client, Idempotency

_KEPT_FOR = timedelta(days=7)
_RELATED = (
    joinedload(Appointment.service),
    joinedload(Appointment.variant),
    joinedload(Appointment.therapist),
    joinedload(Appointment.location),
    joinedload(Appointment.room),
    joinedload(Appointment.client).joinedload(Client.contact),
)


def find_appointment(public_id: str) -> Appointment | None:
    """The appointment of that public id, with all that a page or a mail says of it."""
    wanted = select(Appointment).where(Appointment.public_id == public_id).options(*_RELATED)
    return db.session.execute(wanted).scalar_one_or_none()


def find_by_reference(reference: str) -> Appointment | None:
    """The appointment that people call so; capitals do not matter."""
    wanted = select(Appointment).where(Appointment.reference == reference.upper()).options(*_RELATED)
    return db.session.execute(wanted).scalar_one_or_none()


def get_appointment(appointment_id: int) -> Appointment:
    """The appointment of that number. Raises LookupError."""
    wanted = select(Appointment).where(Appointment.id == appointment_id).options(*_RELATED)
    appointment = db.session.execute(wanted).scalar_one_or_none()
    if appointment is None:
        raise LookupError("no such appointment")
    return appointment


def add_appointment(appointment: Appointment) -> None:
    """Write it, so that it has a number."""
    db.session.add(appointment)
    db.session.flush()


def reference_is_taken(reference: str) -> bool:
    """Whether an appointment is called so already."""
    return (
        db.session.execute(select(Appointment.id).where(Appointment.reference == reference)).first()
        is not None
    )


def hands_on(therapist_ids: Collection[int], day: Span, week: Span) -> dict[int, HandsOn]:
    """Minutes that each of the therapists treats people, on a day and in its week."""
    in_day = and_(Appointment.starts_at >= day.starts_at, Appointment.starts_at < day.ends_at)
    wanted = (
        select(
            Appointment.therapist_id,
            func.sum(case((in_day, Appointment.minutes), else_=0)),
            func.sum(Appointment.minutes),
        )
        .where(Appointment.starts_at >= week.starts_at, Appointment.starts_at < week.ends_at)
        .where(Appointment.therapist_id.in_(therapist_ids))
        .where(Appointment.state.in_([state.value for state in ACTIVE_STATES]))
        .group_by(Appointment.therapist_id)
    )
    rows = db.session.execute(wanted)
    return {therapist_id: HandsOn(int(of_day), int(of_week)) for therapist_id, of_day, of_week in rows}


def count_booked_by(email: str, since: datetime) -> int:
    """How many appointments were booked with that address since then."""
    wanted = select(func.count(Appointment.id)).where(
        Appointment.created_at > since, Appointment.typed_email == email
    )
    return db.session.execute(wanted).scalar_one()


def find_replay(principal: str, key: str) -> Idempotency | None:
    """The row that says what this key has made before."""
    wanted = select(Idempotency).where(Idempotency.principal == principal, Idempotency.key == key)
    return db.session.execute(wanted).scalar_one_or_none()


def add_replay(principal: str, key: str, request_hash: str, appointment_id: int, now: datetime) -> None:
    """Remember what this key has made, and forget what is older than a week."""
    db.session.execute(delete(Idempotency).where(Idempotency.created_at < now - _KEPT_FOR))
    row = Idempotency(
        principal=principal, key=key, request_hash=request_hash, appointment_id=appointment_id, created_at=now
    )
    db.session.add(row)
