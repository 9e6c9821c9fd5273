"""What has been decided to be told of an appointment: written, taken back, looked up. Sending is store/outbox.py's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from app.domain.appointments import State
from app.domain.notifications import (
    NEWS_KINDS,
    NO_CLIENT_ADDRESS,
    PLANNED_KINDS,
    SAID_LATER,
    SECOND_KINDS,
    Audience,
    Fate,
    Kind,
    Notice,
    notices_in_force,
)
from app.domain.staff import StaffRole
from app.domain.telling import Known
from app.extensions import db
from app.models import Appointment, Delivery, Notification, Role, StaffMember, table_of

_notification = table_of(Notification)
_NEW = insert(_notification).returning(_notification.c.id, _notification.c.state, _notification.c.due_at)
_TAKES_PLACE = (State.BOOKED.value, State.ARRIVED.value, State.COMPLETED.value)
_TO_SECOND = tuple(kind.value for kind in SECOND_KINDS)
_UNSENT = (
    Notification.id,
    Notification.due_at,
    Notification.created_at,
    Notification.audience,
    Notification.therapist_id,
    Notification.staff_member_id,
    Notification.before_at,
    Notification.before_therapist_id,
    Notification.before_requested,
    Notification.kind,
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A notice that was taken back before it was sent: for whom, and what they knew before it.

    ``was_seen``: it was due at once, since the client did on the pages what it tells.
    """

    audience: Audience
    therapist_id: int | None
    staff_member_id: int | None
    known: Known | None
    was_seen: bool
    to_second: bool = False  # they were told as the second person


@dataclass(frozen=True, slots=True)
class Beside:
    """Another message by plan of the same appointment: still to be sent, or left to a later one."""

    id: int  # of one plan the later have the higher
    planned: bool
    left: bool
    carries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff as far as notices go: what they are told of, by choice or because it is usual."""

    id: int
    email: str
    therapist_id: int | None
    notices: frozenset[Notice]


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


def list_told(appointment_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """What the client of an appointment has been sent, or is being sent: steps, and the keys of guidance steps."""
    told = Notification.state.in_((Fate.SENT.value, Fate.LEASED.value))
    wanted = select(Notification.step, Notification.carries).where(
        Notification.appointment_id == appointment_id, told
    )
    rows = db.session.execute(wanted).all()
    return frozenset(row.step for row in rows), frozenset(key for row in rows for key in row.carries)


#: Said once: it is asked for each reminder that is sent.
_BESIDE = select(
    _notification.c.id, _notification.c.state, _notification.c.why, _notification.c.carries
).where(
    _notification.c.appointment_id == bindparam("appointment"),
    _notification.c.revision == bindparam("revision"),
    _notification.c.id != bindparam("number"),
    _notification.c.kind.in_([kind.value for kind in PLANNED_KINDS]),
    _notification.c.due_at <= bindparam("until"),
)


def list_due_beside(row: Notification, until: datetime) -> list[Beside]:
    """The other messages by plan of the same appointment as it stands that are due by then, or were left to this one."""
    asked = {"appointment": row.appointment_id, "revision": row.revision, "number": row.id, "until": until}
    return [
        Beside(number, state == Fate.PLANNED.value, why == SAID_LATER, tuple(carries))
        for number, state, why, carries in db.session.execute(_BESIDE, asked)
    ]


def take_back_unsent(
    appointment_id: int, why: str, now: datetime, kinds: Iterable[Kind] = NEWS_KINDS
) -> list[Unsent]:
    """Notices of what has happened that nobody has begun to send will not be sent; oldest first.

    For who has no address the same notices are calls to make: those whose moment has not come are taken back, too.
    """
    untried = and_(Notification.state == Fate.PLANNED.value, Notification.attempts == 0)
    uncalled = and_(Notification.why == NO_CLIENT_ADDRESS, Notification.due_at > now)
    taken_back = (
        update(Notification)
        .where(
            Notification.appointment_id == appointment_id,
            Notification.kind.in_([kind.value for kind in kinds]),
            or_(untried, uncalled),
        )
        .values(state=Fate.SKIPPED.value, why=why)
        .returning(*_UNSENT)
        .execution_options(synchronize_session=False)
    )
    rows = sorted(db.session.execute(taken_back).all(), key=lambda row: row.id)
    return [
        Unsent(
            audience=Audience(row.audience),
            therapist_id=row.therapist_id,
            staff_member_id=row.staff_member_id,
            known=_known(row.before_at, row.before_therapist_id, row.before_requested),
            was_seen=row.due_at <= row.created_at,
            to_second=row.kind in _TO_SECOND,
        )
        for row in rows
    ]


def _known(starts_at: datetime | None, therapist_id: int | None, requested: bool) -> Known | None:
    return Known(starts_at, therapist_id, requested) if starts_at and therapist_id else None


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
        Notification.kind.in_([kind.value for kind in kinds]),
        ~exists().where(Delivery.notification_id == Notification.id),
    )
    db.session.execute(_notification.delete().where(*untried))


def list_members_told(names: Collection[str]) -> list[Member]:
    """Members of the staff who chose what they are told, and those of these e-mail addresses (who do something)."""
    columns = (StaffMember.id, StaffMember.email, StaffMember.therapist_id, StaffMember.notices)
    concerned = or_(StaffMember.notices.is_not(None), StaffMember.email.in_(names))
    rows = db.session.execute(select(*columns).where(StaffMember.active, concerned)).all()
    return [
        Member(number, email, therapist_id, notices_in_force(notices, therapist_id is not None))
        for number, email, therapist_id, notices in rows
    ]


def list_owners() -> list[int]:
    """The members of the staff who own the practice, those who may sign in."""
    wanted = select(StaffMember.id).where(
        StaffMember.active, StaffMember.roles.any(Role.name == StaffRole.OWNER.value)
    )
    return list(db.session.execute(wanted.order_by(StaffMember.id)).scalars())


def find_next_start(client_ids: Collection[int], after: datetime) -> datetime | None:
    """When the next session of a client (and of who turned out to be the same person) after that instant begins, or has begun."""
    wanted = (
        select(Appointment.starts_at)
        .where(
            Appointment.client_id.in_(client_ids),
            Appointment.starts_at > after,
            Appointment.state.in_(_TAKES_PLACE),
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    )
    return db.session.execute(wanted).scalar()
