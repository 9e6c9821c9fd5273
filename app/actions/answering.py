"""What a client answers behind the manage link: I'll be there, I can't come, how I feel, how I want to be written to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.actions.contention import retrying
from app.actions.managing import Change, give_back
from app.actions.notifications import announce, decide_call_back
from app.actions.outcomes import Cancelled, CheckedIn, Confirmed, NotCompleted, Reported, TooLate
from app.domain.appointments import Actor, State, change_until, may_be_moved
from app.domain.care import ALARMING, ILLNESS, CheckInAnswer, TaskKind
from app.domain.contacts import Detail
from app.domain.notifications import STOPPED, Kind
from app.models import Appointment, Client, Contact
from app.store.appointments import find_appointment, get_appointment
from app.store.audit import add_audit_line
from app.store.care import (
    add_check_in,
    add_task,
    close_task,
    close_tasks_of,
    count_check_ins,
    find_task,
    list_check_ins,
    list_waiting_for_aftercare,
)
from app.store.notifications import skip_steps
from app.store.practice import load_practice
from app.store.seal_contexts import answer_context, reason_context
from app.store.transactions import take_booking_lock, transaction
from app.vault import open_sealed, seal

#: Answers that are kept for one session; an alarming one is heard all the same.
MOST_ANSWERS = 10
#: The same answer within this is the same click.
_SAME_CLICK = timedelta(minutes=10)
#: All answers are as long when they are sealed, so that the length tells none.
_ANSWER_LENGTH = max(map(len, CheckInAnswer))
#: Who can't come has so long to choose another time before the therapist is asked to phone.
_CHOOSING, _SOON = timedelta(minutes=10), timedelta(hours=1)
Wants = Literal["move", "cancel"]


@dataclass(frozen=True, slots=True)
class Choices:
    """How somebody wants to be written to. Reminders come in any case."""

    detail: Detail
    language: str
    wants_aftercare: bool


@retrying
def confirm(change: Change, now: datetime) -> Confirmed | TooLate:
    """The client will come. Saying it twice changes nothing; it takes back that they can't. Raises Busy."""
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if State(appointment.state) is not State.BOOKED or appointment.starts_at <= now:
            return TooLate()
        if appointment.confirmed_at is None:
            appointment.confirmed_at = now
            if close_tasks_of(appointment.id, TaskKind.NEW_TIME, change.actor.called, now):
                appointment.change_is_free, appointment.sealed_reason = False, None
            add_audit_line(change.actor, "confirmed", "appointment", appointment.id, {}, now)
    return Confirmed(change.appointment_id)


@retrying
def report_illness(change: Change, wants: Wants, now: datetime) -> Reported | Cancelled | TooLate:
    """The client is ill. Cancels, or leaves them to choose another time and asks the therapist to see to it. Raises Busy.

    Why stays sealed. Where the practice says so, both are free up to the start.
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if appointment.state == State.CANCELLED and wants == "cancel":
            return Cancelled(appointment.id)
        if not _may_call_off(appointment, now):
            return TooLate()
        if wants == "move" and not add_task(TaskKind.NEW_TIME, appointment, now):
            return Reported(appointment.id)
        due.extend(_called_off(appointment, change, wants, now))
    announce(due)
    return Cancelled(change.appointment_id) if wants == "cancel" else Reported(change.appointment_id)


@retrying
def check_in(
    appointment_id: int, answer: CheckInAnswer, actor: Actor, now: datetime
) -> CheckedIn | NotCompleted:
    """How the client feels after the session; the answer is sealed. Raises Busy.

    An alarming one asks the therapist to call, once while that is open, however many answers there have been.
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        if State(appointment.state) is not State.COMPLETED:
            return NotCompleted()
        if not _is_same_click(appointment, answer, now) and count_check_ins(appointment.id) < MOST_ANSWERS:
            _keep_answer(appointment, answer, actor, now)
        if answer in ALARMING and add_task(TaskKind.CALL_BACK, appointment, now):
            due.extend(decide_call_back(appointment, now))
    announce(due)
    return CheckedIn(answer in ALARMING)


