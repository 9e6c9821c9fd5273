"""What the desk sees: the sessions of a day, what needs somebody, everything about one appointment. Few queries, plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, exists, or_, select

from app.domain.appointments import State
from app.domain.practice import Texts
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, Client, Delivery, Notification, Room, Service, Therapist, TimeOff
from app.store.appointments import find_by_reference
from app.store.audit import list_audit_lines

_GONE = ("cancelled", "declined", "lapsed")
_UNRESOLVED_WITHIN = timedelta(days=60)
_FAILED_WITHIN = timedelta(days=2)
_DUE_WITHIN = timedelta(days=120)
_AT_MOST = 20
#: What an appointment's page shows just as the row has it.
_AS_STORED = (
    *(
        "id",
        "reference",
        "public_id",
        "row_version",
        "therapist_id",
        "starts_at",
        "ends_at",
        "zone",
        "visit",
        "minutes",
    ),
    *("buffer_before", "buffer_after", "price_minor", "currency", "any_therapist", "source", "cancelled_by"),
    "change_is_free",
    *("created_at", "confirmed_at", "arrived_at", "completed_at"),
)


@dataclass(frozen=True, slots=True)
class DayAppointment:
    """One appointment of the day."""

    id: int
    reference: str
    therapist_id: int
    therapist: str
    therapist_slug: str
    resource_id: int
    location_id: int
    state: State
    cancelled_by: str | None
    starts_at: datetime
    ends_at: datetime
    buffer_before: int
    buffer_after: int
    minutes: int
    visit: str
    row_version: int
    has_note: bool
    client: str
    phone: str | None
    service: Texts
    room: str | None
    message_failed: bool
    confirmed: bool

    @property
    def span(self) -> Span:
        """The treated time."""
        return Span(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """All that staff know of one appointment but what the client wrote."""

    id: int
    reference: str
    public_id: str
    state: State
    cancelled_by: str | None
    previous_state: State | None
    row_version: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    visit: str
    minutes: int
    buffer_before: int
    buffer_after: int
    price_minor: int | None
    currency: str | None
    any_therapist: bool
    source: str | None
    service: Texts
    therapist_id: int
    therapist: str
    therapist_slug: str
    location: str
    location_slug: str
    room: str | None
    client: str
    email: str | None
    phone: str | None
    has_note: bool
    has_reason: bool
    change_is_free: bool
    created_at: datetime
    confirmed_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that was done to an appointment."""

    at: datetime
    actor_type: str
    actor: str | None
    act: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absence:
    """A therapist's time off, with what the schedule may say about it."""

    therapist_id: int
    span: Span
    label: str | None


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message that did not get through."""

    id: int
    reference: str
    client: str
    phone: str | None
    kind: str
    audience: str
    why: str | None
    starts_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A session that is over and of which nobody has said how it went."""

    id: int
    reference: str
    client: str
    state: State
    starts_at: datetime
    ends_at: datetime
    zone: str
    row_version: int


