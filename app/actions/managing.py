"""Changing an appointment that exists: moving and cancelling it, by its client or by staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.actions.contention import retrying
from app.actions.notifications import announce, decide_cancelled, decide_moved, decide_second, known_of
from app.actions.outcomes import Cancelled, Moved, Refused, TooLate
from app.actions.overrides import keep_override
from app.actions.reviewing import close_review, leaves_time, redate_review
from app.actions.seats import Moving, Seat, find_seat, with_alternatives
from app.domain.appointments import Actor, State, cancelled_as, change_until, may_be_moved, may_become
from app.domain.care import TaskKind
from app.domain.choices import Choice
from app.domain.overriding import Override, set_aside
from app.domain.practice import Therapist, Variant
from app.domain.questions import occupied_cells
from app.domain.slots import Refusal
from app.domain.wallclock import local_time
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import close_tasks_of, has_open_task
from app.store.claims import add_claims, end_claims_of
from app.store.clients import group_of
from app.store.planned import lacks_second
from app.store.practice import load_practice
from app.store.seal_contexts import reason_context
from app.store.transactions import Overlap, Stale, take_booking_lock, transaction
from app.store.treated import deep_days_of
from app.store.wishes import gender_wished
from app.vault import seal


@dataclass(frozen=True, slots=True)
class Change:
    """Who wants to change which appointment; ``row_version`` is what they saw, none where it does not matter.

    ``for_client``: staff do it because the client asked for it. ``tells_client``: by e-mail; else the desk does it itself.
    """

    appointment_id: int
    actor: Actor
    row_version: int | None = None
    by_staff: bool = False
    for_client: bool = False
    tells_client: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """Where an appointment is to go: a start; a therapist and a room where they are to be others than now."""

    starts_at: datetime
    therapist_slug: str | None = None
    room_slug: str | None = None


def choice_of(appointment: Appointment, therapist_slug: str | None = None) -> Choice | Refusal:
    """What a move asks the slot rule about: the appointment's own snapshot of minutes and buffers, its service and place.

    Without a named therapist the present one; a second person where one was claimed. NOT_OFFERED when service, place or therapist are no longer there.
    """
    practice = load_practice()
    service = next((one for one in practice.services if one.id == appointment.service_id), None)
    location = practice.location_with_id(appointment.location_id)
    therapist = _therapist(appointment, therapist_slug)
    if service is None or location is None or location.zone is None or therapist is None:
        return Refusal.NOT_OFFERED
    chaperones = tuple(one for one in practice.therapists if one.may_chaperone)
    return Choice(
        practice,
        location,
        service,
        snapshot_variant(appointment),
        (therapist,),
        appointment.visit,
        chaperones if appointment.chaperone_id is not None else None,
        deep_days_of(service, location, group_of(appointment.client_id), but=appointment.id),
        gender_wished(appointment),
    )


def choice_to_move(appointment_id: int, therapist_slug: str | None = None) -> Choice | Refusal:
    """The same for an appointment's number, for pages that list the times to move to. Raises LookupError."""
    return choice_of(get_appointment(appointment_id), therapist_slug)


def snapshot_variant(appointment: Appointment) -> Variant:
    """The minutes, buffers and price that were promised, whatever the service says today."""
    return Variant(
        id=appointment.variant_id,
        minutes=appointment.minutes,
        visit=appointment.visit,
        price_minor=appointment.price_minor,
        buffer_before=appointment.buffer_before,
        buffer_after=appointment.buffer_after,
    )


@retrying
def move(
    change: Change,
    starts_at: datetime,
    now: datetime,
    therapist_slug: str | None = None,
    *,
    room_slug: str | None = None,
    override: Override | None = None,
) -> Moved | Refused | TooLate:
    """Another time, therapist or room for the same appointment. Raises Busy, and Stale when somebody else was first.

    A client may do it until the free-change deadline, or up to the start where it is free all the same; staff as long as
    the session has not begun in the books. What staff may set aside (``override``) is kept with the reason.
    """
    target = Target(starts_at, therapist_slug, room_slug)
    due: list[int] = []
    try:
        with transaction():
            take_booking_lock()
            answer = move_within(change, target, now, due, override)
    except Overlap:
        answer = Refused(Refusal.TAKEN)
    announce(due)
    if not isinstance(answer, Refused):
        return answer
    appointment = get_appointment(change.appointment_id)
    choose = partial(choice_of, appointment, therapist_slug)
    moving = Moving(appointment.id, appointment.starts_at)
    return with_alternatives(answer, choose, starts_at, now, by_staff=change.by_staff, moving=moving)


