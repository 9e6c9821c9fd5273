"""A therapist's look at a request before it is promised: opened with it, answered in time, or lapsed."""

from datetime import datetime

from app.actions.contention import retrying
from app.actions.notifications import announce, decide_answered, known_of
from app.domain.appointments import Actor, State
from app.domain.care import TaskKind
from app.domain.reviews import Decision, redated
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import add_task
from app.store.claims import end_claims_of
from app.store.practice import load_practice
from app.store.reviews import add_review, list_overdue, open_review_of, row_of
from app.store.seal_contexts import words_context
from app.store.transactions import take_booking_lock, transaction
from app.vault import open_sealed, seal

#: Reviews that one sweep lets lapse; what is left waits for the next minute's.
_AT_ONCE = 50
_WORKER = Actor("worker")


def open_review(
    appointment: Appointment, screening_id: int | None, now: datetime, deadline: datetime
) -> None:
    """Ask for somebody's look at a request until the deadline, inside the caller's transaction."""
    add_review(appointment.id, screening_id, now, deadline)


def close_review(
    appointment: Appointment, decision: Decision | None, by: Actor, now: datetime, words: str | None = None
) -> bool:
    """Whoever looked has decided, or (without a decision) nobody needs to any more, inside the caller's transaction.

    Whether there was a review. The words stay sealed.
    """
    review = open_review_of(appointment.id)
    if review is None:
        return False
    review.decided_at, review.decided_by = now, by.called
    review.decision = decision.value if decision else None
    if words:
        context = words_context(appointment.public_id)
        review.sealed_words = seal(words, appointment.client.wrapped_key, context)
    return True


def leaves_time(appointment: Appointment, starts_at: datetime, now: datetime) -> bool:
    """Whether a session that somebody has to look at could still be looked at, if it began then; else its client has to call."""
    review = open_review_of(appointment.id)
    return review is None or redated(review.deadline_at, starts_at, load_practice().policy) > now


def redate_review(appointment: Appointment, now: datetime) -> None:
    """What waits has gone to another start, inside the caller's transaction: it is looked at so long before that one, too.

    Where staff have left no time for that, until it begins.
    """
    review = open_review_of(appointment.id)
    if review is None:
        return
    deadline = redated(review.deadline_at, appointment.starts_at, load_practice().policy)
    review.deadline_at = deadline if deadline > now else min(review.deadline_at, appointment.starts_at)


def lapse_reviews(now: datetime) -> int:
    """End the requests that nobody answered in time: the time is free, the client is told, the desk has a task.

    A session that was promised before its client answered anew stands, and is the desk's task as well. Answers how many
    there were.
    """
    return sum(_lapse(number, now) for number in list_overdue(now, _AT_ONCE))


@retrying
def _lapse(appointment_id: int, now: datetime) -> bool:
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        review = open_review_of(appointment_id)
        if review is None or review.deadline_at > now:
            return False
        state = State(appointment.state)
        lapses = state in (State.REQUESTED, State.BOOKED)
        close_review(appointment, Decision.LAPSED if lapses else None, _WORKER, now)
        if lapses:
            add_task(TaskKind.REVIEW_LAPSED, appointment, now)
        if state is State.REQUESTED:
            due.extend(_end(appointment, now))
    announce(due)
    return lapses


def _end(appointment: Appointment, now: datetime) -> list[int]:
    before = known_of(appointment)
    appointment.previous_state, appointment.state = appointment.state, State.LAPSED.value
    appointment.revision += 1
    end_claims_of(appointment)
    detail = {"state": {"from": State.REQUESTED.value, "to": State.LAPSED.value}}
    add_audit_line(_WORKER, "lapsed", "appointment", appointment.id, detail, now)
    return decide_answered(appointment, before, _WORKER, now)


def open_words(appointment_id: int, actor: Actor, now: datetime) -> str | None:
    """Why it was decided so; none where nothing was said. The line is written first, and stays even if opening fails."""
    with transaction():
        appointment = get_appointment(appointment_id)
        review = row_of(appointment_id)
        if review is None or review.sealed_words is None:
            return None
        sealed, key = review.sealed_words, appointment.client.wrapped_key
        context = words_context(appointment.public_id)
        add_audit_line(actor, "review reason opened", "appointment", appointment.id, {}, now)
    return open_sealed(sealed, key, context)
