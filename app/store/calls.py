"""Whom to call instead: clients whom a message could not, or did not, reach."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select, update

from app.domain.appointments import State
from app.domain.notifications import NO_CLIENT_ADDRESS, Audience, Fate, Kind, Standing, no_longer_fits
from app.extensions import db
from app.models import Appointment, Client, Contact, Notification, Therapist
from app.store.inbox import UNSETTLED
from app.store.plain_rows import plain_rows

_WITHIN = timedelta(days=45)
_AFTER_FAILURE = timedelta(days=2)
_AT_MOST = 200
_COLUMNS: tuple[Any, ...] = (
    Notification.id,
    Notification.appointment_id,
    Appointment.reference,
    Client.name.label("client"),
    func.coalesce(Appointment.typed_phone, Contact.phone).label("phone"),
    Therapist.name.label("therapist"),
    Appointment.starts_at,
    Appointment.zone,
    Notification.kind,
    Notification.step,
    Notification.state,
    Notification.why,
    Notification.due_at,
    Notification.expires_at,
)
_NAMES = tuple(column.key for column in _COLUMNS)


@dataclass(frozen=True, slots=True)
class Call:
    """A client who is told on the telephone, since the message could not be, or was not, delivered."""

    id: int
    appointment_id: int
    reference: str
    client: str
    phone: str | None
    therapist: str
    starts_at: datetime
    zone: str
    kind: str
    step: str
    state: str
    why: str | None
    due_at: datetime
    expires_at: datetime


def list_calls(now: datetime, therapist_id: int | None) -> list[Call]:
    """Who is to be called instead: clients without an e-mail address whose message's moment has come, and those whose mail failed.

    The next session first. Left out is what is no longer true, what is over, and the confirmation of who has just
    booked on the telephone and was told then, unless it carries advice.
    """
    asked = {
        "now": now,
        "since": now - _WITHIN,
        "lately": now - _AFTER_FAILURE,
        "therapist": therapist_id,
    }
    rows = plain_rows(_asked(therapist_id is not None), asked).mappings()
    return [Call(**{name: row[name] for name in _NAMES}) for row in rows if _is_worth_a_call(row, now)]


@cache  # every view of the day asks
def _asked(of_therapist: bool) -> Select[*tuple[Any, ...]]:
    now = bindparam("now", type_=Appointment.starts_at.type)
    wanted = (
        select(*_COLUMNS, Notification.revision, Notification.carries, Appointment.revision.label("newest"))
        .add_columns(Appointment.state.label("stands"), Appointment.source, Appointment.ends_at)
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .join(Contact, Contact.id == Client.contact_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .where(Notification.due_at <= now, Notification.due_at > bindparam("since"))
        .where(
            UNSETTLED,
            _waits(),
            or_(Notification.state == Fate.FAILED.value, Appointment.ends_at > now, _is_aftercare(now)),
        )
        .where(Appointment.ends_at > bindparam("lately"))
        .order_by(Appointment.starts_at, Appointment.id, Notification.due_at, Notification.id)
        .limit(_AT_MOST)
    )
    return wanted.where(Appointment.therapist_id == bindparam("therapist")) if of_therapist else wanted


def mark_called(message_id: int, by: str | None, now: datetime) -> int | None:
    """Somebody has phoned: settles that message and what was due before it for the same appointment.

    Answers the appointment's number; none where nothing waited for a call.
    """
    found = select(Notification.appointment_id, Notification.due_at).where(
        Notification.id == message_id, _waits()
    )
    row = db.session.execute(found).one_or_none()
    if row is None or row.appointment_id is None:
        return None
    so_far = (Notification.appointment_id == row.appointment_id, Notification.due_at <= row.due_at, _waits())
    settled = update(Notification).where(*so_far).values(settled_at=now, settled_by=by)
    db.session.execute(settled, execution_options={"synchronize_session": False})
    return int(row.appointment_id)


def _waits() -> ColumnElement[bool]:
    """Meant for a client, not delivered, and nobody has phoned yet."""
    no_address = and_(Notification.state == Fate.SKIPPED.value, Notification.why == NO_CLIENT_ADDRESS)
    return and_(
        Notification.audience == Audience.CLIENT.value,
        Notification.settled_at.is_(None),
        or_(no_address, Notification.state == Fate.FAILED.value),
    )


def _is_aftercare(now: BindParameter[datetime]) -> ColumnElement[bool]:
    """Asking how it went, while that is worth asking."""
    return and_(Notification.kind == Kind.APPOINTMENT_AFTERCARE.value, Notification.expires_at > now)


def _is_worth_a_call(row: Any, now: datetime) -> bool:
    standing = Standing(State(row["stands"]), row["starts_at"], row["revision"] == row["newest"])
    if no_longer_fits(row["kind"], standing, now) is not None:
        return False
    told_at_once = row["kind"] == Kind.APPOINTMENT_BOOKED and row["source"] == "desk" and not row["carries"]
    return row["state"] == Fate.FAILED or not told_at_once