def move_within(
    change: Change, target: Target, now: datetime, due: list[int], override: Override | None = None
) -> Moved | Refused | TooLate:
    """The same inside a transaction that has the booking lock; what is to be announced after it goes to ``due``. Raises Stale."""
    appointment = current(change)
    if not (may_be_moved(State(appointment.state)) and _in_time(appointment, change, now)):
        return TooLate()
    return _moved(appointment, change, target, override, now, due)


@retrying
def cancel(change: Change, now: datetime, reason: str | None = None) -> Cancelled | TooLate:
    """Give the time back; a reason is kept sealed. Cancelling what is cancelled changes nothing. Raises Busy and Stale."""
    due: list[int] = []
    with transaction():
        take_booking_lock()
        answer = cancel_within(change, now, due, reason)
    announce(due)
    return answer


def cancel_within(
    change: Change, now: datetime, due: list[int], reason: str | None = None
) -> Cancelled | TooLate:
    """The same inside a transaction that has the booking lock; what is to be announced after it goes to ``due``. Raises Stale."""
    appointment = current(change)
    if appointment.state == State.CANCELLED:
        return Cancelled(appointment.id)
    if not (may_become(State(appointment.state), State.CANCELLED) and _in_time(appointment, change, now)):
        return TooLate()
    due.extend(give_back(appointment, change, now, _sealed(reason, appointment)))
    return Cancelled(appointment.id)


def _sealed(reason: str | None, appointment: Appointment) -> bytes | None:
    """Why, for who treats: it may say something about health."""
    if not reason:
        return None
    return seal(reason, appointment.client.wrapped_key, reason_context(appointment.public_id))


def give_back(
    appointment: Appointment, change: Change, now: datetime, sealed_reason: bytes | None = None
) -> list[int]:
    """Cancel it inside a transaction that has the booking lock; answers the numbers of the notifications that are due.

    A reason that the client gave before counts only while a new time is still looked for.
    """
    before = known_of(appointment)
    was_looking = close_tasks_of(appointment.id, TaskKind.NEW_TIME, change.actor.called, now)
    appointment.sealed_reason = sealed_reason or (appointment.sealed_reason if was_looking else None)
    _cancelled(appointment, change, now)
    return decide_cancelled(appointment, before, change.actor, now, tells_client=change.tells_client)


def _therapist(appointment: Appointment, slug: str | None) -> Therapist | None:
    practice = load_practice()
    if slug is not None:
        return practice.therapist(slug)
    return next((one for one in practice.therapists if one.id == appointment.therapist_id), None)


def current(change: Change) -> Appointment:
    """The appointment as it was when they looked. Raises Stale."""
    appointment = get_appointment(change.appointment_id)
    if change.row_version is not None and appointment.row_version != change.row_version:
        raise Stale
    return appointment


def _in_time(appointment: Appointment, change: Change, now: datetime) -> bool:
    until = change_until(appointment.starts_at, load_practice().policy, appointment.change_is_free)
    return change.by_staff or now < until


def _moved(
    appointment: Appointment,
    change: Change,
    target: Target,
    override: Override | None,
    now: datetime,
    due: list[int],
) -> Moved | Refused:
    choice = choice_of(appointment, target.therapist_slug)
    if isinstance(choice, Refusal):
        return Refused(choice)
    room_id = room_named(choice, target.room_slug)
    if target.room_slug is not None and room_id is None:
        return Refused(Refusal.NO_ROOM)
    same = target.starts_at == appointment.starts_at and choice.therapists[0].id == appointment.therapist_id
    if same and room_id in (None, appointment.room_id) and not _lacks_second(appointment, change, now):
        return Moved(appointment.id)
    if not change.by_staff and _must_be_talked_over(appointment, target.starts_at, now):
        return Refused(Refusal.PLEASE_CALL)
    seat = find_seat(
        choice,
        target.starts_at,
        now,
        by_staff=change.by_staff,
        ignoring_appointment=appointment.id,
        preferred_room_id=appointment.room_id,
        preferred_second_id=appointment.chaperone_id,
        only_room_id=room_id,
        setting_aside=set_aside(override, by_staff=change.by_staff),
    )
    if isinstance(seat, Refused):
        return seat
    due.extend(settle_in(appointment, seat, choice, change, now))
    keep_override(appointment, override, change.actor, now)
    return Moved(appointment.id)


