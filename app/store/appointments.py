"""Appointments and idempotency rows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.orm import joinedload

from app.domain.appointments import ACTIVE_STATES
from app.domain.slots import HandsOn
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, Client, Idempotency, table_of

_RELATED = (
    joinedload(Appointment.service),
    joinedload(Appointment.variant),
    joinedload(Appointment.therapist),
    joinedload(Appointment.location),
    joinedload(Appointment.room),
    joinedload(Appointment.client).joinedload(Client.contact),
)

# Put together once, on the tables: every booking asks these, and making a statement takes longer than running it.
_appointment, _idempotency = table_of(Appointment), table_of(Idempotency)
_IN_DAY = and_(
    _appointment.c.starts_at >= bindparam("day_begins"), _appointment.c.starts_at < bindparam("day_ends")
)
_HANDS_ON = (
    select(
        _appointment.c.therapist_id,
        func.sum(case((_IN_DAY, _appointment.c.minutes), else_=0)),
        func.sum(_appointment.c.minutes),
    )
    .where(
        _appointment.c.starts_at >= bindparam("week_begins"),
        _appointment.c.starts_at < bindparam("week_ends"),
        _appointment.c.therapist_id.in_(bindparam("therapists", expanding=True)),
        _appointment.c.state.in_(sorted(ACTIVE_STATES)),
    )
    .group_by(_appointment.c.therapist_id)
)
_BOOKED_BY = select(func.count(_appointment.c.id)).where(
    _appointment.c.typed_email == bindparam("email"), _appointment.c.created_at > bindparam("since")
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


def note_booking_felt(appointment_id: int, felt: int) -> None:
    """How booking was. Straight into the table: it is no edit of the appointment, and stands in nobody's way who edits it."""
    table = table_of(Appointment)
    db.session.execute(update(table).where(table.c.id == appointment_id).values(booking_felt=felt))


def hands_on(therapist_ids: Collection[int], day: Span, week: Span) -> dict[int, HandsOn]:
    """Minutes that each of the therapists treats people, on a day and in its week."""
    asked = {
        "therapists": list(therapist_ids),
        "day_begins": day.starts_at,
        "day_ends": day.ends_at,
        "week_begins": week.starts_at,
        "week_ends": week.ends_at,
    }
    rows = db.session.execute(_HANDS_ON, asked)
    return {therapist_id: HandsOn(int(of_day), int(of_week)) for therapist_id, of_day, of_week in rows}


def count_booked_by(email: str, since: datetime) -> int:
    """How many appointments were booked with that address since then."""
    return db.session.execute(_BOOKED_BY, {"email": email, "since": since}).scalar_one()


def find_replay(principal: str, key: str) -> Idempotency | None:
    """The row that says what this key has made before."""
    wanted = select(Idempotency).where(Idempotency.principal == principal, Idempotency.key == key)
    return db.session.execute(wanted).scalar_one_or_none()


def add_replay(principal: str, key: str, request_hash: str, appointment_id: int, now: datetime) -> None:
    """Remember what this key has made."""
    row = {
        "principal": principal,
        "key": key,
        "request_hash": request_hash,
        "appointment_id": appointment_id,
        "created_at": now,
    }
    db.session.execute(insert(_idempotency), row)


def any_replay_before(instant: datetime) -> bool:
    """Whether there is a key from before that."""
    return bool(db.session.execute(select(exists().where(Idempotency.created_at < instant))).scalar())


def forget_replays_before(instant: datetime) -> None:
    """Delete the keys from before that."""
    db.session.execute(delete(_idempotency).where(_idempotency.c.created_at < instant))
