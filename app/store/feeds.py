"""Calendar feeds: whose a secret address is, and the diary that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, or_, select

from app.domain.appointments import State
from app.domain.spans import Span
from app.extensions import db
from app.models import Appointment, AuditLine, CalendarFeed, Location, Room, Therapist, TimeOff
from app.models.types import UtcDateTime

#: What changes when, where or whether a session takes place, as the audit log calls it.
_CHANGES = ("booked", "accepted", "accepted with a change", "moved", "cancelled")
_CHANGED_AT = (
    select(func.max(AuditLine.at))
    .where(
        AuditLine.subject == "appointment",
        AuditLine.subject_id == cast(Appointment.id, String),
        AuditLine.act.in_(_CHANGES),
    )
    .correlate(Appointment)
    .scalar_subquery()
)
_LONGEST_NAME = 254
_SHOWN = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.COMPLETED, State.NO_SHOW, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed as the page lists it."""

    id: int
    therapist_id: int
    therapist: str
    name: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose diary a living address shows."""

    feed_id: int
    therapist_id: int
    therapist: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A session as a calendar may know it: no client, no service."""

    public_id: str
    revision: int
    state: State
    starts_at: datetime
    ends_at: datetime
    minutes: int
    room: str | None
    location: str
    changed_at: datetime
    is_second: bool = False  # a colleague's, in which they are the second person


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off."""

    id: int
    span: Span


def find_owner(digest: str) -> Owner | None:
    """Whose the address with that digest is; none for one that is unknown or has ended."""
    wanted = (
        select(CalendarFeed.id, Therapist.id, Therapist.name)
        .join(Therapist, Therapist.id == CalendarFeed.therapist_id)
        .where(
            CalendarFeed.digest == digest,
            CalendarFeed.ended_at.is_(None),
            Therapist.retired_at.is_(None),
        )
    )
    row = db.session.execute(wanted).one_or_none()
    return Owner(*row) if row else None


def list_feeds(therapist_id: int | None) -> list[FeedLine]:
    """The living feeds, of one therapist or of all."""
    wanted = (
        select(
            CalendarFeed.id,
            Therapist.id,
            Therapist.name,
            CalendarFeed.name,
            CalendarFeed.created_by,
            CalendarFeed.created_at,
        )
        .join(Therapist, Therapist.id == CalendarFeed.therapist_id)
        .where(CalendarFeed.ended_at.is_(None))
        .order_by(Therapist.position, Therapist.id, CalendarFeed.id)
    )
    if therapist_id is not None:
        wanted = wanted.where(CalendarFeed.therapist_id == therapist_id)
    return [FeedLine(*row) for row in db.session.execute(wanted)]


def find_feed(feed_id: int) -> CalendarFeed | None:
    """The feed of that number, ended or not."""
    return db.session.get(CalendarFeed, feed_id)


def list_feeds_made_by(email: str) -> list[CalendarFeed]:
    """The living feeds that a member made, whosever diary they show."""
    theirs = (CalendarFeed.created_by == email[:_LONGEST_NAME], CalendarFeed.ended_at.is_(None))
    return list(db.session.scalars(select(CalendarFeed).where(*theirs).order_by(CalendarFeed.id)))


def count_feeds(therapist_id: int) -> int:
    """How many living feeds a therapist has."""
    mine = (CalendarFeed.therapist_id == therapist_id, CalendarFeed.ended_at.is_(None))
    return db.session.execute(select(func.count(CalendarFeed.id)).where(*mine)).scalar_one()


def add_feed(therapist_id: int, name: str, digest: str, by: str, now: datetime) -> CalendarFeed:
    """Write it, so that it has a number."""
    feed = CalendarFeed(
        therapist_id=therapist_id, name=name, digest=digest, created_by=by[:_LONGEST_NAME], created_at=now
    )
    db.session.add(feed)
    db.session.flush()
    return feed


def list_entries(therapist_id: int, span: Span, cancelled_after: datetime) -> Sequence[Entry]:
    """The sessions that begin within the span, in time order, a therapist's own and those in which they are the second person;
    of the cancelled ones those that were cancelled after then.
    """
    still_there = or_(Appointment.state != State.CANCELLED.value, Appointment.cancelled_at > cancelled_after)
    wanted = (
        select(
            *(Appointment.public_id, Appointment.revision, Appointment.state),
            *(Appointment.starts_at, Appointment.ends_at, Appointment.minutes),
            *(Room.name.label("room"), Location.name.label("location")),
            func.coalesce(_CHANGED_AT, Appointment.created_at, type_=UtcDateTime).label("changed_at"),
            (Appointment.therapist_id != therapist_id).label("is_second"),
        )
        .join(Location, Location.id == Appointment.location_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(
            or_(Appointment.therapist_id == therapist_id, Appointment.chaperone_id == therapist_id),
            Appointment.starts_at >= span.starts_at,
            Appointment.starts_at < span.ends_at,
            Appointment.state.in_([state.value for state in _SHOWN]),
            still_there,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    rows = db.session.execute(wanted).mappings()
    return [Entry(**{**row, "state": State(row["state"])}) for row in rows]


def list_time_off_of(therapist_id: int, span: Span) -> list[Absence]:
    """The therapist's time off that touches the span."""
    wanted = select(TimeOff.id, TimeOff.starts_at, TimeOff.ends_at).where(
        TimeOff.therapist_id == therapist_id,
        TimeOff.starts_at < span.ends_at,
        TimeOff.ends_at > span.starts_at,
    )
    rows = db.session.execute(wanted.order_by(TimeOff.starts_at, TimeOff.id))
    return [Absence(row.id, Span(row.starts_at, row.ends_at)) for row in rows]
