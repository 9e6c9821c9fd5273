"""The outbox: notifications, claimed by one worker at a time, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.domain.notifications import EXPIRED, OPEN_FATES, Fate, Kind
from app.extensions import db
from app.models import Delivery, Notification, Practice, WorkerHeartbeat, table_of

_OPEN = tuple(fate.value for fate in OPEN_FATES)
_DETAIL = 200
_notification = table_of(Notification)
_NEW = insert(_notification).returning(_notification.c.id, _notification.c.state, _notification.c.due_at)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one notification: whoever holds the token may say what became of it."""

    notification_id: int
    token: str


def add_notification(row: Notification) -> None:
    """Write one that is about no appointment, so that it has a number."""
    db.session.add(row)
    db.session.flush()


def add_notifications(rows: Sequence[Mapping[str, object]], now: datetime) -> list[int]:
    """Write those of an appointment; answers the numbers of what is due by now."""
    if not rows:
        return []
    written = db.session.execute(_NEW, rows).all()
    return sorted(
        number for number, state, due_at in written if state == Fate.PLANNED.value and due_at <= now
    )


def list_steps(appointment_id: int, revision: int) -> set[str]:
    """The steps that have been decided for that revision of an appointment."""
    same = (Notification.appointment_id == appointment_id, Notification.revision == revision)
    return set(db.session.execute(select(Notification.step).where(*same)).scalars())


def skip_reminders(appointment_id: int, why: str) -> None:
    """Reminders that have not been sent will not be."""
    planned = (Notification.appointment_id == appointment_id, Notification.state == Fate.PLANNED.value)
    db.session.execute(
        update(Notification)
        .where(*planned, Notification.kind == Kind.APPOINTMENT_REMINDER.value)
        .values(state=Fate.SKIPPED.value, why=why)
    )


def skip_expired(now: datetime) -> int:
    """What could not be sent in time is given up, with the reason; answers how many."""
    gone = (_is_free(now), Notification.expires_at <= now)
    given_up = (
        update(Notification).where(*gone).values(state=Fate.SKIPPED.value, why=EXPIRED, lease_token=None)
    )
    return _changed(given_up)


def list_due(now: datetime) -> list[int]:
    """The numbers of what is due, oldest first; nothing while sending is held."""
    if is_held():
        return []
    due = (_is_free(now), Notification.due_at <= now, Notification.expires_at > now)
    wanted = select(Notification.id).where(*due).order_by(Notification.due_at, Notification.id)
    return list(db.session.execute(wanted).scalars())


def claim(lease: Lease, now: datetime, leased_until: datetime) -> bool:
    """Take one notification for sending; false when it is not due, somebody else has it, or an earlier one must go first."""
    due = (Notification.id == lease.notification_id, _is_free(now), Notification.due_at <= now)
    claimed = (
        update(Notification)
        .where(*due, Notification.expires_at > now, ~_must_wait(now), ~_outbox_is_held())
        .values(
            state=Fate.LEASED.value,
            lease_token=lease.token,
            leased_until=leased_until,
            attempts=Notification.attempts + 1,
        )
    )
    return _changed(claimed) == 1


def extend_lease(lease: Lease, leased_until: datetime) -> bool:
    """Keep it while sending takes long; false when it was lost."""
    return _changed(update(Notification).where(*_held_by(lease)).values(leased_until=leased_until)) == 1


def mark_sent(lease: Lease, address: str, now: datetime) -> bool:
    """The mail server has taken it. False when somebody else holds the lease by now."""
    _add_delivery(lease, "sent", None, now)
    return _end(lease, state=Fate.SENT, why=None, sent_at=now, address=address)


def mark_again(lease: Lease, reason: str, due_at: datetime, now: datetime) -> bool:
    """It stays planned, for later."""
    _add_delivery(lease, "again", reason, now)
    return _end(lease, state=Fate.PLANNED, why=reason[:_DETAIL], due_at=due_at)


def mark_failed(lease: Lease, reason: str, now: datetime) -> bool:
    """It will not be tried again by itself."""
    _add_delivery(lease, "failed", reason, now)
    return _end(lease, state=Fate.FAILED, why=reason[:_DETAIL])


