"""What the desk sees of a day: its sessions, and who is away. Few queries, plain values."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.appointments import AHEAD, GONE, State
from app.domain.practice import Texts
from app.domain.spans import Span
from app.models import Appointment, Client, Notification, Review, Room, Screening, Service, Therapist, TimeOff
from app.store.plain_rows import plain_rows

_A_MESSAGE_FAILED = exists().where(
    Notification.appointment_id == Appointment.id,
    Notification.state == "failed",
    Notification.settled_at.is_(None),
)
_HAS_ANSWERS = exists().where(Screening.appointment_id == Appointment.id)
_TO_REVIEW_UNTIL = (
    select(func.max(Review.deadline_at))
    .where(Review.appointment_id == Appointment.id, Review.decided_at.is_(None))
    .scalar_subquery()
)
_Chaperone = aliased(Therapist)
#: As it is written: a hundred sessions have a handful of services, each read once.
_SERVICE = cast(Service.name, Text)
#: In the order of DayAppointment's fields.
_DAY_COLUMNS: tuple[Any, ...] = (
    Appointment.id,
    Appointment.reference,
    Appointment.therapist_id,
    Therapist.name,
    Therapist.slug,
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
    Appointment.sealed_note.is_not(None),
    Client.name,
    Appointment.typed_phone,
    _SERVICE,
    Room.name,
    _A_MESSAGE_FAILED,
    Appointment.confirmed_at.is_not(None),
    Appointment.minutes_late,
    Appointment.room_id,
    Appointment.service_id,
    Appointment.variant_id,
    Appointment.price_minor,
    Service.screening_set_id.is_not(None),
    Service.consent_text_id.is_not(None),
    Appointment.verbal_consent_at.is_not(None),
    Appointment.sealed_wishes.is_not(None),
    _Chaperone.name,
    Appointment.chaperone_id,
    _HAS_ANSWERS,
    _TO_REVIEW_UNTIL,
    Appointment.client_id,
)


_ABSENCES = (
    select(TimeOff.therapist_id, TimeOff.starts_at, TimeOff.ends_at, TimeOff.label)
    .where(TimeOff.starts_at < bindparam("end"), TimeOff.ends_at > bindparam("first"))
    .order_by(TimeOff.starts_at)
)
_STATE_AT, _SERVICE_AT = _DAY_COLUMNS.index(Appointment.state), _DAY_COLUMNS.index(_SERVICE)


class DayAppointment(NamedTuple):
    """One appointment of the day: a tuple, for a day makes a hundred of them in no time."""

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
    minutes_late: int | None
    room_id: int | None
    service_id: int
    variant_id: int
    price_minor: int | None
    asks_questions: bool  # about health, before it
    needs_consent: bool
    is_ticked: bool  # the client was asked in the room, and agreed
    has_wishes: bool
    chaperone: str | None  # the second person in the room
    chaperone_id: int | None
    has_answers: bool  # to what is asked before it
    review_until: datetime | None  # until when somebody has to look at it
    client_id: int

    @property
    def content(self) -> tuple[object, ...]:
        """All that can be told apart quickly: without the service's names, which its number and the settings stand for."""
        return (*self[:_SERVICE_AT], *self[_SERVICE_AT + 1 :])

    @property
    def may_wait(self) -> bool:
        """Whether somebody may have to look at it first: a request, or a session whose client may have answered anew."""
        return self.state is State.REQUESTED or (self.asks_questions and self.state is State.BOOKED)

    def is_unasked(self, now: datetime) -> bool:
        """Whether it still lies ahead, and nobody has answered the questions about health that come before it."""
        return self.asks_questions and not self.has_answers and self.lies_ahead(now)

    def lies_ahead(self, now: datetime) -> bool:
        """Whether it may still take place, or does just now."""
        return self.state in AHEAD and self.ends_at > now

    @property
    def needs_tick(self) -> bool:
        """Whether the client has still to be asked by word of mouth before it can be done."""
        return self.needs_consent and not self.is_ticked and self.state in (State.BOOKED, State.ARRIVED)

    @property
    def span(self) -> Span:
        """The treated time."""
        return Span(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Attended:
    """A session as its second person may know it: when, where and whose; not which client, nor what for."""

    chaperone_id: int
    therapist: str
    location_id: int
    room: str | None
    starts_at: datetime
    ends_at: datetime
    buffer_before: int
    buffer_after: int


@dataclass(frozen=True, slots=True)
class Absence:
    """A therapist's time off, with what the schedule may say about it."""

    therapist_id: int
    span: Span
    label: str | None


def list_appointments(span: Span, location_id: int | None, therapist_id: int | None) -> list[DayAppointment]:
    """The sessions that begin within the span, gone ones too, in time order; of one place and one therapist if named."""
    return read_sessions(span, location_id, therapist_id)[0]


def read_sessions(
    span: Span, location_id: int | None, therapist_id: int | None
) -> tuple[list[DayAppointment], list[Attended]]:
    """The same, and, of the therapist or of all, what they are the second person of. One query."""
    asked = {"first": span.starts_at, "end": span.ends_at, "place": location_id, "therapist": therapist_id}
    rows = plain_rows(_of_day(location_id is not None, therapist_id is not None), asked).all()
    found = [_day_appointment(*row) for row in rows]
    own = [one for one in found if therapist_id in (None, one.therapist_id)]
    return own, [
        _attended(one, one.chaperone_id)
        for one in found
        if one.chaperone_id is not None and therapist_id in (None, one.chaperone_id) and not is_gone(one)
    ]


def _attended(one: DayAppointment, chaperone_id: int) -> Attended:
    return Attended(
        chaperone_id,
        one.therapist,
        one.location_id,
        one.room,
        one.starts_at,
        one.ends_at,
        one.buffer_before,
        one.buffer_after,
    )


def _day_appointment(*row: Any) -> DayAppointment:
    columns = list(row)
    columns[_STATE_AT], columns[_SERVICE_AT] = State(row[_STATE_AT]), _texts(row[_SERVICE_AT])
    return DayAppointment(*columns)


@lru_cache(maxsize=256)
def _texts(written: str) -> Texts:
    texts: Texts = json.loads(written)
    return texts


@cache  # putting the statement together takes longer than running it
def _of_day(at_place: bool, of_therapist: bool) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(*_DAY_COLUMNS)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .outerjoin(_Chaperone, _Chaperone.id == Appointment.chaperone_id)
        .where(Appointment.starts_at >= bindparam("first"), Appointment.starts_at < bindparam("end"))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if at_place:
        wanted = wanted.where(Appointment.location_id == bindparam("place"))
    if not of_therapist:
        return wanted
    whose = (Appointment.therapist_id, Appointment.chaperone_id)
    return wanted.where(or_(*(one == bindparam("therapist") for one in whose)))


def list_absences(span: Span) -> list[Absence]:
    """Time off that touches the span."""
    rows = plain_rows(_ABSENCES, {"first": span.starts_at, "end": span.ends_at})
    return [Absence(row.therapist_id, Span(row.starts_at, row.ends_at), row.label) for row in rows]


def is_gone(one: DayAppointment) -> bool:
    """Whether it keeps no time any more."""
    return one.state in GONE
