"""The messages of the practice as staff see them: a page of them, their numbers, one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from app.domain.notifications import OPEN_FATES, Audience, Fate, Kind
from app.domain.practice import Texts
from app.domain.text import folded
from app.extensions import db
from app.models import (
    Appointment,
    Client,
    Contact,
    Delivery,
    MessageCopy,
    Notification,
    Practice,
    Service,
    StaffMember,
    Therapist,
    WorkerHeartbeat,
)

_OPEN = tuple(fate.value for fate in OPEN_FATES)
#: Said as the partial index says it, so that it can be used.
_IS_OPEN = text("notification.state in ('planned', 'leased')")
_LONGEST_WAIT = timedelta(hours=2)  # longer than any pause between two attempts


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: due from one instant to another (open-ended without), and what else was asked for.

    ``therapist_id``: only those about the appointments of that therapist.
    """

    since: datetime
    until: datetime | None = None
    state: Fate | None = None
    kind: Kind | None = None
    audience: Audience | None = None
    said: str = ""
    therapist_id: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the list, which is sorted by when messages are due."""

    due_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message in the list. ``whom``: the person it goes to; ``address``: where it went, or would go."""

    id: int
    kind: str
    step: str
    audience: str
    state: str
    why: str | None
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    settled_at: datetime | None
    whom: str | None
    address: str | None
    client: str | None
    reference: str | None
    zone: str | None

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.due_at, self.id)


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many messages due in a stretch of time are in a state."""

    stretch: int
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Sending:
    """How sending goes: since when it is held, when a worker was last seen, what is late, what is tried again and why."""

    held_since: datetime | None
    worker_seen_at: datetime | None
    late: int
    oldest_due: datetime | None
    again: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver."""

    at: datetime
    outcome: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """Everything about one message but its words."""

    line: MessageLine
    message_id: str
    created_at: datetime
    expires_at: datetime
    settled_by: str | None
    has_copy: bool
    appointment_id: int | None
    appointment_therapist_id: int | None
    therapist_id: int | None
    starts_at: datetime | None
    therapist: str | None
    service: Texts | None
    phone: str | None
    attempts: tuple[Attempt, ...]


_ATTRIBUTED = func.coalesce(Therapist.name, StaffMember.name, StaffMember.email)
_PRESENT_ADDRESS = case(
    (Notification.audience == Audience.CLIENT.value, Contact.email),
    (Notification.audience == Audience.THERAPIST.value, Therapist.email),
    else_=StaffMember.email,
)
_LINE: tuple[Any, ...] = (
    Notification.id,
    Notification.kind,
    Notification.step,
    Notification.audience,
    Notification.state,
    Notification.why,
    Notification.due_at,
    Notification.sent_at,
    Notification.attempts,
    Notification.settled_at,
    case((Notification.audience == Audience.CLIENT.value, Client.name), else_=_ATTRIBUTED).label("whom"),
    func.coalesce(Notification.address, _PRESENT_ADDRESS).label("address"),
    Client.name.label("client"),
    Appointment.reference,
    Appointment.zone,
)
_PHONE = func.coalesce(Appointment.typed_phone, Contact.phone).label("phone")
_MORE: tuple[Any, ...] = (
    Notification.message_id,
    Notification.created_at,
    Notification.expires_at,
    Notification.settled_by,
    exists().where(MessageCopy.notification_id == Notification.id).label("has_copy"),
    Notification.appointment_id,
    Appointment.therapist_id.label("appointment_therapist_id"),
    Notification.therapist_id,
    Appointment.starts_at,
    _PHONE,
)


def list_later(wanted: Wanted, beyond: Place, limit: int) -> list[MessageLine]:
    """The messages due after that place, the next one first."""
    further = and_(
        Notification.due_at >= beyond.due_at,
        or_(Notification.due_at > beyond.due_at, Notification.id > beyond.id),
    )
    ordered = _lines(wanted).where(further).order_by(Notification.due_at, Notification.id)
    return _read(ordered.limit(limit))


def list_earlier(wanted: Wanted, beyond: Place | None, limit: int) -> list[MessageLine]:
    """The messages due before that place (all, without one), the latest first."""
    ordered = _lines(wanted).order_by(Notification.due_at.desc(), Notification.id.desc())
    if beyond is not None:
        nearer = or_(Notification.due_at < beyond.due_at, Notification.id < beyond.id)
        ordered = ordered.where(Notification.due_at <= beyond.due_at, nearer)
    return _read(ordered.limit(limit))


def list_of_appointment(appointment_id: int) -> list[MessageLine]:
    """The ledger of one appointment: every message, in the order in which they are due."""
    own = _joined(select(*_LINE)).where(Notification.appointment_id == appointment_id)
    return _read(own.order_by(Notification.due_at, Notification.id))