@retrying
def choose_messages(appointment_id: int, choices: Choices, actor: Actor, now: datetime) -> None:
    """How much mails say, in which language, and whether any come after a session. Raises Busy.

    Holds for the contact; the language also for this appointment. What was dropped is not sent when they come again.
    """
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        contact = appointment.client.contact
        contact.detail, contact.language = choices.detail.value, choices.language
        appointment.language = choices.language
        if choices.wants_aftercare:
            contact.aftercare_stopped_at = None
        elif contact.aftercare_stopped_at is None:
            _stop(contact, now)
        said = {
            "detail": choices.detail.value,
            "language": choices.language,
            "after": choices.wants_aftercare,
        }
        add_audit_line(actor, "messages chosen", "appointment", appointment.id, said, now)


@retrying
def stop_aftercare(public_id: str, now: datetime) -> bool:
    """No more messages after sessions to that appointment's contact; reminders go on. Whether there is such an appointment."""
    with transaction():
        take_booking_lock()
        appointment = find_appointment(public_id)
        if appointment is None:
            return False
        contact = appointment.client.contact
        if contact.aftercare_stopped_at is None:
            _stop(contact, now)
            actor = Actor("client", contact.email)
            add_audit_line(actor, "messages after sessions stopped", "appointment", appointment.id, {}, now)
    return True


@retrying
def settle_task(task_id: int, actor: Actor, now: datetime) -> bool:
    """Somebody has done it; whether it was open. Raises LookupError and Busy."""
    with transaction():
        task = find_task(task_id)
        if task is None:
            raise LookupError("no such task")
        if not close_task(task_id, actor.name, now):
            return False
        add_audit_line(actor, "task settled", "appointment", task.appointment_id, {"kind": task.kind}, now)
    return True


def open_check_in(appointment_id: int, actor: Actor, now: datetime) -> list[tuple[CheckInAnswer, datetime]]:
    """What the client answered, oldest first. The line is written first, and stays even if opening fails."""
    with transaction():
        appointment = get_appointment(appointment_id)
        key, context = appointment.client.wrapped_key, answer_context(appointment.public_id)
        answers = list_check_ins(appointment.id)
        if answers:
            add_audit_line(actor, "check-in opened", "appointment", appointment.id, {}, now)
    return [
        (CheckInAnswer(open_sealed(one.sealed, key, context).strip()), one.answered_at) for one in answers
    ]


def _may_call_off(appointment: Appointment, now: datetime) -> bool:
    policy = load_practice().policy
    until = change_until(appointment.starts_at, policy, policy.illness_is_free or appointment.change_is_free)
    return may_be_moved(State(appointment.state)) and now < until


def _called_off(appointment: Appointment, change: Change, wants: Wants, now: datetime) -> list[int]:
    reason = seal(ILLNESS, appointment.client.wrapped_key, reason_context(appointment.public_id))
    appointment.change_is_free = load_practice().policy.illness_is_free
    add_audit_line(change.actor, "can't come", "appointment", appointment.id, {"wants": wants}, now)
    if wants == "cancel":
        return give_back(appointment, change, now, reason)
    appointment.sealed_reason, appointment.confirmed_at = reason, None
    is_soon = appointment.starts_at - now < _SOON
    return decide_call_back(appointment, now, timedelta(0) if is_soon else _CHOOSING)


def _is_same_click(appointment: Appointment, answer: CheckInAnswer, now: datetime) -> bool:
    last = list_check_ins(appointment.id)[-1:]
    if not last or now - last[0].answered_at > _SAME_CLICK:
        return False
    client: Client = appointment.client
    return (
        open_sealed(last[0].sealed, client.wrapped_key, answer_context(appointment.public_id)).strip()
        == answer
    )


def _keep_answer(appointment: Appointment, answer: CheckInAnswer, actor: Actor, now: datetime) -> None:
    sealed = seal(
        answer.value.ljust(_ANSWER_LENGTH),
        appointment.client.wrapped_key,
        answer_context(appointment.public_id),
    )
    add_check_in(appointment.id, sealed, now)
    add_audit_line(actor, "checked in", "appointment", appointment.id, {}, now)


def _stop(contact: Contact, now: datetime) -> None:
    contact.aftercare_stopped_at = now
    for appointment_id in list_waiting_for_aftercare(contact.id):
        skip_steps(appointment_id, (Kind.APPOINTMENT_AFTERCARE,), STOPPED)
