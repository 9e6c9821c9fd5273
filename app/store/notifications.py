"""What has been decided to be told of an appointment: written, taken back, looked up. Sending is store/outbox.py's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update

from app.domain.appointments import State
from app.domain.notifications import NEWS_KINDS, PLANNED_KINDS, SAID_LATER, Audience, Fate, Kind, Notice
from app.domain.telling import Known
from app.extensions import db
from app.models import Appointment, Notification, StaffMember, table_of

_notification = table_of(Notification)
_NEW = insert(_notification).returning(_notification.c.id, _notification.c.state, _notification.c.due_at)
_NEWS = tuple(kind.value for kind in NEWS_KINDS)
_UNSENT = (
    Notification.audience,
    Notification.therapist_id,
    Notification.staff_member_id,
    Notification.before_at,
    Notification.before_therapist_id,
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A notice that was taken back before it was sent: for whom, and what they knew before it."""

    audience: Audience
    therapist_id: int | None
    staff_member_id: int | None
    known: Known | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Another message by plan of the same appointment: still to be sent, or left to a later one."""

    due_at: datetime
    planned: bool
    left: bool
    carries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff as far as notices go; ``notices`` is none where they have not chosen."""

    id: int
    email: str
    therapist_id: int | None
    notices: frozenset[Notice] | None


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


def list_told_keys(appointment_id: int) -> frozenset[str]:
    """The keys of the guidance steps that the client of an appointment has been sent, or is being sent."""
    told = Notification.state.in_((Fate.SENT.value, Fate.LEASED.value))
    wanted = select(Notification.carries).where(Notification.appointment_id == appointment_id, told)
    return frozenset(key for carries in db.session.execute(wanted).scalars() for key in carries)


#: Said once: it is asked for each reminder that is sent.
_BESIDE = select(
    _notification.c.due_at, _notification.c.state, _notification.c.why, _notification.c.carries
).where(
    _notification.c.appointment_id == bindparam("appointment"),
    _notification.c.revision == bindparam("revision"),
    _notification.c.id != bindparam("number"),
    _notification.c.kind.in_([kind.value for kind in PLANNED_KINDS]),
    _notification.c.due_at <= bindparam("now"),
)


def list_due_beside(row: Notification, now: datetime) -> list[Beside]:
    """The other messages by plan of the same appointment as it stands that are due by now, or were left to this one."""
    asked = {"appointment": row.appointment_id, "revision": row.revision, "number": row.id, "now": now}
    return [
        Beside(due_at, state == Fate.PLANNED.value, why == SAID_LATER, tuple(carries))
        for due_at, state, why, carries in db.session.execute(_BESIDE, asked)
    ]


def take_back_unsent(appointment_id: int, why: str) -> list[Unsent]:
    """Notices of what has happened that nobody has begun to send will not be sent; oldest first."""
    unsent = (
        Notification.appointment_id == appointment_id,
        Notification.state == Fate.PLANNED.value,
        Notification.attempts == 0,
        Notification.kind.in_(_NEWS),
    )
    rows = db.session.execute(select(*_UNSENT).where(*unsent).order_by(Notification.id)).all()
    if rows:
        db.session.execute(update(Notification).where(*unsent).values(state=Fate.SKIPPED.value, why=why))
    return [
        Unsent(Audience(audience), therapist_id, member_id, Known(at, whom) if at and whom else None)
        for audience, therapist_id, member_id, at, whom in rows
    ]


def skip_steps(appointment_id: int, kinds: Iterable[Kind], why: str) -> None:
    """Messages of these kinds that have not been sent will not be."""
    planned = (Notification.appointment_id == appointment_id, Notification.state == Fate.PLANNED.value)
    of_kind = Notification.kind.in_([kind.value for kind in kinds])
    db.session.execute(
        update(Notification).where(*planned, of_kind).values(state=Fate.SKIPPED.value, why=why)
    )


def drop_unsent_steps(appointment_id: int, kinds: Iterable[Kind]) -> None:
    """Forget messages of these kinds that were never tried, so that they can be decided anew."""
    untried = (
        Notification.appointment_id == appointment_id,
        Notification.state.in_((Fate.PLANNED.value, Fate.SKIPPED.value)),
        Notification.attempts == 0,
        Notification.kind.in_([kind.value for kind in kinds]),
    )
    db.session.execute(_notification.delete().where(*untried))


def list_members_told(names: Collection[str]) -> list[Member]:
    """Members of the staff who chose what they are told, and those of these e-mail addresses (who do something)."""
    columns = (StaffMember.id, StaffMember.email, StaffMember.therapist_id, StaffMember.notices)
    concerned = or_(StaffMember.notices.is_not(None), StaffMember.email.in_(names))
    rows = db.session.execute(select(*columns).where(StaffMember.active, concerned)).all()
    return [
        Member(number, email, therapist_id, None if notices is None else frozenset(map(Notice, notices)))
        for number, email, therapist_id, notices in rows
    ]


def find_next_start(client_id: int, after: datetime) -> datetime | None:
    """When the client's next promised session after that instant begins."""
    wanted = (
        select(Appointment.starts_at)
        .where(
            Appointment.client_id == client_id,
            Appointment.starts_at > after,
            Appointment.state == State.BOOKED.value,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )
    return db.session.execute(wanted).scalar()