def _lacks_second(appointment: Appointment, change: Change, now: datetime) -> bool:
    """Whether its second person can't be there any more: then staff look for another one at the same time."""
    return change.by_staff and lacks_second(appointment.id, now)


def _must_be_talked_over(appointment: Appointment, starts_at: datetime, now: datetime) -> bool:
    """Whether its client has to call: nobody could look at it in time, or what they told us is not settled yet."""
    waits = has_open_task(appointment.id, TaskKind.HEALTH_CHANGED)
    return waits or not leaves_time(appointment, starts_at, now)


def settle_in(
    appointment: Appointment, seat: Seat, choice: Choice, change: Change, now: datetime
) -> list[int]:
    """Give it the seat, inside a transaction that has the booking lock; answers the numbers of what is due to be sent.

    Another room alone is no news to the client: nothing that they know has changed.
    """
    before, was = known_of(appointment), _for_the_log(appointment)
    end_claims_of(appointment)
    appointment.room_id = seat.room.id if seat.room else None
    appointment.chaperone_id = seat.chaperone.id if seat.chaperone else None
    is_news = (seat.starts_at, seat.therapist.id) != (before.starts_at, before.therapist_id)
    if is_news:
        _take(appointment, seat, choice)
        _settle_new_time(appointment, change, now)
        redate_review(appointment, now)
    cells = occupied_cells(seat.starts_at, choice.variant)
    add_claims(seat.resource_ids, cells, appointment, seat.given(choice), now)
    becomes = _for_the_log(appointment)
    detail = {name: {"from": was[name], "to": becomes[name]} for name in was if was[name] != becomes[name]}
    add_audit_line(change.actor, "moved", "appointment", appointment.id, detail, now)
    if not is_news:
        return decide_second(appointment, before, change.actor, now)
    return decide_moved(appointment, before, change.actor, now, tells_client=change.tells_client)


def room_named(choice: Choice, slug: str | None) -> int | None:
    """The number of that room of the place; none where there is none of that name, or none is named."""
    return next((room.id for room in choice.location.rooms if slug and room.slug == slug), None)


def _for_the_log(appointment: Appointment) -> dict[str, object]:
    return {
        "time": appointment.starts_at.isoformat(),
        "therapist": appointment.therapist_id,
        "room": appointment.room_id,
        "second person": _name_of(appointment.chaperone_id),
    }


def _name_of(therapist_id: int | None) -> str | None:
    found = load_practice().therapist_with_id(therapist_id) if therapist_id else None
    return found.name if found else None


def _settle_new_time(appointment: Appointment, change: Change, now: datetime) -> None:
    """It has another time: nobody needs to look for one, and for the new one the usual deadline holds.

    Why the old one could not be kept stays with it until the next change, since the therapist is told.
    """
    was_looking = close_tasks_of(appointment.id, TaskKind.NEW_TIME, change.actor.called, now)
    appointment.change_is_free = False
    if not was_looking:
        appointment.sealed_reason = None


def _take(appointment: Appointment, seat: Seat, choice: Choice) -> None:
    assert choice.location.zone is not None  # noqa: S101 - choice_of has seen to it
    appointment.starts_at = seat.starts_at
    appointment.ends_at = seat.starts_at + timedelta(minutes=appointment.minutes)
    appointment.zone = choice.location.zone.key
    appointment.wall_time = f"{local_time(seat.starts_at, choice.location.zone):%Y-%m-%dT%H:%M}"
    appointment.therapist_id = seat.therapist.id
    appointment.confirmed_at = None
    appointment.verbal_consent_at = appointment.verbal_consent_by = None  # asked in the room at each visit
    appointment.revision += 1


def _cancelled(appointment: Appointment, change: Change, now: datetime) -> None:
    until = change_until(appointment.starts_at, load_practice().policy, appointment.change_is_free)
    was = appointment.state
    appointment.previous_state = appointment.state
    appointment.state = State.CANCELLED.value
    appointment.cancelled_at = now
    appointment.cancelled_by = cancelled_as(change.by_staff, change.for_client, now, until)
    appointment.revision += 1
    end_claims_of(appointment)
    close_review(appointment, None, change.actor, now)
    detail = {"by": appointment.cancelled_by, "state": {"from": was, "to": appointment.state}}
    add_audit_line(change.actor, "cancelled", "appointment", appointment.id, detail, now)
