"""A request that waits for an answer: accepted, accepted with a change, or declined. Its time is kept meanwhile."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.actions.contention import retrying
from app.actions.managing import Change, choice_of, current
from app.actions.notifications import announce, decide_answered, known_of
from app.actions.outcomes import Accepted, Declined, Refused, TooLate
from app.actions.overrides import keep_override
from app.actions.reviewing import close_review
from app.actions.seats import Seat, find_seat
from app.domain.appointments import State, may_become
from app.domain.care import TaskKind
from app.domain.choices import Choice
from app.domain.overriding import Override, set_aside
from app.domain.questions import occupied_cells
from app.domain.reviews import Altered, Decision, alternatives
from app.domain.screening import GRAVE, Outcome
from app.domain.slots import Refusal
from app.models import Appointment, Screening
from app.store.audit import add_audit_line
from app.store.care import close_tasks_of
from app.store.claims import add_claims, end_claims_of
from app.store.clients import group_of
from app.store.practice import load_practice
from app.store.reviews import latest_review
from app.store.screenings import find_cry, latest_of_appointment
from app.store.transactions import Overlap, take_booking_lock, transaction


@retrying
def accept(change: Change, now: datetime) -> Accepted | Refused | TooLate:
    """Promise what was requested; the client gets the confirmation. Raises Busy, and Stale when somebody else was first.

    PLEASE_CALL while a cry for help is its client's last word of the day.
    """
    answer = _answer(change, State.BOOKED, now)
    if isinstance(answer, Refused):
        return answer
    return Accepted(change.appointment_id) if answer else TooLate()


@retrying
def decline(change: Change, now: datetime, reason: str | None = None) -> Declined | TooLate:
    """Give the time back; the client is told and asked to call. A reason is kept sealed. Raises Busy and Stale."""
    declined = _answer(change, State.DECLINED, now, reason) is True
    return Declined(change.appointment_id) if declined else TooLate()


@retrying
def accept_changed(
    change: Change, altered: Altered, now: datetime, override: Override | None = None
) -> Accepted | Refused | TooLate:
    """Promise something else at the time that was asked for: shorter, lighter, or with another therapist. Raises Busy and Stale.

    The one slot rule says whether it can be had; ``override``: what whoever accepts sets aside, and why. Whoever asked may call it off without a fee up to the start.
    """
    due: list[int] = []
    try:
        with transaction():
            take_booking_lock()
            appointment = current(change)
            if not _is_open(appointment, now):
                return TooLate()
            answer = _altered(appointment, change, altered, override, now, due)
    except Overlap:
        return Refused(Refusal.TAKEN)
    announce(due)
    return answer


@retrying
def keep_as_booked(change: Change, now: datetime) -> bool | Refused:
    """Whoever treats has looked at new answers, and the session stands. Whether it waited for that. Raises Stale and Busy.

    PLEASE_CALL while a cry for help is its client's last word of the day.
    """
    with transaction():
        take_booking_lock()
        appointment = current(change)
        if State(appointment.state) is not State.BOOKED:
            return False
        if needs_help(appointment, now):
            return Refused(Refusal.PLEASE_CALL)
        if not close_review(appointment, Decision.ACCEPTED, change.actor, now):
            return False
        close_tasks_of(appointment.id, TaskKind.HEALTH_CHANGED, change.actor.called, now)
        add_audit_line(change.actor, "kept as booked", "appointment", appointment.id, {}, now)
    return True


def alternative_to(appointment: Appointment, altered: Altered) -> Choice | Refusal:
    """What the slot rule is asked about. NOT_OFFERED for what is neither shorter nor lighter, and for therapists who are not there."""
    choice = choice_of(appointment, altered.therapist_slug)
    if isinstance(choice, Refusal) or altered.service_slug is None:
        return choice
    wanted = (altered.service_slug, altered.minutes)
    offered = alternatives(
        load_practice().services, appointment.service_id, appointment.minutes, appointment.visit
    )
    found = next((one for one in offered if (one.service.slug, one.variant.minutes) == wanted), None)
    if found is None:
        return Refusal.NOT_OFFERED
    spaced_from = choice.spaced_from if found.service.id == appointment.service_id else ()
    return replace(choice, service=found.service, variant=found.variant, spaced_from=spaced_from)


def needs_help(appointment: Appointment, now: datetime) -> bool:
    """Whether what its client answered last, within a day, was a cry for help: nothing is promised then, whoever asks."""
    return find_cry(None, group_of(appointment.client_id), now) is not None


def is_accepted(rounds: Iterable[Screening]) -> bool:
    """Whether the newest decision on these rounds of the same answers, newest first, was to accept their session."""
    decided = filter(None, map(_decision_on, rounds))
    return next(decided, None) in (Decision.ACCEPTED, Decision.CHANGED)


def _decision_on(said: Screening) -> Decision | None:
    """None where nobody has decided about their session, or only about earlier answers."""
    review = latest_review(said.appointment_id) if said.appointment_id else None
    if review is None or (review.screening_id is not None and review.screening_id < said.id):
        return None
    return review.decision


def _answer(change: Change, following: State, now: datetime, reason: str | None = None) -> bool | Refused:
    """Whether it could be answered so: what is requested no longer, or has begun, can't."""
    with transaction():
        take_booking_lock()
        appointment = current(change)
        if not _is_open(appointment, now) or not may_become(State(appointment.state), following):
            return False
        if following is State.BOOKED and needs_help(appointment, now):
            return Refused(Refusal.PLEASE_CALL)
        due = _become(appointment, following, change, now, reason)
    announce(due)
    return True


