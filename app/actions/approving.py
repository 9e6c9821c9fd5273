"""A request that waits for the desk: accepted, or declined. Its time is kept meanwhile."""

from datetime import datetime

from app.actions.contention import retrying
from app.actions.managing import Change, current
from app.actions.notifications import announce, decide_answered, known_of
from app.actions.outcomes import Accepted, Declined, TooLate
from app.domain.appointments import State, may_become
from app.models import Appointment
from app.store.audit import add_audit_line
from app.store.claims import end_claims_of
from app.store.transactions import take_booking_lock, transaction


@retrying
def accept(change: Change, now: datetime) -> Accepted | TooLate:
    """Promise what was requested; the client gets the confirmation. Raises Busy, and Stale when somebody else was first."""
    return Accepted(change.appointment_id) if _answer(change, State.BOOKED, now) else TooLate()


@retrying
def decline(change: Change, now: datetime) -> Declined | TooLate:
    """Give the time back; the client is told and asked to call. Raises Busy and Stale."""
    return Declined(change.appointment_id) if _answer(change, State.DECLINED, now) else TooLate()


def _answer(change: Change, following: State, now: datetime) -> bool:
    """Whether it could be answered so: what is requested no longer, or has begun, can't."""
    with transaction():
        take_booking_lock()
        appointment = current(change)
        state = State(appointment.state)
        if state is not State.REQUESTED or not may_become(state, following) or appointment.starts_at <= now:
            return False
        due = _become(appointment, following, change, now)
    announce(due)
    return True


def _become(appointment: Appointment, following: State, change: Change, now: datetime) -> list[int]:
    before = known_of(appointment)
    appointment.previous_state, appointment.state = appointment.state, following.value
    appointment.revision += 1
    if following is State.DECLINED:
        end_claims_of(appointment)
    act = "accepted" if following is State.BOOKED else "declined"
    detail = {"state": {"from": State.REQUESTED.value, "to": following.value}}
    add_audit_line(change.actor, act, "appointment", appointment.id, detail, now)
    return decide_answered(appointment, before, change.actor, now)
