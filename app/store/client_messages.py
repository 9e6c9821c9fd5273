"""The messages to a client, over all their appointments; and what changes with the address they go to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from app.domain.appointments import State
from app.domain.notifications import NEWS_KINDS, NO_CLIENT_ADDRESS, Audience, Fate
from app.extensions import db
from app.models import Appointment, Notification

_PROMISED = (State.REQUESTED.value, State.BOOKED.value)
_NEWS = tuple(kind.value for kind in NEWS_KINDS)


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """One message to a client."""

    id: int
    kind: str
    step: str
    state: str
    why: str | None
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    settled_at: datetime | None
    address: str | None
    reference: str
    starts_at: datetime
    zone: str


def list_messages_to(
    client_ids: Collection[int], therapist_id: int | None, limit: int, offset: int = 0
) -> list[ClientMessage]:
    """The newest first, by when they went or are due; about one therapist's appointments only, if named."""
    wanted = (
        select(
            Notification.id,
            Notification.kind,
            Notification.step,
            Notification.state,
            Notification.why,
            Notification.due_at,
            Notification.sent_at,
            Notification.attempts,
            Notification.settled_at,
            Notification.address,
            Appointment.reference,
            Appointment.starts_at,
            Appointment.zone,
        )
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .where(Appointment.client_id.in_(client_ids), Notification.audience == Audience.CLIENT.value)
        .order_by(func.coalesce(Notification.sent_at, Notification.due_at).desc(), Notification.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if therapist_id is not None:
        wanted = wanted.where(Appointment.therapist_id == therapist_id)
    return [ClientMessage(**row) for row in db.session.execute(wanted).mappings()]


def list_promised_to(client_ids: Collection[int], now: datetime) -> list[Appointment]:
    """Their appointments to come."""
    wanted = select(Appointment).where(
        Appointment.client_id.in_(client_ids), Appointment.starts_at > now, Appointment.state.in_(_PROMISED)
    )
    return list(db.session.execute(wanted.order_by(Appointment.starts_at)).scalars())


def plan_unaddressed(client_ids: Collection[int], now: datetime) -> list[int]:
    """What could not be sent for want of an address, and still tells something: planned, now that there is one.

    Reminders whose moment has passed stay left out, as does what the desk has told on the telephone. Answers what is due now.
    """
    ahead = select(Appointment.id).where(
        Appointment.client_id.in_(client_ids), Appointment.starts_at > now, Appointment.state.in_(_PROMISED)
    )
    of_use: tuple[Any, ...] = (
        Notification.appointment_id.in_(ahead),
        Notification.audience == Audience.CLIENT.value,
        Notification.state == Fate.SKIPPED.value,
        Notification.why == NO_CLIENT_ADDRESS,
        Notification.settled_at.is_(None),
        Notification.expires_at > now,
        or_(Notification.due_at > now, and_(Notification.due_at <= now, Notification.kind.in_(_NEWS))),
    )
    planned = (
        update(Notification)
        .where(*of_use)
        .values(state=Fate.PLANNED.value, why=None)
        .returning(Notification.id, Notification.due_at)
        .execution_options(synchronize_session=False)
    )
    return sorted(number for number, due_at in db.session.execute(planned).all() if due_at <= now)
