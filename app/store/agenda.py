"""What a therapist's agenda is made of: who works today, and what has changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.domain.appointments import AHEAD, GONE
from app.domain.notifications import Kind
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, Client, Notification

_NEWS = (Kind.THERAPIST_BOOKED.value, Kind.THERAPIST_MOVED.value, Kind.THERAPIST_CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One session as far as planning agendas goes."""

    therapist_id: int
    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Change:
    """A session's start as a therapist's own: before the first change since then, and now (none: not theirs, or off)."""

    client: str
    before: datetime | None
    after: datetime | None


def list_upcoming(span: Span) -> list[Upcoming]:
    """The promised sessions that begin within the span, in time order: a therapist's own, and those as the second person."""
    columns = (
        Appointment.therapist_id,
        Appointment.starts_at,
        Appointment.ends_at,
        Appointment.zone,
        Appointment.chaperone_id,
    )
    wanted = (
        select(*columns)
        .where(
            Appointment.starts_at >= span.starts_at,
            Appointment.starts_at < span.ends_at,
            Appointment.state.in_(AHEAD),
        )
        .order_by(Appointment.starts_at)
    )
    return [
        Upcoming(number, starts_at, ends_at, zone)
        for therapist_id, starts_at, ends_at, zone, chaperone_id in db.session.execute(wanted)
        for number in (therapist_id, chaperone_id)
        if number is not None
    ]


def list_agenda_steps(steps: Collection[str]) -> set[str]:
    """Those of the agendas that have been decided already."""
    wanted = select(Notification.step).where(
        Notification.kind == Kind.THERAPIST_AGENDA.value, Notification.step.in_(steps)
    )
    return set(db.session.execute(wanted).scalars())


def find_agenda_before(row: Notification, after: datetime) -> datetime | None:
    """When the therapist's agenda before this one was decided, if after that instant."""
    wanted = select(func.max(Notification.created_at)).where(
        Notification.kind == Kind.THERAPIST_AGENDA.value,
        Notification.therapist_id == row.therapist_id,
        Notification.id != row.id,
        Notification.due_at > after,
    )
    return db.session.execute(wanted).scalar()


def list_changes(therapist_id: int, since: datetime, until: datetime) -> list[Change]:
    """What became of a therapist's sessions in that time, by the notices that were decided about them, sent or not."""
    told = (
        select(
            Notification.appointment_id,
            Notification.before_at,
            Client.name,
            Appointment.starts_at,
            Appointment.state,
            Appointment.therapist_id,
        )
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .where(
            Notification.kind.in_(_NEWS),
            Notification.therapist_id == therapist_id,
            Notification.due_at >= since,
            Notification.due_at < until + timedelta(hours=1),
        )
        .order_by(Notification.id)
    )
    first: dict[int, Change] = {}
    for number, before, client, starts_at, state, whose in db.session.execute(told):
        theirs = state not in GONE and whose == therapist_id
        first.setdefault(number or 0, Change(client, before, starts_at if theirs else None))
    return list(first.values())
