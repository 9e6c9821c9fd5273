"""The same booking again, every so many weeks: looked at date by date, then booked in one go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.actions.approving import is_accepted
from app.actions.booking import Order, book
from app.actions.clients import still_open
from app.actions.holding import Wish
from app.actions.outcomes import Booked, KeyReused, Refused
from app.actions.previewing import Preview, preview_booking
from app.domain.appointments import Actor, State
from app.domain.overriding import Override
from app.domain.practice import RETURNING_VISIT, Service
from app.domain.repeating import Rhythm, dates_after
from app.domain.screening import Outcome
from app.domain.slots import Refusal, Slot
from app.domain.staff import StaffRole
from app.domain.wallclock import NoSuchLocalTime, instant_of, local_time, zone_named
from app.domain.wishes import Wishes
from app.models import Appointment, Screening
from app.store.appointments import get_appointment
from app.store.clients import group_of
from app.store.practice import load_practice
from app.store.reviews import latest_review
from app.store.screenings import latest_of_appointment, newest_of_client
from app.store.wishes import wishes_of

#: In a series the questions come before each visit: the reminder three days before leads to them.
_ASKED_LATER = Override(
    frozenset({Refusal.NOT_ANSWERED}), "A series: asked before each visit", frozenset({StaffRole.DESK})
)


_TAKES_PLACE = (State.BOOKED, State.ARRIVED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Date:
    """One date of the series: when it would be (none where the clocks skip that time), what stands against it, what is near."""

    day: date
    starts_at: datetime | None
    refusal: Refusal | None
    alternatives: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Who books which dates of it. ``key`` is that of the rendered form: each date has its own, made of it and its number."""

    appointment_id: int
    starts: Mapping[int, datetime]
    actor: Actor
    principal: str
    key: str
    tells_client: bool = True


@dataclass(frozen=True, slots=True)
class Repeated:
    """What became of each chosen date, by its number: the reference, or why it could not be had any more."""

    booked: Mapping[int, str]
    lost: Mapping[int, Refusal]


def list_dates(appointment_id: int, rhythm: Rhythm, now: datetime) -> list[Date] | Refusal:
    """Each date with what the rule says of it; a refusal where the session is no longer on offer at all.

    Raises LookupError, and Closed where the client's record is.
    """
    appointment = get_appointment(appointment_id)
    still_open(appointment.client)
    wish = _wish(appointment)
    choice = wish.choice()
    if isinstance(choice, Refusal):
        return choice
    if not _is_fine(appointment):
        return Refusal.NOT_ANSWERED
    return list(_dates(appointment, wish, rhythm, now))


def repeat(wanted: Repeat, now: datetime) -> Repeated:
    """Book them, each for itself: a date that was lost meanwhile costs none of the others. Raises LookupError, Closed and Busy."""
    appointment = get_appointment(wanted.appointment_id)
    still_open(appointment.client)
    if not _is_fine(appointment):
        return Repeated({}, dict.fromkeys(sorted(wanted.starts), Refusal.NOT_ANSWERED))
    orders = {number: _order(appointment, wanted, number) for number in sorted(wanted.starts)}
    booked: dict[int, str] = {}
    lost: dict[int, Refusal] = {}
    for number, order in orders.items():
        answer = book(order, now)
        if isinstance(answer, Booked):
            booked[number] = answer.reference
        else:
            lost[number] = _why(answer)
    return Repeated(booked, lost)


def _why(answer: Refused | KeyReused) -> Refusal:
    return answer.refusal if isinstance(answer, Refused) else Refusal.BOOKED_ALREADY


def _dates(appointment: Appointment, wish: Wish, rhythm: Rhythm, now: datetime) -> Iterator[Date]:
    zone = zone_named(appointment.zone)
    local = local_time(appointment.starts_at, zone)
    for day in dates_after(local.date(), rhythm):
        try:
            starts_at = instant_of(day, local.time(), zone)
        except NoSuchLocalTime:
            yield Date(day, None, Refusal.NO_SUCH_TIME)
            continue
        found = _look(replace(wish, starts_at=starts_at), now)
        yield Date(day, starts_at, found.refusal, found.alternatives)


def _look(wish: Wish, now: datetime) -> Preview:
    """A series sets nothing aside: what the rule refuses is offered near by."""
    return preview_booking(wish, now, ())


def _wish(appointment: Appointment) -> Wish:
    """The same session for somebody who has been here, since they will have been."""
    practice = load_practice()
    service = next((one for one in practice.services if one.id == appointment.service_id), None)
    location = practice.location_with_id(appointment.location_id)
    return Wish(
        service_slug=service.slug if service else "",
        minutes=_length(service, appointment.minutes),
        visit=RETURNING_VISIT,
        starts_at=appointment.starts_at,
        location_slug=location.slug if location else None,
        therapist_slug=appointment.therapist.slug,
        source="desk",
        gender=wishes_of(appointment).gender,
        with_chaperone=appointment.chaperone_id is not None,
    )


def _length(service: Service | None, minutes: int) -> int:
    """As long as it was, or the nearest to that for who comes again."""
    return (service.length_near(minutes, RETURNING_VISIT) if service else None) or minutes


def _order(appointment: Appointment, wanted: Repeat, number: int) -> Order:
    return Order(
        wish=replace(_wish(appointment), starts_at=wanted.starts[number]),
        name=appointment.client.name,
        email=appointment.typed_email,
        phone=appointment.typed_phone,
        actor=wanted.actor,
        principal=wanted.principal,
        key=f"{wanted.key}:{number}",
        language=appointment.language,
        client_id=appointment.client_id,
        by_staff=True,
        tells_client=wanted.tells_client,
        override=_ASKED_LATER if _is_asked_about(appointment.service_id) else None,
        wishes=wishes if (wishes := wishes_of(appointment)) != Wishes() else None,
    )


def _is_fine(appointment: Appointment) -> bool:
    """Whether nothing that was answered stands against more of it: what a therapist has still to look at, or has declined, does.

    So does whatever the client has said since, for any service; and nobody has a series who was never asked before such work.
    """
    if not _is_asked_about(appointment.service_id):
        return True
    review, rows = latest_review(appointment.id), group_of(appointment.client_id)
    said, newest = newest_of_client(rows, appointment.service_id), newest_of_client(rows)
    waits = review is not None and review.is_open
    if State(appointment.state) not in _TAKES_PLACE or waits or said is None:
        return False
    return all(_is_well(one) for one in (latest_of_appointment(appointment.id), said, newest) if one)


def _is_well(said: Screening) -> bool:
    """Whether these answers stand against nothing, or whoever looked at them has accepted the session."""
    outcome = Outcome(said.outcome)
    return outcome is Outcome.OK or (outcome is Outcome.REVIEW and is_accepted([said]))


def _is_asked_about(service_id: int) -> bool:
    service = next((one for one in load_practice().services if one.id == service_id), None)
    return service is not None and service.screening is not None


def length_of_visits(appointment_id: int) -> int:
    """How long each session of the series would be. Raises LookupError."""
    return _wish(get_appointment(appointment_id)).minutes
