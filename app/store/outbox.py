"""The outbox: notifications, claimed by one worker at a time, and what became of them."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.domain.notifications import EXPIRED, Fate
from app.extensions import db
from app.models import (
    Appointment,
    Client,
    Delivery,
    MessageCopy,
    Notification,
    Practice,
    WorkerHeartbeat,
    table_of,
)

#: Said as the partial index says it, so that it can be used.
_IS_OPEN = text("notification.state in ('planned', 'leased')")
_DETAIL = 200
_notification, _delivery, _copy = table_of(Notification), table_of(Delivery), table_of(MessageCopy)
_BARE = {"synchronize_session": False}
#: Statements for each single message are put together once: that costs more than to run them.
_SENT = (
    update(_notification)
    .where(
        _notification.c.id == bindparam("number"),
        _notification.c.lease_token == bindparam("token"),
        _notification.c.state == Fate.LEASED.value,
    )
    .values(
        state=Fate.SENT.value,
        why=None,
        lease_token=None,
        leased_until=None,
        sent_at=bindparam("now"),
        address=bindparam("to"),
        told_place=bindparam("place"),
    )
)
_DELIVERED = insert(_delivery)


def _kept(inserting: Any) -> Any:
    return inserting.on_conflict_do_update(
        index_elements=["notification_id"], set_={"sealed": inserting.excluded.sealed}
    )


_KEPT = {"postgresql": _kept(postgresql.insert(_copy)), "sqlite": _kept(sqlite.insert(_copy))}


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one notification: whoever holds the token may say what became of it. A batch shares a token."""

    notification_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notification that is ours to send. ``row`` is what was decided, which does not change; it belongs to no session.

    ``wrapped_key`` is the key of the client that it is about.
    """

    lease: Lease
    row: Notification
    wrapped_key: bytes | None


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A message as it was sent, sealed; ``wrapped_key`` is its client's, none where it belongs to the practice."""

    message_id: str
    appointment_id: int | None
    sealed: bytes
    wrapped_key: bytes | None


def add_notification(row: Notification) -> None:
    """Write one that is about no appointment, so that it has a number."""
    db.session.add(row)
    db.session.flush()


def skip_expired(now: datetime) -> int:
    """What could not be sent in time is given up, with the reason; answers how many."""
    gone = (_IS_OPEN, _is_free(now), Notification.expires_at <= now)
    given_up = (
        update(_notification).where(*gone).values(state=Fate.SKIPPED.value, why=EXPIRED, lease_token=None)
    )
    return _changed(given_up)


def list_due(now: datetime, limit: int | None = None, only: Collection[int] | None = None) -> list[int]:
    """The numbers of what may be claimed now, what has been due longest first; nothing while sending is held."""
    return list(db.session.execute(_select_due(now, limit, only)).scalars())


def count_due(now: datetime) -> int:
    """How many are due and neither sent nor given up, whoever has them."""
    due = (_IS_OPEN, Notification.due_at <= now, Notification.expires_at > now)
    return db.session.execute(select(func.count(Notification.id)).where(*due)).scalar_one()


def claim(
    token: str,
    now: datetime,
    leased_until: datetime,
    limit: int,
    only: Collection[int] | None = None,
) -> list[Lease]:
    """Take up to ``limit`` of what is due (of ``only`` these, if any are named), what has been due longest first.

    What another worker has or is just taking is passed over, and of one person's messages about one appointment only
    the first is taken: order is kept.
    """
    wanted = _select_due(now, limit, only).with_for_update(of=Notification, skip_locked=True)
    numbers = list(db.session.execute(wanted).scalars())
    claimed = update(_notification).where(Notification.id.in_(numbers))
    values = {"state": Fate.LEASED.value, "lease_token": token, "leased_until": leased_until}
    if numbers:
        _changed(claimed.values(attempts=Notification.attempts + 1, **values))
    return [Lease(number, token) for number in numbers]


