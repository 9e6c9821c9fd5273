"""The practice's numbers, counted by the database: one statement a table, whatever the history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    distinct,
    extract,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from app.domain.appointments import State
from app.domain.numbers import KEPT_STATES, Outcome, Stretch, outcome_of
from app.domain.practice import Texts
from app.domain.sources import IMPORTED
from app.extensions import db
from app.models import Appointment, Client, Location, Notification, Room, Service, Therapist
from app.store.transactions import end_reading

#: No zone is further from UTC than this: enough to find by the index on instants what is then told apart by local day.
_FURTHEST = timedelta(hours=26)
_A_DAY_IN_SECONDS = 86400
_AT_ONCE = 2000
_KEPT = tuple(sorted(state.value for state in KEPT_STATES))
_GIVEN = tuple(sorted(state.value for state in State if outcome_of(state, None) is Outcome.GIVEN))
NEVER_PROMISED = (State.REQUESTED.value, State.DECLINED.value, State.LAPSED.value)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is counted: over which stretches (in time order, without holes), at which location, with which therapist."""

    stretches: tuple[Stretch, ...]
    location_id: int | None = None
    therapist_id: int | None = None

    @property
    def whole(self) -> Stretch:
        """From the first day to the last."""
        return Stretch(self.stretches[0].first, self.stretches[-1].last)


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Sessions of one therapist in one stretch that count as the same; ``unmarked``: over, and nobody said how it went."""

    stretch: int
    therapist_id: int
    therapist: str
    outcome: Outcome
    sessions: int
    minutes: int
    unmarked: int


@dataclass(frozen=True, slots=True)
class RoomCount:
    """Given time in one room in one stretch; without a room where sessions had none."""

    stretch: int
    room_id: int | None
    room: str | None
    sessions: int
    minutes: int


@dataclass(frozen=True, slots=True)
class LeadCount:
    """So many sessions of a stretch were booked so many days before."""

    stretch: int
    days: int
    sessions: int


@dataclass(frozen=True, slots=True)
class ClientCount:
    """People treated in a stretch (none: in all of them together), and how many of them for the first time."""

    stretch: int | None
    clients: int
    new: int


@dataclass(frozen=True, slots=True)
class ServiceCount:
    """Sessions of a service."""

    service: Texts
    sessions: int
    minutes: int


@dataclass(frozen=True, slots=True)
class MessageCount:
    """Messages due in a stretch that ended in a state."""

    stretch: int
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class ExportLine:
    """An appointment for a spreadsheet: nothing about health, and no name or address of a client."""

    reference: str
    wall_time: str
    zone: str
    minutes: int
    location: str
    therapist: str
    room: str | None
    service: Texts
    visit: str
    state: str
    cancelled_by: str | None
    minutes_late: int | None
    source: str | None
    created_at: datetime
    client_id: int
    starts_at: datetime
    id: int


def count_outcomes(chosen: Chosen, now: datetime) -> list[OutcomeCount]:
    """What became of the sessions, by stretch and therapist."""
    stretch = stretch_of(chosen)
    unmarked = and_(Appointment.state == State.BOOKED.value, Appointment.ends_at <= now)
    wanted = (
        select(
            stretch,
            Therapist.id,
            Therapist.name,
            Appointment.state,
            Appointment.cancelled_by,
            func.count(),
            func.sum(Appointment.minutes),
            func.sum(case((unmarked, 1), else_=0)),
        )
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .where(Appointment.state.not_in(NEVER_PROMISED))
        .group_by("stretch", Therapist.id, Therapist.name, Appointment.state, Appointment.cancelled_by)
    )
    counts = []
    for number, therapist_id, name, state, cancelled_by, *sums in db.session.execute(within(wanted, chosen)):
        outcome = outcome_of(State(state), cancelled_by)
        if outcome is not None:
            counts.append(OutcomeCount(number, therapist_id, name, outcome, *(int(one) for one in sums)))
    return counts


def count_rooms(chosen: Chosen) -> list[RoomCount]:
    """The given time by stretch and room."""
    stretch = stretch_of(chosen)
    wanted = (
        select(stretch, Room.id, Room.name, func.count(), func.sum(Appointment.minutes))
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(Appointment.state.in_(_GIVEN))
        .group_by("stretch", Room.id, Room.name)
    )
    return [
        RoomCount(number, room_id, room, sessions, int(minutes))
        for number, room_id, room, sessions, minutes in db.session.execute(within(wanted, chosen))
    ]


def count_leads(chosen: Chosen) -> list[LeadCount]:
    """How long before the session people booked, by stretch and whole days; of what was brought over nobody knows."""
    stretch = stretch_of(chosen)
    seconds = extract("epoch", Appointment.starts_at) - extract("epoch", Appointment.created_at)
    days = cast(func.floor(seconds / literal(_A_DAY_IN_SECONDS)), Integer).label("days_ahead")
    booked_here = func.coalesce(Appointment.source, "") != IMPORTED
    wanted = select(stretch, days, func.count()).where(Appointment.state.in_(_KEPT), booked_here)
    wanted = wanted.group_by("stretch", "days_ahead")
    return [
        LeadCount(number, max(0, int(ahead)), sessions)
        for number, ahead, sessions in db.session.execute(within(wanted, chosen))
    ]


def count_clients(chosen: Chosen) -> list[ClientCount]:
    """People by stretch, and over all stretches: there nobody counts twice."""
    stretch = stretch_of(chosen)
    person = func.coalesce(Client.merged_into_id, Client.id)
    people = (
        func.count(distinct(person)),
        func.count(distinct(case((Appointment.visit == "first", person)))),
    )
    each = select(stretch, *people).join(Client, Client.id == Appointment.client_id).group_by("stretch")
    together = select(cast(null(), Integer), *people).join(Client, Client.id == Appointment.client_id)
    given = Appointment.state.in_(_GIVEN)
    wanted = union_all(*(within(one.where(given), chosen) for one in (each, together)))
    return [ClientCount(*row) for row in db.session.execute(wanted)]


def count_services(chosen: Chosen) -> list[ServiceCount]:
    """The mix of services over all stretches, what is given most first."""
    counted = (
        within(
            select(
                Appointment.service_id.label("service_id"),
                func.count().label("sessions"),
                func.sum(Appointment.minutes).label("minutes"),
            ).where(Appointment.state.in_(_GIVEN)),
            chosen,
        )
        .group_by(Appointment.service_id)
        .subquery()
    )
    wanted = (
        select(Service.name, counted.c.sessions, counted.c.minutes)
        .join(counted, counted.c.service_id == Service.id)
        .order_by(counted.c.sessions.desc(), Service.id)
    )
    rows = db.session.execute(wanted)
    return [ServiceCount(name, sessions, int(minutes)) for name, sessions, minutes in rows]


def count_messages(chosen: Chosen, edges: Sequence[datetime]) -> list[MessageCount]:
    """Messages that were sent or failed, by the stretch in which they were due; ``edges`` are where the stretches begin, and
    where the last one ends. With a location or a therapist only messages about their appointments count.
    """
    stretch = _halved([Notification.due_at < edge for edge in edges[1:-1]], 0).label("stretch")
    wanted = (
        select(stretch, Notification.state, func.count())
        .where(
            Notification.due_at >= edges[0],
            Notification.due_at < edges[-1],
            Notification.state.in_(("sent", "failed")),
        )
        .group_by("stretch", Notification.state)
    )
    if chosen.location_id is not None or chosen.therapist_id is not None:
        wanted = _of(wanted.join(Appointment, Appointment.id == Notification.appointment_id), chosen)
    return [MessageCount(*row) for row in db.session.execute(wanted)]


def list_for_export(chosen: Chosen) -> Iterator[ExportLine]:
    """All appointments of the stretches in time order, a few at a time; between two helpings the database is let go of."""
    last: ExportLine | None = None
    while True:
        helping = [ExportLine(*row) for row in db.session.execute(_export(chosen, last))]
        end_reading()
        yield from helping
        if len(helping) < _AT_ONCE:
            return
        last = helping[-1]


def _export(chosen: Chosen, last: ExportLine | None) -> Select[*tuple[Any, ...]]:
    row = Appointment
    wanted = (
        select(
            *(row.reference, row.wall_time, row.zone, row.minutes),
            *(Location.name, Therapist.name, Room.name, Service.name),
            *(row.visit, row.state, row.cancelled_by, row.minutes_late, row.source, row.created_at),
            *(row.client_id, row.starts_at, row.id),
        )
        .join(Location, Location.id == row.location_id)
        .join(Therapist, Therapist.id == row.therapist_id)
        .join(Service, Service.id == row.service_id)
        .outerjoin(Room, Room.id == row.room_id)
        .order_by(row.starts_at, row.id)
        .limit(_AT_ONCE)
    )
    if last is not None:
        after = and_(row.starts_at == last.starts_at, row.id > last.id)
        wanted = wanted.where(or_(row.starts_at > last.starts_at, after))
    return within(wanted, chosen)


def stretch_of(chosen: Chosen) -> ColumnElement[int]:
    """The number of the stretch in which a session's local day lies: a wall time is less than all later days, as text, too."""
    begins = [Appointment.wall_time < one.first.isoformat() for one in chosen.stretches[1:]]
    return _halved(begins, 0).label("stretch")