def list_appointments(span: Span, location_id: int | None, therapist_id: int | None) -> list[DayAppointment]:
    """The sessions that begin within the span, gone ones too, in time order; of one place and one therapist if named."""
    failed = exists().where(
        Notification.appointment_id == Appointment.id,
        Notification.state == "failed",
        Notification.settled_at.is_(None),
    )
    wanted = (
        select(
            Appointment.id,
            Appointment.reference,
            Appointment.therapist_id,
            Therapist.name.label("therapist"),
            Therapist.slug.label("therapist_slug"),
            Therapist.resource_id,
            Appointment.location_id,
            Appointment.state,
            Appointment.cancelled_by,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.buffer_before,
            Appointment.buffer_after,
            Appointment.minutes,
            Appointment.visit,
            Appointment.row_version,
            Appointment.sealed_note.is_not(None).label("has_note"),
            Client.name.label("client"),
            Appointment.typed_phone.label("phone"),
            Service.name.label("service"),
            Room.name.label("room"),
            failed.label("message_failed"),
            Appointment.confirmed_at.is_not(None).label("confirmed"),
        )
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(Appointment.starts_at >= span.starts_at, Appointment.starts_at < span.ends_at)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if location_id is not None:
        wanted = wanted.where(Appointment.location_id == location_id)
    return [
        DayAppointment(**_stated(row)) for row in db.session.execute(_of(wanted, therapist_id)).mappings()
    ]


def list_absences(span: Span) -> list[Absence]:
    """Time off that touches the span."""
    wanted = select(TimeOff).where(TimeOff.starts_at < span.ends_at, TimeOff.ends_at > span.starts_at)
    rows = db.session.scalars(wanted.order_by(TimeOff.starts_at))
    return [Absence(row.therapist_id, Span(row.starts_at, row.ends_at), row.label) for row in rows]


def list_failed_messages(now: datetime, therapist_id: int | None) -> list[FailedMessage]:
    """Messages that failed and nobody has seen to, the next session first: about sessions still to come or just over, and,
    whatever they are about, those of which it was learned in the last two days (a mail may come back long after it was sent).
    """
    learned = exists().where(
        Delivery.notification_id == Notification.id,
        Delivery.at > now - _FAILED_WITHIN,
        Delivery.outcome.not_in(("sent", "again")),
    )
    wanted = (
        select(
            Notification.id,
            Appointment.reference,
            Client.name.label("client"),
            Appointment.typed_phone.label("phone"),
            Notification.kind,
            Notification.audience,
            Notification.why,
            Appointment.starts_at,
            Appointment.zone,
        )
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .where(Notification.state == "failed", Notification.settled_at.is_(None))
        .where(Notification.due_at <= now, Notification.due_at > now - _DUE_WITHIN)
        .where(or_(Appointment.starts_at > now - _FAILED_WITHIN, learned))
        .order_by(Appointment.starts_at, Notification.id)
        .limit(_AT_MOST)
    )
    return [FailedMessage(**row) for row in db.session.execute(_of(wanted, therapist_id)).mappings()]


def list_unresolved(now: datetime, therapist_id: int | None) -> list[Unresolved]:
    """Sessions of the last 60 days that are over and still stand as booked, or as arrived since another day."""
    over = now - timedelta(hours=12)
    wanted = (
        select(
            Appointment.id,
            Appointment.reference,
            Client.name.label("client"),
            Appointment.state,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.zone,
            Appointment.row_version,
        )
        .join(Client, Client.id == Appointment.client_id)
        .where(
            Appointment.starts_at > now - _UNRESOLVED_WITHIN,
            Appointment.starts_at < now,
            Appointment.ends_at <= now,
        )
        .where(
            (Appointment.state == "booked")
            | ((Appointment.state == "arrived") & (Appointment.ends_at < over))
        )
        .order_by(Appointment.starts_at.desc())
        .limit(_AT_MOST)
    )
    return [Unresolved(**_stated(row)) for row in db.session.execute(_of(wanted, therapist_id)).mappings()]


def find_facts(reference: str) -> AppointmentFacts | None:
    """The appointment that people call so."""
    row = find_by_reference(reference)
    if row is None:
        return None
    contact = row.client.contact
    return AppointmentFacts(
        **{name: getattr(row, name) for name in _AS_STORED},
        state=State(row.state),
        previous_state=State(row.previous_state) if row.previous_state else None,
        service=row.service.name,
        therapist=row.therapist.name,
        therapist_slug=row.therapist.slug,
        location=row.location.name,
        location_slug=row.location.slug,
        room=row.room.name if row.room else None,
        client=row.client.name,
        email=contact.email,
        phone=row.typed_phone or contact.phone,
        has_note=row.sealed_note is not None,
        has_reason=row.sealed_reason is not None,
    )


def list_history(appointment_id: int) -> list[HistoryLine]:
    """What was done to an appointment, oldest first."""
    lines = list_audit_lines("appointment", appointment_id)
    return [HistoryLine(line.at, line.actor_type, line.actor, line.act, line.detail) for line in lines]


def is_gone(one: DayAppointment) -> bool:
    """Whether it keeps no time any more."""
    return one.state.value in _GONE


def _of(wanted: Select[*tuple[Any, ...]], therapist_id: int | None) -> Select[*tuple[Any, ...]]:
    return wanted if therapist_id is None else wanted.where(Appointment.therapist_id == therapist_id)


def _stated(row: RowMapping) -> dict[str, Any]:
    """A row with its state as what it is."""
    return {**row, "state": State(row["state"])}
