"""What would a change of settings do to what is already booked? The slot rule, asked under the old and the new settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from app.domain import cells, wallclock
from app.domain.addresses import address_on
from app.domain.practice import Location, Practice, Service, Therapist, Variant
from app.domain.questions import NOTHING, Diary, Question
from app.domain.slots import CONFIGURED, masks_against
from app.domain.spans import Span


class Trouble(StrEnum):
    """Why settings no longer fit an appointment, in the order in which it is told; the last six are the slot rule's refusals."""

    LOCATION_RETIRED = "location_retired"
    THERAPIST_RETIRED = "therapist_retired"
    SERVICE_RETIRED = "service_retired"
    ROOM_RETIRED = "room_retired"
    CLOCK_CHANGED = "clock_changed"
    ADDRESS_CHANGED = "address_changed"

    CLOSED = "closed"
    NOT_QUALIFIED = "not_qualified"
    NOT_WORKING = "not_working"
    TIME_OFF = "time_off"
    NO_ROOM = "no_room"
    NO_CHAPERONE = "no_chaperone"


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment as this rule sees it; ``variant`` is the snapshot taken when it was booked."""

    appointment_id: int
    therapist_id: int
    location_id: int
    room_id: int | None
    service_id: int
    variant: Variant
    starts_at: datetime
    chaperone_id: int | None = None  # the second person


@dataclass(frozen=True)
class Configured:
    """Everything that is set: the practice, and time off by resource id (diaries that hold no claims)."""

    practice: Practice
    time_off: Mapping[int, Diary] = field(default_factory=dict)

    @cached_property
    def locations(self) -> Mapping[int, Location]:
        """Those in use, by id."""
        return {location.id: location for location in self.practice.locations}

    @cached_property
    def therapists(self) -> Mapping[int, Therapist]:
        """Those in use, by id."""
        return {therapist.id: therapist for therapist in self.practice.therapists}

    @cached_property
    def services(self) -> Mapping[int, Service]:
        """Those on offer, by id."""
        return {service.id: service for service in self.practice.services}

    def decides_on(self, booked: Booked) -> tuple[object, ...]:
        """All that can matter to one appointment: where two settings agree on it, nothing has happened to it."""
        return (
            self.practice.policy.may_overrun_closing,
            self.locations.get(booked.location_id),
            self.services.get(booked.service_id),
            *self.person(booked.therapist_id),
            *self.person(booked.chaperone_id),
        )

    def person(self, therapist_id: int | None) -> tuple[Therapist | None, Diary]:
        """Somebody in use with their time off; nobody for who is not, or for nobody."""
        found = self.therapists.get(therapist_id) if therapist_id is not None else None
        return found, self.time_off.get(found.resource_id, NOTHING) if found else NOTHING


@dataclass(frozen=True, slots=True)
class Hit:
    """An appointment that a change would hit, and the first reason for it."""

    booked: Booked
    trouble: Trouble


def impact(old: Configured, new: Configured, appointments: Iterable[Booked]) -> list[Hit]:
    """Which appointments have trouble under the new settings that they did not have under the old, in the order given."""
    return [
        Hit(booked, trouble)
        for booked in appointments
        if old.decides_on(booked) != new.decides_on(booked)
        for trouble in _new_troubles(old, new, booked)[:1]
    ]


def troubles(settings: Configured, booked: Booked) -> frozenset[Trouble]:
    """Everything in the settings that stands against an appointment: what is retired, and the slot rule's own masks."""
    gone = frozenset(_retired(settings, booked))
    location = settings.locations.get(booked.location_id)
    therapist = settings.therapists.get(booked.therapist_id)
    service = settings.services.get(booked.service_id)
    if location is None or therapist is None or service is None or location.zone is None:
        return gone
    question = _question(settings, _with_own_room(location, booked), service, booked)
    bit = question.grid.bit(cells.cell_at_or_before(booked.starts_at))
    against = masks_against(question, therapist, settings.time_off)
    return gone | {Trouble(reason.value) for reason, mask in against if reason in CONFIGURED and mask & bit}


def _new_troubles(old: Configured, new: Configured, booked: Booked) -> list[Trouble]:
    found = (troubles(new, booked) - troubles(old, booked)) | frozenset(_moved(old, new, booked))
    return [trouble for trouble in Trouble if trouble in found]


def _retired(settings: Configured, booked: Booked) -> Iterable[Trouble]:
    location = settings.locations.get(booked.location_id)
    if location is None:
        yield Trouble.LOCATION_RETIRED
    elif booked.room_id is not None and all(room.id != booked.room_id for room in location.rooms):
        yield Trouble.ROOM_RETIRED
    if booked.therapist_id not in settings.therapists:
        yield Trouble.THERAPIST_RETIRED
    if booked.service_id not in settings.services:
        yield Trouble.SERVICE_RETIRED


def _moved(old: Configured, new: Configured, booked: Booked) -> Iterable[Trouble]:
    """What only a comparison shows: the place's clock says another time, or the client was told another address."""
    before, after = old.locations.get(booked.location_id), new.locations.get(booked.location_id)
    if before is None or after is None or before.zone is None or after.zone is None:
        return
    was, becomes = (wallclock.local_time(booked.starts_at, zone) for zone in (before.zone, after.zone))
    if was.utcoffset() != becomes.utcoffset():
        yield Trouble.CLOCK_CHANGED
    told = address_on(before, was.date()).lines
    if told is not None and told != address_on(after, becomes.date()).lines:
        yield Trouble.ADDRESS_CHANGED


def _with_own_room(location: Location, booked: Booked) -> Location:
    """The location with only the appointment's room in it, so that the rule speaks of that room and of no other."""
    own = tuple(room for room in location.rooms if room.id == booked.room_id)
    return replace(location, rooms=own) if own else location


def _question(settings: Configured, location: Location, service: Service, booked: Booked) -> Question:
    window = Span(booked.starts_at, booked.starts_at + timedelta(minutes=5))
    return Question(
        settings.practice,
        location,
        service,
        booked.variant,
        window,
        now=booked.starts_at,
        by_staff=True,
        chaperones=_own_second(settings, booked),
    )


def _own_second(settings: Configured, booked: Booked) -> tuple[Therapist, ...] | None:
    """The very person who was promised; none where none was, nobody where they may no longer be asked."""
    if booked.chaperone_id is None:
        return None
    found, _ = settings.person(booked.chaperone_id)
    return (found,) if found is not None and found.may_chaperone else ()