def _halved(begins: Sequence[ColumnElement[bool]], first: int) -> ColumnElement[int]:
    """Found by halves: a hundred stretches take seven comparisons, not a hundred. Each of ``begins`` says: before that one."""
    if not begins:
        return literal_column(str(first), Integer)
    middle = len(begins) // 2
    lower, upper = _halved(begins[:middle], first), _halved(begins[middle + 1 :], first + middle + 1)
    return case((begins[middle], lower), else_=upper)


def within(wanted: Select[*tuple[Any, ...]], chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """By instant, for the index, and then by wall time."""
    whole = chosen.whole
    after = whole.last + timedelta(days=1)
    return _of(wanted, chosen).where(
        Appointment.starts_at >= _midnight(whole.first) - _FURTHEST,
        Appointment.starts_at < _midnight(after) + _FURTHEST,
        Appointment.wall_time >= whole.first.isoformat(),
        Appointment.wall_time < after.isoformat(),
    )


def _of(wanted: Select[*tuple[Any, ...]], chosen: Chosen) -> Select[*tuple[Any, ...]]:
    if chosen.location_id is not None:
        wanted = wanted.where(Appointment.location_id == chosen.location_id)
    if chosen.therapist_id is not None:
        wanted = wanted.where(Appointment.therapist_id == chosen.therapist_id)
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