def mark_skipped(lease: Lease, reason: str) -> bool:
    """What it tells is no longer true."""
    return _end(lease, state=Fate.SKIPPED, why=reason[:_DETAIL])


def plan_again(notification_id: int, now: datetime, expires_at: datetime) -> bool:
    """Give a failed or skipped notification another chance, at once; false when it is neither."""
    ended = Notification.state.in_((Fate.FAILED.value, Fate.SKIPPED.value))
    planned = update(Notification).where(Notification.id == notification_id, ended)
    values = {
        "state": Fate.PLANNED.value,
        "why": None,
        "due_at": now,
        "expires_at": expires_at,
        "attempts": 0,
    }
    return _changed(planned.values(**values)) == 1


def get_notification(notification_id: int) -> Notification:
    """The notification of that number. Raises LookupError."""
    row = db.session.get(Notification, notification_id)
    if row is None:
        raise LookupError(f"there is no message {notification_id}")
    return row


def list_notifications(states: Collection[str] = (), limit: int = 100) -> list[Notification]:
    """The newest notifications in these states (in any, if none is named), newest first."""
    wanted = select(Notification).order_by(Notification.id.desc()).limit(limit)
    return list(
        db.session.execute(wanted.where(Notification.state.in_(states)) if states else wanted).scalars()
    )


def is_held() -> bool:
    """Whether all sending is stopped."""
    return (
        db.session.execute(select(Practice.id).where(Practice.outbox_held_at.is_not(None))).first()
        is not None
    )


def set_held(since: datetime | None) -> None:
    """Stop all sending, or (with none) let it go on."""
    db.session.execute(update(Practice).values(outbox_held_at=since))


def beat(name: str, now: datetime) -> None:
    """A worker says that it is alive."""
    if _changed(update(WorkerHeartbeat).where(WorkerHeartbeat.name == name).values(seen_at=now)):
        return
    # Its threads may say so at the same moment for the first time: one row is enough.
    with suppress(IntegrityError), db.session.begin_nested():
        db.session.add(WorkerHeartbeat(name=name, seen_at=now))


def end_reading() -> None:
    """Let go of the database: nothing is held while the network is waited for."""
    db.session.rollback()


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Planned, or leased by somebody who has not been heard of since the lease ran out."""
    lost = and_(Notification.state == Fate.LEASED.value, Notification.leased_until <= now)
    return or_(Notification.state == Fate.PLANNED.value, lost)


def _must_wait(now: datetime) -> ColumnElement[bool]:
    """An earlier message about the same appointment to the same person is still on its way: order is kept."""
    earlier = aliased(Notification)
    begun = or_(earlier.due_at <= now, earlier.attempts > 0)
    return exists().where(
        earlier.appointment_id == Notification.appointment_id,
        earlier.audience == Notification.audience,
        func.coalesce(earlier.therapist_id, 0) == func.coalesce(Notification.therapist_id, 0),
        earlier.id < Notification.id,
        earlier.state.in_(_OPEN),
        earlier.expires_at > now,
        begun,
    )


def _outbox_is_held() -> ColumnElement[bool]:
    return exists().where(Practice.outbox_held_at.is_not(None))


def _held_by(lease: Lease) -> Sequence[ColumnElement[bool]]:
    return (
        Notification.id == lease.notification_id,
        Notification.lease_token == lease.token,
        Notification.state == Fate.LEASED.value,
    )


def _end(lease: Lease, *, state: Fate, **values: object) -> bool:
    ended = update(Notification).where(*_held_by(lease))
    return _changed(ended.values(state=state.value, lease_token=None, leased_until=None, **values)) == 1


def _add_delivery(lease: Lease, outcome: str, detail: str | None, now: datetime) -> None:
    shortened = detail[:_DETAIL] if detail else None
    db.session.add(Delivery(notification_id=lease.notification_id, at=now, outcome=outcome, detail=shortened))


def _changed(statement: object) -> int:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
    return int(result.rowcount)