def load_claimed(leases: Sequence[Lease]) -> list[Claimed]:
    """What has just been claimed, in the same order."""
    wanted = (
        select(Notification, Client.wrapped_key)
        .outerjoin(Appointment, Appointment.id == Notification.appointment_id)
        .outerjoin(Client, Client.id == Appointment.client_id)
        .where(Notification.id.in_([lease.notification_id for lease in leases]))
    )
    found = {row.id: (row, key) for row, key in db.session.execute(wanted)}
    for row, _ in found.values():
        db.session.expunge(row)  # so that it can be read after the transaction
    return [Claimed(lease, *found[lease.notification_id]) for lease in leases]


def is_held_with(lease: Lease) -> bool:
    """Whether nobody else has it by now."""
    ours = (Notification.id == lease.notification_id, *_held_with(lease.token))
    return db.session.execute(select(Notification.id).where(*ours)).first() is not None


def give_back(leases: Sequence[Lease]) -> int:
    """They were not tried after all: planned as before, for whoever comes next. Answers how many were still ours."""
    if not leases:
        return 0
    numbers = [lease.notification_id for lease in leases]
    ours = (Notification.id.in_(numbers), *_held_with(leases[0].token))
    free = {"state": Fate.PLANNED.value, "lease_token": None, "leased_until": None}
    return _changed(update(_notification).where(*ours).values(attempts=Notification.attempts - 1, **free))


def extend_leases(token: str, leased_until: datetime) -> int:
    """Keep what is left of a batch while sending takes long; answers how many that are."""
    kept = update(_notification).where(_IS_OPEN, *_held_with(token))
    return _changed(kept.values(leased_until=leased_until))


def mark_sent(lease: Lease, address: str, now: datetime, told_place: str | None = None) -> bool:
    """The mail server has taken it. False when somebody else holds the lease by now."""
    _add_delivery(lease.notification_id, "sent", None, now)
    said = {
        "number": lease.notification_id,
        "token": lease.token,
        "to": address,
        "now": now,
        "place": told_place,
    }
    return int(db.session.execute(_SENT, said).rowcount) == 1  # type: ignore[attr-defined]


def keep_copy(notification_id: int, sealed: bytes) -> None:
    """Keep a message as it was sent; the latest, if it went more than once."""
    written = _KEPT[db.engine.dialect.name]
    db.session.execute(written, {"notification_id": notification_id, "sealed": sealed})


def find_copy(notification_id: int) -> StoredCopy | None:
    """A message as it was sent, still sealed; none if it was not sent, or nothing was kept."""
    key = select(Client.wrapped_key).join(Appointment, Appointment.client_id == Client.id)
    key = key.where(Appointment.id == Notification.appointment_id)
    columns = (Notification.message_id, Notification.appointment_id, MessageCopy.sealed)
    wanted = select(*columns, key.scalar_subquery()).join(
        MessageCopy, MessageCopy.notification_id == Notification.id
    )
    found = db.session.execute(wanted.where(Notification.id == notification_id)).first()
    return StoredCopy(*found) if found else None


def mark_again(lease: Lease, reason: str, due_at: datetime, now: datetime) -> bool:
    """It stays planned, for later."""
    _add_delivery(lease.notification_id, "again", reason, now)
    return _end(lease, state=Fate.PLANNED, why=reason[:_DETAIL], due_at=due_at)


def mark_later(lease: Lease, due_at: datetime) -> bool:
    """It was no time for it yet: planned for later, and no attempt."""
    return _end(lease, state=Fate.PLANNED, due_at=due_at, attempts=Notification.attempts - 1)


def mark_failed(lease: Lease, reason: str, now: datetime) -> bool:
    """It will not be tried again by itself."""
    _add_delivery(lease.notification_id, "failed", reason, now)
    return _end(lease, state=Fate.FAILED, why=reason[:_DETAIL])


def mark_skipped(lease: Lease, reason: str) -> bool:
    """What it tells is no longer true."""
    return _end(lease, state=Fate.SKIPPED, why=reason[:_DETAIL])


