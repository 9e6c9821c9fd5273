"""Behind the manage link: something about a client's health has changed since the session was booked, or nothing has."""

from datetime import datetime

from app.actions.contention import retrying
from app.actions.managing import Change
from app.actions.notifications import announce, decide_call_back
from app.actions.outcomes import TooLate
from app.actions.reviewing import open_review
from app.actions.screening import Answered, Answering, keep_answers
from app.domain.appointments import State, may_be_moved
from app.domain.care import TaskKind
from app.domain.practice import Service
from app.domain.reviews import deadline_of
from app.domain.screening import Outcome, Said, worst_of
from app.domain.wishes import Wishes
from app.models import Appointment, Screening
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import add_task
from app.store.clients import group_of
from app.store.practice import load_practice
from app.store.reviews import open_review_of
from app.store.screenings import attach_screening, told_since_asked
from app.store.transactions import take_booking_lock, transaction


@retrying
def report_change(change: Change, said: Said, now: datetime) -> Answered | TooLate:
    """Keep the new answers with the session, and see to what follows. Raises BadAnswers, LookupError and Busy.

    REVIEW: a therapist looks again. CALL and URGENT: the desk calls, and the therapist hears at once; the session stands
    until somebody has spoken with the client.
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if not _is_ahead(appointment, now):
            return TooLate()
        client = appointment.client
        rows = (client.id, *(one for one in group_of(client.id) if one != client.id))
        told = worst_of(told_since_asked(appointment.id))
        kept = keep_answers(_service(appointment), said, Wishes(), Answering(client_ids=rows), now)
        attach_screening(kept, appointment)
        add_audit_line(change.actor, "questions answered again", "appointment", appointment.id, {}, now)
        due.extend(_what_follows(appointment, kept, told, now))
        answer = Answered(kept.token, Outcome(kept.outcome))
    announce(due)
    return answer


@retrying
def report_no_change(change: Change, now: datetime) -> bool:
    """The client says that nothing has changed: written down with the time. Whether it was in time. Raises Busy."""
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if not _is_ahead(appointment, now):
            return False
        add_audit_line(change.actor, "nothing has changed", "appointment", appointment.id, {}, now)
    return True


def _is_ahead(appointment: Appointment, now: datetime) -> bool:
    return may_be_moved(State(appointment.state)) and now < appointment.starts_at


def _service(appointment: Appointment) -> Service:
    """Raises LookupError."""
    found = next((one for one in load_practice().services if one.id == appointment.service_id), None)
    if found is None:
        raise LookupError("that service is no longer given")
    return found


def _what_follows(appointment: Appointment, kept: Screening, told: Outcome, now: datetime) -> list[int]:
    """``told``: the worst that whoever has the open task knows of already. What is worse is told them all the same."""
    outcome = Outcome(kept.outcome)
    if outcome is Outcome.OK:
        return []
    if outcome is Outcome.REVIEW:
        if open_review_of(appointment.id) is not None:
            return []  # whoever looks will see the new answers
        deadline = deadline_of(now, appointment.starts_at, load_practice().policy)
        if deadline is not None:
            open_review(appointment, kept.id, now, deadline)
    is_new = add_task(TaskKind.HEALTH_CHANGED, appointment, now)
    is_worse = outcome in (Outcome.CALL, Outcome.URGENT) and worst_of((told, outcome)) is not told
    return decide_call_back(appointment, now) if is_new or is_worse else []
