"""Future appointments of which something should have been told and was not."""

from datetime import datetime

from sqlalchemy import exists, func, select

from app.domain.addresses import place_digest
from app.domain.appointments import State
from app.domain.notifications import Audience, Fate, Kind
from app.extensions import db
from app.models import Appointment, Notification
from app.store.told import address_of_appointment


def list_untold(now: datetime, before: datetime, at_most: int) -> list[int]:
    """Promised future appointments, made before that instant, about whose present state nothing was ever decided."""
    decided = exists().where(
        Notification.appointment_id == Appointment.id,
        Notification.revision == Appointment.revision,
        Notification.audience == Audience.CLIENT.value,
    )
    wanted = (
        select(Appointment.id)
        .where(
            Appointment.starts_at > now,
            Appointment.state == State.BOOKED.value,
            Appointment.created_at < before,
            ~decided,
        )
        .order_by(Appointment.starts_at)
        .limit(at_most)
    )
    return list(db.session.execute(wanted).scalars())


def list_told_elsewhere(now: datetime, at_most: int) -> list[int]:
    """Promised future appointments whose client was last told another address than the one that holds on the day now."""
    sent = (
        Notification.audience == Audience.CLIENT.value,
        Notification.state == Fate.SENT.value,
        Notification.told_place.is_not(None),
    )
    last = (
        select(Notification.appointment_id, func.max(Notification.id).label("id"))
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .where(*sent, Appointment.starts_at > now, Appointment.state == State.BOOKED.value)
        .group_by(Notification.appointment_id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.appointment_id, Notification.told_place).join(
            Notification, Notification.id == last.c.id
        )
    )
    told = {number: place for number, place in rows}  # noqa: C416 - typed so
    waiting = set(
        db.session.execute(
            select(Notification.appointment_id).where(
                Notification.kind == Kind.APPOINTMENT_ADDRESS.value, Notification.state != Fate.SENT.value
            )
        ).scalars()
    )
    candidates = db.session.execute(
        select(Appointment).where(Appointment.id.in_(set(told) - waiting))
    ).scalars()
    elsewhere = (
        row.id for row in candidates if place_digest(address_of_appointment(row).lines) != told[row.id]
    )
    return [number for number, _ in zip(elsewhere, range(at_most), strict=False)]
