"""Behind the manage link: something about a client's health has changed since the session was booked, or nothing has."""

from dataclasses import dataclass
from datetime import datetime

from app.actions.approving import is_accepted
from app.actions.contention import retrying
from app.actions.managing import Change
from app.actions.notifications import announce, decide_call_back
from app.actions.outcomes import TooLate
from app.actions.reviewing import open_review
from app.actions.screening import Answered, Answering, answers_held, keep_answers, repeat_answers
from app.domain.appointments import State, may_be_moved
from app.domain.care import TaskKind
from app.domain.practice import Service
from app.domain.reviews import deadline_of
from app.domain.screening import GRAVE, Outcome, Said, worst_of
from app.domain.wishes import Wishes
from app.models import Appointment, Screening
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import add_task
from app.store.clients import group_of
from app.store.practice import load_practice
from app.store.reviews import open_review_of
from app.store.screenings import (
    answer_anew,
    latest_of_appointment,
    open_answers,
    rounds_with_answers_of,
    told_since_asked,
)
from app.store.transactions import take_booking_lock, transaction
from app.vault import CannotOpen


@dataclass(frozen=True, slots=True)
class Told:
    """What was known before: the worst that whoever has the open task knows of, and the answers that the session had."""

    worst: Outcome
    last: Screening | None


@retrying
def report_change(change: Change, said: Said, now: datetime) -> Answered | TooLate:
    """Keep the new answers with the session, and see to what follows. Raises BadAnswers, LookupError and Busy.

    REVIEW: a therapist looks again, and hears of it also while they have not decided about the answers before. CALL and
    URGENT: the desk calls, and the therapist hears at once; the session stands until somebody has spoken with the client.
    Whoever decides from a page that is older than these answers is told so (Stale).
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if not _is_ahead(appointment, now):
            return TooLate()
        told = Told(worst_of(told_since_asked(appointment.id)), latest_of_appointment(appointment.id))
        kept = keep_answers(
            _service(appointment), said, Wishes(), Answering(client_ids=_rows(appointment)), now
        )
        answer_anew(kept, appointment)
        add_audit_line(change.actor, "questions answered again", "appointment", appointment.id, {}, now)
        due.extend(_what_follows(appointment, kept, told, now))
        answer = Answered(kept.token, Outcome(kept.outcome))
    announce(due)
    return answer


@retrying
def report_no_change(change: Change, now: datetime, visitor: str | None = None) -> bool:
    """The client says so: written down with the time. Whether it was in time. Raises Busy.

    A session before which nothing was answered yet (one of a series, say) takes over what holds, if all was well or a therapist
    has accepted it; a therapist then looks again. ``visitor``: the browser that says it, which may have told of something else.
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        appointment = get_appointment(change.appointment_id)
        if not _is_ahead(appointment, now):
            return False
        add_audit_line(change.actor, "nothing has changed", "appointment", appointment.id, {}, now)
        due.extend(_answer_as_before(appointment, visitor, now))
    announce(due)
    return True


def _answer_as_before(appointment: Appointment, visitor: str | None, now: datetime) -> list[int]:
    """Nothing is kept that this session can't be given with: nobody would ever look at it."""
    service = _given(appointment)
    if service is None or service.screening is None or latest_of_appointment(appointment.id) is not None:
        return []
    who = Answering(visitor, client_ids=_rows(appointment))
    held = answers_held(service, who, now)
    if held is None:
        return []
    if held.outcome is Outcome.REVIEW:
        if not is_accepted(rounds_with_answers_of(who.client_ids, held.said)):
            return []
        if deadline_of(now, appointment.starts_at, load_practice().policy) is None:
            return _asked_to_phone(appointment, now)
    kept = repeat_answers(service, held, who, now)
    answer_anew(kept, appointment)
    return _what_follows(appointment, kept, Told(Outcome.OK, None), now)


def _asked_to_phone(appointment: Appointment, now: datetime) -> list[int]:
    """No time is left for a look: nobody has answered yet, and the therapist sees to that by telephone; told once."""
    return decide_call_back(appointment, now) if add_task(TaskKind.HEALTH_CHANGED, appointment, now) else []


def _is_ahead(appointment: Appointment, now: datetime) -> bool:
    return may_be_moved(State(appointment.state)) and now < appointment.starts_at


def _service(appointment: Appointment) -> Service:
    """Raises LookupError."""
    found = _given(appointment)
    if found is None:
        raise LookupError("that service is no longer given")
    return found


def _given(appointment: Appointment) -> Service | None:
    return next((one for one in load_practice().services if one.id == appointment.service_id), None)


def _rows(appointment: Appointment) -> tuple[int, ...]:
    """All rows of the client, the session's own first: what is answered is sealed with its key."""
    own = appointment.client_id
    return (own, *(one for one in group_of(own) if one != own))


def _what_follows(appointment: Appointment, kept: Screening, told: Told, now: datetime) -> list[int]:
    """What is worse than before, or other than what waits to be looked at, is told although somebody was asked already; not what
    is milder than what they were asked to phone about.
    """
    outcome = Outcome(kept.outcome)
    if outcome is Outcome.OK:
        return []
    is_news = outcome in GRAVE and worst_of((told.worst, outcome)) is not told.worst
    if outcome is Outcome.REVIEW:
        waits = _is_waited_for(appointment, kept, now)
        is_news = waits and told.worst not in GRAVE and _is_other(kept, told.last)
    is_new = add_task(TaskKind.HEALTH_CHANGED, appointment, now)
    return decide_call_back(appointment, now) if is_new or is_news else []


def _is_waited_for(appointment: Appointment, kept: Screening, now: datetime) -> bool:
    """Whether somebody is looking at it already: they decide about these answers then. Else they are asked to, if there is time."""
    waiting = open_review_of(appointment.id)
    if waiting is not None:
        waiting.screening_id = kept.id
        return True
    deadline = deadline_of(now, appointment.starts_at, load_practice().policy)
    if deadline is not None:
        open_review(appointment, kept.id, now, deadline)
    return False


def _is_other(kept: Screening, last: Screening | None) -> bool:
    """Whether something else was said than before: a form that is sent twice tells nobody twice."""
    try:
        return last is None or open_answers(last) != open_answers(kept)
    except CannotOpen:
        return True