def mark_returned(notification_id: int, reason: str, now: datetime) -> bool:
    """It was sent, and came back. False when it is not one that was sent."""
    sent = update(_notification).where(
        Notification.id == notification_id, Notification.state == Fate.SENT.value
    )
    if not _changed(sent.values(state=Fate.FAILED.value, why=reason[:_DETAIL])):
        return False
    _add_delivery(notification_id, "failed", reason, now)
    return True


def find_by_message_id(message_id: str) -> Notification | None:
    """The notification that was sent under this Message-ID."""
    wanted = select(Notification).where(Notification.message_id == message_id)
    return db.session.execute(wanted).scalars().first()


def find_last_sent_to(address: str, since: datetime) -> Notification | None:
    """What was sent last to an address, if that was after ``since``."""
    sent = (Notification.state == Fate.SENT.value, Notification.sent_at >= since)
    wanted = select(Notification).where(*sent, func.lower(Notification.address) == address.lower())
    return db.session.execute(wanted.order_by(Notification.sent_at.desc()).limit(1)).scalars().first()


def plan_again(notification_id: int, now: datetime, expires_at: datetime) -> bool:
    """Give a failed or skipped notification another chance, at once; false when it is neither."""
    ended = Notification.state.in_((Fate.FAILED.value, Fate.SKIPPED.value))
    planned = update(_notification).where(Notification.id == notification_id, ended)
    values = {
        "state": Fate.PLANNED.value,
        "why": None,
        "due_at": now,
        "expires_at": expires_at,
        "attempts": 0,
        "settled_at": None,
        "settled_by": None,
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


def _select_due(now: datetime, limit: int | None, only: Collection[int] | None) -> Select[int]:
    """Due, in time, with nobody else, and its turn."""
    due = (Notification.due_at <= now, Notification.expires_at > now)
    free = (_IS_OPEN, _is_free(now), ~_must_wait(now), ~_outbox_is_held())
    wanted = select(Notification.id).where(*due, *free).order_by(Notification.due_at).limit(limit)
    return wanted if only is None else wanted.where(Notification.id.in_(only))


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Planned, or leased by somebody who has not been heard of since the lease ran out."""
    lost = and_(Notification.state == Fate.LEASED.value, Notification.leased_until <= now)
    return or_(Notification.state == Fate.PLANNED.value, lost)


def _must_wait(now: datetime) -> ColumnElement[bool]:
    """An earlier message about the same appointment to the same person is still on its way: order is kept."""
    earlier = aliased(Notification)
    begun = or_(earlier.due_at <= now, earlier.attempts > 0)
    same_person = (
        func.coalesce(earlier.therapist_id, 0) == func.coalesce(Notification.therapist_id, 0),
        func.coalesce(earlier.staff_member_id, 0) == func.coalesce(Notification.staff_member_id, 0),
    )
    return exists().where(
        earlier.appointment_id == Notification.appointment_id,
        earlier.audience == Notification.audience,
        *same_person,
        earlier.id < Notification.id,
        earlier.state.in_((Fate.PLANNED.value, Fate.LEASED.value)),
        earlier.expires_at > now,
        begun,
    )


def _outbox_is_held() -> ColumnElement[bool]:
    return exists().where(Practice.outbox_held_at.is_not(None))


def _held_with(token: str) -> Sequence[ColumnElement[bool]]:
    return (Notification.lease_token == token, Notification.state == Fate.LEASED.value)


def _end(lease: Lease, *, state: Fate, **values: object) -> bool:
    ended = update(_notification).where(Notification.id == lease.notification_id, *_held_with(lease.token))
    return _changed(ended.values(state=state.value, lease_token=None, leased_until=None, **values)) == 1


def _add_delivery(notification_id: int, outcome: str, detail: str | None, now: datetime) -> None:
    line = {
        "notification_id": notification_id,
        "at": now,
        "outcome": outcome,
        "detail": detail[:_DETAIL] if detail else None,
    }
    db.session.execute(_DELIVERED, line)


def _changed(statement: object) -> int:
    result = db.session.execute(statement, execution_options=_BARE)  # type: ignore[call-overload]
    return int(result.rowcount)
