"""Future appointments of which something should have been told and was not."""

from datetime import datetime

from sqlalchemy import exists, func, select, true

from app.domain.addresses import address_step, place_digest
from app.domain.appointments import State
from app.domain.notifications import NEWS_KINDS, OPEN_FATES, Audience, Fate, Kind
from app.extensions import db
from app.models import Appointment, Notification
from app.store.told import address_of_appointment


def list_untold(now: datetime, before: datetime, at_most: int) -> list[int]:
    """Promised future appointments, made before that instant, whose clients nothing was ever decided to be told."""
    decided = exists().where(
        Notification.appointment_id == Appointment.id,
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


def is_untold(appointment_id: int) -> bool:
    """Whether nothing was ever decided to be told to the appointment's client."""
    told = select(Notification.id).where(
        Notification.appointment_id == appointment_id, Notification.audience == Audience.CLIENT.value
    )
    return db.session.execute(told).first() is None


def list_told_elsewhere(now: datetime, at_most: int, only: int | None = None) -> list[int]:
    """Promised future appointments (or just one) whose client was last told another address than holds on the day now."""
    sent = (
        Notification.audience == Audience.CLIENT.value,
        Notification.state == Fate.SENT.value,
        Notification.told_place.is_not(None),
    )
    last = (
        select(Notification.appointment_id, func.max(Notification.id).label("id"))
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .where(*sent, Appointment.starts_at > now, Appointment.state == State.BOOKED.value)
        .where(true() if only is None else Appointment.id == only)
        .group_by(Notification.appointment_id)
        .subquery()
    )
    rows = db.session.execute(
        select(last.c.appointment_id, Notification.told_place).join(
            Notification, Notification.id == last.c.id
        )
    )
    told = {number: place for number, place in rows}  # noqa: C416 - typed so
    open_news = select(Notification.appointment_id).where(
        Notification.appointment_id.in_(told),
        Notification.audience == Audience.CLIENT.value,
        Notification.kind.in_([*(kind.value for kind in NEWS_KINDS), Kind.APPOINTMENT_ADDRESS.value]),
        Notification.state.in_([fate.value for fate in OPEN_FATES]),
    )
    waiting = set(db.session.execute(open_news).scalars())
    candidates = db.session.execute(
        select(Appointment).where(Appointment.id.in_(set(told) - waiting))
    ).scalars()
    elsewhere = (row.id for row in candidates if _is_untold(row, told[row.id]))
    return [number for number, _ in zip(elsewhere, range(at_most), strict=False)]


def _is_untold(appointment: Appointment, told_place: str | None) -> bool:
    """Whether its client knows another address, and was not tried to be told of the present one in vain."""
    digest = place_digest(address_of_appointment(appointment).lines)
    if digest == told_place:
        return False
    in_vain = select(Notification.id).where(
        Notification.appointment_id == appointment.id,
        Notification.step.startswith(address_step(digest)),
        Notification.state.in_((Fate.FAILED.value, Fate.SKIPPED.value)),
    )
    return db.session.execute(in_vain).first() is None
