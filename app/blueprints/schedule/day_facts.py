"""All that a day's page is made of, read with few statements whatever the practice's history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for

from app import clock
from app.blueprints.schedule.asked import own_therapist_id
from app.blueprints.schedule.day_asked import BY_ROOM, Asked
from app.domain import cells, hours
from app.domain.appointments import AHEAD
from app.domain.cells import Grid, Stretch
from app.domain.impact import Booked, Trouble
from app.domain.intake import Lack
from app.domain.practice import Location, Practice, Therapist, Variant
from app.domain.questions import Diaries, Diary
from app.domain.spans import Span
from app.domain.wallclock import day_span, local_date
from app.store.consents import without_consent
from app.store.diaries import load_diaries
from app.store.intake import lacking
from app.store.planned import troubles_of
from app.store.schedule import Absence, Attended, DayAppointment, is_gone, list_absences, read_sessions
from app.web.access import signed_in
from app.web.language import speaking


class Taken(NamedTuple):
    """A session in cells: ``first`` up to ``end`` is treated, ``before`` up to ``after`` is what diary and room lose."""

    before: int
    first: int
    end: int
    after: int


class Forms:
    """What is missing of the intake forms of those who are still to come; read once for all days, when the first card asks.

    ``clients``: by appointment whose form it is.
    """

    def __init__(self, clients: Mapping[int, int] | None = None) -> None:
        self._clients = clients or {}

    @cached_property
    def _lacks(self) -> Mapping[int, Lack]:
        return lacking(self._clients.values())

    def lack_for(self, appointment_id: int) -> Lack | None:
        """What is missing before that session."""
        client_id = self._clients.get(appointment_id)
        return None if client_id is None else self._lacks.get(client_id)


@dataclass(frozen=True)
class Day:
    """All that a day's page is made of."""

    practice: Practice
    location: Location
    zone: ZoneInfo
    day: date
    now: datetime
    therapists: Sequence[Therapist]
    sessions: Sequence[DayAppointment]
    absences: Sequence[Absence]
    diaries: Diaries
    books: bool  # whether free stretches lead to the booking page
    places: Sequence[Location]  # whose days the page offers
    troubles: Mapping[int, Trouble]  # by appointment why it no longer fits the settings
    asked: Asked = field(default_factory=Asked)
    to_review: Mapping[int, datetime] = field(
        default_factory=dict
    )  # by appointment until when somebody has to look
    unagreed: frozenset[int] = frozenset()  # sessions without the consent that they need
    forms: Forms = field(default_factory=Forms)
    attended: Sequence[Attended] = ()  # what those who are seen are the second person of

    @cached_property
    def grid(self) -> Grid:
        """The cells of the whole day."""
        return hours.day_grid(self.day, self.day, self.zone)

    @cached_property
    def open(self) -> int:
        """When the location is open."""
        return hours.open_cells(self.grid, self.location)

    @cached_property
    def kept(self) -> Sequence[DayAppointment]:
        """The sessions that keep their time."""
        return [one for one in self.sessions if not is_gone(one)]

    @cached_property
    def taken(self) -> Mapping[int, Taken]:
        """By appointment what it takes."""
        return {one.id: taken_by(one) for one in self.kept}

    @cached_property
    def booking_url(self) -> str:
        """Where free stretches lead; making an address takes long, so it is made once."""
        return url_for("schedule.book") if self.books else ""

    def mask(self, sessions: Iterable[DayAppointment]) -> int:
        """All that some of them take."""
        return self.grid.covering([(self.taken[one.id].before, self.taken[one.id].after) for one in sessions])

    @property
    def language(self) -> str:
        """What the page is written in."""
        return speaking()

    @property
    def is_by_room(self) -> bool:
        """Whether a column is a room; only for who sees everybody."""
        return self.asked.by == BY_ROOM

    def working(self, therapist: Therapist) -> int:
        """When the therapist works here on that day."""
        return self.open & hours.available_cells(self.grid, self.location, therapist)

    @property
    def place(self) -> str | None:
        """The location for addresses; none where there is only one."""
        return self.location.slug if len(self.places) > 1 else None