def _is_open(appointment: Appointment, now: datetime) -> bool:
    return State(appointment.state) is State.REQUESTED and appointment.starts_at > now


def _become(
    appointment: Appointment, following: State, change: Change, now: datetime, reason: str | None
) -> list[int]:
    before = known_of(appointment)
    appointment.previous_state, appointment.state = appointment.state, following.value
    appointment.revision += 1
    if following is State.DECLINED:
        end_claims_of(appointment)
    accepted = following is State.BOOKED
    close_review(appointment, Decision.ACCEPTED if accepted else Decision.DECLINED, change.actor, now, reason)
    last = latest_of_appointment(appointment.id)
    if accepted or last is None or Outcome(last.outcome) not in GRAVE:  # else somebody has still to phone
        close_tasks_of(appointment.id, TaskKind.HEALTH_CHANGED, change.actor.called, now)
    detail = {"state": {"from": State.REQUESTED.value, "to": following.value}}
    act = "accepted" if accepted else "declined"
    add_audit_line(change.actor, act, "appointment", appointment.id, detail, now)
    return decide_answered(appointment, before, change.actor, now)


def _altered(
    appointment: Appointment,
    change: Change,
    altered: Altered,
    override: Override | None,
    now: datetime,
    due: list[int],
) -> Accepted | Refused:
    if needs_help(appointment, now):
        return Refused(Refusal.PLEASE_CALL)
    choice = alternative_to(appointment, altered)
    if isinstance(choice, Refusal):
        return Refused(choice)
    seat = find_seat(
        choice,
        appointment.starts_at,
        now,
        by_staff=True,
        ignoring_appointment=appointment.id,
        preferred_room_id=appointment.room_id,
        preferred_second_id=appointment.chaperone_id,
        setting_aside=set_aside(override, by_staff=True),
    )
    if isinstance(seat, Refused):
        return seat
    due.extend(_accept_as(appointment, choice, seat, change, now))
    keep_override(appointment, override, change.actor, now)
    return Accepted(appointment.id)


def _accept_as(
    appointment: Appointment, choice: Choice, seat: Seat, change: Change, now: datetime
) -> list[int]:
    before, was = known_of(appointment), _for_the_log(appointment)
    end_claims_of(appointment)
    _take(appointment, choice, seat)
    appointment.previous_state, appointment.state = appointment.state, State.BOOKED.value
    appointment.change_is_free = True  # it is not what they asked for
    appointment.revision += 1
    cells = occupied_cells(seat.starts_at, choice.variant)
    add_claims(seat.resource_ids, cells, appointment, seat.given(choice), now)
    close_review(appointment, Decision.CHANGED, change.actor, now)
    close_tasks_of(appointment.id, TaskKind.HEALTH_CHANGED, change.actor.called, now)
    becomes = _for_the_log(appointment)
    detail = {name: {"from": was[name], "to": becomes[name]} for name in was if was[name] != becomes[name]}
    add_audit_line(change.actor, "accepted with a change", "appointment", appointment.id, detail, now)
    return decide_answered(appointment, before, change.actor, now)


def _take(appointment: Appointment, choice: Choice, seat: Seat) -> None:
    """The snapshot of what is promised now."""
    variant = choice.variant
    appointment.service_id, appointment.variant_id = choice.service.id, variant.id
    appointment.minutes, appointment.price_minor = variant.minutes, variant.price_minor
    appointment.buffer_before, appointment.buffer_after = variant.buffer_before, variant.buffer_after
    appointment.ends_at = appointment.starts_at + timedelta(minutes=variant.minutes)
    appointment.therapist_id = seat.therapist.id
    appointment.room_id = seat.room.id if seat.room else None
    appointment.chaperone_id = seat.chaperone.id if seat.chaperone else None


def _for_the_log(appointment: Appointment) -> dict[str, object]:
    return {
        "service": appointment.service_id,
        "minutes": appointment.minutes,
        "therapist": appointment.therapist_id,
        "room": appointment.room_id,
    }