def count_days(edges: Sequence[datetime], therapist_id: int | None) -> list[DayCount]:
    """How many messages are in which state, between each edge and the next, and (as the last stretch) after the last edge."""
    stretches = [*pairwise(edges), (edges[-1], None)]
    counted = [_count(number, *span, therapist_id) for number, span in enumerate(stretches)]
    return [DayCount(*row) for row in db.session.execute(union_all(*counted))]


def load_sending(now: datetime) -> Sending:
    """How sending goes, in one question."""
    late = (_IS_OPEN, Notification.due_at <= now, Notification.expires_at > now)
    again = (
        _IS_OPEN,
        Notification.due_at <= now + _LONGEST_WAIT,
        Notification.attempts > 0,
        Notification.why.is_not(None),
    )
    asked = (
        select(Practice.outbox_held_at).limit(1).scalar_subquery(),
        select(func.max(WorkerHeartbeat.seen_at)).scalar_subquery(),
        select(func.count(Notification.id)).where(*late).scalar_subquery(),
        select(func.min(Notification.due_at)).where(*late).scalar_subquery(),
        select(func.count(Notification.id)).where(*again).scalar_subquery(),
        select(Notification.why).where(*again).order_by(Notification.due_at).limit(1).scalar_subquery(),
    )
    return Sending(*db.session.execute(select(*asked)).one())


def find_message(message_id: int) -> MessageFacts | None:
    """Everything about one message; none where there is no such message."""
    own = aliased(Therapist)
    wanted = (
        _joined(select(*_LINE, *_MORE, own.name.label("own_therapist"), Service.name.label("service")))
        .outerjoin(own, own.id == Appointment.therapist_id)
        .outerjoin(Service, Service.id == Appointment.service_id)
        .where(Notification.id == message_id)
    )
    row = db.session.execute(wanted).mappings().one_or_none()
    if row is None:
        return None
    facts = {name: row[name] for name in _names(_MORE)}
    return MessageFacts(
        line=MessageLine(**{name: row[name] for name in _names(_LINE)}),
        therapist=row["own_therapist"],
        service=row["service"],
        attempts=tuple(_attempts(message_id)),
        **facts,
    )


def _count(
    number: int, since: datetime, until: datetime | None, therapist_id: int | None
) -> Select[int, str, int]:
    counted = select(literal(number), Notification.state, func.count()).where(Notification.due_at >= since)
    if until is not None:
        counted = counted.where(Notification.due_at < until)
    if therapist_id is not None:
        counted = counted.outerjoin(Appointment, Appointment.id == Notification.appointment_id)
        counted = counted.where(_is_about(therapist_id))
    return counted.group_by(Notification.state)


def _lines(wanted: Wanted) -> Select[Any]:
    chosen = _joined(select(*_LINE)).where(Notification.due_at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(Notification.due_at < wanted.until)
    if wanted.state is not None:
        same = _OPEN if wanted.state is Fate.PLANNED else (wanted.state.value,)
        chosen = chosen.where(Notification.state.in_(same))
    if wanted.kind is not None:
        chosen = chosen.where(Notification.kind == wanted.kind.value)
    if wanted.audience is not None:
        chosen = chosen.where(Notification.audience == wanted.audience.value)
    if wanted.said:
        chosen = chosen.where(Notification.appointment_id.in_(_named(wanted.said)))
    return chosen if wanted.therapist_id is None else chosen.where(_is_about(wanted.therapist_id))


def _named(said: str) -> Select[int]:
    """The appointments whose reference or client is called so."""
    by_reference = Appointment.reference.startswith(said.upper(), autoescape=True)
    by_name = Client.name_key.contains(folded(said), autoescape=True)
    of = select(Appointment.id).join(Client, Client.id == Appointment.client_id)
    return of.where(or_(by_reference, by_name))


def _is_about(therapist_id: int) -> ColumnElement[bool]:
    """About an appointment of that therapist, or, like an agenda, about none and to that therapist."""
    without = and_(Notification.appointment_id.is_(None), Notification.therapist_id == therapist_id)
    return or_(Appointment.therapist_id == therapist_id, without)


def _joined(chosen: Select[Any]) -> Select[Any]:
    return (
        chosen.select_from(Notification)
        .outerjoin(Appointment, Appointment.id == Notification.appointment_id)
        .outerjoin(Client, Client.id == Appointment.client_id)
        .outerjoin(Contact, Contact.id == Client.contact_id)
        .outerjoin(Therapist, Therapist.id == Notification.therapist_id)
        .outerjoin(StaffMember, StaffMember.id == Notification.staff_member_id)
    )


def _read(ordered: Select[Any]) -> list[MessageLine]:
    return [MessageLine(**row) for row in db.session.execute(ordered).mappings()]


def _attempts(message_id: int) -> list[Attempt]:
    columns = (Delivery.at, Delivery.outcome, Delivery.detail)
    made = select(*columns).where(Delivery.notification_id == message_id).order_by(Delivery.id)
    return [Attempt(*row) for row in db.session.execute(made)]


def _names(columns: Sequence[Any]) -> list[str]:
    return [column.key for column in columns]