def taken_by(one: DayAppointment | Attended) -> Taken:
    """What the session takes, with its buffers."""
    first, end = cells.cell_at_or_before(one.starts_at), cells.cell_at_or_after(one.ends_at)
    return Taken(
        first - one.buffer_before // cells.MINUTES, first, end, end + one.buffer_after // cells.MINUTES
    )


def load_days(
    practice: Practice, places: Sequence[Location], location: Location, days: Sequence[date], asked: Asked
) -> list[Day]:
    """Days in a row at one place, read at once."""
    assert location.zone is not None  # noqa: S101 - the views have seen to it
    zone, now = location.zone, clock.now()
    span = Span(day_span(days[0], zone).starts_at, day_span(days[-1], zone).ends_at)
    sessions, attended = read_sessions(span, location.id, own_therapist_id())
    therapists, absences = _therapists(practice, sessions, asked), list_absences(span)
    resources = [one.resource_id for one in therapists]
    rooms = [room.resource_id for room in location.rooms] if asked.by == BY_ROOM else []
    diaries = load_diaries(span, now, [*resources, *rooms], counted=False)
    troubles = troubles_of(_ahead(sessions, now), _time_off(practice, absences))
    by_day: dict[date, list[DayAppointment]] = {day: [] for day in days}
    for one in sessions:
        by_day[local_date(one.starts_at, zone)].append(one)
    to_review = {one.id: one.review_until for one in sessions if one.may_wait and one.review_until}
    unagreed = frozenset(without_consent([one.id for one in sessions if one.needs_tick]))
    forms = Forms({one.id: one.client_id for one in sessions if one.lies_ahead(now)})
    books = signed_in().sees_everyone and practice.location_with_id(location.id) is not None
    return [
        Day(
            practice=practice,
            location=location,
            zone=zone,
            day=day,
            now=now,
            therapists=therapists,
            sessions=by_day[day],
            absences=absences,
            diaries=diaries,
            books=books,
            places=places,
            troubles=troubles,
            asked=asked,
            to_review=to_review,
            unagreed=unagreed,
            forms=forms,
            attended=[one for one in attended if local_date(one.starts_at, zone) == day],
        )
        for day in days
    ]


def _therapists(practice: Practice, sessions: Sequence[DayAppointment], asked: Asked) -> Sequence[Therapist]:
    """Those whose columns the member may see: who takes bookings, and who was retired and has sessions on that day."""
    at_work = {one.id for one in practice.therapists}
    retired = {
        one.therapist_id: Therapist(one.therapist_id, one.resource_id, one.therapist_slug, one.therapist)
        for one in sessions
        if one.therapist_id not in at_work and not is_gone(one)
    }
    seen = [one for one in (*practice.therapists, *retired.values()) if signed_in().may_see(one.id)]
    return [one for one in seen if one.slug == asked.therapist] or seen


def _ahead(sessions: Sequence[DayAppointment], now: datetime) -> list[Booked]:
    return [_booked(one) for one in sessions if one.state in AHEAD and one.ends_at > now]


def _booked(one: DayAppointment) -> Booked:
    """As the rule about changed settings sees it."""
    variant = Variant(
        one.variant_id, one.minutes, one.visit, one.price_minor, one.buffer_before, one.buffer_after
    )
    return Booked(
        one.id,
        one.therapist_id,
        one.location_id,
        one.room_id,
        one.service_id,
        variant,
        one.starts_at,
        one.chaperone_id,
    )


def _time_off(practice: Practice, absences: Sequence[Absence]) -> dict[int, Diary]:
    """Who is off, by resource, as that rule wants it."""
    resources = {one.id: one.resource_id for one in practice.therapists}
    off: dict[int, tuple[Stretch, ...]] = {}
    for one in absences:
        if one.therapist_id in resources:
            resource = resources[one.therapist_id]
            off[resource] = (*off.get(resource, ()), cells.cells_touched(one.span))
    return {resource: Diary(time_off=stretches) for resource, stretches in off.items()}
